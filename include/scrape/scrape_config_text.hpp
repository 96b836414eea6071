// SPDX-License-Identifier: Apache-2.0
// The text of scrape configs, written without a JSON value in between.
#pragma once

#include <cstddef>
#include <juju/json.hpp>
#include <map>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <scrape/scrape_config.hpp>

namespace scrape {
namespace detail {

/// Writes the static configs of an expanded one as JSON text. What they share is written once, and copied for each.
class StaticConfigWriter {
 public:
  explicit StaticConfigWriter(const ExpandedConfig& config) : config_(config) {
    std::string before;
    std::string after;
    const auto unit_label = config.labels.lower_bound("juju_unit");
    for (auto label = config.labels.begin(); label != unit_label; ++label) append(before, *label);
    for (auto label = unit_label; label != config.labels.end(); ++label) append(after, *label);
    const std::string all = before + after;
    qualified_begin_ = R"({"labels":{)" + all.substr(0, all.size() - (all.empty() ? 0 : 1)) + R"(},"targets":[)";
    if (config.has_unit_label) {
      unit_begin_ = R"({"labels":{)" + before + R"("juju_unit":")";
      unit_middle_ = "\"" + (after.empty() ? after : "," + after.substr(0, after.size() - 1)) + R"(},"targets":[")";
    } else {
      unit_middle_ = qualified_begin_ + '"';
    }
    for (const std::string& port : config.ports) unit_ends_.push_back(port + R"(",")");
    if (!unit_ends_.empty()) unit_ends_.back() = config.ports.back() + R"("]})";
    for (const std::string& end : unit_ends_) port_bytes_ += end.size();
  }

  void append_qualified(std::string& out) const {
    out += qualified_begin_;
    append_targets(out, config_.targets);
  }

  /// The number of bytes that `append_unit` appends.
  std::size_t unit_bytes(const Unit& unit, const std::vector<std::string>* targets) const {
    std::size_t bytes = unit_begin_.size() + unit_middle_.size();
    if (config_.has_unit_label) bytes += juju::json_string_length(unit.name) - 2;
    if (targets == nullptr) return bytes + port_bytes_ + unit_ends_.size() * unit.address.text().size();
    for (const std::string& target : *targets) bytes += juju::json_string_length(target) + 1;
    return bytes;
  }

  void append_unit(std::string& out, const Unit& unit, const std::vector<std::string>* targets) const {
    out += unit_begin_;
    if (config_.has_unit_label) juju::append_escaped(out, unit.name);
    out += unit_middle_;
    if (targets != nullptr) {
      out.pop_back();
      append_targets(out, *targets);
      return;
    }
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

  static void append_targets(std::string& out, const std::vector<std::string>& targets) {
    for (const std::string& target : targets) {
      juju::append_json_string(out, target);
      out += ',';
    }
    out.back() = ']';
    out += '}';
  }

  const ExpandedConfig& config_;
  std::string unit_begin_;
  std::string unit_middle_;
  std::vector<std::string> unit_ends_;  ///< What follows the address of each target.
  std::string qualified_begin_;
  std::size_t port_bytes_ = 0;  ///< Of `unit_ends_`.
};

/// Writes what surrounds the static configs of an entry. What the entries of units share is written once.
class EntryWriter {
 public:
  explicit EntryWriter(const ScrapeConfig& config) {
    std::map<std::string, std::string> members;  // as text, in the order of the keys
    if (config.settings) {
      for (const auto& [key, value] : juju::object_of(*config.settings)) members[key] = juju::to_yaml_safe_json(value);
    }
    const nlohmann::json rules = relabel_rules(config);
    if (!rules.empty()) members["relabel_configs"] = juju::to_yaml_safe_json(rules);
    const auto add = [&](const char* key, const std::string& text) {
      if (!text.empty()) juju::append_json_string(members[key], text);
    };
    juju::append_json_string(members["job_name"], config.job_name);
    add("metrics_path", config.metrics_path);
    add("scrape_interval", config.scrape_interval);
    add("scrape_timeout", config.scrape_timeout);
    add("fallback_scrape_protocol", config.fallback_scrape_protocol);
    members["static_configs"] = "[";

    std::string* part = &before_number_;
    for (const auto& [key, text] : members) {
      *part += (&key == &members.begin()->first ? "{\"" : ",\"") + key + "\":";
      if (key == "job_name") {
        part->append(text, 0, text.size() - 1);
        part = &before_path_;
        *part = '"';
      } else if (key == "metrics_path") {
        *part += '"';
        part = &before_static_configs_;
        part->append(text, 1);
      } else {
        *part += text;
        if (key == "static_configs") part = &tail_;
        if (key == "static_configs") *part = ']';
      }
    }
    *part += '}';
  }

  void append_head(std::string& out) const {
    out.append(before_number_).append(before_path_).append(before_static_configs_);
  }

  void append_head(std::string& out, const Unit& unit) const {
    out.append(before_number_).append("-").append(unit.number).append(before_path_);
    juju::append_escaped(out, unit.path);
    out += before_static_configs_;
  }

  void append_tail(std::string& out) const { out += tail_; }

  /// The number of bytes of head and tail.
  std::size_t bytes() const {
    return before_number_.size() + before_path_.size() + before_static_configs_.size() + tail_.size();
  }

  /// The number of bytes of a unit's head and tail.
  std::size_t bytes(const Unit& unit) const {
    return bytes() + 1 + unit.number.size() + juju::json_string_length(unit.path) - 2;
  }

 private:
  std::string before_number_;
  std::string before_path_;
  std::string before_static_configs_;
  std::string tail_;
};

/// What a unit's static config adds to the head of an entry without one.
inline constexpr std::string_view unit_source = R"(,"juju_unit")";

/// About how long the text of all entries is.
inline std::size_t estimated_bytes(const std::vector<ScrapeConfig>& configs) {
  std::size_t bytes = 0;
  for (const ScrapeConfig& config : configs) {
    bytes += 512;
    for (const ExpandedConfig& expanded : config.static_configs) {
      std::size_t of_unit = 64 + 32 * expanded.ports.size() + (config.one_job_per_unit ? 512 : 0);
      for (const auto& [name, value] : expanded.labels) of_unit += name.size() + value.size() + 6;
      bytes += of_unit * (expanded.unit_count + 1) + 32 * expanded.targets.size();
    }
  }
  return bytes;
}

/// Appends the text of one scrape config's entries, separated by commas.
template <typename AfterStaticConfig>
void append_entries(std::string& out, const ScrapeConfig& config, AfterStaticConfig after_static_config) {
  const EntryWriter entry(config);
  bool is_first = true;
  const auto separate = [&] {
    if (!std::exchange(is_first, false)) out += ',';
  };
  if (!config.one_job_per_unit) entry.append_head(out);
  for (const ExpandedConfig& expanded : config.static_configs) {
    const StaticConfigWriter writer(expanded);
    if (!expanded.targets.empty()) {
      separate();
      writer.append_qualified(out);
      after_static_config();
    }
    expanded.for_each_unit([&](const Unit& unit, const std::vector<std::string>* targets) {
      separate();
      if (config.one_job_per_unit) entry.append_head(out, unit);
      writer.append_unit(out, unit, targets);
      if (config.one_job_per_unit) entry.append_tail(out);
      after_static_config();
    });
  }
  if (!config.one_job_per_unit) entry.append_tail(out);
}

/// Appends the text of all entries to `out`, and calls `after_static_config()` after each static config.
template <typename AfterStaticConfig>
void append_scrape_configs(std::string& out, const std::vector<ScrapeConfig>& configs,
                           AfterStaticConfig after_static_config) {
  out += '[';
  for (const ScrapeConfig& config : configs) {
    if (&config != &configs.front()) out += ',';
    append_entries(out, config, after_static_config);
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

}  // namespace scrape
