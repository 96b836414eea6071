// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <juju/hook_tools/bag.hpp>
#include <juju/relation.hpp>

namespace juju::hook_tools {

/// A relation of this unit. Each tool is called at most once with the same arguments.
class Relation final : public juju::Relation {
 public:
  /// @param session  must outlive this.
  Relation(Session& session, RelationName name, bool is_peer)
      : session_(session), name_(std::move(name)), is_peer_(is_peer) {}

  RelationId id() const override { return name_.id; }
  const std::string& endpoint() const override { return name_.endpoint; }

  const std::string& application() override {
    if (!application_) application_ = find_application();
    return *application_;
  }

  const std::vector<std::string>& units() override {
    if (!units_) {
      units_ = ask([&] { return session_.tools().relation_list(name_); });
    }
    return *units_;
  }

  RelationDataBag& data(const std::string& unit_or_application) override { return bag(unit_or_application); }

  void prefetch(const std::vector<std::string>& units_or_applications) override {
    std::vector<std::string> missing = units_or_applications;
    std::erase_if(missing, [&](const std::string& entity) { return !bag(entity).wants_loading(); });
    std::vector<Answer<StringMap>> answers = session_.tools().relation_get(name_, missing);
    for (std::size_t i = 0; i < missing.size(); ++i) bag(missing[i]).load(std::move(answers[i]));
  }

  /// Sends the differences of this side's bags.
  void commit() {
    for (auto& [entity, bag] : bags_) bag.commit();
  }

 private:
  Bag& bag(const std::string& entity) {
    return bags_.try_emplace(entity, session_, name_, entity, is_peer_).first->second;
  }

  /// From the environment, the units' names, or relation-list.
  std::string find_application() {
    const Hook& hook = session_.hook();
    const bool is_hooks_own = hook.relation_id == name_.id;
    if (is_hooks_own && !hook.remote_application.empty()) return hook.remote_application;
    if (is_hooks_own && !hook.remote_unit.empty()) return application_of(hook.remote_unit);
    if (is_peer_) return application_of(session_.environment().unit_name);
    if (!units().empty()) return application_of(units().front());
    return ask([&] { return session_.tools().relation_list_app(name_); });
  }

  /// The answer, or an empty one if the relation is being removed.
  template <typename Question>
  auto ask(Question question) -> decltype(question()) {
    try {
      return question();
    } catch (const HookToolError& error) {
      session_.tolerate(error, name_);
      return {};
    }
  }

  Session& session_;
  RelationName name_;
  bool is_peer_;
  std::optional<std::string> application_;
  std::optional<std::vector<std::string>> units_;
  std::map<std::string, Bag> bags_;
};

}  // namespace juju::hook_tools
