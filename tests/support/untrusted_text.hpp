// SPDX-License-Identifier: Apache-2.0
// Texts that a related charm may write: wrong values at any depth, and texts that are not JSON, deep or huge.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include <support/repeated.hpp>

namespace support {

inline std::vector<nlohmann::json> wrong_values() {
  std::vector<nlohmann::json> values;
  for (const char* text :
       {"null", "true", "0", "-1.5", "18446744073709551615", "1e308", "\"\"", R"("a\u0000\u0085\uffff")", R"("None")",
        R"("*")", R"("${__x:-%s}\\ {{ . }}")", "[]", "{}", "[[]]", "[{}]", R"({"": {"a": []}})",
        R"({"targets": ["*:1"], "name": "x", "bearer_token_file": "/etc/shadow"})"}) {
    values.push_back(nlohmann::json::parse(text));
  }
  values.emplace_back(std::string(70'000, 'x'));
  values.emplace_back(std::string(500, '\x7f'));
  return values;
}

inline void collect_pointers(const nlohmann::json& document, const nlohmann::json::json_pointer& here,
                             std::vector<nlohmann::json::json_pointer>& into) {
  into.push_back(here);
  if (document.is_array()) {
    for (std::size_t i = 0; i < document.size(); ++i) collect_pointers(document[i], here / i, into);
  } else if (document.is_object()) {
    for (const auto& item : document.items()) collect_pointers(item.value(), here / item.key(), into);
  }
}

/// The document with each of its nodes replaced by each wrong value.
inline std::vector<nlohmann::json> mutants_of(const nlohmann::json& document) {
  std::vector<nlohmann::json::json_pointer> pointers;
  collect_pointers(document, nlohmann::json::json_pointer(), pointers);
  std::vector<nlohmann::json> mutants;
  for (const nlohmann::json::json_pointer& pointer : pointers) {
    for (const nlohmann::json& value : wrong_values()) {
      mutants.push_back(document);
      mutants.back()[pointer] = value;
    }
  }
  return mutants;
}

/// Texts that are not JSON, or that are deep or huge.
inline const std::vector<std::string>& wrong_texts() {
  static const std::vector<std::string> texts = {
      "\xff\xfe",
      "[{\"job_name\": \"\xc3\"}]",
      R"([{"job_name": "\ud800"}])",
      std::string("\0", 1),
      "1e400",
      "[{\"job_name\": 1e400}]",
      ",",
      "&a [*a]",
      "{",
      "[{\"job_name\": \"a\", \"job_name\": {}, \"static_configs\": 1, \"static_configs\": [{}, {}]}]",
      R"({"model": 1, "model": "m", "hostname": "t", "hostname": []})",
      repeated("[", 100'000),
      repeated("[", 100'000) + repeated("]", 100'000),
      repeated("{\"a\":", 100'000),
      repeated("- ", 100'000),
      repeated("? ", 100'000),
      repeated("[{", 100'000),
      std::string(1'000'000, 'x'),
      "\"" + std::string(1'000'000, 'x') + "\"",
      "[{\"" + std::string(500'000, '/') + "\": 1, \"job_name\": \"" + std::string(500'000, 'x') + "\"}]",
      "[" + repeated("{\"job_name\": 7},", 5'000) + "{}]",
      "[{\"static_configs\": [" + repeated("{},", 5'000) + "{\"targets\": [" + repeated("\"*\",", 5'000) + "0]}]}]",
      "{\"groups\": [" + repeated("{},", 5'000) + "{}]}"};
  return texts;
}

/// The beginning of a text, as a failed test prints it.
inline std::string beginning_of(const std::string& text) {
  return std::to_string(text.size()) +
         " bytes: " + nlohmann::json(text.substr(0, 200)).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

}  // namespace support
