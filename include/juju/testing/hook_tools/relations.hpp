// SPDX-License-Identifier: Apache-2.0
// relation-ids, relation-list, relation-get, relation-set.
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>

#include <juju/testing/hook_tools/bags.hpp>
#include <juju/testing/hook_tools/session.hpp>
#include <juju/testing/hook_tools/texts.hpp>

namespace juju::testing::detail {

inline bool is_application_name(std::string_view name) {
  return !name.empty() && name.front() >= 'a' && name.front() <= 'z' &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

/// The unit or application that owns the requested bag.
inline std::string entity_of(const ToolSession& session, const ToolArguments& arguments) {
  std::string entity = arguments.operand(1);
  if (entity.empty()) entity = session.hook.remote_unit;
  if (entity.empty() && arguments.flag("app")) entity = session.hook.remote_application;
  if (entity.empty()) throw usage_error("no unit or application specified");
  const bool is_unit = rules::is_unit_name(entity);
  const bool is_application = !is_unit && is_application_name(entity);
  if (!is_unit && !is_application) throw usage_error("invalid unit name \"" + entity + "\"");
  if (arguments.flag("app")) return application_of(entity);
  if (is_unit) return entity;
  throw usage_error("expected unit name, got application name \"" + entity + "\"");
}

inline nlohmann::json relation_ids(ToolSession& session, const ToolArguments& arguments, const std::string&) {
  const std::string endpoint = arguments.operands().empty() ? session.hook.endpoint : arguments.operand(0);
  if (endpoint.empty()) throw usage_error("no endpoint name specified");
  std::set<std::string> names;  // sorted as text, as Juju does
  for (const RelationState& relation : session.written.relations) {
    if (relation.endpoint == endpoint) names.insert(endpoint + ":" + std::to_string(relation.id));
  }
  return names;
}

inline nlohmann::json relation_list(ToolSession& session, const ToolArguments& arguments, const std::string&) {
  const RelationState& relation = session.relation_of(arguments);
  if (arguments.flag("app")) return remote_application_of(relation, session.written, session.metadata);
  std::set<std::string> units;
  for (const auto& [unit, bag] : relation.remote_units) units.insert(unit);
  return units;
}

inline nlohmann::json relation_get(ToolSession& session, const ToolArguments& arguments, const std::string&) {
  RelationState& relation = session.relation_of(arguments);
  const std::string key = arguments.operand(0);
  const std::string entity = entity_of(session, arguments);
  const StringMap& bag = readable_bag(session.written, session.metadata, relation, entity);
  if (key.empty() || key == "-") return bag;
  const auto text = bag.find(key);
  return text == bag.end() ? nlohmann::json() : nlohmann::json(text->second);
}

inline nlohmann::json relation_set(ToolSession& session, const ToolArguments& arguments, const std::string& input) {
  RelationState& relation = session.relation_of(arguments);
  const StringMap texts = texts_of(arguments, input);
  if (arguments.flag("app") && !session.written.leader) throw ToolRefusal("cannot write relation settings");
  update(arguments.flag("app") ? relation.local_application_data : relation.local_unit_data, texts);
  return nothing();
}

}  // namespace juju::testing::detail
