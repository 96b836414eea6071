// SPDX-License-Identifier: Apache-2.0
// The text arguments and the standard input of a hook tool.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include <juju/testing/hook_tools/arguments.hpp>
#include <juju/yaml.hpp>

namespace juju::testing::detail {

/// Whether the text has an escaped surrogate such as `\ud800`. JSON allows them in pairs, and YAML does not.
inline bool has_surrogate_escape(std::string_view text) {
  const std::size_t last = text.size() < 4 ? 0 : text.size() - 3;
  for (std::size_t i = text.find('\\'); i < last; i = text.find('\\', i + 2)) {
    const char high = text[i + 3];
    const bool is_high = high == '8' || high == '9' || (high >= 'a' && high <= 'f') || (high >= 'A' && high <= 'F');
    if (text[i + 1] == 'u' && (text[i + 2] == 'd' || text[i + 2] == 'D') && is_high) return true;
  }
  return false;
}

/// Reads a map of texts as Juju does, with yaml.v2.
inline StringMap read_map(const std::string& input) {
  if (has_surrogate_escape(input)) throw ToolRefusal("yaml: found invalid Unicode character escape code");
  const Parsed<nlohmann::json> map = parse_yaml(input, input.size());
  if (!map) throw ToolRefusal("yaml: " + to_string(map.error));
  if (!map->is_object() && !map->is_null()) throw ToolRefusal("yaml: cannot unmarshal into a map");
  StringMap texts;
  for (auto item = map->begin(); item != map->end(); ++item) {
    if (item->is_structured()) throw ToolRefusal("yaml: cannot unmarshal into string");
    const bool is_text = item->is_string();
    texts[item.key()] = is_text ? item->get_ref<const std::string&>() : item->is_null() ? "" : item->dump();
  }
  return texts;
}

/// The map on standard input, and then the KEY=VALUE operands.
inline StringMap texts_of(const ToolArguments& arguments, const std::string& input) {
  StringMap texts;
  if (!arguments.option("file").empty()) texts = read_map(input);
  for (const std::string& pair : arguments.operands()) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw usage_error("expected \"key=value\", got \"" + pair + "\"");
    }
    texts.insert_or_assign(pair.substr(0, equals), pair.substr(equals + 1));
  }
  return texts;
}

/// The words from `first` on, as one text.
inline std::string joined(const std::vector<std::string>& words, std::size_t first) {
  std::string text;
  for (std::size_t i = first; i < words.size(); ++i) text += (i == first ? "" : " ") + words[i];
  return text;
}

}  // namespace juju::testing::detail
