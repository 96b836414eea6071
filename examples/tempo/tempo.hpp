// SPDX-License-Identifier: Apache-2.0
// Tempo's charm: scrapes the related applications, and publishes its endpoint.
#pragma once

#include <algorithm>
#include <charms/tempo_k8s/v0/tempo_scrape.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "../replace_file.hpp"

using namespace charms::tempo_k8s::v0::tempo_scrape;

class Tempo final : public juju::CharmBase {
 public:
  explicit Tempo(juju::Framework& framework) : CharmBase(framework) {
    framework.observe({scrape_.on().targets_changed, on().config_changed, on().upgrade_charm, on().update_status},
                      [this](juju::Event&) { scrape(); });
  }
  nlohmann::json scrape_configs() { return scrape_.jobs(); }

 private:
  TempoEndpoint configured_endpoint();
  int port(const char* option);
  void scrape();
  void show_status(const std::vector<scrape::ScrapeConfig>& configs);

  TracingEndpointConsumer<Tempo> scrape_{*this};
  TracingEndpointRequirer<Tempo> endpoint_{*this};
  std::vector<Problem> problems_ = endpoint_.set_endpoint(configured_endpoint());  ///< With the configuration.
};

inline TempoEndpoint Tempo::configured_endpoint() {
  return {.hostname = config<std::optional<std::string>>("hostname").value_or(""),
          .tempo_port = port("tempo-port"),
          .otlp_grpc_port = port("otlp-grpc-port"),
          .otlp_http_port = port("otlp-http-port"),
          .zipkin_port = port("zipkin-port")};
}

/// A number that is too large for an int becomes an invalid port.
inline int Tempo::port(const char* option) { return static_cast<int>(std::clamp(config<long>(option), 0L, 65536L)); }

inline void Tempo::scrape() {
  const Published published = scrape_.read();
  for (const Problem& problem : published.problems) log().warning(to_string(problem));
  replace_file(juju::join_path(metadata().charm_directory, "scrape_config.json"),
               R"({"scrape_configs":)" + scrape::to_yaml_safe_json(published.scrape_configs) + "}\n");
  show_status(published.scrape_configs);
}

inline void Tempo::show_status(const std::vector<scrape::ScrapeConfig>& configs) {
  if (!problems_.empty()) {
    std::string option = problems_.front().key;
    std::replace(option.begin(), option.end(), '_', '-');  // as the option is called in config.yaml
    unit().set_status(juju::BlockedStatus{"configuration: " + option + ": " + problems_.front().reason});
    return;
  }
  std::size_t targets = 0;
  std::set<std::string> applications;  // with the model, since two models may have applications of one name
  for (const scrape::ScrapeConfig& config : configs) {
    for (const scrape::ExpandedConfig& expanded : config.static_configs) {
      targets += expanded.target_count();
      const auto label = [&](const char* name) {
        const auto found = expanded.labels.find(name);
        return found == expanded.labels.end() ? std::string() : found->second;
      };
      applications.insert(label("juju_model_uuid") + "/" + label("juju_application"));
    }
  }
  const auto counted = [](std::size_t count, const std::string& noun) {
    return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
  };
  unit().set_status(
      juju::ActiveStatus{counted(targets, "target") + " of " + counted(applications.size(), "application")});
}
