// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

namespace juju::testing {

/// How far a simulation goes.
struct SimulationOptions {
  std::size_t most_applications = 6;
  std::size_t most_units = 3;               ///< Of an application.
  std::string other_model = "other-model";  ///< A quarter of the applications is in this model; empty: none is.
  std::string other_model_uuid = "0a5f3c1e-93c8-4c3e-8f43-9d1c7f2b6a10";
};

}  // namespace juju::testing
