// SPDX-License-Identifier: Apache-2.0
// The file in which hooks keep what they read.
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include <juju/hook_tools/copy_file.hpp>
#include <juju/testing.hpp>
#include <support/captured_output.hpp>
#include <support/catch.hpp>
#include <support/charms.hpp>
#include <support/dispatch.hpp>
#include <support/temporary_directory.hpp>

#include "../testing/scripted_charm.hpp"

namespace {

using juju::hook_tools::CopyFile;
using support::CapturedOutput;
using support::HookRunner;
using Lines = std::vector<std::string>;

const juju::Metadata no_metadata = juju::Metadata::parse("{name: app}");

/// A file in a directory of its own, and what is printed about it.
struct File {
  support::TemporaryDirectory directory = {};
  std::filesystem::path path = directory.path() / "copy";
  juju::testing::MemoryTools tools{{}, no_metadata};

  CopyFile of(const std::string& owner = "app/0") { return CopyFile(tools, path.string(), owner); }
  std::optional<std::string> take() { return of().take(); }

  /// The reason in the latest line, without the path.
  std::string reason() const {
    if (tools.state().log.empty()) return "none";
    const std::string& line = tools.state().log.back().message;
    return line.substr(path.string().size() + 1, line.find("; hooks read") - path.string().size() - 1);
  }
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(directory.path()))
      names.push_back(entry.path().filename());
    return names;
  }
};

/// Limits the size of files that this process writes, as a full disk would.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_ = {};
  void (*handler_)(int) = std::signal(SIGXFSZ, SIG_IGN);
};

/// Reads a relation in each hook.
void read_relation(juju::CharmBase& charm, juju::Event&) {
  for (juju::Relation* relation : charm.model().relations("tracing")) relation->data("tempo/0").texts();
}
using Reader = scripted::Charm<read_relation>;

juju::testing::State one_relation() {
  juju::testing::State state{.relations = {{.id = 3, .endpoint = "tracing", .remote_application = "tempo"}}};
  state.relations[0].remote_units["tempo/0"] = {{"key", "text"}};
  return state;
}

const juju::Hook leader_elected{.kind = juju::HookKind::leader_elected};

}  // namespace

TEST_CASE("cache file: it gives its text once, and only its owner can read it") {
  File file;
  CHECK_FALSE(file.take().has_value());
  file.of().put("first");
  file.of().put("text\nof two lines");
  struct stat status = {};
  REQUIRE(::stat(file.path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  CHECK(file.take() == "text\nof two lines");
  CHECK_FALSE(file.take().has_value());
  CHECK(file.reason() == "none");
  CHECK(file.names().empty());
}

TEST_CASE("cache file: a file of another unit, charm or boot counts as absent, and is removed") {
  File file;
  file.of("app/1").put("text");
  CHECK_FALSE(file.take().has_value());
  CHECK(file.reason() == "is of another unit, charm or boot");
  CHECK(file.names().empty());
  file.of("app/0 ").put("text");
  CHECK_FALSE(file.take().has_value());
}

TEST_CASE("cache file: a symbolic link is not followed, and is removed") {
  File file;
  CopyFile(file.tools, (file.directory.path() / "target").string(), "app/0").put("text");
  std::filesystem::create_symlink("target", file.path);
  CHECK_FALSE(file.take().has_value());
  CHECK_THAT(file.reason(), Catch::Matchers::StartsWith("cannot be opened: "));
  CHECK(file.names() == Lines{"target"});
}

TEST_CASE("cache file: a directory and a FIFO count as absent, and are removed") {
  File file;
  std::filesystem::create_directory(file.path);
  CHECK_FALSE(file.take().has_value());
  CHECK(file.reason() == "is not a file of this user");
  CHECK(file.names().empty());
  REQUIRE(::mkfifo(file.path.c_str(), 0600) == 0);
  CHECK_FALSE(file.take().has_value());
  CHECK(file.reason() == "is not a file of this user");
  CHECK(file.names().empty());
}

TEST_CASE("cache file: a file of another user counts as absent, and is removed") {
  File file;
  file.of().put("text");
  const bool is_given_away = ::chown(file.path.c_str(), 65534, 65534) == 0;  // as root only
  CHECK(file.take().has_value() != is_given_away);
  CHECK(file.names().empty());
}

TEST_CASE("cache file: a file that cannot be removed is not used") {
  File file;
  std::filesystem::create_directory(file.path);
  std::ofstream(file.path / "inside") << "x";
  CHECK_FALSE(file.take().has_value());
  CHECK_THAT(file.reason(), Catch::Matchers::StartsWith("cannot be removed: "));
  file.of().put("text");
  CHECK_THAT(file.reason(), Catch::Matchers::StartsWith("cannot be written: "));
  CHECK(file.names() == Lines{"copy"});
}

TEST_CASE("cache file: a huge file counts as absent, and is removed") {
  File file;
  file.of().put("text");
  std::filesystem::resize_file(file.path, CopyFile::max_bytes + 1);
  CHECK_FALSE(file.take().has_value());
  CHECK(file.reason() == "cannot be read: File too large");
  CHECK(file.names().empty());
}

TEST_CASE("cache file: a write that fails leaves no file") {
  for (const rlim_t bytes : {0U, 3U, 6U, 50U}) {
    File file;
    const FullDisk disk(bytes);
    file.of().put(std::string(100, 'x'));
    CHECK(file.reason() == "cannot be written: File too large");
    CHECK(file.names().empty());
  }
}

TEST_CASE("cache file: without its directory, nothing is kept") {
  File file;
  file.path = file.directory.path() / "missing" / "copy";
  file.of().put("text");
  CHECK(file.reason() == "cannot be written: No such file or directory");
  CHECK_FALSE(file.take().has_value());
}

TEST_CASE("main: a hook uses what the last one read, unless that is turned off") {
  for (const bool cache : {true, false}) {
    HookRunner runner(one_relation(), support::music);
    CHECK(runner.run<Reader>(support::update_status, {.cache = cache}) == 0);
    CHECK(runner.juju.calls("relation-").size() == 2);
    CHECK(std::filesystem::exists(runner.cache()) == cache);
    CHECK(runner.run<Reader>(leader_elected, {.cache = cache}) == 0);
    CHECK(runner.juju.calls("relation-").size() ==
          (cache ? 1 : 2));  // tempo/0 is not listed: nobody asked for the list
  }
}

TEST_CASE("main: collect-metrics does not touch the file, and a failed hook leaves none") {
  HookRunner runner(one_relation(), support::music);
  CHECK(runner.run<Reader>(support::update_status) == 0);
  const auto written = std::filesystem::last_write_time(runner.cache());
  CHECK(runner.run<Reader>(juju::Hook{.kind = juju::HookKind::other, .subject = "collect-metrics"}) == 0);
  CHECK(std::filesystem::last_write_time(runner.cache()) == written);
  runner.juju.fail("relation-get", "broken");
  CHECK(runner.run<Reader>(leader_elected) == 1);
  CHECK_FALSE(std::filesystem::exists(runner.cache()));
}

TEST_CASE("main: a hook that fails before its first call leaves no file") {
  HookRunner runner(one_relation(), support::music);
  CHECK(runner.run<Reader>(support::update_status) == 0);
  runner.write("metadata.yaml", "[]");
  CHECK(runner.run<Reader>(leader_elected) == 1);
  CHECK_FALSE(std::filesystem::exists(runner.cache()));
}

TEST_CASE("main: a directory that cannot be written is in the log, and the hook works") {
  HookRunner runner(one_relation(), support::music);
  std::filesystem::create_directories(runner.cache() / "inside");
  CapturedOutput output(STDOUT_FILENO);
  CHECK(runner.run<Reader>(support::update_status) == 0);
  CHECK(runner.run<Reader>(leader_elected) == 0);
  const std::string printed = output.take();
  CHECK(runner.juju.calls("relation-").size() == 2);
  CHECK_THAT(printed, Catch::Matchers::ContainsSubstring(".relation-cache cannot be removed: Directory not empty"));
  CHECK(std::count(printed.begin(), printed.end(), '\n') == 2);
}
