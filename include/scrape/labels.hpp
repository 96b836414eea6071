// SPDX-License-Identifier: Apache-2.0
// The labels that a job may give to its targets.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <scrape/reading.hpp>
#include <scrape/topology_labels.hpp>

namespace scrape {

/// Label values under label names.
using Labels = std::map<std::string, std::string>;

/// Which label names the scraper takes: any (Prometheus 3), or `[a-zA-Z_][a-zA-Z0-9_]*` alone (Prometheus 2, which
/// refuses its whole configuration for one other name).
enum class LabelNames { utf8, legacy };

namespace detail {

/// YAML 1.1 readers take a key of up to 1024 characters; this leaves room for every byte to be part of an escape.
inline constexpr std::size_t most_label_name_bytes = 500;

/// The name with each character outside `[a-zA-Z0-9_]` as `_`, and not beginning with a digit.
inline std::string legacy_label_name(const std::string& name) {
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

/// Reads the labels of one static config.
class LabelReader {
 public:
  LabelReader(LabelNames names, std::vector<juju::Problem>& problems) : names_(names), problems_(problems) {}

  Labels read(const json& given, const Place& place) {
    if (given.is_null()) return labels_;
    if (!given.is_object()) return report(problems_, place, "not an object"), labels_;
    std::vector<std::pair<std::string, const json*>> respelt;
    for (const auto& [name, value] : given.items()) {
      if (names_ == LabelNames::legacy && legacy_label_name(name) != name) {
        respelt.emplace_back(name, &value);
      } else {
        read_label(name, name, value, place / name);
      }
    }
    for (const auto& [name, value] : respelt) {
      const std::string spelling = legacy_label_name(name);
      if (labels_.contains(spelling)) {
        report(problems_, place / name, "its legacy spelling is another label's name");
      } else if (read_label(name, spelling, *value, place / name)) {
        report(problems_, place / name, "not a legacy label name; spelt with _ instead");
      }
    }
    return std::move(labels_);
  }

 private:
  bool read_label(const std::string& given, const std::string& name, const json& value, const Place& place) {
    const auto refuse = [&](const char* reason) { return report(problems_, place, reason), false; };
    if (name.empty() || !juju::is_text(given)) return refuse("not a label name");
    if (name.size() > most_label_name_bytes) return refuse("a label name of over 500 bytes");
    if (is_reserved_label(name)) return refuse("a label that is not a job's to set");
    std::optional<std::string> text = text_of(value);
    if (!text) return refuse("not a text");
    labels_.emplace(name, *std::move(text));
    return true;
  }

  LabelNames names_;
  std::vector<juju::Problem>& problems_;
  Labels labels_;
};

}  // namespace detail
}  // namespace scrape
