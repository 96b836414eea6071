// SPDX-License-Identifier: Apache-2.0
// Checks the relabel rules of a scrape job. Prometheus refuses its complete configuration because of one invalid rule.
#pragma once

#include <algorithm>
#include <cctype>
#include <juju/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <scrape/alert_rule_fields.hpp>
#include <scrape/setting_values.hpp>

namespace scrape::detail {

/// Whether `text` is a label name with references to groups of a regex, such as "juju_$1" or "${1}_total".
inline bool is_label_template(std::string_view text, LabelNames names) {
  const auto is_word = [&](char c) {
    if (names == LabelNames::utf8) return c != '$' && c != '{' && c != '}';
    return c == '_' || std::isalnum(static_cast<unsigned char>(c)) != 0;
  };
  const auto word_end = [&](std::size_t begin) {
    while (begin < text.size() && is_word(text[begin])) ++begin;
    return begin;
  };
  if (text.empty() || text.size() > max_label_name_bytes) return false;
  if (names == LabelNames::legacy && text.front() >= '0' && text.front() <= '9') return false;
  for (std::size_t i = 0; i < text.size();) {
    const bool is_reference = text[i] == '$';
    const bool in_braces = is_reference && text.substr(i).starts_with("${");
    const std::size_t begin = i + (in_braces ? 2 : is_reference ? 1 : 0);
    const std::size_t end = word_end(begin);
    if (end == begin || (in_braces && (end == text.size() || text[end] != '}'))) return false;
    i = in_braces ? end + 1 : end;
  }
  return true;
}

/// Finds what is wrong with relabel rules.
class RelabelRules {
 public:
  explicit RelabelRules(LabelNames names) : names_(names) {}

  /// @returns what is wrong with a rule; null if nothing is.
  const char* fault(const nlohmann::json& rule) const {
    if (!rule.is_object()) return "not an object";
    for (const auto& [key, value] : juju::object_of(rule)) {
      if (!juju::is_one_of(
              key, {"source_labels", "separator", "target_label", "regex", "modulus", "replacement", "action"})) {
        return "not a relabel rule: it has another key";
      }
    }
    if (!has_valid_source(juju::member(rule, "source_labels"))) return "source_labels is not a list of label names";
    for (const char* key : {"separator", "target_label", "regex", "replacement", "action"}) {
      const nlohmann::json& value = juju::member(rule, key);
      if (!value.is_null() && !is_text(value)) return "not a text in one of its keys";
    }
    const nlohmann::json& modulus = juju::member(rule, "modulus");
    if (!modulus.is_null() && !is_whole_number(modulus)) return "modulus is not a whole number";
    return fault_of_action(rule);
  }

 private:
  static bool is_text(const nlohmann::json& value) {
    return value.is_string() && juju::is_text(juju::string_of(value));
  }

  static std::string text_in(const nlohmann::json& rule, const char* key, const char* otherwise = "") {
    const nlohmann::json& value = juju::member(rule, key);
    return value.is_null() ? otherwise : juju::string_of(value);
  }

  bool is_label_name(const std::string& name) const {
    if (names_ == LabelNames::legacy) return is_valid_label_name(name);
    return !name.empty() && name.size() <= max_label_name_bytes;
  }

  /// A name that refers to no group of the rule's regex.
  bool is_plain_name(const std::string& name) const {
    return is_label_name(name) && name.find('$') == std::string::npos;
  }

  bool has_valid_source(const nlohmann::json& labels) const {
    if (labels.is_null()) return true;
    return labels.is_array() && std::all_of(labels.begin(), labels.end(), [&](const nlohmann::json& label) {
             return is_text(label) && is_label_name(juju::string_of(label));
           });
  }

  static bool has(const nlohmann::json& rule, const char* key, const char* other_than = nullptr) {
    const nlohmann::json& value = juju::member(rule, key);
    if (value.is_null()) return false;
    return other_than == nullptr || !value.is_string() || juju::string_of(value) != other_than;
  }

  /// The conditions under which Prometheus accepts each action.
  const char* fault_of_action(const nlohmann::json& rule) const {
    const std::string action = lower_case(text_in(rule, "action", "replace"));
    const std::string target = text_in(rule, "target_label");
    const bool compares = action == "keepequal" || action == "dropequal";
    const bool changes_case = action == "lowercase" || action == "uppercase";
    const bool filters_labels = action == "labeldrop" || action == "labelkeep";
    const bool has_replacement = has(rule, "replacement", "$1");
    const char* const target_fault = "its target_label is not one of its action";
    if (action == "replace") {
      return is_label_template(target, names_) || is_plain_name(target) ? nullptr : target_fault;
    }
    if (action == "keep" || action == "drop") return nullptr;
    if (action == "labelmap") {
      const bool is_valid = is_label_template(text_in(rule, "replacement", "$1"), names_);
      return is_valid ? nullptr : "its replacement is not a label name";
    }
    if (filters_labels) {
      const bool has_other = has(rule, "source_labels") || has(rule, "target_label") || has(rule, "modulus") ||
                             has(rule, "separator", ";") || has_replacement;
      return has_other ? "its action has no other key than regex" : nullptr;
    }
    if (action != "hashmod" && !compares && !changes_case) return "not an action of Prometheus";
    if (!is_plain_name(target)) return target_fault;
    if (action == "hashmod") {
      const nlohmann::json& modulus = juju::member(rule, "modulus");
      return modulus.is_null() || modulus == 0 ? "its action needs a modulus above 0" : nullptr;
    }
    if (has_replacement) return "its action has no replacement";
    const bool has_other = has(rule, "regex") || has(rule, "modulus") || has(rule, "separator", ";");
    return compares && has_other ? "its action has no other key than source_labels and target_label" : nullptr;
  }

  LabelNames names_;
};

}  // namespace scrape::detail
