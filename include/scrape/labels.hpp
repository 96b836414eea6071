// SPDX-License-Identifier: Apache-2.0
// The labels that a job gives to its targets.
#pragma once

#include <cstddef>
#include <juju/json.hpp>
#include <juju/problem.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <scrape/topology_labels.hpp>

namespace scrape {

/// Which label names the scraper accepts: any (Prometheus 3), or `[a-zA-Z_][a-zA-Z0-9_]*` only (Prometheus 2, which
/// refuses its whole configuration because of one other name).
enum class LabelNames { utf8, legacy };

/// Which labels a job may have.
struct LabelRules {
  LabelNames names = LabelNames::utf8;
  bool topology = true;  ///< Whether a job may set the labels of the topology.
};

/// YAML 1.1 readers accept keys of up to 1024 characters. This leaves room for every byte to be part of an escape.
inline constexpr std::size_t max_label_name_bytes = 500;

/// The name with `_` for each character outside `[a-zA-Z0-9_]`, and before a digit at its beginning.
inline std::string legacy_label_name(std::string_view name) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  std::string legacy;
  for (const char c : name) {
    const bool continues_a_character = (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
    if (continues_a_character) continue;
    legacy += (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) ? c : '_';
  }
  if (!legacy.empty() && is_digit(legacy.front())) legacy.insert(legacy.begin(), '_');
  return legacy;
}

namespace detail {

/// Why a job may not set a label of this name; null if it may.
inline const char* why_not_a_label(const std::string& name, const LabelRules& rules) {
  if (name.empty() || !juju::is_valid_text(name)) return "not a label name";
  if (name.size() > max_label_name_bytes) return "a label name of over 500 bytes";
  const bool is_reserved = rules.topology ? is_prometheus_label(name) : is_reserved_label(name);
  return is_reserved ? "a label that a job may not set" : nullptr;
}

/// Reads the labels of one static config.
class LabelReader {
 public:
  LabelReader(const LabelRules& rules, std::vector<juju::Problem>& problems) : rules_(rules), problems_(problems) {}

  Labels read(const nlohmann::json& given, const juju::Place& place) {
    if (given.is_null()) return {};
    if (!given.is_object()) {
      report(problems_, place, "not an object");
      return {};
    }
    const auto is_respelt = [&](const std::string& name) {
      return rules_.names == LabelNames::legacy && legacy_label_name(name) != name;
    };
    for (const auto& [name, value] : juju::object_of(given)) {
      if (!is_respelt(name)) read_label(name, name, value, place / name);
    }
    for (const auto& [name, value] : juju::object_of(given)) {
      if (!is_respelt(name)) continue;
      const std::string spelling = legacy_label_name(name);
      if (labels_.contains(spelling)) {
        report(problems_, place / name, "its legacy spelling is another label's name");
      } else if (read_label(name, spelling, value, place / name)) {
        report(problems_, place / name, "not a legacy label name; written with _ instead");
      }
    }
    return std::move(labels_);
  }

 private:
  bool read_label(const std::string& given, const std::string& name, const nlohmann::json& value,
                  const juju::Place& place) {
    const char* refusal = juju::is_text(given) ? why_not_a_label(name, rules_) : "not a label name";
    std::optional<std::string> text = juju::text_of(value);
    if (refusal == nullptr && !text) refusal = "not a text";
    if (refusal != nullptr) {
      report(problems_, place, refusal);
      return false;
    }
    labels_[name] = *std::move(text);
    return true;
  }

  const LabelRules& rules_;
  std::vector<juju::Problem>& problems_;
  Labels labels_;
};

}  // namespace detail
}  // namespace scrape
