// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>
#include <string>
#include <vector>

#include "answer.hpp"

#include <support/catch.hpp>

namespace {

using nlohmann::json;

std::vector<json> all_vectors() {
  std::set<std::filesystem::path> files;
  const std::filesystem::path folder = std::filesystem::path(TEMPO_SCRAPE_TESTS_DIRECTORY) / "vectors";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".json") files.insert(entry.path());
  }
  std::vector<json> vectors;
  for (const std::filesystem::path& file : files) {
    std::ifstream stream(file);
    vectors.push_back(json::parse(stream));
  }
  return vectors;
}

/// The value of a text in a data bag. Numbers become text, because the YAML reader returns text.
json value_of(const std::string& text) {
  const juju::Parsed<json> parsed = juju::parse_yaml(text);
  if (!parsed) return text;
  if (!parsed->is_object()) return *parsed;
  json value = *parsed;
  for (auto& member : value) {
    if (member.is_number()) member = member.dump();
  }
  return value;
}

/// The answer with the texts in its data bags as values.
json comparable(const std::string& command, json answer) {
  if (command != "provider-data" && command != "endpoint-write" && command != "prom-provider-data") return answer;
  if (answer.contains("value")) answer["raw"] = answer["value"].dump();
  for (auto& [key, part] : answer.items()) {
    if (key == "relations" || key == "app" || key == "unit") part = comparable(command, part);
    if (part.is_object() && part.contains("app")) part = comparable(command, part);
  }
  for (auto& [key, text] : answer.items()) {
    if (text.is_string() && key != "exception" && key != "message") text = value_of(text.get<std::string>());
  }
  return answer;
}

}  // namespace

TEST_CASE("vectors: each answer is as in Python or a documented difference") {
  const std::vector<json> vectors = all_vectors();
  REQUIRE(vectors.size() == 106);
  for (const json& vector : vectors) {
    CAPTURE(vector["name"], vector["why"]);
    const std::string command = vector["command"].get<std::string>();
    const json& wanted = vector.contains("suggested") ? vector["suggested"] : vector["expected"];
    CHECK(comparable(command, vectors::answer(command, vector["input"])) == comparable(command, wanted));
  }
}

TEST_CASE("vectors: each difference from the Python library has a reason") {
  for (const json& vector : all_vectors()) {
    if (!vector.contains("suggested")) continue;
    const std::string reason = vector.value("divergence", "");
    std::cout << vector["name"].get<std::string>() << "\n    " << reason << "\n";
    CAPTURE(vector["name"]);
    CHECK(!reason.empty());
    const std::string command = vector["command"].get<std::string>();
    CHECK(comparable(command, vector["suggested"]) != comparable(command, vector["expected"]));
  }
}

namespace {

json provider_input(const json& more) {
  json input = {
      {"app", "workload"}, {"address", "10.1.2.3"}, {"charm_name", "workload-k8s"}, {"event", "update-status"}};
  input.update(more);
  return input;
}

}  // namespace

TEST_CASE("vectors: the provider publishes on its events and refresh events only") {
  const std::set<std::string> publishing = {
      "relation-created", "relation-joined", "relation-changed", "upgrade-charm", "leader-elected",
      "config-changed",   "update-status",   "pebble-ready",     "start",         "remove"};
  for (const std::string event :
       {"relation-created", "relation-joined", "relation-changed", "relation-departed", "upgrade-charm",
        "leader-elected", "config-changed", "update-status", "pebble-ready", "install", "start", "stop", "remove"}) {
    INFO(event);
    const json input = provider_input({{"event", event}, {"refresh_event", {"start", "remove"}}});
    CHECK(vectors::answer("provider-data", input)["unit"].contains("tempo_scrape_unit_name") ==
          publishing.contains(event));
  }
  CHECK(vectors::answer("provider-data", provider_input({{"event", "relation-broken"}}))["unit"].empty());
}

TEST_CASE("vectors: endpoint name, wrong declaration and no relation are answered") {
  const json named = provider_input({{"relation_name", "scrape-me"}});
  CHECK(vectors::answer("provider-data", named)["unit"]["tempo_scrape_unit_name"] == "workload/0");
  const json wrong = provider_input({{"declare", {{"endpoint", "other"}}}});
  CHECK(vectors::answer("provider-data", wrong)["exception"] == "RelationNotFoundError");
  const json unrelated = provider_input({{"no_relation", true}});
  CHECK(vectors::answer("provider-data", unrelated) == json{{"app", json::object()}, {"unit", json::object()}});
}

TEST_CASE("vectors: the ports of an endpoint may be text") {
  const json answer = vectors::answer("endpoint-write", {{"endpoint", {{"hostname", "h"}, {"tempo_port", "3200"}}}});
  CHECK(json::parse(answer["raw"].get<std::string>()) == json{{"hostname", "h"}, {"tempo_port", 3200}});
}
