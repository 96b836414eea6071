// SPDX-License-Identifier: Apache-2.0
// Alert rules that a charm has in files.
#pragma once

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <juju/yaml.hpp>
#include <scrape/alert_rules.hpp>

namespace scrape {

/// A charm's own alert rules, as its files have them.
struct AlertRules {
  nlohmann::json groups = nlohmann::json::array();  ///< Of all files, each named after topology, path and itself.
  /// `key` is a file's path in the directory, `pointer` a place in it.
  std::vector<juju::Problem> problems = {};
  /// What names of groups begin with whose files have no rules to give because of a problem.
  std::vector<std::string> lost_prefixes = {};

  /// What to publish: these groups and, of files that have none to give because of a problem, those published before.
  /// A file's groups are told by the beginning of their names, so that a file `disk` may also keep those of `disk_io`.
  /// @param published  what stands in the data bag; anything.
  /// @returns `{"groups": [...]}`, in the order of their names.
  nlohmann::json over(const nlohmann::json& published) const {
    std::map<std::string, nlohmann::json> by_name;
    for (const nlohmann::json& group : groups) by_name.emplace(group["name"].get<std::string>(), group);
    const nlohmann::json& before = detail::member(published, "groups");
    for (std::size_t i = 0; before.is_array() && i < before.size(); ++i) {
      const nlohmann::json& name = detail::member(before[i], "name");
      if (name.is_string() && is_lost(name.get_ref<const std::string&>())) {
        by_name.emplace(name.get<std::string>(), before[i]);
      }
    }
    nlohmann::json all = nlohmann::json::object();
    all["groups"] = nlohmann::json::array();
    for (auto& [name, group] : by_name) all["groups"].push_back(std::move(group));
    return all;
  }

 private:
  bool is_lost(std::string_view name) const {
    return std::any_of(lost_prefixes.begin(), lost_prefixes.end(),
                       [&](const std::string& prefix) { return name.starts_with(prefix); });
  }
};

namespace detail {

/// The most bytes of a rule file that are read.
inline constexpr std::size_t most_rule_file_bytes = std::size_t{1024} * 1024;

inline bool is_rule_file(const std::filesystem::directory_entry& entry) {
  constexpr std::array<std::string_view, 4> extensions = {".rule", ".rules", ".yml", ".yaml"};
  std::error_code ignored;
  return std::find(extensions.begin(), extensions.end(), entry.path().extension().string()) != extensions.end() &&
         entry.is_regular_file(ignored);
}

/// Paths in the directory, sorted; `error` is set where the list is not complete.
inline std::vector<std::string> list_rule_files(const std::filesystem::path& directory, std::error_code& error) {
  std::vector<std::string> paths;
  std::filesystem::recursive_directory_iterator entry(directory, error);
  if (error == std::errc::no_such_file_or_directory) error.clear();
  for (; entry != std::filesystem::recursive_directory_iterator(); entry.increment(error)) {
    if (is_rule_file(*entry)) paths.push_back(entry->path().lexically_relative(directory).generic_string());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

/// The path without extension and with `/` as `_`. Files that would be alike in this keep their path as it is.
inline std::map<std::string, std::string> names_of_rule_files(const std::vector<std::string>& paths) {
  std::map<std::string, std::vector<std::string>> alike;
  for (const std::string& path : paths) {
    std::string flat = std::filesystem::path(path).replace_extension().generic_string();
    std::replace(flat.begin(), flat.end(), '/', '_');
    alike[flat].push_back(path);
  }
  std::map<std::string, std::string> names;
  for (const auto& [flat, files] : alike) {
    for (const std::string& path : files) names[path] = files.size() == 1 ? flat : path;
  }
  return names;
}

/// Reads a file of `{"groups": [...]}`, or of a rule alone, which becomes the group "alerts".
inline json read_rule_file(const std::filesystem::path& file, const juju::Topology& topology,
                           std::vector<juju::Problem>& problems) {
  const auto refuse = [&](std::string reason) { return report(problems, Place(), std::move(reason)), json::array(); };
  std::ifstream in(file, std::ios::binary | std::ios::ate);
  const std::streamoff bytes = in.tellg();
  if (bytes > std::streamoff{most_rule_file_bytes}) return refuse("a file of over 1 MiB");
  std::string text(static_cast<std::size_t>(std::max(bytes, std::streamoff{0})), '\0');
  if (!in.seekg(0).read(text.data(), bytes)) return refuse("cannot be read");
  const juju::Parsed<json> document = juju::parse_yaml_with_aliases(text, most_rule_file_bytes);
  if (!document) return refuse(to_string(document.error));
  if (!document->is_object()) return refuse("neither a rule nor groups");
  AlertRuleReader reader(topology, TopologyLabels::library, problems);
  if (document->contains("groups")) return reader.read_groups(*document);
  json rule = reader.read_rule(*document, {});
  json groups = json::array();
  if (rule.is_null()) return groups;
  json& group = groups.emplace_back(json::object());
  group["name"] = "alerts";
  group["rules"].push_back(std::move(rule));
  return groups;
}

/// Gathers the groups of several files under names that are unique.
class AlertRuleLoader {
 public:
  explicit AlertRuleLoader(const juju::Topology& topology) : topology_(topology) {}

  AlertRules load(const std::filesystem::path& directory) {
    std::error_code error;
    const std::vector<std::string> paths = list_rule_files(directory, error);
    if (error) {
      rules_.problems.push_back({.key = ".", .reason = "cannot be listed"});
      rules_.lost_prefixes.push_back(topology_.identifier() + "_");
    }
    const std::map<std::string, std::string> names = names_of_rule_files(paths);
    for (const std::string& path : paths) load_file(directory / path, path, names.at(path));
    return std::move(rules_);
  }

 private:
  void load_file(const std::filesystem::path& file, const std::string& path, const std::string& name) {
    if (!juju::is_utf8(path) || !juju::is_text(path)) {
      std::string shown = path;
      std::replace_if(
          shown.begin(), shown.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
      rules_.problems.push_back({.key = std::move(shown), .reason = "not a file name in UTF-8 without controls"});
      return;
    }
    const std::string prefix = topology_.identifier() + "_" + name + "_";
    std::vector<juju::Problem> problems;
    json groups = read_rule_file(file, topology_, problems);
    if (groups.empty() && !problems.empty()) rules_.lost_prefixes.push_back(prefix);
    for (juju::Problem& problem : problems) {
      problem.key = path;
      rules_.problems.push_back(std::move(problem));
    }
    for (json& group : groups) {
      std::string unique = prefix + group["name"].get<std::string>();
      while (!taken_.insert(unique).second) unique += "_" + path;
      group["name"] = std::move(unique);
      rules_.groups.push_back(std::move(group));
    }
  }

  const juju::Topology& topology_;
  AlertRules rules_;
  std::set<std::string> taken_;
};

}  // namespace detail

/// Loads the alert rules of a charm from `.rule`, `.rules`, `.yml` and `.yaml` files in `directory` and below it.
///
/// A file holds one rule, or groups. Rules are labelled with the topology, `%%juju_topology%%` in an expression becomes
/// its label matchers, and a group is named "{identifier}_{path without extension, `/` as `_`}_{its name}". A file that
/// is wrong, or over 1 MiB, is a problem; the others stand.
/// @param directory  may not exist: then there are no rules.
/// @param topology   the application's. Its unit is not looked at.
inline AlertRules load_alert_rules(const std::filesystem::path& directory, const juju::Topology& topology) {
  return detail::AlertRuleLoader(topology).load(directory);
}

}  // namespace scrape
