// SPDX-License-Identifier: Apache-2.0
// Scrape configs: what goes into `scrape_configs` of a Prometheus configuration, as values, as JSON and as text.
#pragma once

#include <juju/json.hpp>
#include <juju/relation_data_bag.hpp>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <scrape/topology_labels.hpp>

namespace scrape {

/// The targets of one static config.
struct TargetList {
  std::string unit = {};  ///< The label `juju_unit`; empty for fully qualified targets.
  std::vector<std::string> targets = {};

  bool operator==(const TargetList&) const = default;
};

/// Static configs that differ in `juju_unit` and targets only: what one static config of a job expands to.
struct StaticConfigGroup {
  Labels labels = {};  ///< The job's own and the topology's, without `juju_unit`.
  std::vector<TargetList> lists = {};

  bool operator==(const StaticConfigGroup&) const = default;
};

/// One entry of `scrape_configs`.
struct ScrapeConfig {
  juju::RelationId relation_id = 0;  ///< Where it comes from. Not written.
  std::string job_name = {};
  std::string scrape_interval = {};  ///< Empty: the scraper's own.
  std::string scrape_timeout = {};   ///< Empty: the scraper's own.
  std::vector<StaticConfigGroup> static_configs = {};
  TopologyLabels spelling = TopologyLabels::library;  ///< Of the labels that `instance` is made of.

  bool operator==(const ScrapeConfig&) const = default;

  /// Whether a static config is a unit's, so that `juju_unit` is part of `instance`.
  bool has_unit() const {
    for (const StaticConfigGroup& group : static_configs) {
      for (const TargetList& list : group.lists) {
        if (!list.unit.empty()) return true;
      }
    }
    return false;
  }
};

namespace detail {

/// The labels that `instance` is made of.
inline std::vector<std::string> instance_labels(const ScrapeConfig& config) {
  std::vector<std::string> labels = {model_label(config.spelling), "juju_model_uuid",
                                     application_label(config.spelling)};
  if (config.has_unit()) labels.emplace_back("juju_unit");
  return labels;
}

/// Writes static configs of one group as JSON text. The labels are written once and copied for each.
class StaticConfigWriter {
 public:
  explicit StaticConfigWriter(const Labels& labels) {
    const auto after_unit = labels.lower_bound("juju_unit");
    for (auto label = labels.begin(); label != after_unit; ++label) append(before_unit_, *label);
    for (auto label = after_unit; label != labels.end(); ++label) append(after_unit_, *label);
  }

  void append_to(std::string& out, const TargetList& list) const {
    out += R"({"labels":{)";
    out += before_unit_;
    if (!list.unit.empty()) {
      out += R"("juju_unit":)";
      juju::append_json_string(out, list.unit);
      out += ',';
    }
    out += after_unit_;
    end_list(out);
    out += R"(},"targets":[)";
    for (const std::string& target : list.targets) {
      juju::append_json_string(out, target);
      out += ',';
    }
    end_list(out);
    out += "]}";
  }

 private:
  static void append(std::string& out, const Labels::value_type& label) {
    juju::append_json_string(out, label.first);
    out += ':';
    juju::append_json_string(out, label.second);
    out += ',';
  }

  static void end_list(std::string& out) {
    if (out.back() == ',') out.pop_back();
  }

  std::string before_unit_;
  std::string after_unit_;
};

/// Writes what stands before the static configs of an entry, and after them.
inline void append_head(std::string& out, const ScrapeConfig& config) {
  out += R"({"job_name":)";
  juju::append_json_string(out, config.job_name);
  out += R"text(,"relabel_configs":[{"regex":"(.*)","separator":"_","source_labels":[)text";
  for (const std::string& label : instance_labels(config)) {
    if (out.back() != '[') out += ',';
    juju::append_json_string(out, label);
  }
  out += R"(],"target_label":"instance"}])";
  const auto append = [&](std::string_view key, const std::string& text) {
    if (text.empty()) return;
    out.append(key);
    juju::append_json_string(out, text);
  };
  append(R"(,"scrape_interval":)", config.scrape_interval);
  append(R"(,"scrape_timeout":)", config.scrape_timeout);
  out += R"(,"static_configs":[)";
}
inline constexpr std::string_view tail = "]}";

/// What a unit's static config adds to the head.
inline constexpr std::string_view unit_source = R"(,"juju_unit")";

/// Appends the text of all entries to `out`, and calls `after_static_config()` now and then.
template <typename AfterStaticConfig>
void append_scrape_configs(std::string& out, const std::vector<ScrapeConfig>& configs,
                           AfterStaticConfig after_static_config) {
  out += '[';
  for (const ScrapeConfig& config : configs) {
    if (&config != &configs.front()) out += ',';
    append_head(out, config);
    bool is_first = true;
    for (const StaticConfigGroup& group : config.static_configs) {
      const StaticConfigWriter writer(group.labels);
      for (const TargetList& list : group.lists) {
        if (!std::exchange(is_first, false)) out += ',';
        writer.append_to(out, list);
        after_static_config();
      }
    }
    out += tail;
  }
  out += ']';
}

}  // namespace detail

/// The text of a configuration's `scrape_configs`: the bytes of `juju::to_yaml_safe_json(nlohmann::json(configs))`,
/// written without a JSON value in between.
inline std::string to_yaml_safe_json(const std::vector<ScrapeConfig>& configs) {
  std::string text;
  detail::append_scrape_configs(text, configs, [] {});
  return text;
}

/// Writes the same text to a stream, a static config at a time.
inline void write_yaml_safe_json(std::ostream& out, const std::vector<ScrapeConfig>& configs) {
  std::string text;
  detail::append_scrape_configs(text, configs, [&] {
    out << text;
    text.clear();
  });
  out << text;
}

namespace detail {

/// Adds a group's static configs to a JSON array. The labels are built once and copied for each.
inline void append_json(nlohmann::json::array_t& configs, const StaticConfigGroup& group) {
  const nlohmann::json labels = group.labels;
  for (const TargetList& list : group.lists) {
    nlohmann::json& config = configs.emplace_back(nlohmann::json::object());
    nlohmann::json& own_labels = config["labels"] = labels;
    if (!list.unit.empty()) own_labels["juju_unit"] = list.unit;
    nlohmann::json::array_t targets(list.targets.begin(), list.targets.end());
    config["targets"] = std::move(targets);
  }
}

}  // namespace detail

/// An entry of `scrape_configs`.
inline void to_json(nlohmann::json& json, const ScrapeConfig& config) {
  json = nlohmann::json::object();
  json["job_name"] = config.job_name;
  nlohmann::json& rule = json["relabel_configs"].emplace_back(nlohmann::json::object());
  rule["source_labels"] = detail::instance_labels(config);
  rule["separator"] = "_";
  rule["target_label"] = "instance";
  rule["regex"] = "(.*)";
  if (!config.scrape_interval.empty()) json["scrape_interval"] = config.scrape_interval;
  if (!config.scrape_timeout.empty()) json["scrape_timeout"] = config.scrape_timeout;
  nlohmann::json::array_t static_configs;
  std::size_t count = 0;
  for (const StaticConfigGroup& group : config.static_configs) count += group.lists.size();
  static_configs.reserve(count);
  for (const StaticConfigGroup& group : config.static_configs) detail::append_json(static_configs, group);
  json["static_configs"] = std::move(static_configs);
}

}  // namespace scrape
