// SPDX-License-Identifier: Apache-2.0
// Alert rules of another application, and alert rule files of the charm itself.
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <scrape/alert_rule_rewrite.hpp>
#include <stdexcept>

#include "related.hpp"

namespace fuzz::alert_rules {
namespace {

const juju::Topology topology{.model = "dev",
                              .model_uuid = "1234567890-uuid",
                              .application = "app\"\\",  // in the own model, Juju's name is used
                              .charm_name = "k8s"};

/// @param application_label  the label that names the application; null if no label is added.
void check_rule(const json& rule, const char* application_label) {
  require(rule.contains("alert") != rule.contains("record"), "a rule is an alert or a recording");
  require(!rule.at("expr").get_ref<const std::string&>().empty(), "a rule has an expression");
  require(rule["expr"].get_ref<const std::string&>().size() <= 65536, "an expression has at most 64 KiB");
  for (const auto& item : rule.items()) {
    require(is_one_of(item.key(), {"alert", "record", "expr", "labels", "for", "keep_firing_for", "annotations"}),
            "a rule has only known keys");
  }
  if (application_label != nullptr) {
    require(rule.at("labels").at(application_label) == topology.application, "a rule is labelled with its application");
  }
  for (const char* texts : {"labels", "annotations"}) {
    if (!rule.contains(texts)) continue;
    for (const auto& [name, value] : rule[texts].items()) {
      require(is_legacy_label_name(name) && !name.starts_with("__") && value.is_string(),
              "a label of a rule has a valid name and a text");
    }
  }
}

void check_groups(const json& groups, const char* application_label) {
  std::set<std::string> names;
  for (const json& group : groups) {
    const std::string name = group.at("name").get<std::string>();
    require(!name.empty() && names.insert(name).second, "names of groups are unique");
    require(!group.at("rules").empty(), "a group has a rule");
    for (const auto& item : group.items()) {
      require(is_one_of(item.key(), {"name", "interval", "limit", "query_offset", "rules"}),
              "a group has only known keys");
    }
    for (const json& rule : group["rules"]) check_rule(rule, application_label);
  }
  require_round_trip(groups);
}

/// Without a topology, the removal of one placeholder may form another one.
bool has_placeholder(const json& groups) { return groups.dump().find("%%juju_topology%%") != std::string::npos; }

void check_identifier(const scrape::AlertRules& rules) {
  const std::optional<std::string> identifier = scrape::identifier_of_rules(rules.groups);
  if (!identifier) return;
  require_text(*identifier, "an identifier can be shown");
  require(!identifier->empty() && identifier->find('/') == std::string::npos && identifier->size() <= 3 * 1024 + 2,
          "an identifier can name a file");
}

void check_published(const Reading& reading, bool adds_labels, const std::string& text) {
  const scrape::AlertRuleOptions unlimited{.topology_labels = reading.spelling};
  scrape::AlertRuleOptions limited = unlimited;
  limited.max_bytes = reading.max_bytes;
  const auto read = [&](const std::string& given, const scrape::AlertRuleOptions& options) {
    return adds_labels ? scrape::read_alert_rules(given, topology, options)
                       : scrape::read_alert_rules(given, std::nullopt, options);
  };
  const scrape::AlertRules rules = read(text, limited);
  require_valid_problem(rules.problems, text);
  require(rules.problems.size() <= 100, "a text has at most 100 problems");
  const std::string application_label = scrape::application_label(reading.spelling);
  check_groups(rules.groups, adds_labels ? application_label.c_str() : nullptr);
  check_identifier(rules);
  const std::string printed = juju::to_yaml_safe_json(rules.groups);
  require(printed.size() == juju::json_length(rules.groups), "the counted length is the printed length");
  require(rules.groups.empty() || printed.size() <= reading.max_bytes, "a relation stays within its limit");
  if (!adds_labels && has_placeholder(rules.groups)) return;
  const scrape::AlertRules again = read("{\"groups\":" + printed + "}", unlimited);
  require(again.groups == rules.groups && again.problems.empty(), "printed rules are read as the same rules");
}

/// Throws, or returns a text that may not be an expression.
std::string rewrite(const std::string& expression, const juju::StringMap& matchers) {
  require(matchers.size() == 3, "a rewriter gets the matchers of the topology");
  if (expression.size() % 3 == 0) throw std::runtime_error(expression.substr(1));
  return expression.substr(expression.size() / 2);
}

/// A directory with one file of rules.
class RuleFile {
 public:
  RuleFile() { std::filesystem::create_directories(directory_); }
  RuleFile(const RuleFile&) = delete;
  RuleFile& operator=(const RuleFile&) = delete;
  ~RuleFile() { std::filesystem::remove_all(directory_); }

  /// Loads it in one of the ways that an input's variant picks.
  scrape::AlertRuleFiles load(const Input& input) const {
    std::ofstream(directory_ / "a.rule", std::ios::binary) << input.text;
    const scrape::AlertRuleFileOptions options{
        .recursive = !input.has(7), .plain_group_names = input.has(5), .generic_rules = input.has(5)};
    return input.has(4) ? scrape::load_alert_rules(directory_, std::nullopt, options)
                        : scrape::load_alert_rules(directory_, topology, options);
  }

 private:
  std::filesystem::path directory_ =
      std::filesystem::temp_directory_path() / ("fuzz-alert-rules-" + std::to_string(::getpid()));
};

void require_plain_names(const json& groups) {
  for (const json& group : groups) {
    const auto name = group["name"].get<std::string>();
    require(scrape::detail::plain_name(name) == name, "the name of a group is plain");
  }
}

void check_rewritten(scrape::AlertRuleFiles rules) {
  const std::size_t problems = rules.problems.size();
  scrape::rewrite_expressions(rules, topology, rewrite);
  check_groups(rules.to_publish(json())["groups"], "juju_application");
  for (std::size_t i = problems; i < rules.problems.size(); ++i) {
    require_text(to_string(rules.problems[i]), "a problem of rewriting can be shown");
  }
}

void check_file(const Input& input) {
  static const RuleFile file;
  const bool adds_labels = !input.has(4);
  const scrape::AlertRuleFiles rules = file.load(input);
  const juju::Parsed<json> document = juju::parse_yaml_with_aliases(input.text);
  for (const tempo_scrape::Problem& problem : rules.problems) {
    require(problem.key == "a.rule", "a problem names its file");
    require_valid_problem(problem, document.value.value_or(json()),
                          document ? Secrets(*document) : Secrets::of(input.text));
  }
  const json published = rules.to_publish(json());
  check_groups(published["groups"], adds_labels ? "juju_application" : nullptr);
  if (input.has(5)) require_plain_names(published["groups"]);
  if (adds_labels && input.has(6)) check_rewritten(rules);
  require(rules.to_publish(published) == published, "unchanged rules are not published again");
  rules.to_publish(document.value.value_or(json()));
  if (!adds_labels && has_placeholder(published)) return;
  const std::string text = juju::to_yaml_safe_json(published);
  const scrape::AlertRules read =
      adds_labels ? scrape::read_alert_rules(text, topology) : scrape::read_alert_rules(text, std::nullopt);
  require(read.groups == published["groups"] && read.problems.empty(), "published rules are read as the same rules");
}

void check(std::string_view bytes) {
  const Input input(bytes);
  if (input.has(0)) {
    check_file(input);
  } else {
    check_published(Reading(input), !input.has(4), input.text);
  }
}

const Registration registration({"alert_rules", check});

}  // namespace
}  // namespace fuzz::alert_rules
