// SPDX-License-Identifier: Apache-2.0
// explain: why is a target missing? Reads the output of `juju show-unit`. It does not need Juju.
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "arguments.hpp"
#include "findings.hpp"

namespace {

using explain::Output;

constexpr int exit_problems = 1;
constexpr int exit_unusable = 2;
constexpr std::size_t max_bytes = std::size_t{16} * 1024 * 1024;

int fail(const std::string& sentence) {
  std::cerr << "explain: " << sentence << ".\n";
  return exit_unusable;
}

juju::Parsed<std::string> read_input(const explain::Arguments& arguments) {
  std::ifstream file;
  if (arguments.file != "-") file.open(arguments.file, std::ios::binary);
  std::istream& input = arguments.file == "-" ? std::cin : file;
  std::string text(max_bytes + 1, '\0');
  input.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (input.bad() || (input.gcount() == 0 && !input.eof())) return {.error = {0, "cannot be read"}};
  text.resize(static_cast<std::size_t>(input.gcount()));
  if (text.size() > max_bytes) {
    return {.error = {0, "is larger than " + std::to_string(max_bytes / 1024 / 1024) + " MiB"}};
  }
  return {.value = std::move(text)};
}

/// Prints the jobs of the first scraper that the dump shows.
void print_jobs(const explain::Findings& findings, Output& hints) {
  const explain::Scraper* shown = nullptr;
  for (const explain::Scraper& scraper : findings.scrapers()) {
    if (scraper.application.empty()) continue;
    if (shown != nullptr) {
      hints.stream << hints.yellow("hint:") << " The dump shows several scrapers. These are only the jobs of "
                   << shown->application << " (" << explain::wire_of(shown->interface).interface << ").\n";
      break;
    }
    shown = &scraper;
  }
  if (shown == nullptr && !findings.empty()) {
    hints.stream << hints.yellow("hint:") << " The dump shows no scraper, so there are no jobs.\n";
  }
  const nlohmann::json jobs = shown == nullptr ? nlohmann::json::array() : shown->jobs();
  std::cout << juju::to_yaml_safe_json(jobs, 1) << "\n";
}

void print_no_relation(Output& out, const std::vector<explain::ShownUnit>& units,
                       const std::vector<std::string>& endpoints) {
  out.stream << out.yellow("hint:") << " No shown unit has a relation at the endpoint "
             << explain::detail::listed(endpoints, " or ") << ". To use another endpoint, add --endpoint.\n";
  for (const explain::ShownUnit& unit : units) {
    out.stream << "  " << unit.name << (unit.relations.empty() ? " has no relation" : " has");
    for (const explain::ShownRelation& relation : unit.relations) {
      out.stream << " " << juju::printable(relation.endpoint);
      if (relation.related_endpoint == relation.endpoint) continue;
      out.stream << " (to " << juju::printable(relation.related_endpoint) << ")";
    }
    out.stream << "\n";
  }
}

int run(const explain::Arguments& arguments) {
  const juju::Parsed<std::string> text = read_input(arguments);
  if (!text) return fail(arguments.input_name() + " " + text.error.reason);
  const auto units = explain::read_show_unit(*text);
  if (!units) return fail(arguments.input_name() + " is not output of juju show-unit: " + to_string(units.error));
  explain::Findings findings(*units, arguments.endpoints(), arguments.reader);
  if (!arguments.application.empty() && !findings.empty()) {
    findings.keep_only(arguments.application);
    if (findings.empty()) {
      return fail("no shown relation is with " + juju::printable(arguments.application) + ", but with " +
                  explain::detail::enumerated(findings.applications()));
    }
  }
  Output out(std::cout, explain::wants_colours(1));
  Output errors(std::cerr, explain::wants_colours(2));
  Output& hints = arguments.jobs ? errors : out;
  arguments.jobs ? print_jobs(findings, hints) : findings.print(out);
  if (findings.empty()) print_no_relation(hints, *units, arguments.endpoints());
  print(hints, findings.hints());
  if (!std::cout.flush()) return fail("standard output cannot be written");
  return !arguments.jobs && findings.problem_count() > 0 ? exit_problems : 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "Explains from the output of `juju show-unit` why a target is missing: related applications, jobs, targets\n"
      "and problems. It reads the interfaces tempo_scrape, prometheus_scrape and tracing.",
      "explain");
  explain::Arguments arguments;
  declare(app, arguments);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : exit_unusable;
  }
  return run(arguments);
}
