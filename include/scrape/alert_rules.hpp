// SPDX-License-Identifier: Apache-2.0
// What may stand in groups of alert rules, and how they are labelled. The smallest part that is wrong is left out, with
// a problem.
#pragma once

#include <charconv>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <juju/problem.hpp>
#include <scrape/alert_rule_text.hpp>
#include <scrape/limit.hpp>
#include <scrape/topology_labels.hpp>

namespace scrape {
namespace detail {

using juju::member;
using juju::Place;
using juju::text_of;
using nlohmann::json;

/// Stands in an expression for the label matchers of the topology.
inline constexpr std::string_view topology_placeholder = "%%juju_topology%%";

/// Whether a label of a rule is the topology's to set, in either spelling.
inline bool is_topology_label(std::string_view name) {
  return name.starts_with("juju_") && name != "juju_unit" && is_reserved_label(name);
}

/// `juju_model="..", juju_model_uuid="..", juju_application=".."`, of those that are known.
inline std::string label_matchers(const std::vector<std::pair<std::string, std::string>>& labels) {
  std::string matchers;
  for (const auto& [name, value] : labels) {
    if (name == "juju_charm") continue;
    matchers += (matchers.empty() ? "" : ", ") + name + "=" + promql_string(value);
  }
  return matchers;
}

/// Reads groups of alert rules, labels them with the topology, and tells what it had to leave out.
class AlertRuleReader {
 public:
  AlertRuleReader(const juju::Topology& topology, TopologyLabels spelling, std::vector<juju::Problem>& problems,
                  std::size_t most_bytes = default_max_bytes_per_relation)
      : limit_(most_bytes), problems_(problems) {
    labels_ = topology_labels(topology, spelling);
    matchers_ = label_matchers(labels_);
  }

  /// Reads `{"groups": [...]}`. Names are unique in what it returns, and each group has a rule.
  json read_groups(const json& document) {
    json groups = json::array();
    if (!document.is_object()) return refuse({}, "not an object"), groups;
    drop_other_keys(document, {"groups"}, {});
    const json& list = member(document, "groups");
    if (!list.is_array()) {
      if (!list.is_null()) refuse(Place() / "groups", "not an array");
      return groups;
    }
    std::set<std::string> names;
    for (std::size_t i = 0; i < list.size() && !limit_.is_met(); ++i) {
      json group = read_group(list[i], Place() / "groups" / i);
      if (group.is_null()) continue;
      if (names.insert(group["name"].get<std::string>()).second) {
        groups.push_back(std::move(group));
      } else {
        refuse(Place() / "groups" / i / "name", "the name of an earlier group");
      }
    }
    return groups;
  }

  /// Reads one rule; null where it is left out.
  json read_rule(const json& given, const Place& place) {
    if (!given.is_object()) return refuse(place, "not an object");
    const bool is_alert = member(given, "record").is_null();
    if (is_alert == member(given, "alert").is_null()) return refuse(place, "not exactly one of alert and record");
    const char* kind = is_alert ? "alert" : "record";
    const std::optional<std::string> name = text_of(member(given, kind));
    if (!name || name->empty()) return refuse(place / kind, "not a name");
    if (!is_alert && !is_metric_name(*name)) return refuse(place / kind, "not the name of a metric");
    const std::optional<std::string> expression = read_expression(given);
    if (!expression) return refuse(place / "expr", "not an expression of at most 64 KiB that closes what it opens");

    json rule = json::object();
    rule[kind] = *name;
    rule["expr"] = *expression;
    json labels = read_texts(member(given, "labels"), place / "labels", true);
    for (const auto& [label, value] : labels_) labels[label] = value;
    if (!labels.empty()) rule["labels"] = std::move(labels);
    if (!is_alert) return drop_other_keys(given, {"record", "expr", "labels"}, place), rule;
    read_duration(rule, given, "for", place);
    read_duration(rule, given, "keep_firing_for", place);
    json annotations = read_texts(member(given, "annotations"), place / "annotations", false);
    if (!annotations.empty()) rule["annotations"] = std::move(annotations);
    drop_other_keys(given, {"alert", "expr", "labels", "for", "keep_firing_for", "annotations"}, place);
    return rule;
  }

 private:
  std::nullptr_t refuse(const Place& place, std::string reason) {
    report(problems_, place, std::move(reason));
    return nullptr;
  }

  json read_group(const json& given, const Place& place) {
    if (!given.is_object()) return refuse(place, "not an object");
    const std::optional<std::string> name = text_of(member(given, "name"));
    if (!name || name->empty()) return refuse(place / "name", "not a name");
    const json& given_rules = member(given, "rules");
    if (!given_rules.is_array() && !given_rules.is_null()) return refuse(place / "rules", "not an array");
    json group = json::object();
    group["name"] = *name;
    read_duration(group, given, "interval", place);
    read_limit(group, given, place);
    drop_other_keys(given, {"name", "interval", "limit", "rules"}, place);
    group["rules"] = json::array();
    if (!given_rules.empty() && !fits(group, place)) return nullptr;
    for (std::size_t i = 0; i < given_rules.size() && !limit_.is_met(); ++i) {
      json rule = read_rule(given_rules[i], place / "rules" / i);
      if (fits(rule, place / "rules" / i)) group["rules"].push_back(std::move(rule));
    }
    if (group["rules"].empty()) return nullptr;
    return group;
  }

  /// Whether a rule or a group without rules is there and within the allowance.
  bool fits(const json& made, const Place& place) {
    if (made.is_null()) return false;
    if (limit_.take(made.dump(-1, ' ', false, json::error_handler_t::replace).size() + 1)) return true;
    report_surely(problems_, place, limit_.reason());
    return false;
  }

  std::optional<std::string> read_expression(const json& rule) const {
    const std::optional<std::string> given = lines_of(member(rule, "expr"));
    if (!given) return std::nullopt;
    std::optional<std::string> expression = replace_all(*given, topology_placeholder, matchers_, most_rule_text_bytes);
    if (expression && !is_expression(*expression)) expression.reset();
    return expression;
  }

  /// Reads labels or annotations. The topology's labels are passed over: an honest writer has set them too.
  json read_texts(const json& given, const Place& place, bool are_labels) {
    json texts = json::object();
    if (given.is_null()) return texts;
    if (!given.is_object()) return refuse(place, "not an object"), texts;
    for (const auto& item : given.items()) {
      const std::string& name = item.key();
      if (are_labels && is_topology_label(name)) continue;
      if (!is_label_name(name) || name.size() > max_label_name_bytes) {
        refuse(place / name, "not a name of [a-zA-Z_][a-zA-Z0-9_]* with at most 500 bytes");
      } else if (are_labels && (name.starts_with("__") || name == "juju_unit")) {
        refuse(place / name, "a label that is not a rule's to set");
      } else if (std::optional<std::string> text = lines_of(item.value()); !text) {
        refuse(place / name, "not a text of at most 64 KiB");
      } else if (!is_template(*text)) {
        refuse(place / name, "a template that does not close what it opens");
      } else {
        texts[name] = *std::move(text);
      }
    }
    return texts;
  }

  void read_duration(json& into, const json& given, const char* key, const Place& place) {
    const json& value = member(given, key);
    if (value.is_null()) return;
    const std::optional<std::string> text = text_of(value);
    if (text && is_rule_duration(*text)) {
      into[key] = *text;
    } else {
      refuse(place / key, "not a duration such as 1h30m or 500ms");
    }
  }

  /// Prometheus wants a number; YAML's scalars come as text.
  void read_limit(json& group, const json& given, const Place& place) {
    const json& value = member(given, "limit");
    if (value.is_null()) return;
    const std::string text = text_of(value).value_or("");
    int limit = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), limit);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) {
      refuse(place / "limit", "not a whole number");
    } else {
      group["limit"] = limit;
    }
  }

  void drop_other_keys(const json& given, const std::set<std::string_view>& allowed, const Place& place) {
    for (const auto& item : given.items()) {
      if (item.value().is_null() || allowed.contains(item.key())) continue;
      refuse(place / item.key(), "not a key that may stand here");
    }
  }

  std::vector<std::pair<std::string, std::string>> labels_;
  std::string matchers_;
  Limit limit_;
  std::vector<juju::Problem>& problems_;
};

/// Whether each rule can carry these labels: Prometheus reads a rule's labels as templates, and they are written once a
/// rule.
inline bool can_label_rules(const juju::Topology& topology) {
  constexpr std::size_t most_bytes = 1024;
  std::size_t bytes = 0;
  for (const auto& [name, value] : topology_labels(topology, TopologyLabels::library)) {
    if (value.find("{{") != std::string::npos) return false;
    bytes += value.size();
  }
  return bytes <= most_bytes;
}

}  // namespace detail

/// Reads what another application published under `alert_rules`.
///
/// Each rule carries the topology's labels, whatever it said itself, so that no application speaks for another.
/// Prometheus's parser of rule files takes the result, but for PromQL and templates, of which only strings, brackets
/// and blocks are checked: give each application a file of its own and run `promtool check rules` on it.
/// @param text      any bytes.
/// @param topology  whose rules they are. Its unit is not looked at.
/// @param problems  gets what was left out, with pointer and reason; at most 100 of them.
/// @param most_bytes_per_relation  the most bytes of JSON that come out. The rule that does not fit is left out, with
///   all that follow it.
/// @returns `{"groups": [...]}`, where each group has a rule.
inline nlohmann::json read_alert_rules(const std::string& text, const juju::Topology& topology, TopologyLabels spelling,
                                       std::vector<juju::Problem>& problems,
                                       std::size_t most_bytes_per_relation = default_max_bytes_per_relation) {
  nlohmann::json rules = nlohmann::json::object();
  rules["groups"] = nlohmann::json::array();
  const juju::Parsed<nlohmann::json> document = juju::parse_json(text);
  if (!document) {
    juju::report(problems, juju::Place(), to_string(document.error));
  } else if (!detail::can_label_rules(topology)) {
    juju::report(problems, juju::Place(), "the application's names are too long for labels, or hold a template");
  } else {
    rules["groups"] =
        detail::AlertRuleReader(topology, spelling, problems, most_bytes_per_relation).read_groups(*document);
  }
  return rules;
}

}  // namespace scrape
