// SPDX-License-Identifier: Apache-2.0
// Prints the text of every exception and the reason of every problem once, for a review.
#include <charms/prometheus_k8s/v0/prometheus_scrape.hpp>
#include <charms/tempo_coordinator_k8s/v0/tracing.hpp>
#include <charms/tempo_k8s/v0/tempo_scrape.hpp>
#include <juju/hook_tools/error.hpp>
#include <juju/testing.hpp>
#include <scrape/alert_rule_rewrite.hpp>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <support/catch.hpp>
#include <support/charm_directories.hpp>
#include <support/temporary_directory.hpp>
#include "messages.hpp"

namespace {

using namespace charms::tempo_k8s::v0::tempo_scrape;
using namespace messages;
namespace fs = std::filesystem;

const Metadata provides = Metadata::parse("{name: app, provides: {tracing: {interface: tempo_scrape}}}");
const Metadata tempo = Metadata::parse("{name: tempo, requires: {tracing: {interface: tempo_scrape}}}");

struct Consumer final : juju::CharmBase {
  explicit Consumer(juju::Framework& framework) : CharmBase(framework) {}
  TracingEndpointConsumer<Consumer> scrape{*this, {.label_names = LabelNames::legacy, .max_bytes_per_relation = 2000}};
};

template <template <typename> typename Endpoint, typename Options>
void construct(const Metadata& metadata, Options options) {
  inspect<Charm>({}, metadata, [&](Charm& charm) { return Endpoint<Charm>(charm, std::move(options)), 0; });
}

/// The problems of a Tempo that is related to applications with these data bags.
std::vector<Problem> problems_of_tempo(const std::vector<std::pair<std::string, juju::StringMap>>& applications,
                                       const juju::StringMap& unit = {}) {
  State state;
  for (const auto& [name, bag] : applications) {
    RelationState relation{.id = static_cast<int>(state.relations.size()), .endpoint = "tracing"};
    relation.remote_application = name;
    relation.remote_application_data = bag;
    relation.remote_units[name + "/0"] = unit;
    state.relations.push_back(relation);
  }
  return inspect<Consumer>(state, tempo, [](Consumer& charm) { return charm.scrape.problems(); });
}

std::string repeated(std::size_t times, const std::string& part) {
  std::string text;
  while (times-- > 0) text += part;
  return text;
}

void add_jobs(Page& page) {
  page.heading("Problems of scrape jobs");
  const std::string labels = R"([{"static_configs": [{"labels": 1}, {"labels": {"": "a", "__a": "b", "a": [], ")";
  for (const std::string& text :
       {std::string("[1,]"), std::string("[1e400]"), repeated(65, "["), std::string("{}"),
        "[" + repeated(101, "1,") + "1]",
        std::string(R"([{"job_name": []}, {"static_configs": 1}, {"static_configs": [{"targets": ["h:0"]}]}])"),
        std::string(R"([{"static_configs": [1, {"targets": 1}]}, {"scrape_interval": "x"}, {"scheme": "https"}])"),
        std::string(R"([{"scrape_interval": "1s", "scrape_timeout": "2s"}, {}, {"job_name": "a"}, {"job_name": "a"}])"),
        labels + std::string(501, 'x') + R"(": "c"}}]}])"}) {
    page.add(ScrapeJob::parse(text).problems);
  }
  page.add(scrape::problems_of({{.job_name = "\xff"}}));
  const std::string targets = R"([{"static_configs": [{"targets": [)" + repeated(200, R"("a:1", )") + R"("a:1"]}]}])";
  page.add(problems_of_tempo(
      {{"a", {{"scrape_jobs", R"([{"job_name": "b"}, {"job_name": "b"}])"}}},
       {"a_b", {{"scrape_jobs", "[{}]"}}},
       {"c", {{"scrape_jobs", targets}}},
       {"d", {{"scrape_jobs", R"([{"static_configs": [{"labels": {"a-b": "", "a_b": "", "c-d": ""}}]}])"}}}}));
  page.heading("Problems of names and addresses");
  const std::string uuid = R"({"model": "m", "application": "a", "model_uuid": ")" + State().model_uuid + "\", ";
  for (const std::string& metadata :
       {std::string("x"), std::string("[]"), std::string(R"({"model": 1})"), uuid + R"("charm_name": 1})"}) {
    page.add(problems_of_tempo({{"b", {{"scrape_jobs", "[{}]"}, {"scrape_metadata", metadata}}}},
                               {{"tempo_scrape_unit_address", "a b"}, {"tempo_scrape_unit_name", "c/0"}}));
  }
  page.add(problems_of_tempo({{"b", {{"scrape_jobs", "[{}]"}}}}, {{"tempo_scrape_unit_name", "\n"}}));
  page.heading("Problems of Tempo's endpoint");
  std::vector<Problem> problems;
  for (const std::string& text :
       {std::string("a: b: c"), std::string("[]"), std::string("hostname: []"), std::string("hostname: a b"),
        std::string("{hostname: t, tempo_port: 0}"), std::string(70'000, 'a'), std::string("\xff"),
        std::string("a\n---\nb"), std::string("a: &a 1\nb: *a"), std::string("? [a]\n: b"), std::string(R"("\0")"),
        repeated(65, "- ") + "a", repeated(65, "%TAG !a! x\n") + "--- a"}) {
    parse_endpoint(text, problems);
  }
  page.add(problems);
  for (const std::string& text :
       {std::string("*a"), std::string("<<: 1"), "- &a " + std::string(1000, 'x') + repeated(10'000, "\n- *a")}) {
    page.add(juju::parse_yaml_with_aliases(text, 10'000'000).error.reason);
  }
}

void add_alert_rules(Page& page) {
  page.heading("Problems of alert rules");
  const juju::Topology topology{.model = "m", .model_uuid = "u", .application = "a"};
  const std::string fields = R"("for": "x", "labels": {"a b": "", "__a": "", "c": []}, "z": 1)";
  for (const std::string& text :
       {std::string("[]"), std::string(R"({"groups": 1, "z": 1})"),
        std::string(R"({"groups": [1, {}, {"name": "a", "rules": 1}, {"name": "b", "limit": -1, "z": 1, "rules": [
            {"alert": "a", "expr": "1"}]}, {"name": "b", "rules": [1]}]})"),
        R"({"groups": [{"name": "c", "rules": [1, {}, {"alert": ""}, {"record": "a b"}, {"alert": "a"},
            {"alert": "a", "expr": "1", )" +
            fields + R"(}, {"record": "a", "expr": "1", "z": 1}]}]})"}) {
    page.add(scrape::read_alert_rules(text, topology).problems);
  }
  page.add(scrape::read_alert_rules("{}", {.application = "{{"}).problems);
  const std::string valid =
      R"({"groups": [{"name": "a", "query_offset": "1m", "rules": [{"alert": "a", "expr": "1"}]}]})";
  page.add(scrape::read_alert_rules(valid, topology, {.query_offset = false, .max_bytes = 10}).problems);
  const support::TemporaryDirectory directory;
  const auto write = [&](const char* name, const std::string& text) { std::ofstream(directory.path() / name) << text; };
  write("a.rules", std::string(1024 * 1024 + 1, ' '));
  write("b.rules", "[]");
  write("\xff.rules", "");
  fs::create_symlink("/proc/self/mem", directory.path() / "c.rules");  // even root cannot read this
  page.add(scrape::load_alert_rules(directory.path(), topology).problems);
  page.add(scrape::load_alert_rules(directory.path() / "a.rules", topology).problems);
  scrape::AlertRuleFiles generic = scrape::load_alert_rules("", topology, {.generic_rules = true});
  scrape::rewrite_expressions(generic, topology, [](const std::string& expression, const juju::StringMap&) {
    if (expression.starts_with("up")) throw std::runtime_error("no such tool");
    return std::string();
  });
  page.add(generic.problems);
}

void add_tracing(Page& page) {
  namespace tracing = charms::tempo_coordinator_k8s::v0::tracing;
  page.heading("Problems of the relation tracing");
  std::vector<Problem> problems;
  for (const char* text :
       {"x", "{}", R"([1, {}, {"protocol": {}}, {"protocol": {"name": "a"}}])",
        R"([{"protocol": {"name": "a", "type": "http"}}, {"protocol": {"name": "a", "type": "http"}, "url": "h"}])",
        R"([{"protocol": {"name": "a", "type": "grpc"}, "url": "h"}])",
        R"([{"protocol": {"name": "a", "type": "grpc"}, "url": "http://h:1"}])"}) {
    tracing::parse_receivers(text, problems);
  }
  page.add(problems);
  for (const char* text : {"x", "{}", "[1]", R"(["a"])"}) {
    problems.clear();
    tracing::parse_request(text, problems);
    page.add(problems);
  }
  page.heading("Exceptions of the relation tracing");
  const Metadata workload = Metadata::parse("{name: music, requires: {tracing: {interface: tracing}}}");
  const Metadata backend = Metadata::parse("{name: tempo, provides: {tracing: {interface: tracing}}}");
  const auto refused = [&](auto act, bool leader = true) {
    inspect<Charm>({.leader = leader}, workload, [&](Charm& charm) {
      tracing::TracingEndpointRequirer<Charm> requirer(charm);
      return page.error([&] { act(requirer); }), 0;
    });
  };
  using Requirer = tracing::TracingEndpointRequirer<Charm>;
  refused([](Requirer& requirer) { requirer.request_protocols({}); });
  refused([](Requirer& requirer) { requirer.request_protocols({"otlp"}); });
  refused([](Requirer& requirer) { requirer.request_protocols({"zipkin"}); }, false);
  refused([](Requirer& requirer) { requirer.is_ready(); });
  page.add(tracing::ProtocolNotRequestedError("zipkin").what());
  for (const tracing::RawReceiver& receiver : {tracing::RawReceiver{"zipkin", "h"}, {"otlp_grpc", "http://h:1"}}) {
    inspect<Charm>({.leader = true}, backend, [&](Charm& charm) {
      tracing::TracingEndpointProvider<Charm> provider(charm);
      return page.error([&] { provider.publish_receivers({receiver}); }), 0;
    });
  }
  MemoryModel model({}, workload);
  page.error([&] { tracing::EndpointChangedEvent().restore({{"relation_id", 1}}, model); });
}

void add_prometheus(Page& page) {
  namespace prom = charms::prometheus_k8s::v0::prometheus_scrape;
  page.heading("Problems of the relation prometheus_scrape");
  const Metadata workload =
      Metadata::parse("{name: music, provides: {metrics-endpoint: {interface: prometheus_scrape}}}");
  const Metadata scraper =
      Metadata::parse("{name: prometheus, requires: {metrics-endpoint: {interface: prometheus_scrape}}}");
  const auto problems = [&](const std::string& jobs, prom::MetricsEndpointConsumerOptions options = {}) {
    RelationState relation{.id = 1, .endpoint = "metrics-endpoint", .remote_application = "b"};
    relation.remote_application_data["scrape_jobs"] = jobs;
    relation.remote_units["b/0"] = {{"prometheus_scrape_unit_address", "h"}, {"prometheus_scrape_unit_path", "p"}};
    page.add(inspect<Charm>({.relations = {relation}}, scraper, [&](Charm& charm) {
      return prom::MetricsEndpointConsumer<Charm>(charm, std::move(options)).problems();
    }));
  };
  for (const char* job :
       {R"("metrics_path": "m", "proxy_url": "http://p", "sample_limit": -1)", R"("scheme": "ftp")", R"("params": 1)",
        R"("basic_auth": 1)", R"("basic_auth": {"x": 1, "username_file": "f"})", R"("basic_auth": {"password": 1})",
        R"("tls_config": {"server_name": []})", R"("tls_config": {"insecure_skip_verify": 1})",
        R"("tls_config": {"min_version": 1})", R"("tls_config": {"cert": "c"})", R"("relabel_configs": 1)",
        R"("authorization": {"type": "Basic"})",
        R"("basic_auth": {"username": "u"}, "authorization": {"credentials": "c"})",
        R"("static_configs": [{"targets": ["http://h"]}])"}) {
    problems("[{" + std::string(job) + "}]");
  }
  for (const char* rule : {"1", R"({"x": 1})", R"({"source_labels": 1})", R"({"regex": 1})", R"({"modulus": -1})", "{}",
                           R"({"action": "x"})", R"({"action": "labelmap", "replacement": ""})",
                           R"({"action": "labeldrop", "modulus": 1})", R"({"action": "hashmod", "target_label": "a"})",
                           R"({"action": "uppercase", "target_label": "a", "replacement": ""})",
                           R"({"action": "keepequal", "target_label": "a", "regex": "b"})"}) {
    problems(R"([{"relabel_configs": [)" + std::string(rule) + "]}]");
  }
  problems(R"([{"proxy_url": 1, "tls_config": {"ca": "c", "ca_file": "f"}}])",
           {.allow_file_keys = true,
            .allow_proxy_url = true,
            .tls_inline_keys = false,
            .check_jobs = [](const nlohmann::json&) { return std::optional<std::string>("\xff"); }});
  page.add(scrape::problems_of({{.settings = 1},
                                {.job_name = "a", .metrics_path = "\xff"},
                                {.job_name = "b", .settings = {{"x", 1}}},
                                {.job_name = "c", .settings = {{"x", "\xff"}}}}));
  page.heading("Exceptions of the relation prometheus_scrape");
  page.error([&] {
    construct<prom::MetricsEndpointConsumer>(scraper,
                                             prom::MetricsEndpointConsumerOptions{.fallback_scrape_protocol = "x"});
  });
  page.error([&] {
    construct<prom::MetricsEndpointProvider>(workload, prom::MetricsEndpointProviderOptions{.external_url = "ftp://h"});
  });
}

void add_errors(Page& page) {
  page.heading("Exceptions of endpoints");
  const auto provider = [&](const Metadata& metadata, TracingEndpointProviderOptions options = {}) {
    page.error([&] { construct<TracingEndpointProvider>(metadata, options); });
  };
  const auto consumer = [&](TracingEndpointConsumerOptions options) {
    page.error([&] { construct<TracingEndpointConsumer>(tempo, options); });
  };
  provider(Metadata::parse("name: a"));
  provider(Metadata::parse("{name: a, provides: {tracing: {interface: x}}}"));
  provider(tempo);
  provider(provides, {.address = "a b"});
  provider(provides, {.jobs = {{.scrape_interval = "x"}}});
  consumer({.scrape_interval = "x"});
  consumer({.max_bytes_per_relation = 0});
  const TracingEndpointRequirerOptions invalid{.hostname = "t", .tempo_port = 0};
  page.error([&] { construct<TracingEndpointRequirer>(tempo, invalid); });
  MemoryModel model({}, provides);
  page.error([&] { EndpointChangedEvent().restore({{"relation_id", 1}}, model); });

  page.heading("Exceptions of charms");
  const State related{.relations = {{.id = 1, .endpoint = "tracing", .remote_application = "b"}}};
  const auto refused = [&](auto act, const State& state) {
    const auto look = [&](Charm& charm) { return page.error([&] { act(charm); }), 0; };
    inspect<Charm>(state, provides, look);
  };
  refused([](Charm& charm) { charm.model().relation(1)->data("app").get("key"); }, related);
  refused([](Charm& charm) { charm.model().relation(1)->data("b/7").get("key"); }, related);
  refused([](Charm& charm) { charm.app().set_status(juju::ActiveStatus()); }, {});
  refused([](Charm& charm) { static_cast<void>(charm.on()["x"]); }, {});
  refused([](Charm& charm) { static_cast<void>(charm.on().pebble_ready("x")); }, {});
  refused([](Charm& charm) { charm.unit().open_port("sctp", 1); }, {});
  refused([](Charm& charm) { charm.unit().open_port("icmp", 1); }, {});
  refused([](Charm& charm) { charm.unit().open_port("tcp", 0); }, {});
  for (const nlohmann::json& config : {R"({})"_json, R"({"port": "x"})"_json, R"({"port": 5000000000})"_json}) {
    refused([](Charm& charm) { juju::config<int>(charm.model(), "port"); }, {.config = config});
  }
  juju::ActionEvent action;
  for (const char* results : {"1", R"({"A": 1})", R"({"a.b": 1, "a": {"b": 1}})"}) {
    page.error([&] { action.set_results(nlohmann::json::parse(results)); });
  }
  page.error([&] { action.snapshot(); });
  using juju::hook_tools::HookToolError;
  using enum HookToolError::Kind;
  for (const auto kind : {missing, not_started, timed_out, killed, unreadable, HookToolError::Kind::other}) {
    page.add(HookToolError(kind, "is-leader", {1, 9, EACCES, false, "", "ERROR no"}).what());
  }

  page.heading("Exceptions of metadata");
  for (const char* text :
       {"a: b: c", "[]", "summary: x", "{name: a, peers: x}", "{name: a, peers: {x: {}}}",
        "{name: a, peers: {x: {interface: i, limit: x}}}", "{name: a, peers: {x: {interface: i, scope: x}}}",
        "{name: a, peers: {x: {interface: i, optional: x}}}"}) {
    page.error([&] { Metadata::parse(text); });
  }
  for (const char* options : {"options: {o: 1}", "options: {o: {type: int, default: x}}"}) {
    page.error([&] { Metadata::parse("name: a", options); });
  }
  page.error([&] { Metadata::load("/proc/self/none"); });
  const support::TemporaryDirectory directory;
  fs::create_directory(directory.path() / "metadata.yaml");
  page.error([&] { Metadata::load(directory.path()); });
}

/// The string literals with a space in calls that form messages.
std::set<std::string> literals_in(const std::string& source) {
  std::set<std::string> literals;
  for (const std::string call : {"report(", "report_other_keys(", "skip(", "skip_target(", "refuse(", "add_problem(",
                                 ".reason = ", "throw ", "problems.push_back("}) {
    for (std::size_t at = source.find(call); at != std::string::npos; at = source.find(call, at + 1)) {
      const std::size_t end = source.find(';', at);  // may be inside a literal: the inner loop reads it to its end
      std::size_t begin = at;
      while ((begin = source.find('"', begin)) < end) {
        std::size_t close = begin + 1;
        while (source[close] != '"') close += source[close] == '\\' ? 2 : 1;
        const std::string literal = source.substr(begin + 1, close - begin - 1);
        if (literal.find(' ') != std::string::npos && literal.find('\\') == std::string::npos) literals.insert(literal);
        begin = close + 1;
      }
    }
  }
  return literals;
}

}  // namespace

TEST_CASE("messages: every exception and every problem is printed") {
  Page page;
  add_jobs(page);
  add_alert_rules(page);
  add_errors(page);
  add_tracing(page);
  add_prometheus(page);
  add_states(page);
  add_test_model(page);
  std::cout << page.text << std::flush;
  for (const auto& entry : fs::recursive_directory_iterator(TEMPO_SCRAPE_TESTS_DIRECTORY "/../include")) {
    const std::string path = entry.path().string();
    const bool is_of_kit_tools = path.find("testing/hook_tools") != std::string::npos;  // these texts are Juju's
    const bool needs_faults = path.find("simulation") != std::string::npos || path.ends_with("testing/dispatch.hpp") ||
                              path.ends_with("agent_socket.hpp");
    if (!path.ends_with(".hpp") || is_of_kit_tools || needs_faults) continue;
    for (const std::string& literal : literals_in(support::text_of(path))) {
      INFO(path << ": " << literal);
      CHECK(page.text.find(literal) != std::string::npos);
    }
  }
}
