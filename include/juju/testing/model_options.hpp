// SPDX-License-Identifier: Apache-2.0
// What may be said to a `TestModel`, and what it tells of itself.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include <juju/relation_data_bag.hpp>

namespace juju::testing {

struct ModelOptions {
  std::string name = "test-model";
  std::string uuid = "6ba7b810-9dad-41d1-80b4-00c04fd430c8";
};

struct DeployOptions {
  int units = 1;
  nlohmann::json config = nlohmann::json::object();
  std::vector<std::string> addresses = {};  ///< Of the first units; the others get one each.
  std::string model_name = {};              ///< Empty: the model's.
  std::string model_uuid = {};              ///< Empty: the model's. Another one: the application is in another model.
};

struct IntegrateOptions {
  bool cross_model = false;  ///< Each side then sees the other's application and units under an alias.
};

struct UnitOptions {
  std::string address = {};  ///< Empty: one of its own.
  bool leader = false;       ///< Requires that the unit becomes the leader, as an application's first unit does.
};

/// A relation between two applications, as the model knows it.
struct Integration {
  RelationId id = 0;
  std::string first = {};   ///< "spring-music:tracing"; the applications' real names.
  std::string second = {};  ///< Empty for a peer relation.

  bool operator==(const Integration&) const = default;
};

struct ResolvedOptions {
  bool retry = true;  ///< If not, the failed hook counts as run.
};

}  // namespace juju::testing
