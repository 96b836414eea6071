// SPDX-License-Identifier: Apache-2.0
// Scrape configs: what goes into `scrape_configs` of a Prometheus configuration, as values, as JSON and as text.
#pragma once

#include <algorithm>
#include <juju/json.hpp>
#include <juju/relation_data_bag.hpp>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <scrape/topology_labels.hpp>
#include <scrape/unit.hpp>

namespace scrape {

/// What one static config of a job expands to: a static config with its fully qualified targets, if there are any, and
/// one for each unit, if there are wildcards.
struct ExpandedConfig {
  Labels labels = {};                                   ///< The job's own and the topology's, without `juju_unit`.
  std::vector<std::string> targets = {};                ///< The fully qualified targets.
  std::vector<std::string> ports = {};                  ///< For each wildcard target ":8000", or "" without a port.
  std::shared_ptr<const std::vector<Unit>> units = {};  ///< The application's.
  std::size_t unit_count = 0;                           ///< How many of `units` have a static config.

  /// The number of targets in all static configs.
  std::size_t target_count() const { return targets.size() + ports.size() * unit_count; }
};

/// One entry of `scrape_configs`.
struct ScrapeConfig {
  juju::RelationId relation_id = 0;  ///< Where it comes from. Not written.
  std::string job_name = {};
  std::string scrape_interval = {};  ///< Empty: the scraper's own.
  std::string scrape_timeout = {};   ///< Empty: the scraper's own.
  std::vector<ExpandedConfig> static_configs = {};
  TopologyLabels spelling = TopologyLabels::library;  ///< Of the labels that `instance` is made of.

  /// Whether a static config is a unit's, so that `juju_unit` is part of `instance`.
  bool has_unit() const {
    return std::any_of(static_configs.begin(), static_configs.end(),
                       [](const ExpandedConfig& config) { return config.unit_count > 0; });
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

/// Writes the static configs of an expanded one as JSON text. What they share is written once, and copied for each.
class StaticConfigWriter {
 public:
  explicit StaticConfigWriter(const ExpandedConfig& config) : config_(config) {
    std::string before;
    std::string after;
    const auto unit_label = config.labels.lower_bound("juju_unit");
    for (auto label = config.labels.begin(); label != unit_label; ++label) append(before, *label);
    for (auto label = unit_label; label != config.labels.end(); ++label) append(after, *label);
    unit_begin_ = R"({"labels":{)" + before + R"("juju_unit":")";
    unit_middle_ = "\"" + (after.empty() ? after : "," + after.substr(0, after.size() - 1)) + R"(},"targets":[")";
    for (const std::string& port : config.ports) unit_ends_.push_back(port + R"(",")");
    if (!unit_ends_.empty()) unit_ends_.back() = config.ports.back() + R"("]})";
    unit_frame_bytes_ = unit_begin_.size() + unit_middle_.size();
    for (const std::string& end : unit_ends_) unit_frame_bytes_ += end.size();
    const std::string all = before + after;
    qualified_begin_ = R"({"labels":{)" + all.substr(0, all.size() - (all.empty() ? 0 : 1)) + R"(},"targets":[)";
  }

  void append_qualified(std::string& out) const {
    out += qualified_begin_;
    for (const std::string& target : config_.targets) {
      juju::append_json_string(out, target);
      out += ',';
    }
    out.back() = ']';
    out += '}';
  }

  /// The number of bytes that `append_unit` appends.
  std::size_t unit_bytes(const Unit& unit) const {
    return unit_frame_bytes_ + juju::json_string_length(unit.name) - 2 + unit_ends_.size() * unit.address.text().size();
  }

  void append_unit(std::string& out, const Unit& unit) const {
    out += unit_begin_;
    juju::append_escaped(out, unit.name);
    out += unit_middle_;
    for (const std::string& end : unit_ends_) {
      out += unit.address.text();
      out += end;
    }
  }

 private:
  static void append(std::string& out, const Labels::value_type& label) {
    juju::append_json_string(out, label.first);
    out += ':';
    juju::append_json_string(out, label.second);
    out += ',';
  }

  const ExpandedConfig& config_;
  std::string unit_begin_;
  std::string unit_middle_;
  std::vector<std::string> unit_ends_;  ///< What follows the address of each target.
  std::string qualified_begin_;
  std::size_t unit_frame_bytes_ = 0;  ///< Of a unit's static config without its name and address.
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

/// About how long the text of all entries is.
inline std::size_t estimated_bytes(const std::vector<ScrapeConfig>& configs) {
  std::size_t bytes = 0;
  for (const ScrapeConfig& config : configs) {
    bytes += 512;
    for (const ExpandedConfig& expanded : config.static_configs) {
      std::size_t of_unit = 64 + 32 * expanded.ports.size();
      for (const auto& [name, value] : expanded.labels) of_unit += name.size() + value.size() + 6;
      bytes += of_unit * (expanded.unit_count + 1) + 32 * expanded.targets.size();
    }
  }
  return bytes;
}

/// Appends the text of all entries to `out`, and calls `after_static_config()` after each static config.
template <typename AfterStaticConfig>
void append_scrape_configs(std::string& out, const std::vector<ScrapeConfig>& configs,
                           AfterStaticConfig after_static_config) {
  out += '[';
  for (const ScrapeConfig& config : configs) {
    if (&config != &configs.front()) out += ',';
    append_head(out, config);
    bool is_first = true;
    const auto separate = [&] {
      if (!std::exchange(is_first, false)) out += ',';
    };
    for (const ExpandedConfig& expanded : config.static_configs) {
      const StaticConfigWriter writer(expanded);
      if (!expanded.targets.empty()) {
        separate();
        writer.append_qualified(out);
        after_static_config();
      }
      for (std::size_t i = 0; i < expanded.unit_count; ++i) {
        separate();
        writer.append_unit(out, (*expanded.units)[i]);
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
  text.reserve(detail::estimated_bytes(configs));
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

/// Adds the static configs of an expanded one to a JSON array. What they share is built once, and copied for each.
inline void append_json(nlohmann::json& configs, const ExpandedConfig& expanded) {
  const auto add = [&](const nlohmann::json& labels) -> nlohmann::json& {
    nlohmann::json& config = configs.emplace_back();
    config["labels"] = labels;
    return config;
  };
  nlohmann::json labels = juju::json_strings(expanded.labels);
  if (!expanded.targets.empty()) add(labels)["targets"] = juju::json_strings(expanded.targets);
  for (std::size_t i = 0; i < expanded.unit_count; ++i) {
    const Unit& unit = (*expanded.units)[i];
    labels["juju_unit"] = juju::json_string(unit.name);
    nlohmann::json& targets = add(labels)["targets"] = juju::empty_array();
    for (const std::string& port : expanded.ports) targets.push_back(juju::json_string(unit.address.text() + port));
  }
}

}  // namespace detail

/// An entry of `scrape_configs`.
inline void to_json(nlohmann::json& json, const ScrapeConfig& config) {
  json = juju::empty_object();
  json["job_name"] = juju::json_string(config.job_name);
  nlohmann::json& rule = json["relabel_configs"].emplace_back();
  rule["source_labels"] = juju::json_strings(detail::instance_labels(config));
  rule["separator"] = juju::json_string("_");
  rule["target_label"] = juju::json_string("instance");
  rule["regex"] = juju::json_string("(.*)");
  juju::set_unless_empty(json, "scrape_interval", config.scrape_interval);
  juju::set_unless_empty(json, "scrape_timeout", config.scrape_timeout);
  nlohmann::json& static_configs = json["static_configs"] = juju::empty_array();
  for (const ExpandedConfig& expanded : config.static_configs) detail::append_json(static_configs, expanded);
}

}  // namespace scrape
