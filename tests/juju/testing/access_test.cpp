// SPDX-License-Identifier: Apache-2.0
// Juju's access rights to data bags, in each relation hook, in handlers and in constructors.
#include <string>

#include <support/catch.hpp>

#include "scripted_charm.hpp"

namespace {

using namespace juju::testing;

template <typename Act>
bool allowed(Act act) {
  try {
    act();
    return true;
  } catch (const juju::RelationDataError&) {
    return false;
  }
}

juju::Metadata app_with_peers() {
  return juju::Metadata::parse("{name: app, provides: {tracing: {interface: x}}, peers: {cluster: {interface: y}}}");
}

State state(bool leader) {
  return {.leader = leader,
          .relations = {{.id = 1,
                         .endpoint = "tracing",
                         .remote_application = "tempo",
                         .remote_units = {{"tempo/0", {}}, {"tempo/1", {}}}},
                        {.id = 2, .endpoint = "cluster", .remote_units = {{"app/1", {}}, {"app/2", {}}}}}};
}

/// Logs for each data bag whether the unit may read and write it.
void log_rights(juju::CharmBase& charm) {
  for (const int id : {1, 2}) {
    juju::Relation* relation = charm.model().relation(id);
    if (relation == nullptr) continue;
    for (const std::string entity : {"app/0", "app", "tempo/0", "tempo", "app/1"}) {
      const bool is_here = id == 1 ? entity != "app/1" : entity.starts_with("app");
      if (!is_here) continue;
      juju::RelationDataBag& bag = relation->data(entity);
      const bool read = allowed([&] { bag.texts(); });
      const bool write = allowed([&] { bag.set("k", "v"); });
      charm.log().info(std::to_string(id) + " " + entity + (read ? " r" : " -") + (write ? "w" : "-"));
    }
  }
}

void log_rights_in_handler(juju::CharmBase& charm, juju::Event&) { log_rights(charm); }

struct LogsRightsInConstructor final : juju::CharmBase {
  explicit LogsRightsInConstructor(juju::Framework& framework) : CharmBase(framework) { log_rights(*this); }
};

const scripted::Lines leader_table = {"1 app/0 rw", "1 app rw", "1 tempo/0 r-", "1 tempo r-",
                                      "2 app/0 rw", "2 app rw", "2 app/1 r-"};
const scripted::Lines follower_table = {"1 app/0 rw", "1 app --", "1 tempo/0 r-", "1 tempo r-",
                                        "2 app/0 rw", "2 app r-", "2 app/1 r-"};

}  // namespace

TEST_CASE("access: each hook may read and write the data bags that Juju allows") {
  const bool leader = GENERATE(true, false);
  const EventRequest event = GENERATE(
      install(), config_changed(), relation_created(1), relation_joined(1, "tempo/1"), relation_changed(1, "tempo/0"),
      relation_changed(1), relation_departed(1, "tempo/0"), relation_broken(1), relation_created(2),
      relation_joined(2, "app/2"), relation_changed(2), relation_departed(2, "app/2"), relation_broken(2));
  const State after = run<scripted::Charm<log_rights_in_handler>>(state(leader), event, app_with_peers());
  CAPTURE(event.hook.name(), event.hook.relation_id.value_or(-1));
  REQUIRE(scripted::messages(after.log) == (leader ? leader_table : follower_table));
}

TEST_CASE("access: a constructor has the access rights of a handler") {
  const bool leader = GENERATE(true, false);
  const State after = run<LogsRightsInConstructor>(state(leader), update_status(), app_with_peers());
  REQUIRE(scripted::messages(after.log) == (leader ? leader_table : follower_table));
}
