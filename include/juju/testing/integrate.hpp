// SPDX-License-Identifier: Apache-2.0
// Selects the endpoints of a new relation.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <juju/testing/lifecycle.hpp>

namespace juju::testing::detail {

/// "application:endpoint". The endpoint is empty if omitted.
struct EndpointName {
  std::string application = {};
  std::string endpoint = {};
};

inline EndpointName parse_endpoint(const std::string& text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos) return {text, {}};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

inline std::string to_string(const EndpointName& name) { return name.application + ":" + name.endpoint; }

/// The named endpoint, or all possible endpoints.
inline std::vector<EndpointName> candidates(const World& world, const EndpointName& name) {
  const ApplicationRecord& application = world.application(name.application);
  if (application.dying) throw ConsistencyError({"an application that is being removed takes no new relation"});
  std::vector<EndpointName> found;
  if (name.endpoint.empty()) {
    for (const auto& [endpoint, declared] : application.metadata.relations) {
      if (declared.role != RelationRole::peer) found.push_back({name.application, endpoint});
    }
    return found;
  }
  const RelationMetadata* endpoint = find_endpoint(application.metadata, name.endpoint);
  if (endpoint != nullptr && endpoint->role != RelationRole::peer) found.push_back(name);
  if (found.empty()) {
    throw ConsistencyError({"a relation joins endpoints that are declared as provides or requires: declare '" +
                            name.endpoint + "' of '" + name.application + "' so, or name another"});
  }
  return found;
}

inline const RelationMetadata& endpoint_of(const World& world, const EndpointName& name) {
  return *find_endpoint(world.application(name.application).metadata, name.endpoint);
}

/// The reason why the two cannot be integrated. Empty if they can.
inline std::string mismatch(const World& world, const EndpointName& first, const EndpointName& second) {
  const RelationMetadata& left = endpoint_of(world, first);
  const RelationMetadata& right = endpoint_of(world, second);
  if (left.interface != right.interface) {
    return "both ends of a relation have one interface: '" + to_string(first) + "' has '" + left.interface + "', '" +
           to_string(second) + "' has '" + right.interface + "'";
  }
  if (left.role == right.role) {
    return "one end of a relation provides and the other requires: both '" + to_string(first) + "' and '" +
           to_string(second) + "' are '" + std::string(juju::to_string(left.role)) + "'";
  }
  return {};
}

/// @throws ConsistencyError  unless exactly one pair matches.
inline std::pair<EndpointName, EndpointName> choose_endpoints(const World& world, const std::string& first,
                                                              const std::string& second) {
  std::vector<std::pair<EndpointName, EndpointName>> pairs;
  std::vector<std::string> reasons;
  const auto try_all = [&](const std::vector<EndpointName>& lefts, const std::vector<EndpointName>& rights) {
    for (const EndpointName& left : lefts) {
      for (const EndpointName& right : rights) {
        const std::string reason = mismatch(world, left, right);
        if (reason.empty()) pairs.emplace_back(left, right);
        if (!reason.empty()) reasons.push_back(reason);
      }
    }
  };
  const EndpointName one = parse_endpoint(first);
  const EndpointName other = parse_endpoint(second);
  try_all(candidates(world, one), candidates(world, other));
  if (pairs.empty()) {  // Juju tries its own endpoint last
    const std::vector<std::string> declared_reasons = reasons;
    if (one.endpoint.empty()) try_all({{one.application, implicit_endpoint}}, candidates(world, other));
    if (other.endpoint.empty()) try_all(candidates(world, one), {{other.application, implicit_endpoint}});
    reasons = declared_reasons;
  }
  if (pairs.empty() && reasons.empty()) reasons.push_back("an application without endpoints takes no relation");
  if (pairs.empty()) throw ConsistencyError(std::move(reasons));
  if (pairs.size() > 1) {
    throw ConsistencyError({"a relation joins two endpoints: several pairs of '" + first + "' and '" + second +
                            "' match, so name the endpoints"});
  }
  return pairs.front();
}

/// The alias of an application in another model. It is the same in every run.
inline std::string alias_of(const std::string& application, RelationId relation) {
  std::uint64_t seed = static_cast<std::uint64_t>(relation) + 1;
  for (const char c : application) seed = seed * 1099511628211U + static_cast<unsigned char>(c);
  std::mt19937_64 engine(seed);
  std::string alias = "remote-";
  for (int digit = 0; digit < 32; ++digit) alias += "0123456789abcdef"[engine() % 16U];
  return alias;
}

inline void check_new_relation(const World& world, const EndpointName& left, const EndpointName& right,
                               bool cross_model) {
  if (left.application == right.application) {
    throw ConsistencyError({"a relation joins two applications: '" + left.application + "' is given twice"});
  }
  const bool one_model =
      world.application(left.application).model_uuid == world.application(right.application).model_uuid;
  if (one_model == cross_model) {
    throw ConsistencyError({one_model ? "a cross-model relation joins two models: deploy one application with another "
                                        "model_uuid, or integrate without cross_model"
                                      : "applications of two models need a cross-model relation: integrate with "
                                        "{.cross_model = true}"});
  }
  for (const auto& [id, relation] : world.relations) {
    if (relation.dying || !relation.is_of(left.application) || !relation.is_of(right.application)) continue;
    if (relation.side(left.application).endpoint != left.endpoint) continue;
    if (relation.side(right.application).endpoint != right.endpoint) continue;
    throw ConsistencyError({"two endpoints are joined once: '" + to_string(left) + "' and '" + to_string(right) +
                            "' are relation " + std::to_string(id)});
  }
}

/// @throws ConsistencyError  if an endpoint has reached its limit of relations.
inline void check_limit(const World& world, const EndpointName& end) {
  const std::optional<int> limit = endpoint_of(world, end).limit;
  if (!limit) return;
  const auto count = std::count_if(world.relations.begin(), world.relations.end(), [&](const auto& entry) {
    const RelationRecord& relation = entry.second;
    return !relation.dying && relation.is_of(end.application) &&
           relation.side(end.application).endpoint == end.endpoint;
  });
  if (count < *limit) return;
  throw ConsistencyError({"an endpoint has no more relations than its limit: '" + to_string(end) + "' has " +
                          std::to_string(count) + " already"});
}

/// Whether a relation has the scope container.
/// @throws ConsistencyError  if neither of the two is a subordinate, or they are in two models.
inline bool is_container(const World& world, const EndpointName& left, const EndpointName& right, bool cross_model) {
  const bool is_asked = endpoint_of(world, left).scope == RelationScope::container ||
                        endpoint_of(world, right).scope == RelationScope::container;
  const auto is_subordinate = [&](const EndpointName& end) {
    return world.application(end.application).metadata.subordinate;
  };
  if (is_asked && !is_subordinate(left) && !is_subordinate(right)) {
    throw ConsistencyError({"a relation of scope container has a subordinate: declare one of '" + left.application +
                            "' and '" + right.application + "' as subordinate"});
  }
  if (is_asked && cross_model) {
    throw ConsistencyError({"a relation of scope container is in one model: integrate without cross_model"});
  }
  return is_asked;
}

inline RelationId integrate(World& world, const std::string& first, const std::string& second, bool cross_model) {
  const auto [left, right] = choose_endpoints(world, first, second);
  check_new_relation(world, left, right, cross_model);
  check_limit(world, left);
  check_limit(world, right);
  const bool container = is_container(world, left, right, cross_model);
  const auto side = [&](const EndpointName& end) -> Side {
    const std::string shown = cross_model ? alias_of(end.application, world.next_relation) : end.application;
    return {.application = end.application, .endpoint = end.endpoint, .shown_as = shown};
  };
  return add_relation(world, {side(left), side(right)}, container);
}

}  // namespace juju::testing::detail
