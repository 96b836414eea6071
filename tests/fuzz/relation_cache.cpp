// SPDX-License-Identifier: Apache-2.0
// The file in which hooks keep what they read. The first byte selects the hook that reads it.
#include <juju/charm.hpp>
#include <juju/testing/memory_copy.hpp>
#include <juju/testing/run.hpp>

#include "properties.hpp"

namespace fuzz::relation_cache {
namespace {

using juju::HookKind;

/// Reads all relations.
class Reader final : public juju::CharmBase {
 public:
  explicit Reader(juju::Framework& framework) : CharmBase(framework) {
    model().config();
    for (juju::Relation* relation : model().relations("tracing")) {
      relation->prefetch(relation->units());
      for (const std::string& each : relation->units()) relation->data(each).texts();
      relation->data(relation->application()).texts();
      relation->data(unit().name()).get("key");
      model().address(*relation);
    }
  }
};

const juju::Metadata metadata{.name = "music", .relations = {{"tracing", {juju::RelationRole::provides, "x"}}}};

juju::testing::State world() {
  juju::testing::State state{.relations = {{.id = 3, .endpoint = "tracing", .remote_application = "tempo"}}};
  state.relations[0].remote_units = {{"tempo/0", {{"key", "zero"}}}, {"tempo/1", {}}};
  return state;
}

juju::Hook hook_of(unsigned variant) {
  const std::vector<juju::Hook> hooks = {{.kind = HookKind::other, .subject = "secret-changed"},
                                         {.kind = HookKind::leader_elected},
                                         {.kind = HookKind::config_changed},
                                         {.kind = HookKind::relation_created},
                                         {.kind = HookKind::relation_joined, .remote_unit = "tempo/1"},
                                         {.kind = HookKind::relation_changed, .remote_unit = "tempo/0"},
                                         {.kind = HookKind::relation_changed},
                                         {.kind = HookKind::relation_departed, .remote_unit = "tempo/1"},
                                         {.kind = HookKind::relation_broken}};
  juju::Hook hook = hooks[variant % hooks.size()];
  if (!juju::is_relation_kind(hook.kind)) return hook;
  hook.relation_id = 3;
  hook.endpoint = "tracing";
  hook.remote_application = "tempo";
  return hook;
}

/// Runs a hook that begins with this text. A hook tool may refuse what the text names, and the hook then fails.
void run_hook(const std::string& text, const juju::Hook& hook) {
  juju::testing::MemoryCopy copy;
  copy.text = text;
  const auto made = juju::testing::attempt(world(), hook, metadata, {.cache = &copy}, juju::make_charm<Reader>);
  for (const juju::testing::LogLine& line : made.after.log) require_text(line.message, "a log line is text");
  require(copy.text.has_value() != (made.failure != nullptr), "only a hook that succeeds leaves a copy");
  require(!made.failure || !text.empty(), "a hook that remembers nothing succeeds");
  if (made.failure) return run_hook("", hook);
  const auto left = juju::hook_tools::copy_of(*copy.text);
  require(left.has_value(), "what a hook leaves can be read");
  if (hook.kind == HookKind::relation_broken) require(!left->relations.contains(3), "a broken relation is forgotten");
}

void check(std::string_view bytes) {
  const Input input(bytes);
  const auto copy = juju::hook_tools::copy_of(input.text);
  if (copy) {
    const auto again = juju::hook_tools::copy_of(juju::hook_tools::text_of(*copy));
    require(again == copy, "a printed copy is read as the same copy");
  }
  run_hook(input.text, hook_of(input.variant));
}

const Registration registration({"relation_cache", check});

}  // namespace
}  // namespace fuzz::relation_cache
