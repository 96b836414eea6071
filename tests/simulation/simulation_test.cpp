// SPDX-License-Identifier: Apache-2.0
// The simulation finds what is to be found, and says how to see it again.
#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include <support/catch.hpp>
#include <support/program.hpp>

using Catch::Matchers::ContainsSubstring;

namespace {

support::ProgramRun simulation(const std::vector<std::string>& arguments) {
  return support::run_program(SIMULATION_PROGRAM, arguments);
}

/// The arguments of the command that it printed last.
std::vector<std::string> printed_arguments(const std::string& output) {
  const std::size_t start = output.rfind(SIMULATION_PROGRAM);
  REQUIRE(start != std::string::npos);
  std::istringstream words(output.substr(start));
  std::vector<std::string> arguments;
  for (std::string word; words >> word;) arguments.push_back(word);
  arguments.erase(arguments.begin());
  return arguments;
}

}  // namespace

TEST_CASE("the simulation finds a forgetful workload, shortens the schedule and prints the command that replays it") {
  const auto found = simulation({"--mistake", "forgetful", "--schedules", "2000"});
  CHECK(found.status == 1);
  CHECK_THAT(found.output, ContainsSubstring("and should be"));

  const std::vector<std::string> arguments = printed_arguments(found.output);
  const std::string& steps = arguments.back();
  CHECK(std::count(steps.begin(), steps.end(), ',') < 15);

  const auto replayed = simulation(arguments);
  CHECK(replayed.status == 1);
  CHECK(found.output.starts_with(replayed.output));
  CHECK(simulation(arguments).output == replayed.output);
}

TEST_CASE("a seed of the simulation gives the same trace in every run") {
  const std::vector<std::string> arguments = {"--seed", "1864", "--trace"};
  const auto once = simulation(arguments);
  CHECK(once.status == 0);
  CHECK_THAT(once.output, ContainsSubstring("deploy "));
  CHECK(simulation(arguments).output == once.output);
}

TEST_CASE("the simulation finds a workload that writes another text in every run, and so does the replay") {
  const auto found = simulation({"--mistake", "random", "--schedules", "100"});
  CHECK(found.status == 1);
  const auto replayed = simulation(printed_arguments(found.output));
  CHECK(replayed.status == 1);
  CHECK_THAT(replayed.output, ContainsSubstring("the same steps gave another trace"));
}

TEST_CASE("the simulation says which seed ended the program, and the replay ends in the same way") {
  const auto found = simulation({"--mistake", "crash", "--schedules", "200"});
  CHECK(found.status == -1);
  CHECK_THAT(found.output, ContainsSubstring(" ended the program; replay it with"));
  CHECK(simulation(printed_arguments(found.output)).status == -1);
}

TEST_CASE("the simulation says which seed never came back") {
  const auto found = simulation({"--mistake", "hang", "--schedules", "200", "--patience", "1"});
  CHECK(found.status == 1);
  CHECK_THAT(found.output, ContainsSubstring(" never came back; replay it with"));
  const std::vector<std::string> arguments = printed_arguments(found.output);
  CHECK(std::find(arguments.begin(), arguments.end(), "--seed") != arguments.end());
}

TEST_CASE("the simulation plays a schedule without a step") {
  CHECK(simulation({"--seed", "5", "--length", "0"}).status == 0);
}

TEST_CASE("the simulation refuses a step that is not there, and to play nothing") {
  const auto step = simulation({"--seed", "5", "--length", "40", "--steps", "99"});
  CHECK(step.status == 2);
  CHECK(step.errors == "a schedule of 40 steps has no step 99: they count from 0\n");
  for (const char* option : {"--schedules", "--jobs"}) {
    const auto none = simulation({option, "0"});
    CHECK(none.status > 0);
    CHECK_THAT(none.errors, ContainsSubstring(std::string(option) + ": give a number from 1 on"));
  }
}

TEST_CASE("a campaign of the simulation that compares too little fails") {
  const auto found = simulation({"--schedules", "1000", "--length", "2"});
  CHECK(found.status == 1);
  CHECK_THAT(found.output, ContainsSubstring("too few schedules with jobs"));
}
