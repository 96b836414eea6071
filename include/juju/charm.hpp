// SPDX-License-Identifier: Apache-2.0
// What a class must offer to host this library, and a base for those who want one.
#pragma once

#include <concepts>
#include <exception>
#include <type_traits>

#include <juju/framework.hpp>

namespace juju {

namespace detail {

template <typename T>
concept HasFramework = requires(T& charm) {
  { charm.framework() } -> std::convertible_to<Framework&>;
  requires std::is_lvalue_reference_v<decltype(charm.framework())>;
};

template <typename T>
concept HasMetadata = requires(T& charm) {
  { charm.metadata() } -> std::convertible_to<const Metadata&>;
  requires std::is_lvalue_reference_v<decltype(charm.metadata())>;
};

template <typename T>
concept HasModel = requires(T& charm) {
  { charm.model() } -> std::convertible_to<Model&>;
  requires std::is_lvalue_reference_v<decltype(charm.model())>;
};

}  // namespace detail

/// A class that can host this library: it gives its framework, its metadata and its model, and nothing else is asked.
template <typename T>
concept Charm = detail::HasFramework<T> && detail::HasMetadata<T> && detail::HasModel<T>;

/// What a library takes from the charm that hosts it.
struct Host {
  Framework& framework;
  const Metadata& metadata;
  Model& model;
};

/// The host of a library object. A class that is no charm gets a compile error that says what it lacks.
template <typename T>
Host host(T& charm) {
  static_assert(detail::HasFramework<T>,
                "this class is no juju::Charm: give it a public member `juju::Framework& framework()`, or derive it "
                "from juju::CharmBase");
  static_assert(
      detail::HasMetadata<T>,
      "this class is no juju::Charm: give it a public member `const juju::Metadata& metadata()`, or derive it "
      "from juju::CharmBase");
  static_assert(detail::HasModel<T>,
                "this class is no juju::Charm: give it a public member `juju::Model& model()`, or derive it from "
                "juju::CharmBase");
  if constexpr (Charm<T>) {
    return {charm.framework(), charm.metadata(), charm.model()};
  } else {
    std::terminate();
  }
}

/// A base for charms: observe events in the constructor, and reach everything that Juju shows.
///
/// Neither copied nor moved, since observers hold its address.
class CharmBase {
 public:
  explicit CharmBase(Framework& framework) : framework_(framework) {}
  CharmBase(const CharmBase&) = delete;
  CharmBase& operator=(const CharmBase&) = delete;

  Framework& framework() { return framework_; }
  const Metadata& metadata() const { return framework_.metadata(); }
  Model& model() { return framework_.model(); }

  /// Juju's own events: `on().start`, `on()["tracing"].relation_joined`, `on().pebble_ready("music")`.
  const CharmEvents& on() const { return framework_.on(); }
  Unit unit() { return model().unit(); }
  Application app() { return model().app(); }
  Log& log() { return model().log(); }

 protected:
  ~CharmBase() = default;

 private:
  Framework& framework_;
};

}  // namespace juju
