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

/// A bag's text as a value. What YAML leaves open, whether 3200 is a number, is settled as text.
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

/// An answer with the texts in its bags as values.
json comparable(const std::string& command, json answer) {
  if (command != "provider-data" && command != "endpoint-write") return answer;
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

TEST_CASE("every reference vector is answered as the Python library answers it, or as the design says we differ") {
  const std::vector<json> vectors = all_vectors();
  REQUIRE(vectors.size() == 88);
  for (const json& vector : vectors) {
    CAPTURE(vector["name"], vector["why"]);
    const std::string command = vector["command"].get<std::string>();
    const json& right = vector.contains("suggested") ? vector["suggested"] : vector["expected"];
    CHECK(comparable(command, vectors::answer(command, vector["input"])) == comparable(command, right));
  }
}

TEST_CASE("the vectors where this library differs from the Python library have a reason each") {
  std::size_t differences = 0;
  for (const json& vector : all_vectors()) {
    if (!vector.contains("suggested")) continue;
    ++differences;
    const std::string reason = vector.value("divergence", "");
    std::cout << vector["name"].get<std::string>() << "\n    " << reason << "\n";
    CAPTURE(vector["name"]);
    CHECK(!reason.empty());
    const std::string command = vector["command"].get<std::string>();
    CHECK(comparable(command, vector["suggested"]) != comparable(command, vector["expected"]));
  }
  std::cout << differences << " differences from the Python library\n";
  CHECK(differences == 31);
}
