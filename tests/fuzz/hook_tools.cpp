// SPDX-License-Identifier: Apache-2.0
// The standard output and the standard error of each hook tool.
#include <juju/hook_tools/answers.hpp>
#include <juju/hook_tools/error.hpp>

#include "properties.hpp"

namespace fuzz::hook_tools {
namespace {

namespace answers = juju::hook_tools::answers;

template <typename Value>
void check_answer(std::optional<Value> (*read)(std::string_view), const std::string& text) {
  const std::optional<Value> value = read(text);
  if (!value) return;
  const json printed = *value;
  require(read(juju::to_yaml_safe_json(printed)) == value, "a printed answer is read as the same answer");
}

void check_ids(const std::string& text) {
  const std::optional<std::vector<juju::RelationId>> ids = answers::relation_ids(text);
  if (!ids) return;
  json printed = json::array();
  for (const juju::RelationId id : *ids) {
    require(id >= 0, "a relation's id is 0 or more");
    printed.push_back("tracing:" + std::to_string(id));
  }
  require(std::is_sorted(ids->begin(), ids->end()), "ids are sorted");
  require(answers::relation_ids(juju::to_yaml_safe_json(printed)) == ids, "printed ids are read as the same ids");
}

void check_address(const std::string& text) {
  const std::optional<std::string> address = answers::address(text);
  if (!address) return;
  const json printed = {{"bind-addresses", {{{"addresses", {{{"value", *address}}}}}}}};
  require(answers::address(juju::to_yaml_safe_json(printed)) == address,
          "a printed address is read as the same address");
}

/// An error may contain standard error, because Juju does not quote data bags there. The text is cut and escaped.
void check_errors(const std::string& text) {
  const juju::hook_tools::CommandResult outcome{.exit_status = 1, .errors = text};
  const juju::hook_tools::HookToolError error(classify(outcome), "relation-get --format=json", outcome);
  const std::string message = error.what();
  require(juju::is_text(message), "the message of a hook tool error is text");
  require_short(message, "the message of a hook tool error is short");
  require(!juju::is_utf8(text) || juju::is_utf8(message),
          "the message of a hook tool error is UTF-8 if standard error is");
}

void check(std::string_view bytes) {
  const Input input(bytes);
  switch (input.variant % 9) {
    case 0: return check_ids(input.text);
    case 1: return check_answer(answers::units, input.text);
    case 2: return check_answer(answers::application, input.text);
    case 3: return check_answer(answers::bag, input.text);
    case 4: return check_answer(answers::leadership, input.text);
    case 5: return check_address(input.text);
    case 6:
    case 7: return check_answer(answers::object, input.text);
    default: return check_errors(input.text);
  }
}

const Registration registration({"hook_tools", check});

}  // namespace
}  // namespace fuzz::hook_tools
