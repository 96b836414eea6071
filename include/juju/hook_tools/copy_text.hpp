// SPDX-License-Identifier: Apache-2.0
// The text of a ModelCopy, as JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <juju/hook_tools/model_copy.hpp>
#include <juju/json.hpp>

namespace juju::hook_tools {

namespace detail {

inline void append_texts(std::string& out, const StringMap& texts) {
  out += '{';
  for (const auto& [key, text] : texts) {
    if (out.back() != '{') out += ',';
    append_json_string(out, key);
    out += ':';
    append_json_string(out, text);
  }
  out += '}';
}

inline void append_relation(std::string& out, RelationId id, const RelationCopy& relation) {
  out += "{\"id\":" + std::to_string(id) + ",\"endpoint\":";
  append_json_string(out, relation.endpoint);
  if (relation.application) append_json_string(out += ",\"application\":", *relation.application);
  if (relation.address) append_json_string(out += ",\"address\":", *relation.address);
  if (relation.units) out += ",\"units\":" + json_strings(*relation.units).dump();
  out += ",\"bags\":{";
  for (const auto& [owner, texts] : relation.bags) {
    if (out.back() != '{') out += ',';
    append_json_string(out, owner);
    out += ':';
    append_texts(out, texts);
  }
  out += "}}";
}

/// Reads the members of a copy. Throws Unreadable at the first that is not what `text_of` writes.
struct CopyReader {
  struct Unreadable {};

  static void require(bool holds) {
    if (!holds) throw Unreadable();
  }

  static const nlohmann::json& get(const nlohmann::json& object, const char* key) {
    const nlohmann::json* value = find(object, key);
    require(value != nullptr);
    return *value;
  }

  static std::string text(const nlohmann::json& value) {
    require(value.is_string());
    return string_of(value);
  }

  static std::optional<std::string> optional_text(const nlohmann::json& object, const char* key) {
    const nlohmann::json* value = find(object, key);
    if (value == nullptr) return std::nullopt;
    return text(*value);
  }

  static std::optional<nlohmann::json> optional_object(const nlohmann::json& object, const char* key) {
    const nlohmann::json* value = find(object, key);
    if (value == nullptr) return std::nullopt;
    require(value->is_object());
    return *value;
  }

  static RelationId id(const nlohmann::json& value) {
    require(value.is_number_unsigned() && value.get<std::uint64_t>() <= 0x7FFFFFFF);
    return value.get<RelationId>();
  }

  static StringMap texts(const nlohmann::json& value) {
    require(value.is_object());
    StringMap texts;
    for (const auto& [key, each] : object_of(value)) texts.emplace_hint(texts.end(), key, text(each));
    return texts;
  }

  static RelationCopy relation(const nlohmann::json& value) {
    RelationCopy relation{.endpoint = text(get(value, "endpoint")),
                          .application = optional_text(value, "application"),
                          .address = optional_text(value, "address")};
    if (const nlohmann::json* units = find(value, "units")) {
      require(units->is_array());
      relation.units.emplace();
      for (const nlohmann::json& unit : *units) relation.units->push_back(text(unit));
    }
    const nlohmann::json& bags = get(value, "bags");
    require(bags.is_object());
    for (const auto& [owner, bag] : object_of(bags)) {
      relation.bags.emplace_hint(relation.bags.end(), owner, texts(bag));
    }
    return relation;
  }

  static ModelCopy copy(const nlohmann::json& value) {
    const nlohmann::json& read_at = get(value, "read-at");
    const nlohmann::json& ids = get(value, "ids");
    const nlohmann::json& relations = get(value, "relations");
    require(read_at.is_number_integer() && ids.is_object() && relations.is_array());
    ModelCopy copy{.read_at = read_at.get<std::int64_t>(),
                   .config = optional_object(value, "config"),
                   .state = optional_object(value, "state")};
    for (const auto& [endpoint, listed] : object_of(ids)) {
      require(listed.is_array());
      for (const nlohmann::json& each : listed) add_id(copy.ids[endpoint], id(each));
      copy.ids[endpoint];
    }
    for (const nlohmann::json& each : relations) copy.relations[id(get(each, "id"))] = relation(each);
    return copy;
  }
};

}  // namespace detail

/// One line of JSON.
/// @throws nlohmann::json::type_error  if a text is not UTF-8.
inline std::string text_of(const ModelCopy& copy) {
  std::string text = "{\"read-at\":" + std::to_string(copy.read_at) + ",\"ids\":" + nlohmann::json(copy.ids).dump();
  if (copy.config) text += ",\"config\":" + copy.config->dump();
  if (copy.state) text += ",\"state\":" + copy.state->dump();
  text += ",\"relations\":[";
  for (const auto& [id, relation] : copy.relations) {
    if (text.back() != '[') text += ',';
    detail::append_relation(text, id, relation);
  }
  return text += "]}";
}

/// Reads what `text_of` wrote.
/// @returns nothing if the text is anything else.
inline std::optional<ModelCopy> copy_of(std::string_view text) {
  const Parsed<nlohmann::json> parsed = parse_json(text);
  if (!parsed) return std::nullopt;
  try {
    return detail::CopyReader::copy(*parsed);
  } catch (const detail::CopyReader::Unreadable&) {
    return std::nullopt;
  }
}

}  // namespace juju::hook_tools
