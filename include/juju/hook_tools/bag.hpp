// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>

#include <juju/hook_tools/session.hpp>
#include <juju/relation_data_bag.hpp>

namespace juju::hook_tools {

/// A data bag. It is read at most once in a hook, and its differences are written by `commit()`.
class Bag final : public RelationDataBag {
 public:
  /// @param session           must outlive this.
  /// @param entity            the unit or application that owns the bag.
  /// @param is_peer_relation  whether all units may read the bag of their application.
  Bag(Session& session, RelationName relation, std::string entity, bool is_peer_relation)
      : session_(session), relation_(std::move(relation)), entity_(std::move(entity)), is_peer_(is_peer_relation) {}

  const StringMap& texts() override {
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

  /// Whether the bag may be read and has not been read yet.
  bool wants_loading() const { return !loaded_ && access().read; }

  /// Stores the tool's answer. The bag of a relation that is being removed counts as empty, so all writes to it are
  /// sent.
  void load(const Answer<StringMap>& answer) {
    if (answer.error) session_.tolerate(*answer.error, relation_);
    loaded_ = answer.value.value_or(StringMap());
    texts_ = *loaded_;
  }

  /// Sends the differences in one call. Does nothing if there are none.
  void commit() {
    if (!loaded_ || texts_ == *loaded_) return;
    StringMap differences;
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

  /// Calls is-leader only if the result matters.
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
  std::optional<StringMap> loaded_;
  StringMap texts_;
};

}  // namespace juju::hook_tools
