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
    return current();
  }

  std::optional<std::string> get(const std::string& key) override {
    require(access().read, "read");
    load(key);
    const auto found = current().find(key);
    if (found == current().end()) return std::nullopt;
    return found->second;
  }

  void set(const std::string& key, const std::string& text) override {
    require(access().write, "write");
    load(key);
    if (!written_) written_ = loaded_;
    if (text.empty()) {
      written_->erase(key);
    } else {
      written_->insert_or_assign(key, text);
    }
  }

  /// Whether the bag may be read and has not been read yet.
  bool wants_loading() const { return !is_whole_ && access().read; }

  /// Stores the tool's answer. The bag of a relation that is being removed counts as empty, so all writes to it are
  /// sent.
  void load(Answer<StringMap> answer) {
    if (answer.error) session_.tolerate(*answer.error, relation_);
    StringMap read = std::move(answer.value).value_or(StringMap());
    is_whole_ = true;
    if (!loaded_) {
      loaded_ = std::move(read);
      return;
    }
    std::erase_if(read, [](const auto& entry) { return !is_network_key(entry.first); });
    if (written_) written_->insert(read.begin(), read.end());
    loaded_->merge(read);
  }

  /// Sends the differences in one call. Does nothing if there are none.
  void commit() {
    if (!written_ || *written_ == *loaded_) return;
    StringMap differences;
    for (const auto& [key, text] : *loaded_) {
      if (!written_->contains(key)) differences[key] = "";
    }
    for (const auto& [key, text] : *written_) {
      const auto before = loaded_->find(key);
      if (before == loaded_->end() || before->second != text) differences[key] = text;
    }
    try {
      session_.tools().relation_set(relation_, is_own_application(), differences);
    } catch (const HookToolError& error) {
      session_.tolerate(error, relation_);
    }
    loaded_ = std::exchange(written_, std::nullopt);
  }

 private:
  const std::string& unit() const { return session_.environment().unit_name; }
  bool is_own_application() const { return entity_ == application_of(unit()); }

  /// Calls is-leader only if the result matters.
  Access access() const { return access_to(entity_, unit(), is_own_application() && session_.is_leader(), is_peer_); }

  void require(bool allowed, const char* what) const {
    if (!allowed) throw RelationDataError(relation_.id, entity_, unit(), what);
  }

  /// Reads the whole bag.
  void load() {
    if (!is_whole_) load(session_.tools().relation_get(relation_, {entity_}).front());
  }

  /// Reads the bag, or only the part that may be known without a call, if `key` is in it.
  void load(const std::string& key) {
    if (is_network_key(key) || entity_ != unit()) return load();
    if (loaded_) return;
    loaded_ = session_.tools().known_own_texts(relation_);
    if (!loaded_) load();
  }

  /// The bag with this hook's writes.
  const StringMap& current() const { return written_ ? *written_ : *loaded_; }

  Session& session_;
  RelationName relation_;
  std::string entity_;
  bool is_peer_;
  std::optional<StringMap> loaded_ = {};  ///< As Juju has it. Empty: unread.
  bool is_whole_ = false;                 ///< Whether `loaded_` has the keys that Juju writes.
  std::optional<StringMap> written_ = {};
};

}  // namespace juju::hook_tools
