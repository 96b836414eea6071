// SPDX-License-Identifier: Apache-2.0
#include <scrape/duration.hpp>
#include <string>

#include <support/catch.hpp>
#include <support/promtool.hpp>

using namespace scrape;

namespace {

bool prometheus_accepts(const std::string& duration) {
  const nlohmann::json job = {{"job_name", "j"}, {"scrape_interval", duration}};
  return support::promtool_check(nlohmann::json::array({job})).accepted;
}

}  // namespace

TEST_CASE("duration: the value is in milliseconds") {
  CHECK(parse_duration("500ms") == 500);
  CHECK(parse_duration("1h30m") == 90 * 60 * 1000);
  CHECK(parse_duration("1d") == parse_duration("24h"));
  CHECK(parse_duration("1w") == parse_duration("7d"));
  CHECK(parse_duration("1y") == parse_duration("365d"));
  CHECK(parse_duration("1m1ms") == 60'001);
  CHECK(parse_duration("0h5s") == 5000);
}

TEST_CASE("duration: zero is refused, Prometheus accepts it as its default") {
  const std::string given = GENERATE("0", "0s", "0ms", "0y0ms", "000m");
  INFO(given);
  CHECK_FALSE(parse_duration(given));
  CHECK(prometheus_accepts(given));
}

TEST_CASE("duration: Prometheus accepts each accepted text") {
  const std::string given = GENERATE("1ms", "500ms", "1s", "007s", "1h30m", "1y2w3d4h5m6s7ms", "292y", "106751d",
                                     "9223372036s", "9223372036854ms", "0h5s", "1m1ms", "15250w");
  INFO(given);
  CHECK(parse_duration(given));
  CHECK(prometheus_accepts(given));
}

TEST_CASE("duration: Prometheus refuses each refused text but zero") {
  const std::string given = GENERATE("1", "s", "1.5h", "-1m", "+1m", "1M", "1S", "1min", "1us", "1ns", "1m1h", "1s1s",
                                     "1ms1s", " 1m", "1m ", "1 m", "1h 30m", "soon", "293y", "106752d", "9223372037s",
                                     "9223372036855ms", "1s9223372036854ms", "292y365d", "1h30", "1m\t", "h5m");
  INFO(given);
  CHECK_FALSE(parse_duration(given));
  CHECK_FALSE(prometheus_accepts(given));
}

TEST_CASE("duration: numbers that are too large are refused") {
  CHECK_FALSE(parse_duration("99999999999999999999ms"));
  CHECK_FALSE(parse_duration("18446744073709551617s"));
  CHECK_FALSE(parse_duration(std::string(1'000'000, '9') + "s"));
  CHECK(parse_duration(std::string(1'000'000, '0') + "1s") == 1000);
}
