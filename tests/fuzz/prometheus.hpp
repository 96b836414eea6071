// SPDX-License-Identifier: Apache-2.0
// The rules of Prometheus and of this library for a scrape configuration. They are a second implementation, so that the
// library's grammar does not check itself.
#pragma once

#include <arpa/inet.h>

#include <algorithm>
#include <charms/tempo_k8s/v0/tempo_scrape/consumer.hpp>
#include <initializer_list>
#include <scrape/application_reader.hpp>
#include <set>
#include <string>
#include <string_view>

#include "properties.hpp"

namespace fuzz {

namespace tempo_scrape = charms::tempo_k8s::v0::tempo_scrape;

inline bool is_one_of(std::string_view text, std::initializer_list<std::string_view> texts) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

inline bool consists_of(std::string_view text, std::string_view characters) {
  return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}

inline constexpr std::string_view digits = "0123456789";
inline constexpr std::string_view word = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
inline constexpr std::string_view host_name = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";

inline bool is_port(std::string_view text) {
  return consists_of(text, digits) && text.size() <= 5 && text.front() != '0' && std::stoi(std::string(text)) <= 65535;
}

inline bool is_host(std::string_view text) {
  if (!text.starts_with('[')) return consists_of(text, host_name);
  in6_addr address{};
  return text.ends_with(']') &&
         ::inet_pton(AF_INET6, std::string(text.substr(1, text.size() - 2)).c_str(), &address) == 1;
}

inline bool is_target(std::string_view text) {
  const std::size_t bracket = text.rfind(']');
  const std::size_t colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
  return is_host(text.substr(0, colon)) && (colon == std::string_view::npos || is_port(text.substr(colon + 1)));
}

inline bool is_legacy_label_name(std::string_view name) {
  return consists_of(name, word) && digits.find(name.front()) == std::string_view::npos;
}

inline void require_labels(const json& labels, tempo_scrape::LabelNames names, tempo_scrape::TopologyLabels spelling) {
  const bool is_documented = spelling == tempo_scrape::TopologyLabels::documented;
  for (const auto& [name, value] : labels.items()) {
    require(!name.starts_with("__") &&
                !is_one_of(name, {"job", "instance", "", is_documented ? "juju_model" : "juju_model_name",
                                  is_documented ? "juju_application" : "juju_application_name"}),
            "a label is not reserved, and not in the other spelling");
    require_text(name, "a label's name is a text");
    require(name.size() <= 500, "a label's name is short enough for a YAML key");
    require(names == tempo_scrape::LabelNames::utf8 || is_legacy_label_name(name), "a legacy label name is valid");
    require(value.is_string(), "a label's value is a string");
    require_text(value.get<std::string>(), "a label's value is a text");
  }
}

inline void require_static_config(const json& config, tempo_scrape::LabelNames names,
                                  tempo_scrape::TopologyLabels spelling) {
  require(config.size() == 2 && config.contains("targets") && config.contains("labels"),
          "a static config has targets and labels only");
  for (const json& target : config["targets"]) {
    require(target.is_string() && is_target(target.get_ref<const std::string&>()), "a target is HOST or HOST:PORT");
  }
  require_labels(config["labels"], names, spelling);
}

/// Checks that `jobs` is valid as `scrape_configs` of Prometheus.
inline void require_fits_prometheus(const json& jobs, tempo_scrape::LabelNames names,
                                    tempo_scrape::TopologyLabels spelling) {
  require(jobs.is_array(), "jobs are an array");
  std::set<std::string> job_names;
  for (const json& job : jobs) {
    require(job_names.insert(job.at("job_name").get<std::string>()).second, "names of jobs are unique");
    require(!job["job_name"].get_ref<const std::string&>().empty(), "a job has a name");
    for (const auto& item : job.items()) {
      require(
          is_one_of(item.key(), {"job_name", "static_configs", "relabel_configs", "scrape_interval", "scrape_timeout"}),
          "a job has only known keys");
    }
    for (const json& config : job.at("static_configs")) require_static_config(config, names, spelling);
    const auto interval = scrape::parse_duration(job.value("scrape_interval", "1m"));
    const auto timeout = scrape::parse_duration(job.value("scrape_timeout", "1ms"));
    require(interval && timeout && *timeout <= *interval, "a timeout is no longer than its interval");
    require(job.at("relabel_configs").size() == 1, "a job has one relabelling rule");
  }
  require_round_trip(jobs);
  if (on_scrape_configs() && names == tempo_scrape::LabelNames::legacy) on_scrape_configs()(jobs);
}

}  // namespace fuzz
