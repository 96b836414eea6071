// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <support/catch.hpp>
#include <support/program.hpp>

TEST_CASE("demo: it shows three units, then two") {
  using Catch::Matchers::ContainsSubstring;
  const support::ProgramRun run = support::run_program(DEMO_PROGRAM, {});
  CHECK(run.status == 0);
  CHECK(run.errors.empty());
  const std::string removal = "$ juju remove-unit music/1\n";
  REQUIRE_THAT(run.output, ContainsSubstring(removal));
  const std::string before = run.output.substr(0, run.output.find(removal));
  const std::string after = run.output.substr(run.output.find(removal) + removal.size());
  CHECK_THAT(before, ContainsSubstring("    music/1           10."));
  CHECK_THAT(before, ContainsSubstring("music/0 is active: \"traces go to http://collector.local:4318/v1/traces\""));
  CHECK_THAT(after, !ContainsSubstring("    music/1 ") && ContainsSubstring("    music/2           10."));
  CHECK_THAT(after, ContainsSubstring("    spring-music/1    10."));
}
