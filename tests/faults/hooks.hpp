// SPDX-License-Identifier: Apache-2.0
// What all scenarios are made of.
#pragma once

#include <utility>

#include "scenario.hpp"

namespace faults {

using juju::Hook;
using juju::testing::RelationState;

inline const std::string secret = "do-not-tell-anybody";

/// @param directory  with the charm's metadata.
template <typename CharmType>
CharmUnderTest charm(std::filesystem::path directory) {
  const auto main = [](juju::MainOptions options) {
    char program[] = "./dispatch";
    char* arguments[] = {program, nullptr};
    return juju::main<CharmType>(1, arguments, options);
  };
  return {std::move(directory), main, juju::testing::run<CharmType>};
}

inline Hook in_relation(const std::string& kind, const RelationState& relation, const std::string& unit = {}) {
  return {.kind = juju::hook_kind(relation.endpoint + "-relation-" + kind),
          .relation_id = relation.id,
          .endpoint = relation.endpoint,
          .remote_application = relation.remote_application,
          .remote_unit = unit,
          .departing_unit = kind == "departed" ? unit : ""};
}

}  // namespace faults
