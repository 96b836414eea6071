// SPDX-License-Identifier: Apache-2.0
// A workload behind an ingress.
#include <support/prometheus.hpp>

using namespace support::prometheus;
using namespace juju::testing;

namespace {

/// Sets its URL from the configuration, on config-changed.
struct Routed final : juju::CharmBase {
  explicit Routed(juju::Framework& framework) : CharmBase(framework) {
    framework.observe(on().config_changed,
                      [this](juju::Event&) { metrics.set_external_url(config<std::string>("url")); });
  }
  prom::MetricsEndpointProvider<Routed> metrics{*this, {.external_url = "http://first/path"}};
};

juju::StringMap keys_behind(const std::string& host, const std::string& path) {
  juju::StringMap keys = {{"prometheus_scrape_unit_name", "music/1"}, {"prometheus_scrape_unit_address", host}};
  if (!path.empty()) keys["prometheus_scrape_unit_path"] = path;
  return keys;
}

}  // namespace

TEST_CASE("prometheus external URL: gives host, path, port and scheme") {
  struct Case {
    const char* url;
    const char* host;
    const char* path;
    const char* target;
    const char* scheme;
  };
  for (const auto& [url, host, path, target, scheme] : {
           Case{"https://h/p", "h", "/p", "*:443", "https"},
           Case{"http://h/p/", "h", "/p", "*:80", "http"},
           Case{"h/p", "h", "/p", "*:80", "http"},
           Case{"h:81", "h", "", "*:81", "http"},
           Case{"HTTPS://h:8443/", "h", "", "*:8443", "https"},
           Case{"https://[fd00::1]:8443/a/b", "[fd00::1]", "/a/b", "*:8443", "https"},
           Case{"[fd00::1]", "[fd00::1]", "", "*:80", "http"},
       }) {
    CAPTURE(url);
    const State after = run_workload(providing(), {.external_url = url});
    CHECK(after.relation(3).local_unit_data == keys_behind(host, path));
    CHECK(published(after, "scrape_jobs") ==
          json::array(
              {{{"metrics_path", "/metrics"}, {"scheme", scheme}, {"static_configs", {{{"targets", {target}}}}}}}));
  }
}

TEST_CASE("prometheus external URL: own ports and schemes of jobs stay") {
  const State after = run_workload(
      providing(),
      {.jobs = {{.job_name = "a", .metrics_path = "/a", .static_configs = {{.targets = {"*", "*:1", "db", "db:2"}}}},
                {.job_name = "b", .settings = {{"scheme", "http"}, {"sample_limit", 1U}}}},
       .external_url = "https://h"});
  CHECK(published(after, "scrape_jobs") == json::parse(R"([
    {"job_name": "a", "metrics_path": "/a", "scheme": "https",
     "static_configs": [{"targets": ["*:443", "*:1", "db", "db:2"]}]},
    {"job_name": "b", "metrics_path": "/metrics", "scheme": "http", "sample_limit": 1,
     "static_configs": [{"targets": ["*:80"]}]}])"));
}

TEST_CASE("prometheus external URL: an invalid URL throws and changes nothing") {
  for (const char* url : {"ftp://h", "http://", "http:///p", "https://user@h/p", "http://h/p?q=1", "http://h/\n", " ",
                          "http://h:0", "http://h:x", "http://h/#f", "fd00::1", "\xff", "None"}) {
    CAPTURE(url);
    CHECK_THROWS_AS(run_workload(providing(), {.external_url = url}), prom::InvalidOptionError);
    const std::string address = inspect<Routed>(providing(), workload_metadata, [&](Routed& charm) {
      CHECK_THROWS_AS(charm.metrics.set_external_url(url), prom::InvalidOptionError);
      charm.framework().run({.kind = juju::HookKind::update_status});
      return *charm.model().relation(3)->data("music/1").get("prometheus_scrape_unit_address");
    });
    CHECK(address == "first");
  }
}

TEST_CASE("prometheus external URL: changes are published at once") {
  const juju::Metadata metadata = juju::Metadata::parse(
      "{name: music, provides: {metrics-endpoint: {interface: prometheus_scrape}}}", "options: {url: {default: ''}}");
  State state = run<Routed>(providing(), update_status(), metadata);
  CHECK(state.relation(3).local_unit_data == keys_behind("first", "/path"));
  state.config["url"] = "https://gw:1/x";
  state = run<Routed>(state, config_changed(), metadata);
  CHECK(state.relation(3).local_unit_data == keys_behind("gw", "/x"));
  CHECK(published(state, "scrape_jobs")[0].at("scheme") == "https");
  state.config["url"] = "";
  state = run<Routed>(state, config_changed(), metadata);
  CHECK(state.relation(3).local_unit_data == unit_keys());
  CHECK(published(state, "scrape_jobs") ==
        json::parse(R"([{"metrics_path": "/metrics", "static_configs": [{"targets": ["*:80"]}]}])"));
}
