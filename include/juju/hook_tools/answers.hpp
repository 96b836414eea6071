// SPDX-License-Identifier: Apache-2.0
// Reads the output of Juju's hook tools. Each function returns nothing if the text is not such an answer. `null` is an
// empty answer.
#pragma once

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <juju/json.hpp>
#include <juju/port.hpp>
#include <juju/relation_data_access.hpp>
#include <juju/string_map.hpp>
#include <juju/unit_name.hpp>

namespace juju::hook_tools::answers {

namespace detail {

inline std::optional<std::vector<std::string>> texts(std::string_view printed) {
  const Parsed<nlohmann::json> list = parse_json(printed);
  if (!list || !(list->is_array() || list->is_null())) return std::nullopt;
  std::vector<std::string> texts;
  for (const nlohmann::json& text : *list) {
    if (!text.is_string()) return std::nullopt;
    texts.push_back(string_of(text));
  }
  return texts;
}

/// The list under a key of an object; an empty list if there is no such list.
inline const nlohmann::json& list_in(const nlohmann::json& object, const char* key) {
  static const nlohmann::json none = empty_array();
  const nlohmann::json& list = member(object, key);
  return list.is_array() ? list : none;
}

}  // namespace detail

/// The number of a relation's name: 3 of "tracing:3".
inline std::optional<RelationId> relation_id(std::string_view name) {
  name.remove_prefix(name.rfind(':') + 1);
  RelationId id = 0;
  const auto [end, failed] = std::from_chars(name.data(), name.data() + name.size(), id);
  if (failed != std::errc{} || end != name.data() + name.size() || id < 0) return std::nullopt;
  return id;
}

/// `relation-ids`: 3 and 10 of `["tracing:10", "tracing:3"]`, in ascending order.
inline std::optional<std::vector<RelationId>> relation_ids(std::string_view printed) {
  const std::optional<std::vector<std::string>> names = detail::texts(printed);
  if (!names) return std::nullopt;
  std::vector<RelationId> ids;
  for (const std::string& name : *names) {
    const std::optional<RelationId> id = relation_id(name);
    if (!id) return std::nullopt;
    ids.push_back(*id);
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

/// `relation-list`: units, in natural order.
inline std::optional<std::vector<std::string>> units(std::string_view printed) {
  std::optional<std::vector<std::string>> units = detail::texts(printed);
  if (units) sort_units(*units);
  return units;
}

/// `relation-list --app`: an application. Empty if unknown.
inline std::optional<std::string> application(std::string_view printed) {
  const Parsed<nlohmann::json> name = parse_json(printed);
  if (!name || !(name->is_string() || name->is_null())) return std::nullopt;
  return name->is_null() ? std::string() : string_of(*name);
}

/// `relation-get`: a data bag.
inline std::optional<StringMap> bag(std::string_view printed) {
  const Parsed<nlohmann::json> object = parse_json(printed);
  if (!object || !(object->is_object() || object->is_null())) return std::nullopt;
  StringMap texts;
  if (object->is_null()) return texts;
  for (const auto& [key, text] : object_of(*object)) {
    if (!text.is_string()) return std::nullopt;
    texts[key] = string_of(text);
  }
  return texts;
}

/// `is-leader`.
inline std::optional<bool> leadership(std::string_view printed) {
  const Parsed<nlohmann::json> leads = parse_json(printed);
  if (!leads || !leads->is_boolean()) return std::nullopt;
  return leads->get_ref<const bool&>();
}

/// `network-get`: the first bind address of any interface; empty if there is none.
inline std::optional<std::string> address(std::string_view printed) {
  const Parsed<nlohmann::json> network = parse_json(printed);
  if (!network || !(network->is_object() || network->is_null())) return std::nullopt;
  for (const nlohmann::json& interface : detail::list_in(*network, "bind-addresses")) {
    for (const nlohmann::json& address : detail::list_in(interface, "addresses")) {
      for (const char* key : {"value", "address"}) {  // the name depends on Juju's version
        const nlohmann::json& text = member(address, key);
        if (text.is_string() && !string_of(text).empty()) return string_of(text);
      }
    }
  }
  return std::string();
}

/// `opened-ports`: the single ports of `["8000/tcp", "9000-9010/udp", "icmp"]`. Ranges are left out.
inline std::optional<std::set<Port>> ports(std::string_view printed) {
  const std::optional<std::vector<std::string>> names = detail::texts(printed);
  if (!names) return std::nullopt;
  std::set<Port> ports;
  for (const std::string& name : *names) {
    if (const std::optional<Port> port = parse_juju_port(name)) ports.insert(*port);
  }
  return ports;
}

/// `config-get`, `state-get` and `action-get`: an object.
inline std::optional<nlohmann::json> object(std::string_view printed) {
  Parsed<nlohmann::json> object = parse_json(printed);
  if (!object || !(object->is_object() || object->is_null())) return std::nullopt;
  if (object->is_null()) *object.value = empty_object();
  return std::move(object.value);
}

}  // namespace juju::hook_tools::answers
