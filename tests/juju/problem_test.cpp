// SPDX-License-Identifier: Apache-2.0
#include <juju/problem.hpp>
#include <sstream>

#include <support/catch.hpp>

using juju::Problem;
using juju::to_string;

namespace {

const Problem complete{.relation_id = 3,
                       .application = "gateway",
                       .unit = "gateway/0",
                       .key = "scrape_jobs",
                       .pointer = "/0/targets",
                       .reason = "not an array"};

}  // namespace

TEST_CASE("problem: its text is one line with the place and the reason") {
  CHECK(to_string(complete) == "relation 3, gateway/0, scrape_jobs at /0/targets: not an array");
  CHECK(to_string(Problem{.relation_id = 0, .application = "gateway", .reason = "r"}) == "relation 0, gateway: r");
  CHECK(to_string(Problem{.application = "gateway", .pointer = "/0", .reason = "r"}) == "gateway at /0: r");
  CHECK(to_string(Problem{.key = "a.rules", .pointer = "/0", .reason = "r"}) == "a.rules at /0: r");
  CHECK(to_string(Problem{.pointer = "/a\n", .reason = "r"}) == "/a\\u000a: r");
  CHECK(to_string(Problem{.reason = "not JSON"}) == "not JSON");
  std::ostringstream out;
  out << complete << Problem{.reason = "!"};
  CHECK(out.str() == to_string(complete) + "!");
}
