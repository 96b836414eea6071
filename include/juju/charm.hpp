// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <exception>
#include <string>
#include <type_traits>

#include <juju/config.hpp>
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

/// A class that can host a library object such as `TracingEndpointProvider`. It needs only the public members
/// `framework()`, `metadata()` and `model()`.
template <typename T>
concept Charm = detail::HasFramework<T> && detail::HasMetadata<T> && detail::HasModel<T>;

/// The parts of a charm that a library uses.
struct Host {
  Framework& framework;
  const Metadata& metadata;
  Model& model;
};

/// The framework, metadata and model of a charm. If a class lacks one, the compile error names it.
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

/// A base for charms. Observe events in the constructor:
/// ```
/// class SpringMusic final : public juju::CharmBase {
///  public:
///   explicit SpringMusic(juju::Framework& framework) : CharmBase(framework) {
///     framework.observe(on().config_changed, *this, &SpringMusic::on_config_changed);
///   }
///
///  private:
///   void on_config_changed(juju::ConfigChangedEvent&) { unit().open_port("tcp", config<int>("port")); }
/// };
/// ```
/// It cannot be copied or moved, because observers hold its address.
class CharmBase {
 public:
  explicit CharmBase(Framework& framework) : framework_(framework) {}
  CharmBase(const CharmBase&) = delete;
  CharmBase& operator=(const CharmBase&) = delete;

  /// The framework of this hook.
  Framework& framework() { return framework_; }

  /// The charm's metadata.
  const Metadata& metadata() const { return framework_.metadata(); }

  /// The Juju model, as this unit sees it in this hook.
  Model& model() { return framework_.model(); }

  /// Juju's own events: `on().start`, `on()["tracing"].relation_joined`, `on().pebble_ready("music")`,
  /// `on().action("restart")`.
  const CharmEvents& on() const { return framework_.on(); }

  /// The unit that this hook runs on.
  Unit unit() { return model().unit(); }

  /// The application of this unit.
  Application app() { return model().app(); }

  /// The log.
  Log& log() { return model().log(); }

  /// The value of an option of the configuration: `config<int>("port")`. See `juju::config`.
  /// @throws ConfigError  if the option has no value, or one of another type, or one that T cannot hold.
  template <typename T>
  T config(const std::string& option) {
    return juju::config<T>(model(), option);
  }

 protected:
  ~CharmBase() = default;

 private:
  Framework& framework_;
};

}  // namespace juju
