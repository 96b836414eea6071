// SPDX-License-Identifier: Apache-2.0
// explain: why is a target missing? Reads the output of `juju show-unit`. It does not need Juju.
#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "report.hpp"

namespace {

struct Arguments {
  std::string file = "-";
  std::string endpoint = explain::wire.relation_name;
  explain::Reader reader = {};
  bool jobs = false;

  std::string input_name() const { return file == "-" ? "standard input" : juju::printable(file); }
};

constexpr int exit_unusable = 2;
constexpr std::size_t max_bytes = std::size_t{16} * 1024 * 1024;

int fail(const std::string& sentence) {
  std::cerr << "explain: " << sentence << ".\n";
  return exit_unusable;
}

void declare(CLI::App& app, Arguments& arguments) {
  const CLI::Validator is_text(
      [](const std::string& text) {
        return juju::is_utf8(text) && juju::is_text(text) ? std::string() : std::string("not a text");
      },
      "", "text");
  const std::map<std::string, explain::LabelNames> label_names = {{"utf8", explain::LabelNames::utf8},
                                                                  {"legacy", explain::LabelNames::legacy}};
  app.add_option("FILE", arguments.file,
                 "The output of `juju show-unit`, JSON or YAML. The default, or -, is standard input");
  app.add_flag("--jobs", arguments.jobs, "Print only the result of jobs(), as JSON");
  app.add_option("--endpoint", arguments.endpoint, "Tempo's endpoint")
      ->capture_default_str()
      ->type_name("NAME")
      ->check(is_text);
  app.add_option("--model-uuid", arguments.reader.own_model.uuid,
                 "The UUID of Tempo's own model. Juju's names are used for applications of this model")
      ->type_name("UUID")
      ->check(is_text);
  app.add_option("--model", arguments.reader.own_model.name,
                 "The name of Tempo's own model. Used only with --model-uuid")
      ->type_name("NAME")
      ->check(is_text);
  app.add_option("--label-names", arguments.reader.label_names,
                 "The label names that the scraper accepts: utf8 (Prometheus 3) or legacy (before)")
      ->type_name("utf8|legacy")
      ->transform(CLI::IsMember({"utf8", "legacy"}) & CLI::Transformer(label_names));
  app.footer(
      "A dump with units of both sides has the most information:\n"
      "  juju show-unit tempo/0 spring-music/0 --format=json | explain\n\n"
      "The exit status is 0. It is 2, with a message on standard error, if the input is not such a dump.");
}

juju::Parsed<std::string> read_input(const Arguments& arguments) {
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

/// The relations by Tempo application. The name is empty if the dump shows only the workload's side.
std::map<std::string, std::vector<const explain::ScrapeRelation*>> by_tempo(
    const std::vector<explain::ScrapeRelation>& relations) {
  std::map<std::string, std::vector<const explain::ScrapeRelation*>> grouped;
  for (const explain::ScrapeRelation& relation : relations) {
    grouped[relation.shows_tempo() ? relation.tempo : ""].push_back(&relation);
  }
  return grouped;
}

void print_jobs(const std::vector<explain::ScrapeRelation>& relations, const explain::Reader& reader) {
  nlohmann::json jobs = nlohmann::json::array();
  std::string tempo;
  for (const auto& [name, related] : by_tempo(relations)) {
    if (name.empty()) continue;
    if (!tempo.empty()) {
      std::cerr << "hint: The dump shows several Tempos. These are only the jobs of " << tempo << ".\n";
      break;
    }
    tempo = name;
    for (const explain::Explanation& explanation : explain::explain(related, reader)) {
      jobs.insert(jobs.end(), explanation.jobs.begin(), explanation.jobs.end());
    }
  }
  if (tempo.empty() && !relations.empty()) std::cerr << "hint: The dump shows no Tempo, so there are no jobs.\n";
  std::cout << juju::to_yaml_safe_json(jobs, 1) << "\n";
}

void print_report(const std::vector<explain::ScrapeRelation>& relations, const explain::Reader& reader) {
  for (const auto& [tempo, related] : by_tempo(relations)) {
    if (!tempo.empty()) {
      std::cout << tempo << " (seen from " << explain::detail::listed(related.front()->shown_tempo_units, ", ")
                << "): ";
      print(std::cout, explain::explain(related, reader));
    } else {
      std::cout << "The workload's side only: ";
      for (const explain::ScrapeRelation* relation : related) print(std::cout, explain::explain({relation}, reader));
    }
    std::cout << "\n";
  }
}

void print_no_relation(std::ostream& out, const std::vector<explain::ShownUnit>& units, const std::string& endpoint) {
  out << "hint: No shown unit has a relation at Tempo's endpoint " << juju::printable(endpoint)
      << ". To use another endpoint, add --endpoint.\n";
  for (const explain::ShownUnit& unit : units) {
    out << "  " << unit.name << (unit.relations.empty() ? " has no relation" : " has");
    for (const explain::ShownRelation& relation : unit.relations) {
      out << " " << juju::printable(relation.endpoint);
      if (relation.related_endpoint != relation.endpoint)
        out << " (to " << juju::printable(relation.related_endpoint) << ")";
    }
    out << "\n";
  }
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "Explains from the output of `juju show-unit` what Tempo scrapes: related applications, jobs, targets\n"
      "and problems.",
      "explain");
  Arguments arguments;
  declare(app, arguments);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : exit_unusable;
  }
  const juju::Parsed<std::string> text = read_input(arguments);
  if (!text) return fail(arguments.input_name() + " " + text.error.reason);
  const auto units = explain::read_show_unit(*text);
  if (!units) return fail(arguments.input_name() + " is not output of juju show-unit: " + to_string(units.error));
  const std::vector<explain::ScrapeRelation> relations = explain::scrape_relations(*units, arguments.endpoint);
  if (arguments.jobs) {
    print_jobs(relations, arguments.reader);
  } else {
    print_report(relations, arguments.reader);
  }
  std::ostream& hints = arguments.jobs ? std::cerr : std::cout;
  if (relations.empty()) print_no_relation(hints, *units, arguments.endpoint);
  print(hints, explain::hints(relations));
  return std::cout.flush() ? 0 : fail("standard output cannot be written");
}
