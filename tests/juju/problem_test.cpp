// SPDX-License-Identifier: Apache-2.0
#include <juju/problem.hpp>
#include <sstream>

#include <support/catch.hpp>

using juju::Problem;
using juju::to_string;

namespace {

const Problem whole{.relation_id = 3,
                    .application = "gateway",
                    .unit = "gateway/0",
                    .key = "scrape_jobs",
                    .pointer = "/0/targets",
                    .reason = "not an array"};

}  // namespace

TEST_CASE("a problem is one line that says where and what, without what does not apply") {
  CHECK(to_string(whole) == "relation 3, gateway/0, scrape_jobs at /0/targets: not an array");
  CHECK(to_string(Problem{.relation_id = 0, .application = "gateway", .reason = "r"}) == "relation 0, gateway: r");
  CHECK(to_string(Problem{.application = "gateway", .pointer = "/0", .reason = "r"}) == "gateway at /0: r");
  CHECK(to_string(Problem{.key = "a.rules", .pointer = "/0", .reason = "r"}) == "a.rules at /0: r");
  CHECK(to_string(Problem{.pointer = "/a\n", .reason = "r"}) == "/a\\u000a: r");
  CHECK(to_string(Problem{.reason = "not JSON"}) == "not JSON");
  std::ostringstream out;
  out << whole << Problem{.reason = "!"};
  CHECK(out.str() == to_string(whole) + "!");
}

TEST_CASE("problems are others where any part of them is") {
  const Problem same = whole;
  CHECK(same == whole);
  const std::vector<void (*)(Problem&)> changes = {
      [](Problem& problem) { problem.relation_id.reset(); }, [](Problem& problem) { problem.application = "tempo"; },
      [](Problem& problem) { problem.unit = "gateway/1"; },  [](Problem& problem) { problem.key = "alert_rules"; },
      [](Problem& problem) { problem.pointer = "/1"; },      [](Problem& problem) { problem.reason = "not a map"; }};
  for (const auto change : changes) {
    Problem other = whole;
    change(other);
    CHECK(other != whole);
  }
}
