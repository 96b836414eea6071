// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>

#include <juju/hook_tools/session.hpp>
#include <juju/relation_data_bag.hpp>

namespace juju::hook_tools {

/// A data bag that is read at most once a hook, and whose differences are written once, at its end.
class Bag final : public RelationDataBag {
 public:
  /// @param entity  the unit or application whose bag it is.
  Bag(Session& session, RelationName relation, std::string entity, bool is_peer_relation)
      : session_(session), relation_(std::move(relation)), entity_(std::move(entity)), is_peer_(is_peer_relation) {}

  const Texts& texts() override {
    require(access().read, "read");
    load();
    return texts_;
  }

  void set(const std::string& key, const std::string& text) override {
    require(access().write, "write");
    load();
    if (text.empty()) {
      texts_.erase(key);
    } else {
      texts_[key] = text;
    }
  }

  /// Whether to ask Juju for it: it may be read, and has not been.
  bool wants_loading() const { return !loaded_ && access().read; }

  /// Takes what the tool gave. A bag of a dying relation is empty, so that whatever is written to it is written whole.
  void load(const Answer<Texts>& answer) {
    if (answer.error) session_.tolerate(*answer.error, relation_);
    loaded_ = answer.value.value_or(Texts());
    texts_ = *loaded_;
  }

  /// Sends the differences, all in one call; does nothing where there are none.
  void commit() {
    if (!loaded_ || texts_ == *loaded_) return;
    Texts differences;
    for (const auto& [key, text] : *loaded_) {
      if (!texts_.contains(key)) differences[key] = "";
    }
    for (const auto& [key, text] : texts_) {
      const auto before = loaded_->find(key);
      if (before == loaded_->end() || before->second != text) differences[key] = text;
    }
    try {
      session_.tools().relation_set(relation_, is_own_application(), differences);
    } catch (const HookToolError& error) {
      session_.tolerate(error, relation_);
    }
    loaded_ = texts_;
  }

 private:
  const std::string& unit() const { return session_.environment().unit_name; }
  bool is_own_application() const { return entity_ == application_of(unit()); }

  /// Who leads is asked only where it matters.
  Access access() const { return access_to(entity_, unit(), is_own_application() && session_.is_leader(), is_peer_); }

  void require(bool allowed, const char* what) const {
    if (!allowed) throw RelationDataError(relation_.id, entity_, unit(), what);
  }

  void load() {
    if (!loaded_) load(session_.tools().relation_get(relation_, {entity_}).front());
  }

  Session& session_;
  RelationName relation_;
  std::string entity_;
  bool is_peer_;
  std::optional<Texts> loaded_;
  Texts texts_;
};

}  // namespace juju::hook_tools
