// SPDX-License-Identifier: Apache-2.0
#include <charms/tempo_k8s/v0/tempo_scrape.hpp>
#include <juju/main.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include <support/captured_output.hpp>
#include <support/catch.hpp>
#include <support/stand_in_juju.hpp>
#include <support/stand_in_tools.hpp>

namespace {

using namespace charms::tempo_k8s::v0::tempo_scrape;
using support::StandInTools;

const std::string metadata = R"("tempo_scrape_unit_name":"music/0","tempo_scrape_unit_address":"10.1.2.3")";

class Music final : public juju::CharmBase {
 public:
  explicit Music(juju::Framework& framework) : CharmBase(framework) {
    framework.observe(tracing_.on().endpoint_changed, *this, &Music::on_endpoint_changed);
    framework.observe(on().start, *this, &Music::on_start);
    framework.observe(on().stop, *this, &Music::on_stop);
  }

 private:
  void on_endpoint_changed(EndpointChangedEvent& event) {
    unit().set_status(juju::ActiveStatus(event.hostname));
    event.defer();
  }
  void on_start(juju::StartEvent&) { throw std::runtime_error("no music today"); }
  void on_stop(juju::StopEvent&) { log().debug("not worth a process"); }

  TracingEndpointProvider<Music> tracing_{*this};
};

class Tempo final : public juju::CharmBase {
 public:
  explicit Tempo(juju::Framework& framework) : CharmBase(framework) {
    framework.observe(on().update_status, *this, &Tempo::on_update_status);
  }

 private:
  void on_update_status(juju::UpdateStatusEvent&) {
    for (int i = 0; i < 3; ++i) targets_ = scrape_.jobs().at(0).at("static_configs").size();
    unit().set_status(juju::ActiveStatus(std::to_string(targets_)));
  }

  TracingEndpointConsumer<Tempo> scrape_{*this};
  std::size_t targets_ = 0;
};

class Listener final : public juju::CharmBase {
 public:
  explicit Listener(juju::Framework& framework) : CharmBase(framework) {}

 private:
  TracingEndpointRequirer<Listener> endpoint_{*this, {.hostname = "t"}};
};

/// Runs one hook of the charm as Juju would.
template <typename Charm>
int dispatch(const std::string& hook, const std::map<std::string, std::string>& more = {},
             const std::string& config_yaml = {}) {
  const support::TemporaryDirectory charm;
  const std::filesystem::path& directory = charm.path();
  const bool provides = std::is_same_v<Charm, Music>;
  std::ofstream(directory / "metadata.yaml")
      << "{name: c, " << (provides ? "provides" : "requires") << ": {tracing: {interface: tempo_scrape}}}";
  if (!config_yaml.empty()) std::ofstream(directory / "config.yaml") << config_yaml;
  std::map<std::string, std::string> environment = {{"JUJU_DISPATCH_PATH", hook},
                                                    {"JUJU_UNIT_NAME", provides ? "music/0" : "tempo/0"},
                                                    {"JUJU_MODEL_NAME", "prod"},
                                                    {"JUJU_MODEL_UUID", "1234"},
                                                    {"JUJU_CHARM_DIR", directory.string()},
                                                    {"JUJU_RELATION", ""},
                                                    {"JUJU_RELATION_ID", ""},
                                                    {"JUJU_REMOTE_APP", ""},
                                                    {"JUJU_REMOTE_UNIT", ""}};
  for (const auto& [name, text] : more) environment[name] = text;
  for (const auto& [name, text] : environment) ::setenv(name.c_str(), text.c_str(), 1);
  char program[] = "./dispatch";
  char* arguments[] = {program, nullptr};
  const int status = juju::main<Charm>(1, arguments);
  for (const auto& [name, text] : environment) ::unsetenv(name.c_str());
  return status;
}

/// A Juju in which music/0 leads, and is related to a Tempo that has told its endpoint.
void relate_music(StandInTools& stand_in) {
  stand_in.on("relation-ids", {R"(["tracing:3"])"});
  stand_in.on("relation-list", {R"(["tempo/0"])"});
  stand_in.on("is-leader", {"true"});
  stand_in.on("network-get", {R"({"bind-addresses":[{"addresses":[{"value":"10.1.2.3"}]}]})"});
  stand_in.on("relation-get", {"{}"});
  stand_in.on("relation-get", "--format=json -r tracing:3 - tempo --app",
              {R"({"tempo_endpoint":"{\"hostname\":\"t\"}"})"});
}

const std::map<std::string, std::string> in_relation = {
    {"JUJU_RELATION", "tracing"}, {"JUJU_RELATION_ID", "tracing:3"}, {"JUJU_REMOTE_UNIT", "tempo/0"}};

}  // namespace

TEST_CASE("a hook writes one call a bag, keeps what was deferred, and sets its status last") {
  StandInTools stand_in;
  relate_music(stand_in);
  CHECK(dispatch<Music>("hooks/tracing-relation-changed", in_relation) == 0);
  CHECK(stand_in.calls_of("relation-set") == 2);
  CHECK(stand_in.calls_of("state-set") == 1);
  CHECK(stand_in.calls().back() == "status-set -- active t");
  CHECK(stand_in.input().find("TracingEndpointProvider[tracing]/endpoint_changed") != std::string::npos);
}

TEST_CASE("a provider with nothing to change writes nothing, and asks for nothing twice") {
  StandInTools stand_in;
  relate_music(stand_in);
  stand_in.on("relation-get", "--format=json -r tracing:3 - music/0",
              {R"({"tempo_scrape_unit_name":"music/0","tempo_scrape_unit_address":"10.1.2.3"})"});
  stand_in.on("relation-get", "--format=json -r tracing:3 - music --app",
              {R"({"scrape_jobs":"[{\"static_configs\":[{\"targets\":[\"*:80\"]}]}]","scrape_metadata":)"
               R"("{\"model\":\"prod\",\"model_uuid\":\"1234\",\"application\":\"music\",\"unit\":\"music/1\",)"
               R"(\"charm_name\":\"c\"}"})"});
  CHECK(dispatch<Music>("hooks/update-status") == 0);
  CHECK(stand_in.calls_of("relation-set") == 0);
  std::vector<std::string> calls = stand_in.calls();
  std::sort(calls.begin(), calls.end());
  CHECK(std::adjacent_find(calls.begin(), calls.end()) == calls.end());
}

TEST_CASE("a deferred event comes again in the next hook, and is forgotten when its observer takes it") {
  StandInTools stand_in;
  stand_in.on("state-get",
              {R"({"deferred-000000":"{\"event\":\"TracingEndpointProvider[tracing]/endpoint_changed\",\"observer\":0,)"
               R"(\"snapshot\":{\"relation_id\":3,\"hostname\":\"again\"}}","deferred-000001":"{}","mine":"x"})"});
  CHECK(dispatch<Music>("hooks/update-status") == 0);
  CHECK(stand_in.calls().back() == "status-set -- active again");
  CHECK(stand_in.calls_of("state-set") == 1);  // with the fields that were missing
  CHECK(stand_in.calls_of("juju-log") == 1);   // the one that cannot be read
}

TEST_CASE("an uncaught exception is logged at ERROR with its text and ends 1, and nothing is written") {
  StandInTools stand_in;
  relate_music(stand_in);
  CHECK(dispatch<Music>("hooks/start") == 1);
  CHECK(stand_in.calls().back() == "juju-log -l ERROR -- uncaught exception in start: no music today");
  CHECK(stand_in.calls_of("relation-set") + stand_in.calls_of("state-set") + stand_in.calls_of("status-set") == 0);
}

TEST_CASE("a hook that the charm does not know and an action end 0, and outside Juju it is 2") {
  StandInTools stand_in;
  CHECK(dispatch<Music>("hooks/secret-rotate") == 0);
  CHECK(dispatch<Music>("actions/backup") == 0);
  CHECK(stand_in.calls().back() == "action-fail -- this charm does not handle the action 'backup'");
  CHECK(dispatch<Music>("hooks/collect-metrics") == 0);
  support::CapturedOutput errors(STDERR_FILENO);
  const int status = dispatch<Music>("");
  const std::string said = errors.take();
  CHECK(status == 2);
  CHECK(said == "./dispatch is a Juju charm: Juju runs it, once for each event; deploy it with `juju deploy`.\n");
}

TEST_CASE("main: an uncaught exception goes to standard error only if juju-log fails") {
  StandInTools stand_in;
  relate_music(stand_in);
  support::CapturedOutput errors(STDERR_FILENO);
  CHECK(dispatch<Music>("hooks/start") == 1);
  stand_in.remove("juju-log");
  CHECK(dispatch<Music>("hooks/start") == 1);
  CHECK(errors.take() == "uncaught exception in start: no music today\n");
}

TEST_CASE("main: a debug line goes to standard output, which Juju logs at DEBUG, and calls no tool") {
  StandInTools stand_in;
  support::CapturedOutput output(STDOUT_FILENO);
  CHECK(dispatch<Music>("hooks/stop") == 0);
  CHECK(output.take() == "not worth a process\n");
  CHECK(stand_in.calls_of("juju-log") == 0);
}

TEST_CASE("main: a hook does not read config.yaml") {
  StandInTools stand_in;
  CHECK(dispatch<Listener>("hooks/update-status", {}, "options: {port: {type: int, default: wrong}}") == 0);
}

TEST_CASE("users 30: a hook that finds all as it should be logs nothing") {
  StandInTools stand_in;
  CHECK(dispatch<Music>("hooks/stop") == 0);
  CHECK(stand_in.calls_of("juju-log") == 0);
}

TEST_CASE("jobs() costs at most 1 + 2R + U calls, however often it is called") {
  StandInTools stand_in;
  stand_in.on("relation-ids", {R"(["tracing:3","tracing:4"])"});
  stand_in.on("relation-list", {R"(["a/0","a/1","a/2"])"});
  stand_in.on("relation-list", "--format=json -r tracing:4", {R"(["b/0"])"});
  stand_in.on("relation-get", {R"({"tempo_scrape_unit_address":"10.0.0.1"})"});
  for (const char* app : {"-r tracing:3 - a", "-r tracing:4 - b"}) {
    stand_in.on("relation-get", std::string("--format=json ") + app + " --app", {R"({"scrape_jobs":"[{}]"})"});
  }
  CHECK(dispatch<Tempo>("hooks/update-status") == 0);
  CHECK(stand_in.calls().back() == "status-set -- active 3");
  CHECK(stand_in.calls_of("relation-ids") + stand_in.calls_of("relation-list") + stand_in.calls_of("relation-get") ==
        1 + 2 * 2 + 4);
}

TEST_CASE(
    "users 1: a relation that dies stops no other, with one warning that names it, and any other failure ends 1") {
  StandInTools stand_in;
  relate_music(stand_in);
  stand_in.on("relation-ids", {R"(["tracing:3","tracing:4"])"});
  stand_in.on("relation-get", "--format=json -r tracing:4 - music/0", {"", "ERROR permission denied", 1});
  stand_in.on("relation-get", "--format=json -r tracing:4 - music --app", {"", "ERROR permission denied", 1});
  CHECK(dispatch<Music>("hooks/update-status") == 0);
  CHECK(stand_in.calls_of("relation-set") == 4);  // users 3: what cannot be read is written whole
  CHECK(stand_in.calls_of("juju-log") == 1);
  stand_in.on("relation-get", "--format=json -r tracing:4 - music/0", {"", "ERROR connection is shut down", 1});
  CHECK(dispatch<Music>("hooks/update-status") == 1);
}

TEST_CASE("in relation-broken the relation is none of the model's, and in the others it is") {
  StandInTools stand_in;
  relate_music(stand_in);
  CHECK(dispatch<Music>("hooks/tracing-relation-broken", in_relation) == 0);
  CHECK(stand_in.calls_of("relation-set") == 0);
}

TEST_CASE("a charm that is not related asks for no more than that") {
  StandInTools stand_in;
  CHECK(dispatch<Music>("hooks/update-status") == 0);
  CHECK(dispatch<Listener>("hooks/config-changed") == 0);
  CHECK(stand_in.calls_of("relation-ids") == 2);
  CHECK(stand_in.calls_of("is-leader") == 0);
}
