// SPDX-License-Identifier: Apache-2.0
// Lets anything happen to models of real charms, and holds what they come to against the truth.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "campaign.hpp"

namespace {

using simulated::Mistake;
using simulated::Request;

/// One seed, or some of its steps.
int replay(const Request& request, std::uint64_t seed) {
  std::string trace;
  const std::optional<juju::testing::Failure> failure = juju::testing::find_failure(
      simulated::parts(), request.search(seed, true), [&](juju::testing::Simulation& simulation) {
        simulated::check_rest(simulation, seed);
        trace = simulation.trace();
      });
  if (request.trace) std::cout << (failure ? failure->trace : trace);
  std::cout << (failure ? failure->message : "all is as it should be") << "\n";
  return failure ? 1 : 0;
}

}  // namespace

int main(int argc, char* argv[]) {
  CLI::App app{"Lets anything happen to models of real charms, and holds what they come to against the truth."};
  Request request;
  std::optional<std::uint64_t> seed;
  const std::map<std::string, Mistake> mistakes = {{"forgetful", Mistake::forgetful},
                                                   {"random", Mistake::random},
                                                   {"crash", Mistake::crash},
                                                   {"hang", Mistake::hang}};
  std::vector<std::size_t> steps;
  const CLI::Validator at_least_one(
      [](const std::string& text) { return text.find_first_of("123456789") == 0 ? "" : "give a number from 1 on"; },
      "FROM 1");
  app.add_option("--schedules", request.schedules, "How many seeds to play.")->check(at_least_one);
  app.add_option("--first", request.first, "The first of them.");
  app.add_option("--length", request.length, "The steps of a schedule.");
  app.add_option("--jobs", request.jobs, "How many at a time.")->check(at_least_one);
  app.add_option("--patience", request.patience, "The seconds after which a schedule is held to hang.");
  app.add_option("--seed", seed, "Play this one alone.");
  app.add_option("--steps", steps, "Of that seed these steps alone, \"0,3,7\".")->delimiter(',')->needs("--seed");
  app.add_flag("--trace", request.trace, "Print all that happens.");
  app.add_option("--mistake", request.mistake, "Deploy a workload with this mistake, which is to be found.")
      ->check(CLI::IsMember(mistakes));
  CLI11_PARSE(app, argc, argv);
  if (!request.mistake.empty()) simulated::mistake = mistakes.at(request.mistake);
  if (!steps.empty()) request.steps = steps;
  try {
    return seed ? replay(request, *seed) : simulated::Campaign(request, argv[0]).run();
  } catch (const std::invalid_argument& error) {
    std::cerr << error.what() << "\n";
    return 2;
  }
}
