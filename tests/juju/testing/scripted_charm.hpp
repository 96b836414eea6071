// SPDX-License-Identifier: Apache-2.0
// A charm for tests. It calls one function for each of Juju's events.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <juju/testing.hpp>

namespace scripted {

using Script = void (*)(juju::CharmBase& charm, juju::Event& event);

template <Script script>
class Charm final : public juju::CharmBase {
 public:
  explicit Charm(juju::Framework& framework) : CharmBase(framework) {
    framework.observe({on().install, on().start, on().stop, on().remove, on().config_changed, on().update_status,
                       on().upgrade_charm, on().leader_elected},
                      *this, &Charm::handle);
    for (const auto& [endpoint, declared] : metadata().relations) {
      const juju::RelationEvents events = on()[endpoint];
      framework.observe({events.relation_created, events.relation_joined, events.relation_changed,
                         events.relation_departed, events.relation_broken},
                        *this, &Charm::handle);
    }
    for (const std::string& container : metadata().containers) {
      framework.observe(on().pebble_ready(container), *this, &Charm::handle);
    }
  }

 private:
  void handle(juju::Event& event) { script(*this, event); }
};

inline void nothing(juju::CharmBase&, juju::Event&) {}
using Idle = Charm<nothing>;

/// The unit, the hook and the remote unit, if any, such as "tempo/0 tracing-relation-joined app/1".
inline std::string line(const juju::testing::HookRecord& record) {
  const std::string hook = record.unit + " " + record.hook.name();
  return record.hook.remote_unit.empty() ? hook : hook + " " + record.hook.remote_unit;
}

inline std::vector<std::string> lines(const std::vector<juju::testing::HookRecord>& trace) {
  std::vector<std::string> all;
  for (const auto& record : trace) all.push_back(line(record));
  return all;
}

/// The hooks of one unit.
inline std::vector<std::string> lines_of(const std::string& unit, const std::vector<juju::testing::HookRecord>& trace) {
  std::vector<std::string> all;
  for (const auto& record : trace) {
    if (record.unit == unit) all.push_back(line(record).substr(unit.size() + 1));
  }
  return all;
}

inline std::vector<std::string> messages(const std::vector<juju::testing::LogLine>& log) {
  std::vector<std::string> all;
  for (const auto& entry : log) all.push_back(entry.message);
  return all;
}

inline juju::Metadata app_metadata() {
  return juju::Metadata::parse("{name: app, provides: {tracing: {interface: tempo_scrape}}}");
}

inline juju::Metadata tempo_metadata() {
  return juju::Metadata::parse("{name: tempo, requires: {tracing: {interface: tempo_scrape}}}");
}

using Lines = std::vector<std::string>;

}  // namespace scripted
