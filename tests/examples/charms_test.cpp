// SPDX-License-Identifier: Apache-2.0
// The charms of examples/ for tempo_scrape, in memory and as charm directories.
#include <juju/testing.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include <support/catch.hpp>
#include <support/charm_directories.hpp>
#include <support/program.hpp>
#include <support/temporary_directory.hpp>
#include "../examples/spring-music/spring_music.hpp"
#include "../examples/tempo/tempo.hpp"

namespace {

using Catch::Matchers::ContainsSubstring;
using juju::testing::State;
using nlohmann::json;
using support::metadata_of;

/// spring-music with two units and tempo, related and settled. tempo writes into a temporary directory.
struct SpringMusicAndTempo {
  SpringMusicAndTempo() {
    juju::Metadata tempo = metadata_of("tempo");
    tempo.charm_directory = directory;
    model.deploy<Tempo>("tempo", tempo);
    model.deploy<SpringMusic>("spring-music", metadata_of("spring-music"), {.units = 2});
    relation = model.integrate("spring-music:tracing", "tempo:tracing");
    model.settle();
  }

  void configure(const std::string& application, const json& config) {
    model.set_config(application, config);
    model.settle();
  }

  std::string published(const std::string& application, const std::string& key) const {
    return model.application_data(relation, application).at(key);
  }

  json targets() {
    json all = json::array();
    for (const json& job : model.unit("tempo/0").inspect<Tempo>([](Tempo& tempo) { return tempo.scrape_configs(); })) {
      for (const json& config : job["static_configs"])
        all.insert(all.end(), config["targets"].begin(), config["targets"].end());
    }
    return all;
  }

  support::TemporaryDirectory scratch = {};
  std::filesystem::path directory = scratch.path();
  std::filesystem::path scrape_config = directory / "scrape_config.json";
  juju::testing::TestModel model;
  juju::RelationId relation = 0;
};

}  // namespace

TEST_CASE("spring-music: its own port is scraped unless the option jobs is set") {
  SpringMusicAndTempo both;
  CHECK(both.targets().dump() == R"(["10.1.0.3:8000","10.1.0.3:8081","10.1.0.4:8000","10.1.0.4:8081"])");
  both.configure("spring-music", {{"port", 9000}});
  CHECK(both.targets().dump() == R"(["10.1.0.3:9000","10.1.0.3:8081","10.1.0.4:9000","10.1.0.4:8081"])");
  both.configure("spring-music", {{"jobs", R"([{"job_name": "a", "static_configs": [{"targets": ["*:7000"]}]}])"}});
  CHECK(both.targets().dump() == R"(["10.1.0.3:7000","10.1.0.4:7000"])");
}

TEST_CASE("spring-music: an invalid configuration blocks it with the first problem") {
  const auto [config, problem] =
      GENERATE(table<json, std::string>({{{{"jobs", "[{"}}, "configuration: jobs: not JSON"},
                                         {{{"jobs", R"({"targets": []})"}}, "not an array"},
                                         {{{"jobs", R"([{"static_configs": [{"targets": ["*:80", "*:x"]}, 7]}])"}},
                                          "jobs at /0/static_configs/0/targets/1: "},
                                         {{{"jobs", R"([{"job_name": "a"}, {"job_name": "a"}])"}}, "jobs at /1"},
                                         {{{"jobs", R"([{"scheme": "https"}])"}}, "jobs at /0/scheme: "},
                                         {{{"port", 0}}, "port: not a port from 1 to 65535"},
                                         {{{"port", 65536}}, "port: not a port from 1 to 65535"}}));
  CAPTURE(config.dump());
  const State after =
      juju::testing::run<SpringMusic>({.config = config}, juju::testing::config_changed(), metadata_of("spring-music"));
  CHECK(after.unit_status.name == "blocked");
  CHECK_THAT(after.unit_status.message, ContainsSubstring(problem));
}

TEST_CASE("spring-music: an invalid option jobs keeps the published jobs") {
  SpringMusicAndTempo both;
  const juju::StringMap before = both.model.application_data(both.relation, "spring-music");
  both.configure("spring-music", {{"jobs", "[{]"}});
  both.model.set_address("spring-music/0", "10.9.9.9");
  both.model.add_unit("spring-music");
  both.model.settle();
  CHECK(both.model.application_data(both.relation, "spring-music") == before);
  CHECK(both.model.unit("spring-music/2").status().name == "blocked");
  CHECK(both.targets().size() == 6);
  CHECK(both.targets()[0] == "10.9.9.9:8000");
  both.configure("spring-music", {});
  CHECK(both.model.unit("spring-music/2").status().name == "active");
}

TEST_CASE("spring-music: its status is the OTLP endpoint, or waiting without Tempo") {
  SpringMusicAndTempo both;
  CHECK(both.model.unit("spring-music/1").status() == juju::ActiveStatus("traces go to http://tempo.local:4317"));
  both.configure("tempo", {{"hostname", "fd00::7"}, {"otlp-grpc-port", 5317}});
  CHECK(both.model.unit("spring-music/1").status() == juju::ActiveStatus("traces go to http://[fd00::7]:5317"));
  both.model.remove_relation(both.relation);
  both.model.settle();
  CHECK(both.model.unit("spring-music/1").status() == juju::WaitingStatus("no Tempo to send traces to yet"));
}

TEST_CASE("tempo: it writes the scrape configuration and counts targets and applications") {
  SpringMusicAndTempo both;
  CHECK(both.model.unit("tempo/0").status() == juju::ActiveStatus("4 targets of 1 application"));
  const json jobs = both.model.unit("tempo/0").inspect<Tempo>([](Tempo& tempo) { return tempo.scrape_configs(); });
  CHECK(json::parse(support::text_of(both.scrape_config)) == json{{"scrape_configs", jobs}});
  both.model.deploy<SpringMusic>("other", metadata_of("spring-music"),
                                 {.config = {{"jobs", R"([{"static_configs": [{"targets": ["a.example:80"]}]}])"}}});
  both.model.integrate("other:tracing", "tempo:tracing");
  both.model.settle();
  CHECK(both.model.unit("tempo/0").status() == juju::ActiveStatus("5 targets of 2 applications"));
  both.model.remove_application("other");
  both.model.remove_relation(both.relation);
  both.model.settle();
  CHECK(both.model.unit("tempo/0").status() == juju::ActiveStatus("0 targets of 0 applications"));
  CHECK(json::parse(support::text_of(both.scrape_config)) == json{{"scrape_configs", json::array()}});
}

TEST_CASE("tempo: the scrape configuration is replaced atomically") {
  SpringMusicAndTempo both;
  const std::string before = support::text_of(both.scrape_config);
  std::ifstream reader(both.scrape_config);
  both.model.remove_unit("spring-music/1");
  both.model.settle();
  const std::string after = support::text_of(both.scrape_config);
  CHECK(after != before);
  CHECK(std::string(std::istreambuf_iterator<char>(reader), {}) == before);
  CHECK(std::distance(std::filesystem::directory_iterator(both.directory), {}) == 1);

  std::filesystem::create_directory(both.scrape_config.string() + ".new");  // so nothing can be written there
  both.model.remove_unit("spring-music/0");
  CHECK_THROWS_AS(both.model.settle(), juju::testing::HookFailed);
  CHECK(support::text_of(both.scrape_config) == after);
}

TEST_CASE("tempo: an invalid endpoint blocks it, and publishes and scrapes as before") {
  const auto [config, problem] =
      GENERATE(table<json, std::string>({{{{"hostname", "http://tempo"}}, "hostname: not a host name or an IP address"},
                                         {{{"hostname", ""}}, "hostname: not a host name or an IP address"},
                                         {{{"otlp-http-port", 0}}, "otlp-http-port: not a port from 1 to 65535"},
                                         {{{"zipkin-port", 4294971613}}, "zipkin-port: not a port from 1 to 65535"}}));
  CAPTURE(config.dump());
  SpringMusicAndTempo both;
  const std::string before = both.published("tempo", "tempo_endpoint");
  both.configure("tempo", config);
  CHECK(both.model.unit("tempo/0").status() == juju::BlockedStatus("configuration: " + problem));
  CHECK(both.published("tempo", "tempo_endpoint") == before);
  CHECK(json::parse(support::text_of(both.scrape_config))["scrape_configs"].size() == 1);
  both.configure("tempo", {{"hostname", "tempo.example"}});
  CHECK(both.model.unit("tempo/0").status() == juju::ActiveStatus("4 targets of 1 application"));
  CHECK(json::parse(both.published("tempo", "tempo_endpoint"))["hostname"] == "tempo.example");
}

TEST_CASE("example charms: dispatch outside Juju ends with a sentence and status 2") {
  const std::filesystem::path charm =
      std::filesystem::path(TEMPO_SCRAPE_CHARMS_DIRECTORY) / GENERATE("music", "prometheus", "spring-music", "tempo");
  const support::ProgramRun run = support::run_program(charm / "dispatch", {});
  CHECK(run.status == 2);
  CHECK(run.output.empty());
  CHECK_THAT(run.errors, ContainsSubstring("is a Juju charm") && ContainsSubstring("juju deploy"));
  CHECK(juju::Metadata::load(charm).config == metadata_of(charm.filename()).config);
  CHECK(std::filesystem::exists(charm / "manifest.yaml"));
  CHECK(std::filesystem::file_size(charm.string() + ".charm") > 0);
}

TEST_CASE("tempo: a denied data bag is skipped with a warning, and the others are scraped") {
  juju::testing::TestModel model;
  model.deploy("tempo", support::built("tempo"));
  for (const std::string name : {"music0", "music1", "music2"}) {
    model.deploy(name, support::built("spring-music"));
    model.integrate(name + ":tracing", "tempo:tracing");
  }
  model.settle();
  model.unit("tempo/0").fire(juju::testing::update_status());
  model.settle({.before_call = [](const juju::testing::Call& call) {
    if (call.tool == "relation-get" && call.relation == 1) throw std::runtime_error("permission denied");
  }});
  CHECK(support::targets(model) ==
        std::vector<std::string>{"10.1.0.3:8000", "10.1.0.3:8081", "10.1.0.5:8000", "10.1.0.5:8081"});
  int warnings = 0;
  for (const auto& [level, message] : model.unit("tempo/0").log()) {
    if (level != juju::LogLevel::warning) continue;
    ++warnings;
    CHECK_THAT(message, ContainsSubstring("tracing:1"));
  }
  CHECK(warnings > 0);
}

TEST_CASE("tempo: without JUJU_REMOTE_APP it finds the application by its units") {
  State state{.relations = {{.id = 0, .endpoint = "tracing"}}, .unit_name = "tempo/0"};
  state.relations[0].remote_units["music/0"] = {{"tempo_scrape_unit_address", "10.0.0.1"}};
  state.relations[0].remote_application_data = {{"scrape_jobs", R"([{"static_configs": [{"targets": ["*:80"]}]}])"}};
  const auto after = juju::testing::run(state, juju::testing::relation_changed(0, "music/0"), support::built("tempo"));
  CHECK(after.unit_status.message == "1 target of 1 application");
}

TEST_CASE("spring-music: an unknown hook succeeds and changes nothing") {
  const State before{.unit_name = "music/0"};
  CHECK(juju::testing::run(before, juju::Hook{.subject = "never-heard-of"}, support::built("spring-music")) == before);
}
