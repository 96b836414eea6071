// SPDX-License-Identifier: Apache-2.0
// Options of `TestModel`, and its description of a relation.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include <juju/relation_data_bag.hpp>

namespace juju::testing {

struct ModelOptions {
  std::string name = "test-model";
  std::string uuid = "6ba7b810-9dad-41d1-80b4-00c04fd430c8";
  bool cache = true;  ///< Whether a hook of a class uses what its earlier hooks read, as under `juju::main`.
};

struct DeployOptions {
  int units = 1;
  nlohmann::json config = nlohmann::json::object();
  std::vector<std::string> addresses = {};  ///< The addresses of the first units. The other units get generated ones.
  std::string model_name = {};              ///< Empty: the model's.
  std::string model_uuid = {};  ///< Empty: the model's. With another UUID, the application is in another model.
};

struct IntegrateOptions {
  bool cross_model = false;  ///< Each side sees an alias of the other's application and units.
};

struct RemoveOptions {
  bool force =
      false;  ///< Removes it at once, as `juju remove-relation --force` may do: the units get no further hooks.
};

struct UnitOptions {
  std::string address = {};  ///< Empty: a generated one.
  bool leader = false;       ///< Requires that the unit becomes the leader, as an application's first unit does.
};

/// A relation between two applications.
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
