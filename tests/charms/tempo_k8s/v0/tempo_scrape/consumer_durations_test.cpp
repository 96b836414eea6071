// SPDX-License-Identifier: Apache-2.0
#include <support/consumer.hpp>

using namespace support;

TEST_CASE("consumer durations: an invalid duration is skipped") {
  const std::string duration =
      GENERATE("\"\"", "\"0\"", "\"0s\"", "\"1\"", "\"1.5h\"", "\"1m1h\"", "\" 1m\"", "\"1m \"", "\"-1m\"", "\"soon\"",
               "60", "null", "[]", "{}", "true", "\"300y\"", "\"99999999999999999999ms\"", R"("1m\u0000")");
  const std::string key = GENERATE("scrape_interval", "scrape_timeout");
  const Consumed consumed = consume_jobs("[{\"" + key + "\": " + duration + "}]");
  INFO(key << " " << duration);
  CHECK(consumed.jobs == consume_jobs("[{}]").jobs);
  CHECK(consumed.places() == Lines{in_jobs("/0/" + key)});
}

TEST_CASE("consumer durations: a valid duration is kept as written") {
  const std::string duration = GENERATE("1h30m", "500ms", "1y2w3d4h5m6s7ms", "007s", "292y");
  const Consumed consumed = consume_jobs(R"([{"scrape_interval": ")" + duration + R"("}])");
  CHECK(consumed.jobs[0].value("scrape_interval", "") == duration);
  CHECK(consumed.places() == none);
}

TEST_CASE("consumer durations: a timeout above the interval is skipped") {
  const Consumed consumed = consume_jobs(R"([{"scrape_interval": "5s", "scrape_timeout": "5001ms"}])");
  CHECK_FALSE(consumed.jobs[0].contains("scrape_timeout"));
  CHECK(consumed.jobs[0]["scrape_interval"] == "5s");
  CHECK(consumed.places() == Lines{in_jobs("/0/scrape_timeout")});
  CHECK(consume_jobs(R"([{"scrape_interval": "5m", "scrape_timeout": "300s"}])").places() == none);
}

TEST_CASE("consumer durations: without an interval the option limits the timeout") {
  CHECK(consume_jobs(R"([{"scrape_timeout": "60s"}])").places() == none);
  CHECK(consume_jobs(R"([{"scrape_timeout": "61s"}])").places() == Lines{in_jobs("/0/scrape_timeout")});
  CHECK(consume_jobs(R"([{"scrape_timeout": "61s"}])", {.scrape_interval = "2m"}).places() == none);
  CHECK(consume_jobs(R"([{"scrape_timeout": "16s"}])", {.scrape_interval = "15s"}).places() ==
        Lines{in_jobs("/0/scrape_timeout")});
}

TEST_CASE("consumer durations: beside an invalid interval the option limits it") {
  const Consumed consumed = consume_jobs(R"([{"scrape_interval": "9", "scrape_timeout": "2m"}])");
  CHECK(consumed.places() == Lines{in_jobs("/0/scrape_interval"), in_jobs("/0/scrape_timeout")});
}

TEST_CASE("consumer durations: an invalid option throws") {
  CHECK_THROWS_WITH(consume_jobs("[]", {.scrape_interval = "x"}),
                    "option 'scrape_interval': not a duration such as 1m");
}
