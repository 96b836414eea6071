// SPDX-License-Identifier: Apache-2.0
#include <juju/charm_events.hpp>
#include <juju/hook_tools/environment.hpp>

#include <map>
#include <string>
#include <vector>

#include <support/catch.hpp>

namespace {

using juju::Hook;
using juju::HookKind;
using Variables = std::map<std::string, std::string>;

Hook read(const Variables& variables) {
  return juju::hook_tools::Environment::read([&](const char* name) -> std::optional<std::string> {
           const auto found = variables.find(name);
           return found == variables.end() ? std::nullopt : std::optional(found->second);
         })
      .hook;
}

}  // namespace

TEST_CASE("hook: it is read from the environment and has Juju's name") {
  const auto [path, kind, name] = GENERATE(table<std::string, HookKind, std::string>(
      {{"hooks/install", HookKind::install, "install"},
       {"hooks/start", HookKind::start, "start"},
       {"hooks/stop", HookKind::stop, "stop"},
       {"hooks/remove", HookKind::remove, "remove"},
       {"hooks/config-changed", HookKind::config_changed, "config-changed"},
       {"hooks/update-status", HookKind::update_status, "update-status"},
       {"hooks/upgrade-charm", HookKind::upgrade_charm, "upgrade-charm"},
       {"hooks/leader-elected", HookKind::leader_elected, "leader-elected"},
       {"hooks/my-music-pebble-ready", HookKind::pebble_ready, "my-music-pebble-ready"},
       {"hooks/my-start", HookKind::other, "my-start"},
       {"hooks/-pebble-ready", HookKind::other, "-pebble-ready"},
       {"hooks/secret-rotate", HookKind::other, "secret-rotate"},
       {"hooks/action", HookKind::other, "action"},
       {"hooks/tracing-relation-joined", HookKind::other, "tracing-relation-joined"},  // without an id
       {"actions/install", HookKind::action, "install-action"},
       {"actions/re-start", HookKind::action, "re-start-action"}}));
  CAPTURE(path);
  const Hook hook = read({{"JUJU_DISPATCH_PATH", path}});
  CHECK(hook.kind == kind);
  CHECK(hook.name() == name);
}

TEST_CASE("hook: a relation hook has its relation, remote side and departing unit") {
  const std::string kind = GENERATE("created", "joined", "changed", "departed", "broken");
  const Hook hook = read({{"JUJU_DISPATCH_PATH", "hooks/my-relation-joined-2-relation-" + kind},
                          {"JUJU_RELATION", "my-relation-joined-2"},
                          {"JUJU_RELATION_ID", "my-relation-joined-2:0"},
                          {"JUJU_REMOTE_APP", "tempo"},
                          {"JUJU_REMOTE_UNIT", "tempo/0"},
                          {"JUJU_DEPARTING_UNIT", "tempo/1"}});
  CHECK(hook == Hook{.kind = juju::hook_kind("x-relation-" + kind),
                     .relation_id = 0,
                     .endpoint = "my-relation-joined-2",
                     .remote_application = "tempo",
                     .remote_unit = "tempo/0",
                     .departing_unit = "tempo/1"});
  CHECK(is_relation_kind(hook.kind));
  CHECK(hook.name() == "my-relation-joined-2-relation-" + kind);
}

TEST_CASE("hook: the name of a container or an action may have dashes") {
  CHECK(read({{"JUJU_DISPATCH_PATH", "hooks/my-pebble-ready-pebble-ready"}}).subject == "my-pebble-ready");
  CHECK(read({{"JUJU_DISPATCH_PATH", "actions/re-start"}}).subject == "re-start");
}

TEST_CASE("hook: each event has the name of its hook") {
  const juju::Metadata metadata = juju::Metadata::parse("{name: mine, containers: {music: {}}}");
  const juju::CharmEvents on(metadata);
  const std::vector<juju::AnyEventSource> sources = {on.install,       on.start,          on.stop,
                                                     on.remove,        on.config_changed, on.update_status,
                                                     on.upgrade_charm, on.leader_elected, on.pebble_ready("music")};
  std::vector<std::string> names;
  for (const juju::AnyEventSource& source : sources) names.push_back(source.name());
  CHECK(names == std::vector<std::string>{"install", "start", "stop", "remove", "config-changed", "update-status",
                                          "upgrade-charm", "leader-elected", "music-pebble-ready"});
}

TEST_CASE("hook: a negative relation id in the environment is ignored") {
  const auto id = [](const char* text) {
    return read({{"JUJU_DISPATCH_PATH", "hooks/tracing-relation-created"}, {"JUJU_RELATION_ID", text}}).relation_id;
  };
  CHECK_FALSE(id("tracing:-3"));
  CHECK(id("tracing:0") == 0);
}
