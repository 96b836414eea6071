// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdlib.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

namespace juju::testing::detail {

/// A unit's copy of a charm directory, in the directory for temporary files. A copy of this object is a copy of the
/// directory.
class UnitDirectory {
 public:
  /// @param charm  the directory to copy. Symbolic links stay links.
  explicit UnitDirectory(const std::filesystem::path& charm) : UnitDirectory() { lay_out(charm); }
  UnitDirectory(const UnitDirectory& other) : UnitDirectory(other.path_) {}
  UnitDirectory(UnitDirectory&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  UnitDirectory& operator=(UnitDirectory other) noexcept {
    std::swap(path_, other.path_);
    return *this;
  }
  ~UnitDirectory() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }

  const std::filesystem::path& path() const { return path_; }

  /// Replaces the files of one charm with those of another. Files that the charm has written are kept.
  void upgrade(const std::filesystem::path& before, const std::filesystem::path& after) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(before)) {
      const bool is_directory = entry.is_directory() && !entry.is_symlink();
      if (!is_directory) std::filesystem::remove(path_ / entry.path().lexically_relative(before));
    }
    lay_out(after);
  }

 private:
  UnitDirectory() : path_(make()) {}

  static std::filesystem::path make() {
    std::string name = (std::filesystem::temp_directory_path() / "juju-unit-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::system_error(errno, std::generic_category(), name);
    return name;
  }

  void lay_out(const std::filesystem::path& charm) {
    using std::filesystem::copy_options;
    std::filesystem::copy(charm, path_,
                          copy_options::recursive | copy_options::copy_symlinks | copy_options::overwrite_existing);
  }

  std::filesystem::path path_;
};

}  // namespace juju::testing::detail
