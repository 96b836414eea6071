// SPDX-License-Identifier: Apache-2.0
#include "read_alert_rules.hpp"

#include <utility>

#include <support/catch.hpp>
#include <support/repeated.hpp>

using namespace scrape;
using namespace support;
using nlohmann::json;
using scrape::default_max_bytes_per_relation;

namespace {

const std::string rule_with_topology = R"({"alert": "A", "expr": "up{%%juju_topology%%}"})";

/// A group with so many rules, and a second group with one.
AlertRules read_two_groups(const std::string& each, std::size_t count, std::size_t max_bytes) {
  return read_group(R"({"name": "g", "rules": [)" + repeated(each + ",", count - 1) + each +
                        R"(]}, {"name": "h", "rules": [)" + each + "]}",
                    {.max_bytes = max_bytes});
}

}  // namespace

TEST_CASE("alert rules: at every limit the first rules stay within the limit") {
  const AlertRules all = read_two_groups(rule_with_topology, 10, default_max_bytes_per_relation);
  REQUIRE(all.groups.size() == 2);
  CHECK(all.problems.empty());
  for (std::size_t max_bytes = 1; max_bytes < all.groups.dump().size(); max_bytes += 11) {
    const auto [groups, problems] = read_two_groups(rule_with_topology, 10, max_bytes);
    INFO(max_bytes);
    CHECK(groups.dump().size() <= max_bytes + 2);
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].reason.find(" " + std::to_string(max_bytes) + " bytes") != std::string::npos);
    const std::size_t rules = groups.empty() ? 0 : groups[0]["rules"].size();
    CHECK((rules == 10 || problems[0].pointer == "/groups/0" ||
           problems[0].pointer == "/groups/0/rules/" + std::to_string(rules)));
  }
}

TEST_CASE("alert rules: rules that fit the limit exactly are complete") {
  const json all = read_two_groups(rule_with_topology, 10, default_max_bytes_per_relation).groups;
  std::size_t bytes = 0;
  for (json group : all) {
    for (const json& each : std::exchange(group["rules"], json::array())) bytes += each.dump().size() + 1;
    bytes += group.dump().size() + 1;
  }
  const AlertRules complete = read_two_groups(rule_with_topology, 10, bytes);
  CHECK(complete.groups == all);
  CHECK(complete.problems.empty());
  CHECK(read_two_groups(rule_with_topology, 10, bytes - 1).groups != all);
}

TEST_CASE("alert rules: an expression that expands beyond its limit is skipped") {
  const std::string large = R"({"alert": "A", "expr": ")" + repeated("%%juju_topology%%", 3000) + "\"}";
  const AlertRules skipped = read_two_groups(large, 200, default_max_bytes_per_relation);
  CHECK(skipped.groups.empty());
  CHECK(skipped.problems.size() == 100);
}

TEST_CASE("alert rules: long texts are read, with at most 100 problems") {
  const AlertRules zeros = read_rules("0" + repeated(",0", 100'000));
  CHECK(zeros.groups == json::array());
  REQUIRE(zeros.problems.size() == 100);
  CHECK(zeros.problems[98].pointer == "/groups/0/rules/98");
  const std::string short_rule = R"({"alert":"A","expr":"1"})";
  const AlertRules rules = read_rules(short_rule + repeated("," + short_rule, 10'000));
  CHECK(rules.problems.empty());
  CHECK(rules.groups[0]["rules"].size() == 10'001);
}

TEST_CASE("alert rules: promtool accepts the deepest accepted expression") {
  const std::string deep = repeated("(", 32'000) + "1" + repeated(")", 32'000);
  const AlertRules result = read_rules(R"({"alert": "A", "expr": ")" + deep + R"("}, {"alert": "B", "expr": ")" +
                                       repeated("-", 65'000) + R"(1"})");
  CHECK(result.groups[0]["rules"].size() == 2);
  CHECK(refusal(result.groups) == "");
}

TEST_CASE("alert rules: the limits of texts, label names and durations") {
  const std::size_t max = 64 * 1024;
  const auto problems_of = [](const std::string& expression, const std::string& annotation, std::size_t name) {
    return read_rules(json({{"alert", "A"},
                            {"expr", expression},
                            {"for", "9223372036854ms"},
                            {"labels", {{std::string(name, 'a'), "x"}}},
                            {"annotations", {{"a", annotation}}}})
                          .dump())
        .problems.size();
  };
  CHECK(problems_of(std::string(max, '1'), std::string(max, 'a'), 500) == 0);
  CHECK(problems_of(std::string(max + 1, '1'), "a", 1) == 1);
  CHECK(problems_of("1", std::string(max + 1, 'a'), 1) == 1);
  CHECK(problems_of("1", "a", 501) == 1);
  const std::string placeholder = "%%juju_topology%%";
  const std::string rest(max - matchers.size(), '1');
  CHECK(problems_of(rest + placeholder, "a", 1) == 0);
  CHECK(problems_of(rest + "1" + placeholder, "a", 1) == 1);
}

TEST_CASE("alert rules: a group without a valid rule does not count") {
  const std::string long_group = R"({"name": ")" + std::string(500, 'n') + R"(", "rules": [1]})";
  const AlertRules result = read_group(long_group + "," + good_group, {.max_bytes = 400});
  CHECK(lines_of(result.problems) == Lines{"/groups/0/rules/0: not an object"});
  CHECK(names_of(result.groups) == Lines{"g"});
  const AlertRules cut = read_group(good_group, {.max_bytes = 100});
  CHECK(lines_of(cut.problems) ==
        Lines{"/groups/0/rules/0: the limit of 100 bytes for one relation is met; the rest is skipped"});
}
