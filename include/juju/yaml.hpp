// SPDX-License-Identifier: Apache-2.0
// Reads YAML. This library writes JSON only; see json.hpp.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <juju/json.hpp>
#include <juju/yaml_event.hpp>

namespace juju {

/// The limit of `parse_yaml` unless another one is given.
inline constexpr std::size_t max_yaml_bytes = std::size_t{64} * 1024;

/// The limit of `parse_yaml_with_aliases` unless another one is given.
inline constexpr std::size_t max_yaml_file_bytes = std::size_t{1024} * 1024;

/// The number of bytes that the anchors and aliases of one text may copy. A value counts as 64 bytes plus its text and
/// its keys. An anchor copies its value once, and each alias copies it again.
inline constexpr std::size_t max_yaml_copies = std::size_t{4} * 1024 * 1024;

namespace detail {

/// Makes a JSON value from the events of one YAML document. Throws YamlRefusal.
class YamlReader {
 public:
  YamlReader(std::string_view text, bool accepts_aliases) : parser_(text), accepts_aliases_(accepts_aliases) {}

  nlohmann::json read_document() {
    const YamlEvent stream_start(parser_);
    const YamlEvent document_start(parser_);
    if (document_start.type == YAML_STREAM_END_EVENT) return nullptr;
    nlohmann::json value = read_value(YamlEvent(parser_), 0);
    const YamlEvent document_end(parser_);
    const YamlEvent stream_end(parser_);
    if (stream_end.type != YAML_STREAM_END_EVENT) throw stream_end.refusal("not a single YAML document");
    return value;
  }

 private:
  /// @param level  the number of lists and maps around the value.
  nlohmann::json read_value(const YamlEvent& event, int level) {
    if (event.type == YAML_ALIAS_EVENT) return read_alias(event, level);
    const std::string anchor = accepts_aliases_ ? event.anchor() : std::string();
    anchors_.erase(anchor);  // an alias inside the value is refused
    nlohmann::json value = event.type == YAML_SCALAR_EVENT ? read_scalar(event) : read_collection(event, level);
    if (!anchor.empty()) {
      count_copy(value, event, level);
      anchors_.emplace(anchor, value);
    }
    return value;
  }

  nlohmann::json read_alias(const YamlEvent& event, int level) {
    if (!accepts_aliases_) throw event.refusal("not accepted: a YAML alias");
    const auto anchor = anchors_.find(event.anchor());
    if (anchor == anchors_.end()) throw event.refusal("a YAML alias without a complete anchor before it");
    count_copy(anchor->second, event, level);
    return anchor->second;
  }

  static nlohmann::json read_scalar(const YamlEvent& event) {
    if (event.is_null()) return nullptr;
    if (!is_utf8(event.text())) throw event.refusal("not UTF-8");
    if (event.text().find('\0') != std::string_view::npos) throw event.refusal("not accepted: a NUL character in YAML");
    return json_string(std::string(event.text()));
  }

  nlohmann::json read_collection(const YamlEvent& event, int level) {
    require_level(event, level);
    return event.type == YAML_SEQUENCE_START_EVENT ? read_list(level + 1) : read_map(level + 1);
  }

  nlohmann::json read_list(int level) {
    nlohmann::json list = empty_array();
    for (;;) {
      const YamlEvent item(parser_);
      if (item.type == YAML_SEQUENCE_END_EVENT) return list;
      list.push_back(read_value(item, level));
    }
  }

  nlohmann::json read_map(int level) {
    nlohmann::json map = empty_object();
    std::vector<nlohmann::json> merged;
    for (;;) {
      const YamlEvent key(parser_);
      if (key.type == YAML_MAPPING_END_EVENT) break;
      if (accepts_aliases_ && key.is_merge_key()) {
        read_merged(merged, level);
      } else {
        const std::string name = read_key(key, level);
        map[name] = read_value(YamlEvent(parser_), level);
      }
    }
    for (const nlohmann::json& other : merged) map.insert(other.begin(), other.end());  // keeps the keys of `map`
    return map;
  }

  std::string read_key(const YamlEvent& event, int level) {
    const bool can_be_text = event.type == YAML_SCALAR_EVENT || event.type == YAML_ALIAS_EVENT;
    const nlohmann::json key = can_be_text ? read_value(event, level) : empty_array();
    if (key.is_null()) return {};
    if (!key.is_string()) throw event.refusal("not accepted: a YAML key that is not a scalar");
    return string_of(key);
  }

  /// Reads the value of a merge key.
  void read_merged(std::vector<nlohmann::json>& maps, int level) {
    const YamlEvent event(parser_);
    nlohmann::json value = read_value(event, level);
    if (!value.is_array()) return add_merged(maps, std::move(value), event);
    for (nlohmann::json& map : value) add_merged(maps, std::move(map), event);
  }

  static void add_merged(std::vector<nlohmann::json>& maps, nlohmann::json map, const YamlEvent& event) {
    if (!map.is_object()) throw event.refusal("a YAML merge key whose value is not a map or a list of maps");
    maps.push_back(std::move(map));
  }

  void count_copy(const nlohmann::json& value, const YamlEvent& event, int level) {
    count(event, 64 + (value.is_string() ? string_of(value).size() : 0));
    if (!value.is_structured()) return;
    require_level(event, level);
    for (auto item = value.begin(); item != value.end(); ++item) {
      if (value.is_object()) count(event, item.key().size());
      count_copy(*item, event, level + 1);
    }
  }

  void count(const YamlEvent& event, std::size_t bytes) {
    copies_ += bytes;
    if (copies_ > max_yaml_copies) throw event.refusal("YAML anchors and aliases that copy too much");
  }

  static void require_level(const YamlEvent& event, int level) {
    if (level >= max_levels) throw event.refusal("nested deeper than " + std::to_string(max_levels) + " levels");
  }

  YamlParser parser_;
  const bool accepts_aliases_;
  nlohmann::json::object_t anchors_ = {};
  std::size_t copies_ = 0;
};

/// The byte, counted from 1, of a character of valid UTF-8. libyaml does not count a byte order mark.
inline std::size_t byte_of(std::string_view text, std::size_t character) {
  std::size_t byte = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  for (; character > 0 && byte < text.size(); --character) {
    do ++byte;
    while (byte < text.size() && (static_cast<unsigned char>(text[byte]) & 0xC0U) == 0x80U);
  }
  return byte + 1;
}

/// libyaml compares each %TAG directive with all the others, so a megabyte of them would take 10 seconds.
inline bool has_many_tag_directives(std::string_view text) {
  constexpr std::string_view directive = "%TAG";
  int left = 64;
  for (std::size_t at = text.find(directive); at != std::string_view::npos; at = text.find(directive, at + 1)) {
    if (--left < 0) return true;
  }
  return false;
}

inline Parsed<nlohmann::json> parse_yaml(std::string_view text, std::size_t max_bytes, bool accepts_aliases) {
  if (Parsed<nlohmann::json> json = parse_json(text)) return json;
  if (text.size() > max_bytes) {
    return {.error = {0, "neither JSON nor YAML of at most " + std::to_string(max_bytes) + " bytes"}};
  }
  if (!is_utf8(text)) return {.error = {0, "not UTF-8"}};
  if (has_many_tag_directives(text)) return {.error = {0, "not accepted: more than 64 %TAG directives in YAML"}};
  try {
    Parsed<nlohmann::json> parsed;
    parsed.value.emplace(YamlReader(text, accepts_aliases).read_document());
    return parsed;
  } catch (const YamlRefusal& refusal) {
    return {.error = {refusal.byte != 0 ? refusal.byte : byte_of(text, refusal.character), refusal.reason}};
  }
}

}  // namespace detail

/// Reads JSON or, if the text is not JSON, one document of YAML 1.1 that another charm wrote.
///
/// A YAML scalar becomes its text, whatever its type; an unquoted `~`, `null` or nothing becomes null. The last of
/// several equal keys is used. At most 64 levels are read. Aliases and NUL characters are errors, and `<<` is a key
/// like any other. Throws only std::bad_alloc.
/// @param max_bytes  the size of the longest YAML that is read. JSON may be longer.
inline Parsed<nlohmann::json> parse_yaml(std::string_view text, std::size_t max_bytes = max_yaml_bytes) {
  return detail::parse_yaml(text, max_bytes, false);
}

/// Reads a file of the charm itself, as `parse_yaml` does, but with aliases and merge keys.
///
/// `<<: *map` or `<<: [*map, *other]` adds the keys that the map does not have itself; if two of the added maps have
/// the same key, the earlier map is used. An alias inside the value of its own anchor is an error, and so are anchors
/// and aliases that copy more than `max_yaml_copies` bytes.
inline Parsed<nlohmann::json> parse_yaml_with_aliases(std::string_view text,
                                                      std::size_t max_bytes = max_yaml_file_bytes) {
  return detail::parse_yaml(text, max_bytes, true);
}

}  // namespace juju
