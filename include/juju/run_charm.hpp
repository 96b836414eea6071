// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <memory>
#include <utility>
#include <vector>

#include <juju/framework.hpp>

namespace juju {

/// Constructs a charm.
template <typename CharmType>
std::unique_ptr<CharmType> make_charm(Framework& framework) {
  static_assert(std::constructible_from<CharmType, Framework&>,
                "a charm is built from a juju::Framework&: give it such a constructor");
  return std::make_unique<CharmType>(framework);
}

/// Constructs the charm and runs one hook of it. Does not commit the model.
/// @param deferred  the events that earlier hooks deferred, oldest first.
/// @param make      constructs the charm, and returns a pointer that owns it.
/// @returns the deferred events for the next hook.
/// Exceptions of the charm are not caught.
template <typename Make>
std::vector<Notice> run_charm(Model& model, const Metadata& metadata, std::vector<Notice> deferred, const Hook& hook,
                              const Make& make) {
  Framework framework(model, metadata, std::move(deferred));
  const auto charm = make(framework);
  framework.run(hook);
  return framework.deferred();
}

/// The same for a charm whose constructor takes only the framework.
template <typename CharmType>
std::vector<Notice> run_charm(Model& model, const Metadata& metadata, std::vector<Notice> deferred, const Hook& hook) {
  return run_charm(model, metadata, std::move(deferred), hook, make_charm<CharmType>);
}

}  // namespace juju
