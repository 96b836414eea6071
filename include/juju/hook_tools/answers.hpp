// SPDX-License-Identifier: Apache-2.0
// What Juju's hook tools print, read into values: any bytes in, nothing out where they are no such answer. `null` is
// how the tools say that there is nothing.
#pragma once

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <juju/json.hpp>
#include <juju/relation.hpp>

namespace juju::hook_tools::answers {

namespace detail {

inline std::optional<std::vector<std::string>> texts(std::string_view printed) {
  const Parsed<nlohmann::json> list = parse_json(printed);
  if (!list || !(list->is_array() || list->is_null())) return std::nullopt;
  std::vector<std::string> texts;
  for (const nlohmann::json& text : *list) {
    if (!text.is_string()) return std::nullopt;
    texts.push_back(text.get<std::string>());
  }
  return texts;
}

inline const nlohmann::json* first_of(const nlohmann::json& object, const char* key) {
  if (!object.is_object() || !object.contains(key) || !object[key].is_array() || object[key].empty()) return nullptr;
  return &object[key].front();
}

}  // namespace detail

/// `relation-ids`: the numbers of `["tracing:3", "tracing:10"]`, in their order.
inline std::optional<std::vector<RelationId>> relation_ids(std::string_view printed) {
  const std::optional<std::vector<std::string>> names = detail::texts(printed);
  if (!names) return std::nullopt;
  std::vector<RelationId> ids;
  for (const std::string& name : *names) {
    const std::size_t number = name.rfind(':') + 1;
    RelationId id = 0;
    const auto [end, failed] = std::from_chars(name.data() + number, name.data() + name.size(), id);
    if (failed != std::errc{} || end != name.data() + name.size() || id < 0) return std::nullopt;
    ids.push_back(id);
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

/// `relation-list`: units, in natural order.
inline std::optional<std::vector<std::string>> units(std::string_view printed) {
  std::optional<std::vector<std::string>> units = detail::texts(printed);
  if (units) std::sort(units->begin(), units->end(), UnitOrder());
  return units;
}

/// `relation-list --app`: an application; empty where Juju does not tell.
inline std::optional<std::string> application(std::string_view printed) {
  const Parsed<nlohmann::json> name = parse_json(printed);
  if (!name || !(name->is_string() || name->is_null())) return std::nullopt;
  return name->is_null() ? std::string() : name->get<std::string>();
}

/// `relation-get`: a data bag.
inline std::optional<Texts> bag(std::string_view printed) {
  const Parsed<nlohmann::json> object = parse_json(printed);
  if (!object || !(object->is_object() || object->is_null())) return std::nullopt;
  Texts texts;
  for (const auto& [key, text] : object->items()) {
    if (!text.is_string()) return std::nullopt;
    texts.emplace(key, text.get<std::string>());
  }
  return texts;
}

/// `is-leader`.
inline std::optional<bool> leadership(std::string_view printed) {
  const Parsed<nlohmann::json> leads = parse_json(printed);
  if (!leads || !leads->is_boolean()) return std::nullopt;
  return leads->get<bool>();
}

/// `network-get`: the first bind address; empty where there is none.
inline std::optional<std::string> address(std::string_view printed) {
  const Parsed<nlohmann::json> network = parse_json(printed);
  if (!network || !(network->is_object() || network->is_null())) return std::nullopt;
  const nlohmann::json* interface = detail::first_of(*network, "bind-addresses");
  const nlohmann::json* address = interface == nullptr ? nullptr : detail::first_of(*interface, "addresses");
  for (const char* key : {"value", "address"}) {  // Juju's name of it differs from version to version
    if (address == nullptr || !address->is_object() || !address->contains(key)) continue;
    if (const nlohmann::json& text = (*address)[key]; text.is_string()) return text.get<std::string>();
  }
  return std::string();
}

/// `config-get` and `state-get`: an object.
inline std::optional<nlohmann::json> object(std::string_view printed) {
  Parsed<nlohmann::json> object = parse_json(printed);
  if (!object || !(object->is_object() || object->is_null())) return std::nullopt;
  if (object->is_null()) *object.value = nlohmann::json::object();
  return std::move(object.value);
}

}  // namespace juju::hook_tools::answers
