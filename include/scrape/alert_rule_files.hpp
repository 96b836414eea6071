// SPDX-License-Identifier: Apache-2.0
// Loads the alert rules of a charm from files.
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <juju/file.hpp>
#include <juju/text.hpp>
#include <juju/yaml.hpp>
#include <scrape/alert_rules.hpp>

namespace scrape {

/// The alert rules of a charm.
struct AlertRuleFiles {
  nlohmann::json groups = juju::empty_array();  ///< Of all files; each has a unique name.
  std::vector<juju::Problem> problems = {};     ///< `key` is the path of a file in the directory.
  /// The names of groups begin with one of these if they are of a file that has problems and no valid rule.
  std::vector<std::string> lost_prefixes = {};

  /// Returns `{"groups": [...]}` to publish, sorted by name: `groups`, and the published groups of lost files. A rule
  /// file with a mistake thus does not remove working alerts. A lost file `disk` also keeps groups of `disk_io`.
  /// @param published  the published value; any JSON.
  nlohmann::json to_publish(const nlohmann::json& published) const {
    nlohmann::json::object_t by_name;
    for (const nlohmann::json& group : groups) by_name.emplace(juju::string_of(group["name"]), group);
    const nlohmann::json& before = juju::member(published, "groups");
    for (std::size_t i = 0; before.is_array() && i < before.size(); ++i) {
      const nlohmann::json& name = juju::member(before[i], "name");
      if (name.is_string() && is_lost(juju::string_of(name))) by_name.emplace(juju::string_of(name), before[i]);
    }
    nlohmann::json document = juju::empty_object();
    nlohmann::json& sorted = document["groups"] = juju::empty_array();
    for (auto& [name, group] : by_name) sorted.push_back(std::move(group));
    return document;
  }

 private:
  bool is_lost(std::string_view name) const {
    return std::any_of(lost_prefixes.begin(), lost_prefixes.end(),
                       [&](const std::string& prefix) { return name.starts_with(prefix); });
  }
};

namespace detail {

inline constexpr std::size_t max_rule_file_bytes = std::size_t{1024} * 1024;

/// Whether the name of a file ends like that of a rule file.
inline bool has_rule_extension(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot != 0 && dot != std::string_view::npos &&
         juju::is_one_of(name.substr(dot), {".rule", ".rules", ".yml", ".yaml"});
}

/// An open directory, which the destructor closes.
class OpenDirectory {
 public:
  explicit OpenDirectory(const std::string& path) : stream_(::opendir(path.c_str())) {}
  OpenDirectory(const OpenDirectory&) = delete;
  OpenDirectory& operator=(const OpenDirectory&) = delete;
  ~OpenDirectory() {
    if (stream_ != nullptr) ::closedir(stream_);
  }

  /// The next entry. At the end it is null, and `errno` says what failed, or is 0.
  const dirent* next() {
    if (stream_ == nullptr) return nullptr;
    errno = 0;
    return ::readdir(stream_);
  }

  /// A link to a directory is not a subdirectory, so the listing always ends.
  bool is_subdirectory(const dirent& entry) const {
    const std::string_view name = entry.d_name;
    return name != "." && name != ".." && type_of(entry, AT_SYMLINK_NOFOLLOW) == S_IFDIR;
  }

  /// Whether the entry is a rule file, or a link to one.
  bool is_rule_file(const dirent& entry) const {
    return has_rule_extension(entry.d_name) && type_of(entry, 0) == S_IFREG;
  }

 private:
  mode_t type_of(const dirent& entry, int flags) const {
    if (entry.d_type != DT_UNKNOWN && entry.d_type != DT_LNK) return static_cast<mode_t>(DTTOIF(entry.d_type));
    struct stat status = {};
    return ::fstatat(::dirfd(stream_), entry.d_name, &status, flags) == 0 ? status.st_mode & S_IFMT : 0;
  }

  DIR* stream_;
};

/// Lists the paths of rule files in the directory and below. `error` is set if the list is not complete.
inline std::vector<std::string> list_rule_files(const std::string& directory, std::error_code& error) {
  std::vector<std::string> paths;
  std::vector<std::string> unlisted = {directory};
  const std::size_t prefix_bytes = juju::join_path(directory, "").size();
  while (!unlisted.empty()) {
    const std::string parent = std::move(unlisted.back());
    unlisted.pop_back();
    OpenDirectory entries(parent);
    while (const dirent* entry = entries.next()) {
      const std::string path = juju::join_path(parent, entry->d_name);
      if (entries.is_subdirectory(*entry)) unlisted.push_back(path);
      if (entries.is_rule_file(*entry)) paths.push_back(path.substr(prefix_bytes));
    }
    const bool is_absent = errno == ENOENT && parent == directory;
    if (errno != 0 && !is_absent) error.assign(errno, std::generic_category());
  }
  return paths;
}

/// Maps each path to the name that its groups get: the path without extension and with `/` as `_`, or the whole path if
/// that is not unique. So a name does not depend on the contents of other files.
inline juju::StringMap names_of_rule_files(const std::vector<std::string>& paths) {
  juju::StringMap names;
  std::set<std::string> all;
  std::set<std::string> repeated;
  for (const std::string& path : paths) {
    std::string name = path.substr(0, path.rfind('.'));
    std::replace(name.begin(), name.end(), '/', '_');
    if (!all.insert(name).second) repeated.insert(name);
    names[path] = std::move(name);
  }
  for (auto& [path, name] : names) {
    if (repeated.contains(name)) name = path;
  }
  return names;
}

/// `path` if it can be shown, else with `?` for each byte that is not printable ASCII.
inline std::string shown_path(std::string path) {
  if (juju::is_valid_text(path)) return path;
  const auto is_other = [](char c) { return c < ' ' || c > '~'; };
  std::replace_if(path.begin(), path.end(), is_other, '?');
  return path;
}

/// Reads a file with `groups`, or with one rule, which becomes the group "alerts".
inline AlertRules read_rule_file(const std::string& file, const juju::Topology& topology) {
  AlertRules rules;
  const auto refuse = [&](std::string reason) {
    report(rules.problems, Place(), std::move(reason));
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

}  // namespace detail

/// Loads the alert rules of a charm from the `.rule`, `.rules`, `.yml` and `.yaml` files in `directory` and below.
///
/// A file is YAML of at most 1 MiB, with `groups` as in Prometheus, or with one rule. Each rule gets the topology
/// labels, and `%%juju_topology%%` in an expression becomes their label matchers. The name of a group becomes
/// "{identifier}_{path without extension, `/` as `_`}_{name}". An invalid file or rule is a problem; the others are
/// loaded. PromQL and templates are not checked: run `promtool check rules`.
/// @param directory  if it does not exist, there are no rules and no problem.
/// @param topology   of the charm's application. Its unit is not used.
inline AlertRuleFiles load_alert_rules(const std::string& directory, const juju::Topology& topology) {
  AlertRuleFiles files;
  std::error_code error;
  const std::vector<std::string> paths = detail::list_rule_files(directory, error);
  if (error) {
    files.problems.push_back({.key = ".", .reason = "cannot be listed"});
    files.lost_prefixes.push_back(topology.identifier() + "_");
  }
  std::set<std::string> taken_names;
  for (const auto& [path, file_name] : detail::names_of_rule_files(paths)) {
    const std::string shown = detail::shown_path(path);
    AlertRules rules;
    if (shown == path) {
      rules = detail::read_rule_file(juju::join_path(directory, path), topology);
    } else {
      report(rules.problems, juju::Place(), "the file name is not UTF-8 without control characters");
    }
    const std::string prefix = topology.identifier() + "_" + file_name + "_";
    if (rules.groups.empty() && !rules.problems.empty()) files.lost_prefixes.push_back(prefix);
    for (juju::Problem& problem : rules.problems) {
      problem.key = shown;
      files.problems.push_back(std::move(problem));
    }
    for (nlohmann::json& group : rules.groups) {
      std::string name = prefix + juju::string_of(group["name"]);
      while (!taken_names.insert(name).second) name += "_" + path;
      group["name"] = juju::json_string(name);
      files.groups.push_back(std::move(group));
    }
  }
  return files;
}

}  // namespace scrape
