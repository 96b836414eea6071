// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <optional>
#include <string>
#include <system_error>

namespace juju {
namespace detail {

/// An open file, which the destructor closes.
class OpenFile {
 public:
  explicit OpenFile(const std::string& path)
      : descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) {}  // a FIFO must not block
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (descriptor >= 0) ::close(descriptor);
  }

  const int descriptor;  ///< -1 if the file could not be opened.
};

}  // namespace detail

/// The path of `name` in `directory`. It is `name` if that is an absolute path or `directory` is empty.
inline std::string join_path(const std::string& directory, const std::string& name) {
  if (directory.empty() || name.starts_with('/')) return name;
  return directory.ends_with('/') ? directory + name : directory + "/" + name;
}

/// Reads a regular file.
/// @param max_bytes  the size of the largest file that is read.
/// @param error      why nothing was read: `file_too_large` if the file has more than `max_bytes` bytes,
///                   `is_a_directory` or `invalid_argument` if the path is not a regular file, or the system's error.
inline std::optional<std::string> read_file(const std::string& path, std::size_t max_bytes, std::error_code& error) {
  const auto fail = [&](int code) {
    error.assign(code, std::generic_category());
    return std::nullopt;
  };
  error.clear();
  const detail::OpenFile file(path);
  struct stat status = {};
  if (file.descriptor < 0 || ::fstat(file.descriptor, &status) != 0) return fail(errno);
  if (!S_ISREG(status.st_mode)) return fail(S_ISDIR(status.st_mode) ? EISDIR : EINVAL);
  std::string text;
  std::array<char, 16384> buffer;
  for (;;) {
    const ssize_t count = ::read(file.descriptor, buffer.data(), buffer.size());
    if (count == 0) return text;
    if (count < 0 && errno != EINTR) return fail(errno);
    if (count < 0) continue;
    if (static_cast<std::size_t>(count) > max_bytes - text.size()) return fail(EFBIG);
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

/// Reads a regular file of at most `max_bytes` bytes. The result is empty if that fails.
inline std::optional<std::string> read_file(const std::string& path, std::size_t max_bytes) {
  std::error_code ignored;
  return read_file(path, max_bytes, ignored);
}

}  // namespace juju
