// SPDX-License-Identifier: Apache-2.0
// Reads the output of `juju show-unit UNIT...`.
#pragma once

#include <algorithm>
#include <charconv>
#include <juju/relation.hpp>
#include <juju/yaml.hpp>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace explain {

/// The data bags of units, in the units' natural order.
using UnitTexts = std::map<std::string, juju::StringMap, juju::UnitOrder>;

/// One relation in the entry of one unit. Fields that the dump does not have are empty.
struct ShownRelation {
  std::optional<juju::RelationId> id = {};  ///< Printed since August 2021 (Juju 2.9).
  std::string endpoint = {};
  std::string related_endpoint = {};
  bool cross_model = false;
  juju::StringMap application_data = {};  ///< Juju 3 prints the other side's bag, Juju 4 the own one.
  juju::StringMap own_data = {};          ///< The unit's own bag.
  bool in_scope = true;                   ///< Whether the unit is still in the relation.
  UnitTexts related_units = {};
  std::set<std::string, juju::UnitOrder> gone_units =
      {};  ///< Related units that have left the relation, but are still listed.

  /// Whether Juju listed the other side's units. Juju 4.0 to 4.0.5 never do.
  bool lists_units() const { return !related_units.empty() || !gone_units.empty(); }

  /// The other side's application, from the names of its units. Empty if no unit is listed.
  std::string related_application() const {
    if (!lists_units()) return {};
    return juju::application_of(related_units.empty() ? *gone_units.begin() : related_units.begin()->first);
  }
};

/// One unit in the dump.
struct ShownUnit {
  std::string name = {};
  std::vector<ShownRelation> relations = {};
};

/// The size of the longest YAML that is read. JSON may be longer.
inline constexpr std::size_t max_yaml_bytes = std::size_t{1024} * 1024;

namespace detail {

using juju::member;
using nlohmann::json;

struct WrongShape {
  std::string reason;
};

inline WrongShape wrong(const std::string& where, const std::string& key, const char* expected) {
  return {where + ": '" + juju::printable(key) + "' is not " + expected};
}

inline const json& map_in(const json& parent, const char* key, const std::string& where) {
  static const json empty = json::object();
  const json& value = member(parent, key);
  if (value.is_null()) return empty;
  if (!value.is_object()) throw wrong(where, key, "a map");
  return value;
}

inline std::string text_in(const json& parent, const char* key, const std::string& where) {
  const json& value = member(parent, key);
  if (value.is_null()) return {};
  if (!value.is_string()) throw wrong(where, key, "a text");
  return value.get<std::string>();
}

inline bool flag_in(const json& parent, const char* key, bool default_value, const std::string& where) {
  const json& value = member(parent, key);
  if (value.is_null()) return default_value;
  if (value == json(true) || value == json("true")) return true;  // YAML scalars are read as text
  if (value == json(false) || value == json("false")) return false;
  throw wrong(where, key, "true or false");
}

inline std::optional<juju::RelationId> relation_id(const json& relation, const std::string& where) {
  const json& value = member(relation, "relation-id");
  if (value.is_null()) return std::nullopt;
  if (!value.is_string() && !value.is_number()) throw wrong(where, "relation-id", "a number");
  const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
  juju::RelationId id = -1;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (failed != std::errc{} || end != text.data() + text.size() || id < 0)
    throw wrong(where, "relation-id", "a number");
  return id;
}

inline juju::StringMap texts_in(const json& parent, const char* key, const std::string& where) {
  juju::StringMap texts;
  for (const auto& [name, value] : map_in(parent, key, where).items()) {
    if (!value.is_string()) throw wrong(where + ", " + key, name, "a text");
    texts.emplace(name, value.get<std::string>());
  }
  return texts;
}

/// Whether `name` is like "spring-music/0". Other names are refused, because the hints put names into shell commands.
inline bool is_unit_name(std::string_view name) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto is_alphanumeric = [&](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c); };
  const std::size_t slash = std::min(name.find('/'), name.size());
  const std::string_view application = name.substr(0, slash);
  const std::string_view number = name.substr(std::min(slash + 1, name.size()));
  return !application.empty() && is_alphanumeric(application.front()) &&
         std::all_of(application.begin(), application.end(), [&](char c) { return is_alphanumeric(c) || c == '-'; }) &&
         !number.empty() && std::all_of(number.begin(), number.end(), is_digit);
}

inline void require_unit(const std::string& name, const json& unit, const std::string& where) {
  if (!is_unit_name(name)) throw WrongShape{where + "'" + juju::printable(name) + "' is not the name of a unit"};
  if (!unit.is_object()) throw WrongShape{where + "'" + name + "' is not a map"};
}

inline ShownRelation read_relation(const json& given, const std::string& where) {
  if (!given.is_object()) throw WrongShape{where + " is not a map"};
  ShownRelation relation{.id = relation_id(given, where),
                         .endpoint = text_in(given, "endpoint", where),
                         .related_endpoint = text_in(given, "related-endpoint", where),
                         .cross_model = flag_in(given, "cross-model", false, where),
                         .application_data = texts_in(given, "application-data", where)};
  const json& own = map_in(given, "local-unit", where);
  relation.own_data = texts_in(own, "data", where + ", local-unit");
  relation.in_scope = flag_in(own, "in-scope", true, where + ", local-unit");
  for (const auto& [name, unit] : map_in(given, "related-units", where).items()) {
    require_unit(name, unit, where + ", related-units: ");
    const std::string of_unit = std::string(where).append(", ").append(name);
    if (flag_in(unit, "in-scope", true, of_unit)) {
      relation.related_units.emplace(name, texts_in(unit, "data", of_unit));
    } else {
      relation.gone_units.insert(name);
    }
  }
  return relation;
}

inline ShownUnit read_unit(const std::string& name, const json& given) {
  require_unit(name, given, {});
  ShownUnit unit{.name = name};
  const json& relations = member(given, "relation-info");
  if (!relations.is_null() && !relations.is_array()) throw wrong(name, "relation-info", "a list");
  for (std::size_t i = 0; i < relations.size(); ++i) {
    unit.relations.push_back(read_relation(relations[i], name + ", relation-info " + std::to_string(i)));
  }
  return unit;
}

}  // namespace detail

/// Reads a dump, JSON or YAML.
/// @returns the units in natural order, or an error with the reason.
inline juju::Parsed<std::vector<ShownUnit>> read_show_unit(std::string_view text) {
  const auto refuse = [](juju::TextError error) {
    return juju::Parsed<std::vector<ShownUnit>>{.error = std::move(error)};
  };
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return refuse({0, "it is empty"});
  const bool is_json = text[first] == '{' || text[first] == '[';
  const juju::Parsed<nlohmann::json> dump = is_json ? juju::parse_json(text) : juju::parse_yaml(text, max_yaml_bytes);
  if (!dump) return refuse(dump.error);
  if (!dump->is_object()) return refuse({0, "it is not a map of units"});
  if (dump->empty()) return refuse({0, "it shows no unit"});
  std::vector<ShownUnit> units;
  try {
    for (const auto& [name, unit] : dump->items()) units.push_back(detail::read_unit(name, unit));
  } catch (const detail::WrongShape& wrong) {
    return refuse({0, wrong.reason});
  }
  std::sort(units.begin(), units.end(),
            [](const ShownUnit& left, const ShownUnit& right) { return juju::UnitOrder{}(left.name, right.name); });
  return {.value = std::move(units)};
}

}  // namespace explain
