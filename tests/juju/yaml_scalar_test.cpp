// SPDX-License-Identifier: Apache-2.0
#include <juju/yaml_scalar.hpp>

#include <support/catch.hpp>

using juju::parse_yaml_boolean;
using juju::parse_yaml_float;
using juju::parse_yaml_int;

TEST_CASE("yaml scalar: an integer has any form of YAML 1.1") {
  const auto [text, value] = GENERATE(table<std::string, std::int64_t>({{"0", 0},
                                                                        {"-0", 0},
                                                                        {"80", 80},
                                                                        {"+5", 5},
                                                                        {"-5", -5},
                                                                        {"1_000", 1000},
                                                                        {"1__0_", 10},
                                                                        {"0b11", 3},
                                                                        {"-0b11", -3},
                                                                        {"0644", 420},
                                                                        {"0_644", 420},
                                                                        {"0o17", 15},
                                                                        {"00", 0},
                                                                        {"0x1F", 31},
                                                                        {"-0x1F", -31},
                                                                        {"0xdead_beef", 0xDEADBEEF},
                                                                        {"9223372036854775807", INT64_MAX},
                                                                        {"-9223372036854775808", INT64_MIN},
                                                                        {"-0x8000000000000000", INT64_MIN}}));
  INFO(text);
  CHECK(parse_yaml_int(text) == value);
  CHECK(parse_yaml_float(text) == static_cast<double>(value));
}

TEST_CASE("yaml scalar: a text that is not an integer of 64 bits is refused") {
  const std::string text =
      GENERATE("", "+", "-", "+-5", "--5", "x", "_1", "1.0", "1e3", "0x", "0b", "0o", "0b2", "0x1G", "089", "1 ", " 1",
               "1:30", "2001-01-01", "0x-1", "1,000", "9223372036854775808", "-9223372036854775809",
               "18446744073709551616", "99999999999999999999");
  INFO(text);
  CHECK_FALSE(parse_yaml_int(text));
}

TEST_CASE("yaml scalar: a float has any form of YAML 1.1") {
  const auto [text, value] =
      GENERATE(table<std::string, double>({{"1.5", 1.5},
                                           {"+1.5", 1.5},
                                           {"-1.5", -1.5},
                                           {".5", 0.5},
                                           {"-.5", -0.5},
                                           {"1.", 1.0},
                                           {"0.0", 0.0},
                                           {"00.25", 0.25},
                                           {"089", 89.0},
                                           {"1e3", 1000.0},
                                           {"1E+3", 1000.0},
                                           {"1.e-1", 0.1},
                                           {"1_000.5", 1000.5},
                                           {"0.1", 0.1},
                                           {"0e5", 0.0},
                                           {".5e1", 5.0},
                                           {"685230.15e+03", 685230150.0},
                                           {"1e-400", 0.0},
                                           {"9223372036854775808", 9223372036854775808.0},
                                           {"2.2250738585072011e-308", 2.2250738585072011e-308}}));
  INFO(text);
  CHECK(parse_yaml_float(text) == value);
}

TEST_CASE("yaml scalar: a text that is not a finite number is refused") {
  const std::string text = GENERATE("", ".", "+", "-", "+.", ".e5", "e5", "1e", "1e+", "1.x", "1.5.5", "--1.5", "+-1.5",
                                    "1e400", "-1e400", ".inf", "-.inf", ".nan", "nan", "inf", "infinity", "0x1p4", "_",
                                    "1:30.5", "1.5 ", " 1.5", "1,5", "[1]", "\"1\"", "null");
  INFO(text);
  CHECK_FALSE(parse_yaml_float(text));
}

TEST_CASE("yaml scalar: a boolean is one of eleven words, in three spellings") {
  for (const std::string text : {"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "y", "Y"}) {
    INFO(text);
    CHECK(parse_yaml_boolean(text) == true);
  }
  for (const std::string text : {"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "n", "N"}) {
    INFO(text);
    CHECK(parse_yaml_boolean(text) == false);
  }
  for (const std::string text : {"", "tRUE", "yEs", "1", "0", "t", "true "}) {
    INFO(text);
    CHECK_FALSE(parse_yaml_boolean(text).has_value());
  }
}
