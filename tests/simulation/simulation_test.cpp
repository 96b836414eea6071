// SPDX-License-Identifier: Apache-2.0
// The simulation finds what is to be found, and says how to see it again.
#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include <support/catch.hpp>
#include <support/program.hpp>

using Catch::Matchers::ContainsSubstring;

TEST_CASE("the simulation finds a forgetful workload, shortens the schedule and prints the command that replays it") {
  const auto found = support::run_program(SIMULATION_PROGRAM, {"--forgetful", "--schedules", "2000"});
  CHECK(found.status == 1);
  CHECK_THAT(found.output, ContainsSubstring("and should be"));

  const std::string command = found.output.substr(found.output.rfind(SIMULATION_PROGRAM));
  std::istringstream words(command);
  std::vector<std::string> arguments;
  for (std::string word; words >> word;) arguments.push_back(word);
  REQUIRE(arguments.front() == SIMULATION_PROGRAM);
  const std::string& steps = arguments.back();
  CHECK(std::count(steps.begin(), steps.end(), ',') < 15);
  arguments.erase(arguments.begin());

  const auto replayed = support::run_program(SIMULATION_PROGRAM, arguments);
  CHECK(replayed.status == 1);
  CHECK(found.output.starts_with(replayed.output));
  CHECK(support::run_program(SIMULATION_PROGRAM, arguments).output == replayed.output);
}

TEST_CASE("a seed of the simulation gives the same trace in every run") {
  const std::vector<std::string> arguments = {"--seed", "1864", "--trace"};
  const auto once = support::run_program(SIMULATION_PROGRAM, arguments);
  CHECK(once.status == 0);
  CHECK_THAT(once.output, ContainsSubstring("deploy "));
  CHECK(support::run_program(SIMULATION_PROGRAM, arguments).output == once.output);
}
