// SPDX-License-Identifier: Apache-2.0
#include <juju/hook_tools/environment.hpp>

#include <map>
#include <string>

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

TEST_CASE("hook: the environment of a hook becomes its kind and its subject, and back to Juju's name") {
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

TEST_CASE("hook: the environment of a relation's hook gives the relation, the other side and the departing unit") {
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

TEST_CASE("hook: the container of pebble-ready and the name of an action may have dashes") {
  CHECK(read({{"JUJU_DISPATCH_PATH", "hooks/my-pebble-ready-pebble-ready"}}).subject == "my-pebble-ready");
  CHECK(read({{"JUJU_DISPATCH_PATH", "actions/re-start"}}).subject == "re-start");
}
