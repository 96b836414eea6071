// SPDX-License-Identifier: Apache-2.0
// Loads the alert rules of a charm from files.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <juju/file.hpp>
#include <juju/json.hpp>
#include <juju/problem.hpp>
#include <juju/yaml.hpp>
#include <scrape/alert_rule_paths.hpp>
#include <scrape/alert_rules.hpp>
#include <scrape/generic_alert_rules.hpp>

namespace scrape {

/// How the alert rules of a charm are loaded.
struct AlertRuleFileOptions {
  bool recursive = true;           ///< Reads the files in subdirectories too.
  bool plain_group_names = false;  ///< Writes `_` for each character outside `[a-zA-Z0-9_:]` in the names of groups.
  bool generic_rules = false;      ///< Adds `generic_alert_rules`. Needs a topology.
};

/// The alert rules of a charm.
struct AlertRuleFiles {
  nlohmann::json groups = juju::empty_array();          ///< Of all files; each has a unique name.
  nlohmann::json generic_groups = juju::empty_array();  ///< The generic rules. The name is unique too.
  std::vector<juju::Problem> problems = {};             ///< `key` is the path of a file in the directory.
  /// The names of groups begin with one of these if they are of a file that has problems and no valid rule.
  std::vector<std::string> lost_prefixes = {};

  /// Returns `{"groups": [...]}` to publish, sorted by name: `groups`, and the published groups of lost files. A rule
  /// file with a mistake thus does not remove working alerts. A lost file `disk` also keeps groups of `disk_io`. The
  /// generic groups follow.
  /// @param published  the published value; any JSON.
  nlohmann::json to_publish(const nlohmann::json& published) const {
    nlohmann::json::object_t by_name;
    for (const nlohmann::json& group : groups) by_name.emplace(juju::string_of(group["name"]), group);
    const nlohmann::json& before = juju::member(published, "groups");
    for (std::size_t i = 0; before.is_array() && i < before.size(); ++i) {
      const nlohmann::json& name = juju::member(before[i], "name");
      if (name.is_string() && is_lost(juju::string_of(name))) by_name.emplace(juju::string_of(name), before[i]);
    }
    for (const nlohmann::json& group : generic_groups) by_name.erase(juju::string_of(group["name"]));
    nlohmann::json document = juju::empty_object();
    nlohmann::json& sorted = document["groups"] = juju::empty_array();
    for (auto& [name, group] : by_name) sorted.push_back(std::move(group));
    for (const nlohmann::json& group : generic_groups) sorted.push_back(group);
    return document;
  }

  /// The same, but `{}` if there is no group: the Python library of `prometheus_scrape` writes this.
  nlohmann::json to_publish_or_empty(const nlohmann::json& published) const {
    nlohmann::json document = to_publish(published);
    return document["groups"].empty() ? juju::empty_object() : document;
  }

 private:
  bool is_lost(std::string_view name) const {
    return std::any_of(lost_prefixes.begin(), lost_prefixes.end(),
                       [&](const std::string& prefix) { return name.starts_with(prefix); });
  }
};

namespace detail {

inline constexpr std::size_t max_rule_file_bytes = std::size_t{1024} * 1024;

/// Reads a file with `groups`, or with one rule, which becomes the group "alerts".
inline AlertRules read_rule_file(const std::string& file, const juju::Topology* topology) {
  AlertRules rules;
  const auto refuse = [&](std::string reason) {
    report_skipped(rules.problems, Place(), std::move(reason));
    return rules;
  };
  std::error_code error;
  const std::optional<std::string> text = juju::read_file(file, max_rule_file_bytes, error);
  if (!text) return refuse(error == std::errc::file_too_large ? "larger than 1 MiB" : "cannot be read");
  const juju::Parsed<json> document = juju::parse_yaml_with_aliases(*text, max_rule_file_bytes);
  if (!document) return refuse(to_string(document.error));
  if (!document->is_object()) return refuse("neither a rule nor groups");
  AlertRuleReader reader(topology, {}, rules.problems);
  if (juju::find(*document, "groups") != nullptr) {
    rules.groups = reader.read_groups(*document);
  } else if (json rule = reader.read_rule(*document, juju::empty_object(), {}); !rule.is_null()) {
    json group = juju::empty_object();
    group["name"] = juju::json_string("alerts");
    group["rules"].push_back(std::move(rule));
    rules.groups.push_back(std::move(group));
  }
  return rules;
}

/// Loads the rule files of one directory.
class AlertRuleLoader {
 public:
  /// @param topology  null: adds no label to rules, and no identifier to the names of groups.
  AlertRuleLoader(const juju::Topology* topology, const AlertRuleFileOptions& options)
      : topology_(topology),
        options_(options),
        prefix_(topology == nullptr ? "" : spelling(topology->identifier() + "_")) {}

  AlertRuleFiles load(const std::string& directory) {
    std::error_code error;
    const std::vector<std::string> paths = list_rule_files(directory, options_.recursive, error);
    if (error) {
      files_.problems.push_back({.key = ".", .reason = "cannot be listed", .skips_entry = true});
      files_.lost_prefixes.push_back(prefix_);
    }
    for (const auto& [path, name] : names_of_rule_files(paths, options_.plain_group_names)) {
      load_file(directory, path, prefix_ + name + "_");
    }
    if (options_.generic_rules && topology_ != nullptr) {
      add(files_.generic_groups, generic_alert_rules(*topology_), "", "generic");
    }
    return std::move(files_);
  }

 private:
  void load_file(const std::string& directory, const std::string& path, const std::string& prefix) {
    const std::string shown = shown_path(path);
    AlertRules rules;
    if (shown == path) {
      rules = read_rule_file(juju::join_path(directory, path), topology_);
    } else {
      report_skipped(rules.problems, Place(), "the file name is not UTF-8 without control characters");
    }
    if (rules.groups.empty() && !rules.problems.empty()) files_.lost_prefixes.push_back(prefix);
    for (juju::Problem& problem : rules.problems) {
      problem.key = shown;
      files_.problems.push_back(std::move(problem));
    }
    for (json& group : rules.groups) add(files_.groups, std::move(group), prefix, path);
  }

  /// Adds a group. Appends the suffix to its name until that is unique.
  void add(json& groups, json group, const std::string& prefix, const std::string& suffix) {
    std::string name = prefix + spelling(juju::string_of(group["name"]));
    while (!taken_names_.insert(name).second) name += "_" + spelling(suffix);
    group["name"] = juju::json_string(name);
    groups.push_back(std::move(group));
  }

  std::string spelling(const std::string& name) const { return options_.plain_group_names ? plain_name(name) : name; }

  const juju::Topology* topology_;
  AlertRuleFileOptions options_;
  std::string prefix_;  ///< Begins the name of each group.
  std::set<std::string> taken_names_ = {};
  AlertRuleFiles files_ = {};
};

}  // namespace detail

/// Loads the alert rules of a charm from the `.rule`, `.rules`, `.yml` and `.yaml` files in `directory` and below.
///
/// A file is YAML of at most 1 MiB, with `groups` as in Prometheus, or with one rule. Each rule gets the topology
/// labels, and `%%juju_topology%%` in an expression becomes their label matchers. The name of a group becomes
/// "{identifier}_{path without extension, `/` as `_`}_{name}". An invalid file or rule is a problem; the others are
/// loaded. PromQL and templates are not checked: run `promtool check rules`.
/// @param directory  if it does not exist, there are no rules of files and no problem.
/// @param topology   of the charm's application. Its unit is not used.
inline AlertRuleFiles load_alert_rules(const std::string& directory, const juju::Topology& topology,
                                       const AlertRuleFileOptions& options = {}) {
  return detail::AlertRuleLoader(&topology, options).load(directory);
}

/// Loads the same files for another application. Adds no label to a rule, no identifier to the names of groups, and no
/// generic rules. `%%juju_topology%%` is replaced as by `read_alert_rules` without a topology.
inline AlertRuleFiles load_alert_rules(const std::string& directory, std::nullopt_t,
                                       const AlertRuleFileOptions& options = {}) {
  return detail::AlertRuleLoader(nullptr, options).load(directory);
}

}  // namespace scrape
