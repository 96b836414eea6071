// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <utility>
#include <vector>

#include <juju/framework.hpp>

namespace juju {

/// Constructs the charm and runs one hook of it. Does not commit the model.
/// @param deferred  the events that earlier hooks deferred, oldest first.
/// @returns the events that the next hook gets again.
/// @throws whatever the charm throws.
template <typename CharmType>
std::vector<Notice> run_charm(Model& model, const Metadata& metadata, std::vector<Notice> deferred, const Hook& hook) {
  static_assert(std::constructible_from<CharmType, Framework&>,
                "a charm is built from a juju::Framework&: give it such a constructor");
  Framework framework(model, metadata, std::move(deferred));
  CharmType charm(framework);
  framework.run(hook);
  return framework.deferred();
}

}  // namespace juju
