// SPDX-License-Identifier: Apache-2.0
// The command line of explain.
#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <string>
#include <vector>

#include "explanation.hpp"

namespace explain {

struct Arguments {
  std::string file = "-";
  std::string endpoint = {};     ///< Empty: the default endpoints.
  std::string application = {};  ///< Empty: all.
  Reader reader = {};
  bool jobs = false;

  std::string input_name() const { return file == "-" ? "standard input" : juju::printable(file); }

  std::vector<std::string> endpoints() const {
    return endpoint.empty() ? default_endpoints() : std::vector<std::string>{endpoint};
  }
};

inline void declare(CLI::App& app, Arguments& arguments) {
  const CLI::Validator is_text(
      [](const std::string& text) {
        return juju::is_valid_text(text) && !text.empty() ? std::string() : std::string("not a text");
      },
      "", "text");
  const std::map<std::string, LabelNames> label_names = {{"utf8", LabelNames::utf8}, {"legacy", LabelNames::legacy}};
  app.add_option("FILE", arguments.file,
                 "The output of `juju show-unit`, JSON or YAML. The default, or -, is standard input");
  app.add_flag("--jobs", arguments.jobs, "Print only the result of jobs(), as JSON, without credentials");
  app.add_option("--endpoint", arguments.endpoint,
                 "The endpoint of the scraper or tracing backend. The default is tracing and metrics-endpoint")
      ->type_name("NAME")
      ->check(is_text);
  app.add_option("--application", arguments.application, "Show only the relations with this application")
      ->type_name("NAME")
      ->check(is_text);
  app.add_option("--model-uuid", arguments.reader.own_model.uuid,
                 "The UUID of the scraper's own model. Juju's names are used for applications of this model")
      ->type_name("UUID")
      ->check(is_text);
  app.add_option("--model", arguments.reader.own_model.name,
                 "The name of the scraper's own model. Used only with --model-uuid")
      ->type_name("NAME")
      ->check(is_text);
  app.add_option("--label-names", arguments.reader.label_names,
                 "The label names that the scraper accepts: utf8 (Prometheus 3) or legacy (before)")
      ->type_name("utf8|legacy")
      ->transform(CLI::IsMember({"utf8", "legacy"}) & CLI::Transformer(label_names));
  app.footer(
      "A dump with units of both sides has the most information:\n"
      "  juju show-unit prometheus/0 spring-music/0 --format=json | explain\n\n"
      "Exit status:\n"
      "  0  no problem was found, or --jobs is given\n"
      "  1  there are problems\n"
      "  2  the command line or the input is invalid; a message is on standard error");
}

}  // namespace explain
