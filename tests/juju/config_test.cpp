// SPDX-License-Identifier: Apache-2.0
#include <juju/config.hpp>
#include <juju/testing.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include <support/catch.hpp>

namespace {

using juju::testing::MemoryModel;

const juju::Metadata plain_metadata = juju::Metadata::parse("{name: mine}");

template <typename T>
T config(const nlohmann::json& value) {
  MemoryModel model({.config = {{"x", value}}}, plain_metadata);
  return juju::config<T>(model, "x");
}

template <typename T>
std::string refusal(const nlohmann::json& value) {
  try {
    config<T>(value);
  } catch (const juju::ConfigError& error) {
    CHECK(error.option == "x");
    CHECK(std::string(error.what()) == "option \"x\" " + error.reason);
    return error.reason;
  }
  return "accepted";
}

}  // namespace

TEST_CASE("config: an option is read as the requested type") {
  CHECK(config<bool>(true));
  CHECK(config<int>(-80) == -80);
  CHECK(config<std::int64_t>(5'000'000'000) == 5'000'000'000);
  CHECK(config<double>(1.5) == 1.5);
  CHECK(config<double>(2) == 2.0);
  CHECK(config<std::string>("text") == "text");
  CHECK(config<std::optional<int>>(80) == 80);
}

TEST_CASE("config: an unset option is an error or an empty std::optional") {
  MemoryModel model({}, plain_metadata);
  CHECK_THROWS_WITH(juju::config<int>(model, "port"), "option \"port\" is not set, or config.yaml does not declare it");
  CHECK(juju::config<std::optional<int>>(model, "port") == std::nullopt);
  CHECK(juju::config<std::optional<std::string>>(model, "port") == std::nullopt);
  CHECK(refusal<int>(nullptr) == "is not set, or config.yaml does not declare it");
}

TEST_CASE("config: an option of another type is an error with both types") {
  CHECK(refusal<int>("80") == "is a string, not a whole number");
  CHECK(refusal<int>(true) == "is a boolean, not a whole number");
  CHECK(refusal<int>(1.5) == "is a number with a fraction, not a whole number");
  CHECK(refusal<std::string>(80) == "is a whole number, not a string");
  CHECK(refusal<bool>("true") == "is a string, not a boolean");
  CHECK(refusal<double>("1.5") == "is a string, not a number");
  CHECK(refusal<std::optional<bool>>(1) == "is a whole number, not a boolean");
}

TEST_CASE("config: a number that the type cannot hold is an error") {
  CHECK(refusal<int>(2'147'483'648) == "is not between -2147483648 and 2147483647");
  CHECK(refusal<int>(std::numeric_limits<std::uint64_t>::max()) == "is not between -2147483648 and 2147483647");
  CHECK(refusal<std::int64_t>(std::numeric_limits<std::uint64_t>::max()) ==
        "is not between -9223372036854775808 and 9223372036854775807");
  CHECK(config<int>(2'147'483'647) == 2'147'483'647);
  CHECK(config<int>(-2'147'483'648) == -2'147'483'648);
}
