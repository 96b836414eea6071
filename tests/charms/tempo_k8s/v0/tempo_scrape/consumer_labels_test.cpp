// SPDX-License-Identifier: Apache-2.0
#include <support/consumer.hpp>

using namespace support;
using nlohmann::json;
using tempo_scrape::LabelNames;
using tempo_scrape::TopologyLabels;

namespace {

std::string in_labels(const std::string& name) { return in_jobs("/0/static_configs/0/labels/" + name); }

/// A job with a static config that has these labels.
Consumed consume_labels(const std::string& labels, const tempo_scrape::TracingEndpointConsumerOptions& options = {}) {
  return consume_jobs(R"([{"static_configs": [{"targets": ["a:1"], "labels": )" + labels + "}]}]", options);
}

Consumed consume_legacy_labels(const std::string& labels) {
  return consume_labels(labels, {.label_names = LabelNames::legacy});
}

/// The labels of the job, without those of the topology.
json own_labels(const Consumed& consumed) {
  json labels = consumed.jobs[0]["static_configs"][0]["labels"];
  for (const char* name : {"juju_model", "juju_model_uuid", "juju_application", "juju_charm"}) {
    CHECK(labels.erase(name) == 1);
  }
  return labels;
}

}  // namespace

TEST_CASE("consumer labels: a reserved label is skipped") {
  const std::string name =
      GENERATE("__address__", "__", "__x", "job", "instance", "juju_model", "juju_model_uuid", "juju_application",
               "juju_charm", "juju_unit", "juju_model_name", "juju_application_name", "");
  const Consumed consumed = consume_labels("{\"" + name + R"(": "x", "mine": "y"})");
  INFO(name);
  CHECK(own_labels(consumed) == nlohmann::json({{"mine", "y"}}));
  CHECK(consumed.label("juju_application") == Lines{"app"});
  CHECK(consumed.places() == Lines{in_labels(name)});
}

TEST_CASE("consumer labels: a job cannot set a reserved label in any spelling") {
  const Lines names =
      lines("__address__", "__scheme__", "__metrics_path__", "__param_x", "__meta_a", "__", "-_address__", "é_scheme__",
            "--address--", "\u00a0_x", "..a", "job", "instance", "juju_model", "juju-model", "juju_unit", "juju.unit",
            "juju_charm", "juju charm", "juju_application", "juju/model_uuid", "juju_model_name",
            "juju-application-name", "名前", "\u2024\u2024a");
  json labels = json::object();
  for (const std::string& name : names) labels[name] = "stolen";
  for (const TopologyLabels spelling : {TopologyLabels::library, TopologyLabels::documented}) {
    const Consumed consumed =
        consume_labels(labels.dump(), {.label_names = LabelNames::legacy, .topology_labels = spelling});
    CHECK(consumed.jobs.dump().find("stolen") == std::string::npos);
    CHECK(consumed.problems.size() == names.size());
    CHECK(consumed.jobs[0]["static_configs"][0]["labels"].size() == 4);
  }
  const Consumed consumed = consume_labels(labels.dump());
  for (const auto& [name, value] : consumed.jobs[0]["static_configs"][0]["labels"].items()) {
    CHECK_FALSE((name.starts_with("__") || name == "job" || name == "instance"));
    CHECK((value == "stolen") == !name.starts_with("juju_"));
  }
}

TEST_CASE("consumer labels: a topology label is skipped if its value is unknown") {
  CHECK(consume(application_without_metadata(
                    R"([{"static_configs": [{"targets": ["a:1"], "labels": {"juju_model": "x"}}]}])"))
            .label("juju_model") == Lines{"-"});
}

TEST_CASE("consumer labels: a name with a control character is skipped") {
  const std::string name = GENERATE("a\\u0000", "\\n", "\\u007f", "\\u0085", "\\uffff");
  CHECK(own_labels(consume_labels("{\"" + name + R"(": "x"})")) == nlohmann::json::object());
  CHECK(consume_labels("{\"" + name + R"(": "x"})").places().size() == 1);
}

TEST_CASE("consumer labels: absent or null labels are no problem") {
  const Consumed absent = consume_jobs(R"([{"static_configs": [{"targets": ["a:1"]}]}])");
  CHECK(own_labels(absent) == nlohmann::json::object());
  CHECK(absent.places() == none);
  CHECK(own_labels(consume_labels("null")) == nlohmann::json::object());
  CHECK(consume_labels("null").places() == none);
}

TEST_CASE("consumer labels: labels that are not an object are a problem") {
  const std::string labels = GENERATE("[]", "\"a=b\"", "0", "false", R"([{"a": "b"}])");
  INFO(labels);
  CHECK(own_labels(consume_labels(labels)) == nlohmann::json::object());
  CHECK(consume_labels(labels).places() == Lines{in_jobs("/0/static_configs/0/labels")});
}

TEST_CASE("consumer labels: a number or boolean is used as text") {
  const auto [given, text] = GENERATE(table<std::string, std::string>(
      {{"1", "1"}, {"-1.5", "-1.5"}, {"true", "true"}, {"false", "false"}, {"0", "0"}, {"1.0", "1.0"}}));
  CHECK(own_labels(consume_labels(R"({"a": )" + given + "}")) == nlohmann::json({{"a", text}}));
  CHECK(consume_labels(R"({"a": )" + given + "}").places() == none);
}

TEST_CASE("consumer labels: another value or control text is skipped") {
  const std::string value = GENERATE("null", "[]", "{}", R"(["x"])", R"("a\tb")", R"("\u0000")", R"("\ufffe")");
  const Consumed consumed = consume_labels(R"({"a": )" + value + R"(, "b": ""})");
  INFO(value);
  CHECK(own_labels(consumed) == nlohmann::json({{"b", ""}}));
  CHECK(consumed.places() == Lines{in_labels("a")});
}

TEST_CASE("consumer labels: names in UTF-8 are kept") {
  const Consumed consumed = consume_labels(R"({"some-key": "x", "naïve": "y", "0": "z"})");
  CHECK(own_labels(consumed) == nlohmann::json({{"some-key", "x"}, {"naïve", "y"}, {"0", "z"}}));
  CHECK(consumed.places() == none);
}

TEST_CASE("consumer labels: legacy names have _ for other characters") {
  const auto [given, name] = GENERATE(table<std::string, std::string>(
      {{"some-key", "some_key"}, {"a.b c", "a_b_c"}, {"naïve", "na_ve"}, {"é", "_"}, {"名前", "reserved"}}));
  const Consumed consumed = consume_legacy_labels("{\"" + given + R"(": "x"})");
  INFO(given);
  CHECK(consumed.places() == Lines{in_labels(given)});
  if (name == "reserved") {
    CHECK(own_labels(consumed) == nlohmann::json::object());  // it becomes "__", a reserved prefix
  } else {
    CHECK(own_labels(consumed) == nlohmann::json({{name, "x"}}));
  }
}

TEST_CASE("consumer labels: a legacy name that is used or reserved is skipped") {
  const Consumed consumed =
      consume_legacy_labels(R"({"a-b": "1", "a_b": "2", "a.b": "3", "juju-unit": "4", "-_x": "5"})");
  CHECK(own_labels(consumed) == nlohmann::json({{"a_b", "2"}}));
  CHECK(consumed.places() == Lines{in_labels("-_x"), in_labels("a-b"), in_labels("a.b"), in_labels("juju-unit")});
}

TEST_CASE("consumer labels: legacy names may have letters, digits and _") {
  for (const char* name : {"az", "AZ", "x09", "_"}) {
    const Consumed consumed = consume_legacy_labels("{\"" + std::string(name) + R"(": "v"})");
    CHECK(consumed.places() == none);
    CHECK(consumed.label(name) == Lines{"v"});
  }
  for (const char* sign : {"`", "{", "@", "[", "/", ":", "-", "é"}) {
    CHECK(consume_legacy_labels(R"({"x)" + std::string(sign) + R"(y": "v"})").label("x_y") == Lines{"v"});
  }
  const Consumed digit = consume_legacy_labels(R"({"9": "v", "0a": "w"})");
  CHECK(digit.label("_9") == Lines{"v"});
  CHECK(digit.label("_0a") == Lines{"w"});
}

TEST_CASE("consumer labels: each replaced or skipped legacy name is a problem") {
  const Consumed consumed = consume_legacy_labels(R"({"a-b": "1", "a.b": "2", "a_c": "3", "a-c": "4"})");
  const std::string place = "relation 1, app, scrape_jobs at /0/static_configs/0/labels/";
  CHECK(consumed.messages() == Lines{place + "a-b: not a legacy label name; written with _ instead",
                                     place + "a-c: its legacy spelling is another label's name",
                                     place + "a.b: its legacy spelling is another label's name"});
  CHECK(consumed.label("a_b") == Lines{"1"});
  CHECK(consumed.label("a_c") == Lines{"3"});
}

TEST_CASE("consumer labels: a skipped legacy name is one problem") {
  const auto [label, reason] = GENERATE(table<std::string, std::string>({
      {R"("a-b": [])", "a-b: not a text"},
      {R"("juju-unit": "x")", "juju-unit: a label that a job may not set"},
      {R"("-\u0001": "x")", "-\\u0001: not a label name"},
      {R"("": "x")", ": not a label name"},
      {"\"-" + std::string(500, 'a') + "\": \"x\"", "-" + std::string(500, 'a') + ": a label name of over 500 bytes"},
  }));
  const Consumed consumed = consume_legacy_labels("{" + label + "}");
  REQUIRE(consumed.problems.size() == 1);
  CHECK(juju::detail::escape_controls(consumed.problems[0].pointer + ": " + consumed.problems[0].reason) ==
        "/0/static_configs/0/labels/" + reason);
}
