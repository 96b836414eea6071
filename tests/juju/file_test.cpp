// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include <fstream>
#include <juju/file.hpp>

#include <support/catch.hpp>
#include <support/temporary_directory.hpp>

using juju::read_file;

namespace {

std::error_code error_of(const std::filesystem::path& path, std::size_t max_bytes) {
  std::error_code error;
  CHECK_FALSE(read_file(path, max_bytes, error).has_value());
  CHECK_FALSE(read_file(path, max_bytes).has_value());
  return error;
}

}  // namespace

TEST_CASE("file: all bytes are read, up to the limit") {
  const support::TemporaryDirectory directory;
  const std::string text = GENERATE(std::string(), std::string("a\r\n\0\xff", 5), std::string(16384, 'a'),
                                    std::string(16385, 'b'), std::string(100'000, 'c'));
  std::ofstream(directory.path() / "a", std::ios::binary) << text;
  std::error_code error = std::make_error_code(std::errc::io_error);
  CHECK(read_file(directory.path() / "a", text.size(), error) == text);
  CHECK_FALSE(error);
  CHECK(read_file(directory.path() / "a", text.size() + 1) == text);
  if (!text.empty()) CHECK(error_of(directory.path() / "a", text.size() - 1) == std::errc::file_too_large);
}

TEST_CASE("file: a file without a size is read") {
  CHECK_FALSE(read_file("/proc/self/status", 100'000).value_or("").empty());
}

TEST_CASE("file: only a regular file is read") {
  const support::TemporaryDirectory directory;
  CHECK(error_of(directory.path() / "absent", 10) == std::errc::no_such_file_or_directory);
  CHECK(error_of(directory.path(), 10) == std::errc::is_a_directory);
  CHECK(error_of("/dev/null", 10) == std::errc::invalid_argument);
  REQUIRE(::mkfifo((directory.path() / "fifo").c_str(), 0600) == 0);
  CHECK(error_of(directory.path() / "fifo", 10) == std::errc::invalid_argument);
}

TEST_CASE("file: a symbolic link to a regular file is read") {
  const support::TemporaryDirectory directory;
  std::ofstream(directory.path() / "a") << "text";
  std::filesystem::create_symlink("a", directory.path() / "link");
  CHECK(read_file(directory.path() / "link", 10) == "text");
}
