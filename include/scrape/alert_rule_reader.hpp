// SPDX-License-Identifier: Apache-2.0
// Reads groups of alert rules from JSON. Invalid parts are skipped, with a problem.
#pragma once

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <juju/json.hpp>
#include <juju/problem.hpp>
#include <scrape/alert_rule_expression.hpp>
#include <scrape/alert_rule_fields.hpp>
#include <scrape/limit.hpp>
#include <scrape/topology_labels.hpp>

namespace scrape {

/// How alert rules are read.
struct AlertRuleOptions {
  TopologyLabels topology_labels = TopologyLabels::library;  ///< How labels are written that are added.
  /// Keeps `query_offset` of a group. Set to false for Prometheus before 2.53, which refuses a file with this key.
  bool query_offset = true;
  /// The maximum length of the groups as JSON. The first rule over the limit and all later rules are skipped.
  std::size_t max_bytes = default_max_bytes_per_relation;
};

namespace detail {

using juju::member;
using juju::Place;

/// Reads groups of alert rules. With a topology, its labels replace those of each rule. Without one, all labels are
/// kept.
class AlertRuleReader {
 public:
  /// @param topology  null: no label is added.
  AlertRuleReader(const juju::Topology* topology, const AlertRuleOptions& options, std::vector<juju::Problem>& problems)
      : adds_labels_(topology != nullptr),
        query_offset_(options.query_offset),
        limit_(options.max_bytes),
        problems_(problems) {
    if (topology == nullptr) return;
    for (const auto& [name, value] : topology_labels(*topology, options.topology_labels)) {
      topology_labels_[name] = juju::json_string(value);
    }
    matchers_ = promql_matchers([&](const char* name) {
      const json* value = juju::find(topology_labels_, name);
      return value == nullptr ? std::nullopt : std::optional(juju::string_of(*value));
    });
  }

  /// Whether a topology label contains a template, which Prometheus would expand in a rule.
  bool adds_template() const {
    return std::any_of(topology_labels_.begin(), topology_labels_.end(),
                       [](const json& label) { return has_template(juju::string_of(label)); });
  }

  /// Reads `{"groups": [...]}`.
  json read_groups(const json& document) {
    json groups = juju::empty_array();
    const Place root;
    if (!document.is_object()) {
      skip(root, "not an object");
      return groups;
    }
    report_other_keys(document, {"groups"}, "not a key of a rule file", root);
    const Place place = root / "groups";
    const json& given = member(document, "groups");
    if (!given.is_array() && !given.is_null()) skip(place, "not an array");
    if (!given.is_array()) return groups;
    std::set<std::string> names;
    for (std::size_t i = 0; i < given.size() && !limit_.is_met(); ++i) {
      json group = read_group(given[i], names, place / i);
      if (group.is_null()) continue;
      names.insert(juju::string_of(group["name"]));
      groups.push_back(std::move(group));
    }
    return groups;
  }

  /// Reads one rule.
  /// @param group_labels  valid labels, which the rule's own labels override.
  /// @returns null if the rule is skipped.
  json read_rule(const json& given, const json& group_labels, const Place& place) {
    if (!given.is_object()) return skip(place, "not an object");
    const bool is_alert = member(given, "record").is_null();
    if (is_alert == member(given, "alert").is_null()) return skip(place, "not exactly one of alert and record");
    const char* kind = is_alert ? "alert" : "record";
    std::optional<std::string> name = text_of(member(given, kind));
    if (!name || name->empty()) return skip(place / kind, "not a name");
    if (!is_alert && !is_valid_metric_name(*name)) return skip(place / kind, "not a metric name");
    std::optional<std::string> expression = read_expression(given, group_labels);
    if (!expression) return skip(place / "expr", "not an expression of at most 64 KiB");

    json rule = juju::empty_object();
    rule[kind] = juju::json_string(*std::move(name));
    rule["expr"] = juju::json_string(*std::move(expression));
    json labels = group_labels;
    labels.update(read_texts(member(given, "labels"), true, place / "labels"));
    labels.update(topology_labels_);
    if (!labels.empty()) rule["labels"] = std::move(labels);
    if (!is_alert) {
      report_other_keys(given, {"record", "expr", "labels"}, "not a key of a recording rule", place);
      return rule;
    }
    read_duration(rule, given, "for", place);
    read_duration(rule, given, "keep_firing_for", place);
    json annotations = read_texts(member(given, "annotations"), false, place / "annotations");
    if (!annotations.empty()) rule["annotations"] = std::move(annotations);
    report_other_keys(given, {"alert", "expr", "labels", "for", "keep_firing_for", "annotations"},
                      "not a key of an alerting rule", place);
    return rule;
  }

 private:
  /// Reports a part of a rule or group that is skipped.
  void refuse(const Place& place, const char* reason) { report(problems_, place, reason); }

  /// Reports a rule or a group that is skipped.
  std::nullptr_t skip(const Place& place, const char* reason) {
    report_skipped(problems_, place, reason);
    return nullptr;
  }

  json read_group(const json& given, const std::set<std::string>& taken_names, const Place& place) {
    if (!given.is_object()) return skip(place, "not an object");
    const std::optional<std::string> name = text_of(member(given, "name"));
    if (!name || name->empty()) return skip(place / "name", "not a name");
    const json& rules = member(given, "rules");
    if (!rules.is_array() && !rules.is_null()) return skip(place / "rules", "not an array");
    if (!rules.empty() && taken_names.contains(*name)) return skip(place / "name", "an earlier group has this name");
    json group = juju::empty_object();
    group["name"] = juju::json_string(*name);
    read_duration(group, given, "interval", place);
    read_limit(group, given, place);
    if (query_offset_) {
      read_duration(group, given, "query_offset", place);
    } else if (!member(given, "query_offset").is_null()) {
      refuse(place / "query_offset", "needs Prometheus 2.53, and the option query_offset is off");
    }
    report_other_keys(given, {"name", "interval", "limit", "query_offset", "labels", "rules"}, "not a key of a group",
                      place);
    const json labels = read_texts(member(given, "labels"), true, place / "labels");
    group["rules"] = juju::empty_array();
    read_rules(group, rules, labels, place / "rules");
    if (group["rules"].empty()) return nullptr;
    return group;
  }

  void read_rules(json& group, const json& given, const json& group_labels, const Place& place) {
    std::size_t group_bytes = juju::json_length(group) + 1;
    for (std::size_t i = 0; i < given.size() && !limit_.is_met(); ++i) {
      json rule = read_rule(given[i], group_labels, place / i);
      if (rule.is_null() || !fits(group_bytes + juju::json_length(rule) + 1, place / i)) continue;
      group["rules"].push_back(std::move(rule));
      group_bytes = 0;
    }
  }

  /// Whether a part with these bytes of JSON fits into the limit.
  bool fits(std::size_t bytes, const Place& place) {
    if (limit_.take(bytes)) return true;
    report_surely(problems_, place, limit_.reason());
    return false;
  }

  /// Reads an expression and replaces the placeholders. The given text and the result have at most 64 KiB.
  std::optional<std::string> read_expression(const json& rule, const json& group_labels) const {
    const std::optional<std::string> text = multi_line_text_of(member(rule, "expr"));
    if (!text) return std::nullopt;
    return replace_placeholders(*text, adds_labels_ ? matchers_ : own_matchers(member(rule, "labels"), group_labels));
  }

  /// The matchers of the topology labels that a rule itself has.
  static std::string own_matchers(const json& labels, const json& group_labels) {
    return promql_matchers([&](const char* name) {
      const std::optional<std::string> text = multi_line_text_of(member(labels, name));
      return text ? text : multi_line_text_of(member(group_labels, name));
    });
  }

  /// Reads labels or annotations. Topology labels that are replaced give no problem: other libraries publish them in
  /// each rule.
  json read_texts(const json& given, bool are_labels, const Place& place) {
    json texts = juju::empty_object();
    if (!given.is_object() && !given.is_null()) refuse(place, "not an object");
    if (!given.is_object()) return texts;
    for (const auto& [name, value] : juju::object_of(given)) {
      if (are_labels && adds_labels_ && is_topology_label(name)) continue;
      if (!is_valid_label_name(name)) {
        refuse(place / name, "not a name of [a-zA-Z_][a-zA-Z0-9_]* with at most 500 bytes");
      } else if (are_labels && (name.starts_with("__") || (adds_labels_ && name == "juju_unit"))) {
        refuse(place / name, "a reserved label");
      } else if (std::optional<std::string> text = multi_line_text_of(value)) {
        texts[name] = juju::json_string(*std::move(text));
      } else {
        refuse(place / name, "not a text of at most 64 KiB");
      }
    }
    return texts;
  }

  void read_duration(json& into, const json& given, const char* key, const Place& place) {
    const json& value = member(given, key);
    if (value.is_null()) return;
    const std::optional<std::string> text = text_of(value);
    if (text && is_valid_rule_duration(*text)) {
      into[key] = juju::json_string(*text);
    } else {
      refuse(place / key, "not a duration such as 1h30m or 500ms");
    }
  }

  /// Reads a number, or its text, since every YAML scalar is read as text.
  void read_limit(json& group, const json& given, const Place& place) {
    const json& value = member(given, "limit");
    if (value.is_null()) return;
    const std::string text = text_of(value).value_or("");
    if (text.empty() || text.size() > 9 || text.find_first_not_of("0123456789") != std::string::npos) {
      refuse(place / "limit", "not a whole number below 1000000000");
    } else {
      group["limit"] = std::stoi(text);
    }
  }

  void report_other_keys(const json& given, std::initializer_list<std::string_view> keys, const char* reason,
                         const Place& place) {
    for (const auto& [key, value] : juju::object_of(given)) {
      if (!juju::is_one_of(key, keys) && !value.is_null()) refuse(place / key, reason);
    }
  }

  bool adds_labels_;
  bool query_offset_;
  Limit limit_;
  std::vector<juju::Problem>& problems_;
  json topology_labels_ = juju::empty_object();
  std::string matchers_ = {};  ///< Of the topology.
};

}  // namespace detail
}  // namespace scrape
