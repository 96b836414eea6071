// SPDX-License-Identifier: Apache-2.0
// The design's table of what the consumer makes of what it reads, line by line: labels and durations.
#include <support/consumer.hpp>

using namespace support;
using tempo_scrape::LabelNames;

namespace {

std::string in_jobs(const std::string& pointer) { return "1 app scrape_jobs " + pointer; }
std::string in_labels(const std::string& name) { return in_jobs("/0/static_configs/0/labels/" + name); }

Consumed consume_labels(const std::string& labels, LabelNames names = LabelNames::utf8) {
  return consume_jobs(R"([{"static_configs": [{"targets": ["a:1"], "labels": )" + labels + "}]}]",
                      {.label_names = names});
}

// What is left of labels that the job gave.
nlohmann::json own_labels(const Consumed& consumed) {
  nlohmann::json labels = consumed.jobs[0]["static_configs"][0]["labels"];
  for (const char* name : {"juju_model", "juju_model_uuid", "juju_application", "juju_charm"}) {
    CHECK(labels.erase(name) == 1);
  }
  return labels;
}

}  // namespace

TEST_CASE("a label name that is not a job's to set: the label is left out") {
  const std::string name =
      GENERATE("__address__", "__", "__x", "job", "instance", "juju_model", "juju_model_uuid", "juju_application",
               "juju_charm", "juju_unit", "juju_model_name", "juju_application_name", "");
  const Consumed consumed = consume_labels("{\"" + name + R"(": "x", "mine": "y"})");
  INFO(name);
  CHECK(own_labels(consumed) == nlohmann::json({{"mine", "y"}}));
  CHECK(consumed.label("juju_application") == Lines{"app"});
  CHECK(consumed.places() == Lines{in_labels(name)});
}

TEST_CASE("a topology label is left out also where we have no value for it") {
  RelationState relation =
      application(R"([{"static_configs": [{"targets": ["a:1"], "labels": {"juju_model": "x"}}]}])");
  relation.remote_application_data.erase("scrape_metadata");
  CHECK(consume(relation).label("juju_model") == Lines{"-"});
}

TEST_CASE("a label name with a control character: the label is left out") {
  const std::string name = GENERATE("a\\u0000", "\\n", "\\u007f", "\\u0085", "\\uffff");
  CHECK(own_labels(consume_labels("{\"" + name + R"(": "x"})")) == nlohmann::json::object());
  CHECK(consume_labels("{\"" + name + R"(": "x"})").places().size() == 1);
}

TEST_CASE("`labels` absent or null: none, without a problem") {
  const Consumed absent = consume_jobs(R"([{"static_configs": [{"targets": ["a:1"]}]}])");
  CHECK(own_labels(absent) == nlohmann::json::object());
  CHECK(absent.places() == none);
  CHECK(own_labels(consume_labels("null")) == nlohmann::json::object());
  CHECK(consume_labels("null").places() == none);
}

TEST_CASE("`labels` another non-object: none, and a problem") {
  const std::string labels = GENERATE("[]", "\"a=b\"", "0", "false", R"([{"a": "b"}])");
  INFO(labels);
  CHECK(own_labels(consume_labels(labels)) == nlohmann::json::object());
  CHECK(consume_labels(labels).places() == Lines{in_jobs("/0/static_configs/0/labels")});
}

TEST_CASE("label value number or boolean: its JSON text") {
  const auto [given, text] = GENERATE(table<std::string, std::string>(
      {{"1", "1"}, {"-1.5", "-1.5"}, {"true", "true"}, {"false", "false"}, {"0", "0"}, {"1.0", "1.0"}}));
  CHECK(own_labels(consume_labels(R"({"a": )" + given + "}")) == nlohmann::json({{"a", text}}));
  CHECK(consume_labels(R"({"a": )" + given + "}").places() == none);
}

TEST_CASE("label value anything else that is not text: the label is left out") {
  const std::string value = GENERATE("null", "[]", "{}", R"(["x"])", R"("a\tb")", R"("\u0000")", R"("\ufffe")");
  const Consumed consumed = consume_labels(R"({"a": )" + value + R"(, "b": ""})");
  INFO(value);
  CHECK(own_labels(consumed) == nlohmann::json({{"b", ""}}));
  CHECK(consumed.places() == Lines{in_labels("a")});
}

TEST_CASE("label names are as given, unless the option says legacy") {
  const Consumed consumed = consume_labels(R"({"some-key": "x", "naïve": "y", "0": "z"})");
  CHECK(own_labels(consumed) == nlohmann::json({{"some-key", "x"}, {"naïve", "y"}, {"0", "z"}}));
  CHECK(consumed.places() == none);
}

TEST_CASE("legacy label names: characters outside [a-zA-Z0-9_] become _, and a problem") {
  const auto [given, name] = GENERATE(table<std::string, std::string>(
      {{"some-key", "some_key"}, {"a.b c", "a_b_c"}, {"naïve", "na_ve"}, {"é", "_"}, {"名前", "reserved"}}));
  const Consumed consumed = consume_labels("{\"" + given + R"(": "x"})", LabelNames::legacy);
  INFO(given);
  CHECK(consumed.places() == Lines{in_labels(given)});
  if (name == "reserved") {
    CHECK(own_labels(consumed) == nlohmann::json::object());  // "__": two characters, and the scraper's own prefix
  } else {
    CHECK(own_labels(consumed) == nlohmann::json({{name, "x"}}));
  }
}

TEST_CASE("legacy label names: a spelling that becomes another's name, or a topology label, is left out") {
  const Consumed consumed =
      consume_labels(R"({"a-b": "1", "a_b": "2", "a.b": "3", "juju-unit": "4", "-_x": "5"})", LabelNames::legacy);
  CHECK(own_labels(consumed) == nlohmann::json({{"a_b", "2"}}));
  CHECK(consumed.places() == Lines{in_labels("-_x"), in_labels("a-b"), in_labels("a.b"), in_labels("juju-unit")});
}

TEST_CASE("duration not of Prometheus's grammar: the key is left out") {
  const std::string duration =
      GENERATE("\"\"", "\"0\"", "\"0s\"", "\"1\"", "\"1.5h\"", "\"1m1h\"", "\" 1m\"", "\"1m \"", "\"-1m\"", "\"soon\"",
               "60", "null", "[]", "{}", "true", "\"300y\"", "\"99999999999999999999ms\"", R"("1m\u0000")");
  const std::string key = GENERATE("scrape_interval", "scrape_timeout");
  const Consumed consumed = consume_jobs("[{\"" + key + "\": " + duration + "}]");
  INFO(key << " " << duration);
  CHECK(consumed.jobs == consume_jobs("[{}]").jobs);
  CHECK(consumed.places() == Lines{in_jobs("/0/" + key)});
}

TEST_CASE("a duration of Prometheus's grammar stands as it is written") {
  const std::string duration = GENERATE("1h30m", "500ms", "1y2w3d4h5m6s7ms", "007s", "292y");
  const Consumed consumed = consume_jobs(R"([{"scrape_interval": ")" + duration + R"("}])");
  CHECK(consumed.jobs[0].value("scrape_interval", "") == duration);
  CHECK(consumed.places() == none);
}

TEST_CASE("`scrape_timeout` above its job's `scrape_interval`: the key is left out") {
  const Consumed consumed = consume_jobs(R"([{"scrape_interval": "5s", "scrape_timeout": "5001ms"}])");
  CHECK_FALSE(consumed.jobs[0].contains("scrape_timeout"));
  CHECK(consumed.jobs[0]["scrape_interval"] == "5s");
  CHECK(consumed.places() == Lines{in_jobs("/0/scrape_timeout")});
  CHECK(consume_jobs(R"([{"scrape_interval": "5m", "scrape_timeout": "300s"}])").places() == none);
}

TEST_CASE("`scrape_timeout` of a job without interval is held against the consumer's option, one minute by default") {
  CHECK(consume_jobs(R"([{"scrape_timeout": "60s"}])").places() == none);
  CHECK(consume_jobs(R"([{"scrape_timeout": "61s"}])").places() == Lines{in_jobs("/0/scrape_timeout")});
  CHECK(consume_jobs(R"([{"scrape_timeout": "61s"}])", {.scrape_interval = "2m"}).places() == none);
  CHECK(consume_jobs(R"([{"scrape_timeout": "16s"}])", {.scrape_interval = "15s"}).places() ==
        Lines{in_jobs("/0/scrape_timeout")});
}

TEST_CASE("`scrape_timeout` beside an interval that was left out is held against the consumer's option") {
  const Consumed consumed = consume_jobs(R"([{"scrape_interval": "9", "scrape_timeout": "2m"}])");
  CHECK(consumed.places() == Lines{in_jobs("/0/scrape_interval"), in_jobs("/0/scrape_timeout")});
}

TEST_CASE("of duplicate keys the last stands") {
  const Consumed consumed = consume_jobs(R"([{"job_name": "a", "job_name": "b", "static_configs": 7,
      "static_configs": [{"targets": ["a:1"], "labels": {"k": [], "k": "v"}}]}])");
  CHECK(consumed.names() == Lines{"dev_12345678_app_b"});
  CHECK(own_labels(consumed) == nlohmann::json({{"k", "v"}}));
  CHECK(consumed.places() == none);
}
