// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include <juju/file.hpp>
#include <juju/hook_tools/cache.hpp>
#include <juju/hook_tools/descriptor.hpp>
#include <juju/hook_tools/environment.hpp>

namespace juju::hook_tools {

/// Keeps the copy in a file of the charm directory, which only its owner can read.
///
/// The first line names who may use it. A file of another unit, charm, Juju or boot counts as absent, and so does one
/// that belongs to another user or is no regular file.
class CopyFile final : public CopyStore {
 public:
  static constexpr std::size_t max_bytes = std::size_t{256} * 1024 * 1024;

  /// @param juju   prints why there is no copy. It must outlive this.
  /// @param path   the file.
  /// @param owner  the first line of the file: who may use it.
  CopyFile(Tools& juju, std::string path, std::string owner)
      : juju_(juju), path_(std::move(path)), owner_(std::move(owner) + "\n") {}

  std::optional<std::string> take() override {
    const detail::Descriptor file(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
    const int not_opened = errno;
    if (!file.is_open() && not_opened == ENOENT) return std::nullopt;
    if (::unlink(path_.c_str()) != 0 && ::rmdir(path_.c_str()) != 0) return complain("cannot be removed", errno);
    if (!file.is_open()) return complain("cannot be opened", not_opened);
    struct stat status = {};
    const bool is_ours =
        ::fstat(file.number(), &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == ::geteuid();
    if (!is_ours) return complain("is not a file of this user");
    std::optional<std::string> text = read(file.number(), static_cast<std::size_t>(status.st_size));
    if (!text) return complain("cannot be read", errno);
    if (!text->starts_with(owner_)) return complain("is of another unit, charm or boot");
    return text->substr(owner_.size());
  }

  void put(const std::string& text) override {
    std::string temporary = path_ + ".XXXXXX";
    const detail::Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));  // with mode 0600
    const bool is_stored = file.is_open() && write(file.number(), owner_) && write(file.number(), text) &&
                           ::rename(temporary.c_str(), path_.c_str()) == 0;
    if (is_stored) return;
    complain("cannot be written", errno);
    if (file.is_open()) ::unlink(temporary.c_str());
  }

  std::int64_t now() override {
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
  }

 private:
  std::nullopt_t complain(const std::string& why, int error = 0) {
    if (std::exchange(has_complained_, true)) return std::nullopt;
    juju_.print(path_ + " " + why + (error == 0 ? "" : ": " + std::generic_category().message(error)) +
                "; hooks read everything from Juju");
    return std::nullopt;
  }

  static std::optional<std::string> read(int file, std::size_t size) {
    if (size > max_bytes) {
      errno = EFBIG;
      return std::nullopt;
    }
    std::string text(size, '\0');
    std::size_t length = 0;
    while (length < size) {
      const ssize_t count = ::read(file, text.data() + length, size - length);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return std::nullopt;
      if (count == 0) break;
      length += static_cast<std::size_t>(count);
    }
    text.resize(length);
    return text;
  }

  static bool write(int file, const std::string& text) {
    for (std::size_t written = 0; written < text.size();) {
      const ssize_t count = ::write(file, text.data() + written, text.size() - written);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return false;
      written += static_cast<std::size_t>(count);
    }
    return true;
  }

  Tools& juju_;
  std::string path_;
  std::string owner_;
  bool has_complained_ = false;
};

/// Who may use a copy: this format, model, unit, build of the charm, Juju and boot. Nothing on a machine that does not
/// tell.
inline std::optional<std::string> copy_owner(const Environment& environment) {
  struct stat build = {};
  const std::optional<std::string> boot = read_file("/proc/sys/kernel/random/boot_id", 64);
  if (!boot || ::stat("/proc/self/exe", &build) != 0) return std::nullopt;
  std::string owner = "1 " + environment.model_uuid + " " + environment.unit_name + " " + environment.juju_version +
                      " " + boot->substr(0, boot->find('\n'));
  const auto build_numbers = {static_cast<std::int64_t>(build.st_dev), static_cast<std::int64_t>(build.st_ino),
                              static_cast<std::int64_t>(build.st_size), static_cast<std::int64_t>(build.st_mtim.tv_sec),
                              static_cast<std::int64_t>(build.st_mtim.tv_nsec)};
  for (const std::int64_t number : build_numbers) owner += " " + std::to_string(number);
  return owner;
}

}  // namespace juju::hook_tools
