// SPDX-License-Identifier: Apache-2.0
// The files that the example charm prometheus writes, in a real Prometheus that scrapes small HTTP servers.
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <juju/testing.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <support/catch.hpp>
#include <support/charm_directories.hpp>
#include <support/temporary_directory.hpp>
#include "../examples/prometheus/prometheus.hpp"
#include "http.hpp"

namespace {

using juju::testing::TestModel;
using nlohmann::json;

/// Calls `is_reached` until it returns true, for at most 30 seconds.
template <typename Condition>
bool wait_until(Condition is_reached) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!is_reached()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return true;
}

/// A Prometheus server with DIRECTORY/prometheus.json. The destructor ends it.
class Server {
 public:
  explicit Server(const std::filesystem::path& directory) {
    std::vector<std::string> words = {"prometheus", "--config.file=" + (directory / "prometheus.json").string(),
                                      "--storage.tsdb.path=" + (directory / "data").string(),
                                      "--web.listen-address=127.0.0.1:" + std::to_string(port_), "--log.level=warn"};
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    REQUIRE(::posix_spawnp(&child_, "prometheus", nullptr, nullptr, argv.data(), environ) == 0);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() {
    ::kill(child_, SIGTERM);
    if (!wait_until([this] { return ::waitpid(child_, nullptr, WNOHANG) != 0; })) {
      ::kill(child_, SIGKILL);
      ::waitpid(child_, nullptr, 0);
    }
  }

  void reload() const { ::kill(child_, SIGHUP); }

  /// The value of `data` in the answer of its API; null without an answer.
  json get(const std::string& path) const {
    const json answer = json::parse(interop::http_get(port_, "/api/v1/" + path), nullptr, false);
    return answer.is_object() ? answer.value("data", json()) : json();
  }

  /// The URL and the labels of each target that is up, sorted.
  json targets_up() const {
    json targets = json::array();
    const json data = get("targets?state=active");
    if (data.is_null()) return targets;
    for (const json& target : data.at("activeTargets")) {
      if (target.at("health") == "up") targets.push_back(json::array({target.at("scrapeUrl"), target.at("labels")}));
    }
    std::sort(targets.begin(), targets.end());
    return targets;
  }

  void require_targets(json expected) const {
    std::sort(expected.begin(), expected.end());
    wait_until([&] { return targets_up() == expected; });
    const json found = targets_up();
    INFO(json::diff(expected, found).dump(1) << get("targets?state=active").dump(1));
    REQUIRE(found == expected);
  }

 private:
  int port_ = interop::free_port();
  pid_t child_ = 0;
};

/// A workload with these options.
class Workload final : public juju::CharmBase {
 public:
  Workload(juju::Framework& framework, prometheus_scrape::MetricsEndpointProviderOptions options)
      : CharmBase(framework), metrics_(*this, std::move(options)) {}

 private:
  prometheus_scrape::MetricsEndpointProvider<Workload> metrics_;
};

const std::string uuid = "6ba7b810-9dad-41d1-80b4-00c04fd430c8";

/// A target of an application. `unit` is empty for a target that is of no unit.
json target(const std::string& url, const std::string& application, const std::string& unit, const std::string& job,
            const std::string& tier = {}) {
  const std::string prefix = "prod_" + uuid + "_" + application;
  json labels = {{"job", "juju_prod_6ba7b810_" + application + "_prometheus_scrape" + job},
                 {"instance", unit.empty() ? prefix : prefix + "_" + unit},
                 {"juju_model", "prod"},
                 {"juju_model_uuid", uuid},
                 {"juju_application", application},
                 {"juju_charm", "music"}};
  if (!unit.empty()) labels["juju_unit"] = unit;
  if (!tier.empty()) labels["tier"] = tier;
  return json::array({"http://" + url, labels});
}

}  // namespace

TEST_CASE("interop prometheus: a real server scrapes each target with its labels") {
  const interop::MetricsServer metrics({"127.0.0.1", "127.0.0.2", "::1"}, {"/stats", "/metrics", "/lyrics-0/metrics"});
  const std::string port = ":" + std::to_string(metrics.port());
  const support::TemporaryDirectory scratch;
  juju::Metadata prometheus = juju::Metadata::load(support::built("prometheus").path);
  prometheus.charm_directory = scratch.path();

  TestModel model{{.name = "prod", .uuid = uuid}};
  const auto deploy = [&](const std::string& name, int units,
                          const prometheus_scrape::MetricsEndpointProviderOptions& options) {
    model.deploy(name, juju::Metadata::load(support::built("music").path),
                 [options](juju::Framework& framework) { return std::make_unique<Workload>(framework, options); },
                 {.units = units});
    model.integrate(name + ":metrics-endpoint", "prometheus:metrics-endpoint");
  };
  model.deploy<Prometheus>("prometheus", prometheus);
  deploy("music", 2,
         {.jobs = {{.job_name = "web",
                    .metrics_path = "/stats",
                    .static_configs = {{.targets = {"*" + port, "localhost" + port}, .labels = {{"tier", "front"}}}},
                    .scrape_interval = "1s",
                    .scrape_timeout = "1s"},
                   {.job_name = "batch",
                    .static_configs = {{.targets = {"127.0.0.2" + port}}},
                    .scrape_interval = "1s",
                    .scrape_timeout = "1s"}}});
  deploy("lyrics", 1,
         {.jobs = {{.static_configs = {{.targets = {"*"}}}, .scrape_interval = "1s", .scrape_timeout = "1s"}},
          .external_url = "http://[::1]" + port + "/lyrics-0"});
  model.set_address("music/0", "127.0.0.1");
  model.set_address("music/1", "127.0.0.2");
  model.settle();
  REQUIRE(model.unit("prometheus/0").status() == juju::ActiveStatus("5 targets of 2 applications"));

  const Server server(scratch.path());
  const json lyrics = target("[::1]" + port + "/lyrics-0/metrics", "lyrics", "lyrics/0", "-0");
  const json first = target("127.0.0.1" + port + "/stats", "music", "music/0", "_web-0", "front");
  const json unmatched = target("localhost" + port + "/stats", "music", "", "_web", "front");
  server.require_targets(json::array({lyrics, first, unmatched,
                                      target("127.0.0.2" + port + "/stats", "music", "music/1", "_web-1", "front"),
                                      target("127.0.0.2" + port + "/metrics", "music", "music/1", "_batch-1")}));

  const json groups = server.get("rules").at("groups");
  json names = json::array();
  for (const json& group : groups) {
    names.push_back(group.at("name"));
    for (const json& rule : group.at("rules")) CHECK(rule.value("lastError", "") == "");
  }
  CHECK(names == json::array({"prod_6ba7b810_music_HostHealth_rules", "prod_6ba7b810_music_requests_requests",
                              "prod_6ba7b810_lyrics_HostHealth_rules", "prod_6ba7b810_lyrics_requests_requests"}));

  model.remove_unit("music/1");
  model.add_unit("music");
  model.set_address("music/2", "::1");
  model.settle();
  server.reload();
  server.require_targets(
      json::array({lyrics, first, unmatched, target("[::1]" + port + "/stats", "music", "music/2", "_web-2", "front"),
                   target("127.0.0.2" + port + "/metrics", "music", "", "_batch")}));
}
