// SPDX-License-Identifier: Apache-2.0
// Alert rules: what another application published, and what a charm has in its files.
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <scrape/alert_rule_files.hpp>

#include "related.hpp"

namespace fuzz::alert_rules {
namespace {

const juju::Topology topology{.model = "dev",
                              .model_uuid = "1234567890-uuid",
                              .application = "app\"\\",  // of the own model, where Juju is believed
                              .charm_name = "k8s"};

void check_rule(const json& rule, const std::string& application_label) {
  require(rule.contains("alert") != rule.contains("record"), "a rule is an alert or a recording");
  require(!rule.at("expr").get_ref<const std::string&>().empty(), "a rule has an expression");
  require(rule["expr"].get_ref<const std::string&>().size() <= 65536,
          "an expression is of a length that can be parsed");
  for (const auto& item : rule.items()) {
    require(is_one_of(item.key(), {"alert", "record", "expr", "labels", "for", "keep_firing_for", "annotations"}),
            "no other key of a rule passes");
  }
  require(rule.at("labels").at(application_label) == topology.application, "a rule is labelled with its application");
  for (const char* texts : {"labels", "annotations"}) {
    if (!rule.contains(texts)) continue;
    for (const auto& [name, value] : rule[texts].items()) {
      require(is_legacy_label_name(name) && !name.starts_with("__") && value.is_string(), "a label of a rule is one");
    }
  }
}

void check_groups(const json& groups, const std::string& application_label) {
  std::set<std::string> names;
  for (const json& group : groups) {
    const std::string name = group.at("name").get<std::string>();
    require(!name.empty() && names.insert(name).second, "names of groups are unique");
    require(!group.at("rules").empty(), "a group has a rule");
    for (const auto& item : group.items()) {
      require(is_one_of(item.key(), {"name", "interval", "limit", "query_offset", "rules"}),
              "no other key of a group passes");
    }
    for (const json& rule : group["rules"]) check_rule(rule, application_label);
  }
  require_reads_the_same(groups);
}

void check_published(const Reading& reading, const std::string& text) {
  const scrape::AlertRuleOptions unlimited{.topology_labels = reading.spelling};
  scrape::AlertRuleOptions limited = unlimited;
  limited.max_bytes = reading.most_bytes;
  const scrape::AlertRules rules = scrape::read_alert_rules(text, topology, limited);
  require_well_told(rules.problems, text);
  require(rules.problems.size() <= 100, "a text has at most 100 problems");
  check_groups(rules.groups, scrape::application_label(reading.spelling));
  const std::string printed = juju::to_yaml_safe_json(rules.groups);
  require(printed.size() == juju::json_length(rules.groups), "the length is counted as it is printed");
  require(rules.groups.empty() || printed.size() <= reading.most_bytes, "a relation keeps within its limit");
  const scrape::AlertRules again = scrape::read_alert_rules("{\"groups\":" + printed + "}", topology, unlimited);
  require(again.groups == rules.groups && again.problems.empty(), "rules that are printed read the same");
}

/// A directory with one file of rules.
class RuleFile {
 public:
  RuleFile() { std::filesystem::create_directories(directory_); }
  RuleFile(const RuleFile&) = delete;
  RuleFile& operator=(const RuleFile&) = delete;
  ~RuleFile() { std::filesystem::remove_all(directory_); }

  scrape::AlertRuleFiles load(const std::string& text) const {
    std::ofstream(directory_ / "a.rule", std::ios::binary) << text;
    return scrape::load_alert_rules(directory_, topology);
  }

 private:
  std::filesystem::path directory_ =
      std::filesystem::temp_directory_path() / ("fuzz-alert-rules-" + std::to_string(::getpid()));
};

void check_file(const std::string& text) {
  static const RuleFile file;
  const scrape::AlertRuleFiles rules = file.load(text);
  const juju::Parsed<json> document = juju::parse_yaml_with_aliases(text);
  for (const tempo_scrape::Problem& problem : rules.problems) {
    require(problem.key == "a.rule", "a problem names its file");
    require_well_told(problem, document.value.value_or(json()), document ? Secrets(*document) : Secrets::of(text));
  }
  check_groups(rules.groups, "juju_application");
  const json published = rules.to_publish(json());
  const scrape::AlertRules read = scrape::read_alert_rules(juju::to_yaml_safe_json(published), topology);
  require(read.groups == published["groups"] && read.problems.empty(),
          "what a charm publishes is read as it was meant");
  require(rules.to_publish(published) == published, "what is published already is not published anew");
  rules.to_publish(document.value.value_or(json()));
}

void check(std::string_view bytes) {
  const Input input(bytes);
  if (input.has(0)) {
    check_file(input.text);
  } else {
    check_published(Reading(input), input.text);
  }
}

const Registration registration({"alert_rules", check});

}  // namespace
}  // namespace fuzz::alert_rules
