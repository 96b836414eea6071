// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include <juju/json.hpp>
#include <juju/model.hpp>
#include <juju/snapshot.hpp>

namespace juju {

/// An option of the charm's configuration has no value, or a value of another type than the charm requests.
class ConfigError : public std::runtime_error {
 public:
  ConfigError(std::string name, std::string why)
      : std::runtime_error("option \"" + name + "\" " + why), option(std::move(name)), reason(std::move(why)) {}

  std::string option;  ///< The option's name.
  std::string reason;  ///< The reason: "is not set, or config.yaml does not declare it".
};

namespace detail {

template <typename T>
inline constexpr bool is_optional = false;
template <typename T>
inline constexpr bool is_optional<std::optional<T>> = true;

/// The value of an option; null if it is not set.
inline const nlohmann::json* find_option(Model& model, const std::string& name) {
  const nlohmann::json& value = member(model.config(), name);
  return value.is_null() ? nullptr : &value;
}

[[noreturn]] inline void throw_wrong_type(const std::string& name, const nlohmann::json& value, const char* wanted) {
  const char* const type = value.is_string()           ? "a string"
                           : value.is_boolean()        ? "a boolean"
                           : value.is_number_integer() ? "a whole number"
                           : value.is_number()         ? "a number with a fraction"
                                                       : "a structure";
  throw ConfigError(name, std::string("is ") + type + ", not " + wanted);
}

inline std::int64_t read_integer(const std::string& name, const nlohmann::json& value, std::int64_t min,
                                 std::int64_t max) {
  if (!value.is_number_integer()) throw_wrong_type(name, value, "a whole number");
  const std::optional<std::int64_t> number = whole_number(value);
  if (!number || *number < min || *number > max) {
    throw ConfigError(name, "is not between " + std::to_string(min) + " and " + std::to_string(max));
  }
  return *number;
}

template <typename T>
T read_option(const std::string& name, const nlohmann::json& value) {
  if constexpr (std::same_as<T, bool>) {
    if (!value.is_boolean()) throw_wrong_type(name, value, "a boolean");
    return value.get<bool>();
  } else if constexpr (std::same_as<T, std::string>) {
    if (!value.is_string()) throw_wrong_type(name, value, "a string");
    return string_of(value);
  } else if constexpr (std::same_as<T, double>) {
    if (!value.is_number()) throw_wrong_type(name, value, "a number");
    return value.get<double>();
  } else {
    using Limits = std::numeric_limits<T>;
    return static_cast<T>(read_integer(name, value, Limits::min(), Limits::max()));
  }
}

}  // namespace detail

/// The value of an option of the charm's configuration: `config<int>(model, "port")`. Charms call
/// `CharmBase::config<int>("port")`.
/// @tparam T  bool, int, long, long long, double or std::string; or a std::optional of these, which is empty if the
///   option has no value. A double takes whole numbers too.
/// @throws ConfigError  if the option has no value, or one of another type, or one that T cannot hold.
template <typename T>
T config(Model& model, const std::string& name) {
  if constexpr (detail::is_optional<T>) {
    if (detail::find_option(model, name) == nullptr) return std::nullopt;
    return config<typename T::value_type>(model, name);
  } else {
    constexpr bool is_supported = std::same_as<T, bool> || std::same_as<T, int> || std::same_as<T, long> ||
                                  std::same_as<T, long long> || std::same_as<T, double> || std::same_as<T, std::string>;
    static_assert(
        is_supported,
        "an option is read as bool, int, long, long long, double or std::string, or as a std::optional of one");
    if constexpr (is_supported) {
      const nlohmann::json* value = detail::find_option(model, name);
      if (value == nullptr) throw ConfigError(name, "is not set, or config.yaml does not declare it");
      return detail::read_option<T>(name, *value);
    } else {
      return T();
    }
  }
}

}  // namespace juju
