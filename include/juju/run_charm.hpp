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
/// @returns the events that the next hook gets again.
/// @throws whatever the charm throws.
template <typename Make>
std::vector<Notice> run_charm(Model& model, const Metadata& metadata, std::vector<Notice> deferred, const Hook& hook,
                              const Make& make) {
  Framework framework(model, metadata, std::move(deferred));
  const auto charm = make(framework);
  framework.run(hook);
  return framework.deferred();
}

/// The same for a charm that is constructed from the framework alone.
template <typename CharmType>
std::vector<Notice> run_charm(Model& model, const Metadata& metadata, std::vector<Notice> deferred, const Hook& hook) {
  return run_charm(model, metadata, std::move(deferred), hook, make_charm<CharmType>);
}

}  // namespace juju
