// SPDX-License-Identifier: Apache-2.0
// The environment variables of a hook: lines of NAME=TEXT.
#include <juju/hook_tools/environment.hpp>

#include "properties.hpp"
#include "texts.hpp"

namespace fuzz::environment {
namespace {

using juju::hook_tools::Environment;

Environment read(const juju::StringMap& variables) {
  return Environment::read([&](const char* name) -> std::optional<std::string> {
    const auto variable = variables.find(name);
    if (variable == variables.end() || variable->second.empty()) return std::nullopt;
    return variable->second;
  });
}

juju::StringMap printed(const Environment& environment) {
  const juju::Hook& hook = environment.hook;
  juju::StringMap variables = {
      {"JUJU_DISPATCH_PATH", environment.dispatch_path}, {"JUJU_UNIT_NAME", environment.unit_name},
      {"JUJU_MODEL_NAME", environment.model_name},       {"JUJU_MODEL_UUID", environment.model_uuid},
      {"JUJU_CHARM_DIR", environment.charm_directory},   {"JUJU_RELATION", hook.endpoint},
      {"JUJU_REMOTE_APP", hook.remote_application},      {"JUJU_REMOTE_UNIT", hook.remote_unit},
      {"JUJU_DEPARTING_UNIT", hook.departing_unit}};
  if (hook.relation_id) variables["JUJU_RELATION_ID"] = hook.endpoint + ":" + std::to_string(*hook.relation_id);
  return variables;
}

void check(std::string_view bytes) {
  const juju::StringMap variables = texts_in(bytes);
  const Environment environment = read(variables);
  require(environment.hook.name().find('/') == std::string::npos, "a hook's name has no slash");
  require(environment.hook.relation_id.value_or(0) >= 0, "a relation's id is 0 or more");
  require(!environment.charm_directory.empty(), "there is a charm directory");
  const Environment again = read(printed(environment));
  require(again.hook == environment.hook && again.charm_directory == environment.charm_directory,
          "a printed environment is read as the same environment");
}

const Registration registration({"environment", check});

}  // namespace
}  // namespace fuzz::environment
