// SPDX-License-Identifier: Apache-2.0
// Tempo's charm: scrapes what is related to it, and tells where it listens.
#pragma once

#include <algorithm>
#include <charms/tempo_k8s/v0/tempo_scrape.hpp>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <string>

using namespace charms::tempo_k8s::v0::tempo_scrape;

class Tempo final : public juju::CharmBase {
 public:
  explicit Tempo(juju::Framework& framework) : CharmBase(framework) {
    tell_endpoint();
    framework.observe({scrape_.on().targets_changed, on().config_changed, on().upgrade_charm, on().update_status},
                      [this](juju::Event&) { scrape(); });
  }
  nlohmann::json scrape_configs() { return scrape_.jobs(); }

 private:
  void tell_endpoint();
  int port(const char* option);
  void scrape();
  void show_status(const nlohmann::json& jobs);

  TracingEndpointConsumer<Tempo> scrape_{*this};
  std::optional<TracingEndpointRequirer<Tempo>> endpoint_;
  std::string mistake_;  ///< The operator's, in the endpoint. What was published of it stands.
};

/// Replaces a file at once: who reads it finds the old text or the new one, whole.
inline void replace_file(const std::filesystem::path& file, const std::string& text) {
  const std::filesystem::path beside = file.string() + ".new";
  std::ofstream out;
  out.exceptions(std::ios::failbit | std::ios::badbit);
  out.open(beside, std::ios::binary);
  out << text;
  out.close();
  std::filesystem::rename(beside, file);
}

inline void Tempo::tell_endpoint() {
  try {
    endpoint_.emplace(*this, TracingEndpointRequirerOptions{.hostname = config<std::optional<std::string>>("hostname").value_or(""),
                                                            .tempo_port = port("tempo-port"),
                                                            .otlp_grpc_port = port("otlp-grpc-port"),
                                                            .otlp_http_port = port("otlp-http-port"),
                                                            .zipkin_port = port("zipkin-port")});
  } catch (const InvalidOptionError& error) {
    mistake_ = error.option + ": " + error.reason;
    std::replace(mistake_.begin(), mistake_.end(), '_', '-');  // as Juju's options are spelt
  }
}

/// A number that no int holds becomes one that is no port.
inline int Tempo::port(const char* option) {
  return static_cast<int>(std::clamp(config<long>(option), 0L, 65536L));
}

inline void Tempo::scrape() {
  for (const Problem& problem : scrape_.problems()) log().warning(to_string(problem));
  const nlohmann::json jobs = scrape_configs();
  replace_file(metadata().charm_directory / "scrape_config.json",
               juju::to_yaml_safe_json({{"scrape_configs", jobs}}, 2) + "\n");
  show_status(jobs);
}

inline void Tempo::show_status(const nlohmann::json& jobs) {
  if (!mistake_.empty()) return unit().set_status(juju::BlockedStatus{"configuration: " + mistake_});
  std::size_t targets = 0;
  std::set<std::string> applications;  // by model, since two models may each have one of a name
  for (const nlohmann::json& job : jobs) {
    for (const nlohmann::json& config : job["static_configs"]) {
      const nlohmann::json& labels = config["labels"];
      targets += config["targets"].size();
      applications.insert(labels.value("juju_model_uuid", "") + "/" + labels.value("juju_application", ""));
    }
  }
  const auto counted = [](std::size_t count, const std::string& noun) {
    return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
  };
  unit().set_status(
      juju::ActiveStatus{counted(targets, "target") + " of " + counted(applications.size(), "application")});
}
