// SPDX-License-Identifier: Apache-2.0
// Lists the files of alert rules in a directory.
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <juju/file.hpp>
#include <juju/string_map.hpp>
#include <juju/text.hpp>

namespace scrape::detail {

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

/// Lists the paths of rule files in the directory and, if `recursive`, below. `error` is set if the list is not
/// complete.
inline std::vector<std::string> list_rule_files(const std::string& directory, bool recursive, std::error_code& error) {
  std::vector<std::string> paths;
  std::vector<std::string> unlisted = {directory};
  const std::size_t prefix_bytes = juju::join_path(directory, "").size();
  while (!unlisted.empty()) {
    const std::string parent = std::move(unlisted.back());
    unlisted.pop_back();
    OpenDirectory entries(parent);
    while (const dirent* entry = entries.next()) {
      const std::string path = juju::join_path(parent, entry->d_name);
      if (recursive && entries.is_subdirectory(*entry)) unlisted.push_back(path);
      if (entries.is_rule_file(*entry)) paths.push_back(path.substr(prefix_bytes));
    }
    const bool is_absent = errno == ENOENT && parent == directory;
    if (errno != 0 && !is_absent) error.assign(errno, std::generic_category());
  }
  return paths;
}

/// `text` with `_` for each character outside `[a-zA-Z0-9_:]`.
inline std::string plain_name(std::string_view text) {
  std::string plain;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool continues_a_character = (byte & 0xC0U) == 0x80U;
    if (!continues_a_character) plain += byte < 0x80 && (std::isalnum(byte) != 0 || c == ':') ? c : '_';
  }
  return plain;
}

/// Maps each path to the name that its groups get: the path without extension and with `/` as `_`, or the whole path if
/// that is not unique. So a name does not depend on the contents of other files.
/// @param plain  gives plain names. `_` is appended to a name that is not unique.
inline juju::StringMap names_of_rule_files(const std::vector<std::string>& paths, bool plain) {
  juju::StringMap names;
  std::set<std::string> all;
  std::set<std::string> repeated;
  for (const std::string& path : paths) {
    std::string name = path.substr(0, path.rfind('.'));
    std::replace(name.begin(), name.end(), '/', '_');
    if (!all.insert(name).second) repeated.insert(name);
    names[path] = std::move(name);
  }
  std::set<std::string> taken;
  for (auto& [path, name] : names) {
    if (repeated.contains(name)) name = path;
    if (!plain) continue;
    name = plain_name(name);
    while (!taken.insert(name).second) name += '_';
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

}  // namespace scrape::detail
