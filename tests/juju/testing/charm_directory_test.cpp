// SPDX-License-Identifier: Apache-2.0
// Charm directories in a model, together with charm classes. The hooks of a charm directory are processes.
#include <juju/testing.hpp>

#include <chrono>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <support/catch.hpp>
#include <support/charm_directories.hpp>
#include <support/shell_charm.hpp>
#include "../examples/spring-music/spring_music.hpp"

namespace {

using Catch::Matchers::ContainsSubstring;
using juju::testing::CharmDirectory;
using juju::testing::HookFailed;
using juju::testing::State;
using juju::testing::TestModel;
using support::ShellCharm;
using support::targets;
using support::text_of;

const std::filesystem::path built = TEMPO_SCRAPE_CHARMS_DIRECTORY;

/// Writes each hook and its variables into the file `hooks`.
const std::string note_hooks =
    "echo $JUJU_HOOK_NAME $JUJU_RELATION_ID $JUJU_REMOTE_APP $JUJU_REMOTE_UNIT $JUJU_DEPARTING_UNIT "
    "$JUJU_WORKLOAD_NAME >>hooks";

/// Whether a process with this id runs.
bool runs(const std::string& id) { return std::filesystem::exists("/proc/" + id + "/exe"); }

}  // namespace

TEST_CASE("charm directory: a compiled charm is deployed beside a class") {
  TestModel model;
  model.deploy("tempo", CharmDirectory(built / "tempo"));
  model.deploy<SpringMusic>("spring-music", juju::Metadata::load(built / "spring-music"), {.units = 2});
  const juju::RelationId relation = model.integrate("spring-music:tracing", "tempo:tracing");
  model.settle();
  CHECK(model.application_data(relation, "tempo").contains("tempo_endpoint"));
  CHECK(model.unit("spring-music/1").status().message == "traces go to http://tempo.local:4317");
  CHECK(targets(model) == std::vector<std::string>{"10.1.0.3:8000", "10.1.0.3:8081", "10.1.0.4:8000", "10.1.0.4:8081"});
}

TEST_CASE("charm directory: a hook has Juju's environment variables") {
  const ShellCharm charm(note_hooks,
                         "name: shell\nprovides: {up: {interface: i}}\nrequires: {down: {interface: i}}\n"
                         "containers: {music: {}}\n");
  TestModel model;
  model.deploy("a", CharmDirectory(charm.path()));
  model.deploy("b", CharmDirectory(charm.path()), {.units = 2});
  const juju::RelationId relation = model.integrate("a:up", "b:down");
  model.settle();
  model.remove_unit("b/1");
  model.settle();
  model.remove_relation(relation);
  model.settle();
  CHECK(text_of(model.unit("a/0").charm_directory() / "hooks") ==
        "install\nup-relation-created up:0 b\nleader-elected\nconfig-changed\nstart\nmusic-pebble-ready music\n"
        "up-relation-joined up:0 b b/0\nup-relation-changed up:0 b b/0\nup-relation-joined up:0 b b/1\n"
        "up-relation-changed up:0 b b/1\nup-relation-departed up:0 b b/1 b/1\nup-relation-departed up:0 b b/0 b/0\n"
        "up-relation-broken up:0 b\n");
}

TEST_CASE("charm directory: the environment has no Juju variables of this process") {
  ::setenv("JUJU_OF_ANOTHER", "x", 1);
  ::setenv("OF_THE_TEST", "kept", 1);
  const ShellCharm charm("env >environment; pwd >>environment");
  TestModel model({.name = "prod", .uuid = "12de4fae-06cc-4ceb-9089-567be09fec78"});
  model.deploy("shell", CharmDirectory(charm.path()));
  model.settle();
  ::unsetenv("JUJU_OF_ANOTHER");
  ::unsetenv("OF_THE_TEST");
  const std::string directory = model.unit("shell/0").charm_directory();
  const std::string environment = text_of(directory + "/environment");
  for (const std::string& line :
       {std::string("JUJU_UNIT_NAME=shell/0"), std::string("JUJU_MODEL_NAME=prod"), "JUJU_CHARM_DIR=" + directory,
        std::string("JUJU_MODEL_UUID=12de4fae-06cc-4ceb-9089-567be09fec78"), std::string("OF_THE_TEST=kept"),
        std::string("JUJU_DISPATCH_PATH=hooks/start"), std::string("JUJU_MACHINE_ID="), "PWD=" + directory}) {
    CHECK_THAT(environment, ContainsSubstring(line + "\n"));
  }
  CHECK(environment.find("JUJU_OF_ANOTHER") == std::string::npos);
  CHECK(environment.find("JUJU_RELATION_ID") == std::string::npos);
}

TEST_CASE("charm directory: other units see a hook's writes if it succeeds") {
  const ShellCharm writer(
      "[ $JUJU_HOOK_NAME != update-status ] || { relation-set -r $(relation-ids up) key=new; exit 1; }");
  const ShellCharm reader(note_hooks);
  TestModel model;
  model.deploy("a", CharmDirectory(writer.path()));
  model.deploy("b", CharmDirectory(reader.path()));
  const juju::RelationId relation = model.integrate("a:up", "b:down");
  model.settle();
  model.unit("a/0").fire(juju::testing::update_status());
  CHECK_THROWS_AS(model.settle(), HookFailed);
  CHECK_FALSE(model.unit_data(relation, "a/0").contains("key"));
  writer.write("dispatch", "#!/bin/sh\nrelation-set -r $(relation-ids up) key=new\n");
  model.upgrade("a", CharmDirectory(writer.path()));
  model.settle();
  CHECK(model.unit_data(relation, "a/0").at("key") == "new");
  CHECK_THAT(text_of(model.unit("b/0").charm_directory() / "hooks"),
             Catch::Matchers::EndsWith("down-relation-changed down:2 a a/0\n"));
}

TEST_CASE("charm directory: output is logged at DEBUG, and errors at WARNING") {
  const ShellCharm charm("echo out; echo error >&2; juju-log -l ERROR failed");
  const State after = juju::testing::run({}, juju::testing::start(), CharmDirectory(charm.path()));
  using juju::LogLevel;
  CHECK(after.log == std::vector<juju::testing::LogLine>{
                         {LogLevel::error, "failed"}, {LogLevel::debug, "out"}, {LogLevel::warning, "error"}});
}

TEST_CASE("charm directory: after the time limit, all processes are killed") {
  const ShellCharm charm("sleep 60 & echo $! >sleeper; wait");
  CharmDirectory directory(charm.path());
  directory.timeout_ms = 300;
  TestModel model;
  model.deploy("shell", directory);
  try {
    model.settle();
    FAIL("the hook ended");
  } catch (const HookFailed& failed) {
    CHECK(failed.message == "dispatch took too long");
  }
  std::string sleeper = text_of(model.unit("shell/0").charm_directory() / "sleeper");
  sleeper.pop_back();
  for (int i = 0; i < 100 && runs(sleeper); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  CHECK_FALSE(runs(sleeper));
}

TEST_CASE("charm directory: without a time limit, a hook may close its output") {
  const ShellCharm charm("exec >log 2>&1; sleep 0.2; exit 3");
  CharmDirectory directory(charm.path());
  directory.timeout_ms = 0;
  CHECK_THROWS_WITH(juju::testing::run({}, juju::testing::start(), directory), "dispatch ended with exit status 3");
}

TEST_CASE("charm directory: a hook with endless output is stopped at its limit") {
  const ShellCharm charm("yes");
  CharmDirectory directory(charm.path());
  directory.timeout_ms = 100;
  CHECK_THROWS_WITH(juju::testing::run({}, juju::testing::start(), directory), "dispatch took too long");
}

TEST_CASE("charm directory: without hook tools, the error says what to link") {
  const ShellCharm charm("true");
  using Catch::Matchers::ContainsSubstring;
  CHECK_THROWS_WITH(juju::testing::run({}, juju::testing::start(), CharmDirectory(charm.path(), "")),
                    ContainsSubstring("link the test with tempo_scrape::testing"));
  CHECK_THROWS_WITH(juju::testing::run({}, juju::testing::start(), CharmDirectory(charm.path(), "/none")),
                    ContainsSubstring("build the target tempo_scrape_hook_tool"));
}

TEST_CASE("charm directory: a hook does not wait for background processes") {
  const ShellCharm charm("sleep 60 &");
  TestModel model;
  model.deploy("shell", CharmDirectory(charm.path()));
  const auto start = std::chrono::steady_clock::now();
  model.settle();
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(30));
}

TEST_CASE("charm directory: a failure has the exit status and standard error") {
  const auto failure_of = [](const std::string& script) -> std::string {
    const ShellCharm charm(script);
    try {
      juju::testing::run({}, juju::testing::start(), CharmDirectory(charm.path()));
    } catch (const juju::testing::DispatchFailed& failed) {
      return failed.what();
    }
    return "it did not fail";
  };
  CHECK(failure_of("echo no disk >&2; exit 7") == "dispatch ended with exit status 7; standard error:\nno disk\n");
  CHECK(failure_of("kill -TERM $$") == "dispatch was killed by signal 15");
  CHECK(failure_of("true") == "it did not fail");
  const ShellCharm charm("true");
  std::filesystem::permissions(charm.path() / "dispatch", std::filesystem::perms::owner_read);
  CHECK_THROWS_WITH(juju::testing::run({}, juju::testing::start(), CharmDirectory(charm.path())),
                    "dispatch cannot be started: Permission denied");
}

TEST_CASE("charm directory: deploy refuses a directory without metadata") {
  const support::TemporaryDirectory empty;
  TestModel model;
  CHECK_THROWS_AS(model.deploy("x", CharmDirectory(empty.path())), juju::MetadataError);
}

TEST_CASE("charm directory: each unit and each copy of a model has its own files") {
  const ShellCharm charm("echo $JUJU_UNIT_NAME >>name");
  TestModel model;
  model.deploy("shell", CharmDirectory(charm.path()), {.units = 2});
  model.settle();
  const std::string before = text_of(model.unit("shell/1").charm_directory() / "name");
  {
    TestModel copy = model;
    CHECK(copy.unit("shell/1").charm_directory() != model.unit("shell/1").charm_directory());
    copy.unit("shell/1").fire(juju::testing::update_status());
    copy.settle();
    CHECK(text_of(copy.unit("shell/1").charm_directory() / "name") == before + "shell/1\n");
  }
  CHECK(text_of(model.unit("shell/1").charm_directory() / "name") == before);
  CHECK_FALSE(std::filesystem::exists(charm.path() / "name"));
}

TEST_CASE("charm directory: a unit's files are deleted with the unit or the model") {
  const ShellCharm charm("true");
  std::filesystem::path first;
  std::filesystem::path second;
  {
    TestModel model;
    model.deploy("shell", CharmDirectory(charm.path()), {.units = 2});
    model.settle();
    first = model.unit("shell/0").charm_directory();
    second = model.unit("shell/1").charm_directory();
    model.remove_unit("shell/0");
    model.settle();
    CHECK_FALSE(std::filesystem::exists(first));
    CHECK(std::filesystem::exists(second));
  }
  CHECK_FALSE(std::filesystem::exists(second));
}

TEST_CASE("charm directory: an upgrade keeps files that the charm has written") {
  const ShellCharm before("echo old >>written");
  before.write("only-before", "x");
  const ShellCharm after("echo new >>written");
  TestModel model;
  model.deploy("shell", CharmDirectory(before.path()));
  model.settle();
  model.upgrade("shell", CharmDirectory(after.path()));
  model.settle();
  const std::filesystem::path directory = model.unit("shell/0").charm_directory();
  CHECK_THAT(text_of(directory / "written"), Catch::Matchers::StartsWith("old\n"));
  CHECK_THAT(text_of(directory / "written"), Catch::Matchers::EndsWith("new\nnew\n"));
  CHECK_FALSE(std::filesystem::exists(directory / "only-before"));
}

TEST_CASE("charm directory: an upgrade between class and directory writes no data") {
  TestModel model;
  model.deploy<SpringMusic>("music", juju::Metadata::load(built / "spring-music"), {.units = 2});
  model.deploy("tempo", CharmDirectory(built / "tempo"));
  const juju::RelationId relation = model.integrate("music:tracing", "tempo:tracing");
  model.settle();
  const auto application = model.application_data(relation, "music");
  const auto unit = model.unit_data(relation, "music/1");
  model.upgrade("music", CharmDirectory(built / "spring-music"));
  for (const auto& record : model.settle()) CHECK_FALSE(record.wrote);
  CHECK(model.application_data(relation, "music") == application);
  model.upgrade<SpringMusic>("music", juju::Metadata::load(built / "spring-music"));
  for (const auto& record : model.settle()) CHECK_FALSE(record.wrote);
  CHECK(model.unit_data(relation, "music/1") == unit);
}

TEST_CASE("charm directory: it is scaled and removed like a class") {
  TestModel model;
  model.deploy("tempo", CharmDirectory(built / "tempo"));
  model.deploy("music", CharmDirectory(built / "spring-music"));
  model.integrate("music:tracing", "tempo:tracing");
  model.settle();
  const auto scraped = [&] { return targets(model); };
  CHECK(scraped() == std::vector<std::string>{"10.1.0.3:8000", "10.1.0.3:8081"});
  model.add_unit("music");
  model.settle();
  CHECK(scraped().size() == 4);
  model.remove_unit("music/0");
  model.settle();
  CHECK(scraped() == std::vector<std::string>{"10.1.0.4:8000", "10.1.0.4:8081"});
  model.remove_application("music");
  model.settle();
  CHECK(scraped().empty());
  CHECK(model.applications() == std::vector<std::string>{"tempo"});
}
