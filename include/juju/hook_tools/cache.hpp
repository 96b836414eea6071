// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <juju/hook_tools/copy_text.hpp>
#include <juju/hook_tools/environment.hpp>
#include <juju/hook_tools/tools.hpp>

namespace juju::hook_tools {

/// Keeps the text of a unit's copy of the model between two hooks.
class CopyStore {
 public:
  virtual ~CopyStore() = default;

  /// Reads the text and removes it.
  /// @returns nothing if there is no text, or it cannot be read and removed.
  virtual std::optional<std::string> take() = 0;

  /// Stores a text for the next hook, or nothing.
  virtual void put(const std::string& text) = 0;

  /// The Unix time, in seconds.
  virtual std::int64_t now() = 0;
};

/// Juju's hook tools in one hook, with the answers of earlier hooks. Only what the hook is about is asked for again.
///
/// What a hook reads is remembered for the next one, unless the hook changes it: Juju applies the writes of a hook
/// after its process has ended, and does not tell whether that succeeded. Whether this unit is the leader, and Juju's
/// own keys in this unit's data bags, are never remembered.
class Cache final : public Tools {
 public:
  /// The longest time between two full reads, in seconds.
  static constexpr std::int64_t max_age_s = 15 * 60;

  /// Takes the copy, so that a hook that fails leaves none: the next one reads everything.
  /// @param juju, store, environment  must outlive this.
  Cache(Tools& juju, CopyStore& store, const Environment& environment)
      : juju_(juju),
        store_(store),
        hook_(environment.hook),
        unit_(environment.unit_name),
        application_(application_of(unit_)) {
    if (!environment.is_hook) return;
    const std::optional<std::string> text = store.take();
    const std::int64_t now = store.now();
    if (text && !is_full_read(hook_.kind)) {
      if (std::optional<ModelCopy> copy = copy_of(*text)) {
        if (copy->read_at <= now && now - copy->read_at <= max_age_s) copy_ = std::move(copy);
      } else {
        juju_.print("what earlier hooks remembered cannot be read: this hook reads everything from Juju");
      }
    }
    if (!copy_) copy_.emplace(ModelCopy{.read_at = now});
    mark(*copy_, hook_, unit_);
  }

  /// Stores what the next hook may use. Call it last in a hook that succeeded.
  void save() {
    if (!copy_ || hook_.kind == HookKind::stop || hook_.kind == HookKind::remove) return;
    if (hook_.kind == HookKind::relation_broken) copy_->drop(*hook_.relation_id);
    try {
      store_.put(text_of(*copy_));
    } catch (const nlohmann::json::exception&) {
      juju_.print("a text is not UTF-8: the next hook reads everything from Juju");
    }
  }

  std::vector<RelationId> relation_ids(const std::string& endpoint) override {
    if (!copy_) return juju_.relation_ids(endpoint);
    const auto known = copy_->ids.find(endpoint);
    if (known != copy_->ids.end()) return known->second;
    return copy_->ids[endpoint] = juju_.relation_ids(endpoint);
  }

  std::vector<std::string> relation_list(const RelationName& name) override {
    return remember(name, &RelationCopy::units, [&] { return juju_.relation_list(name); });
  }

  std::string relation_list_app(const RelationName& name) override {
    return remember(name, &RelationCopy::application, [&] { return juju_.relation_list_app(name); });
  }

  std::string network_get(const std::string& binding, const RelationName& name) override {
    return remember(name, &RelationCopy::address, [&] { return juju_.network_get(binding, name); });
  }

  std::vector<Answer<StringMap>> relation_get(const RelationName& name,
                                              const std::vector<std::string>& entities) override {
    std::vector<Answer<StringMap>> answers(entities.size());
    std::vector<std::string> unread;
    std::vector<std::size_t> places;  // of the unread ones
    for (std::size_t i = 0; i < entities.size(); ++i) {
      if (entities[i] != unit_) answers[i].value = known_bag(name, entities[i]);
      if (answers[i].value) continue;
      unread.push_back(entities[i]);
      places.push_back(i);
    }
    if (unread.empty()) return answers;
    std::vector<Answer<StringMap>> read = juju_.relation_get(name, unread);
    for (std::size_t i = 0; i < unread.size(); ++i) {
      remember_bag(name, unread[i], read[i]);
      answers[places[i]] = std::move(read[i]);
    }
    return answers;
  }

  std::optional<StringMap> known_own_texts(const RelationName& name) override { return known_bag(name, unit_); }

  void relation_set(const RelationName& name, bool of_application, const StringMap& texts) override {
    const std::string& owner = of_application ? application_ : unit_;
    before_write();
    written_.emplace(name.id, owner);
    if (copy_) copy_->relation(name.id, name.endpoint).bags.erase(owner);
    try {
      juju_.relation_set(name, of_application, texts);
    } catch (const HookToolError& error) {
      drop_if_removed(name, error);
      throw;
    }
  }

  bool is_leader() override {
    leads_ = juju_.is_leader();
    if (!leads_ && copy_) copy_->forget_application_data(application_);
    return leads_;
  }

  nlohmann::json config_get() override {
    if (!copy_) return juju_.config_get();
    if (!copy_->config) copy_->config = juju_.config_get();
    return *copy_->config;
  }

  nlohmann::json state_get() override {
    if (!copy_ || has_written_state_) return juju_.state_get();
    if (!copy_->state) copy_->state = juju_.state_get();
    return *copy_->state;
  }

  void state_set(const StringMap& texts) override {
    before_state_write();
    juju_.state_set(texts);
  }
  void state_delete(const std::string& key) override {
    before_state_write();
    juju_.state_delete(key);
  }

  std::set<Port> opened_ports() override { return juju_.opened_ports(); }
  void open_port(const Port& port) override { juju_.open_port(port); }
  void close_port(const Port& port) override { juju_.close_port(port); }
  void application_version_set(const std::string& version) override { juju_.application_version_set(version); }
  void status_set(const Status& status, bool of_application) override { juju_.status_set(status, of_application); }
  void juju_log(LogLevel level, const std::string& message) override { juju_.juju_log(level, message); }
  nlohmann::json action_get() override { return juju_.action_get(); }
  void action_set(const StringMap& results) override { juju_.action_set(results); }
  void action_fail(const std::string& message) override { juju_.action_fail(message); }
  void action_log(const std::string& message) override { juju_.action_log(message); }
  void print(const std::string& line) override { juju_.print(line); }
  std::string fqdn() override { return juju_.fqdn(); }

 private:
  /// An action reads from Juju. Before it writes, it makes the next hook read everything.
  void before_write() {
    if (!copy_) store_.take();
  }

  void before_state_write() {
    before_write();
    has_written_state_ = true;
    if (copy_) copy_->state.reset();
  }

  /// The remembered item of a relation, or Juju's answer.
  template <typename Item, typename Ask>
  Item remember(const RelationName& name, std::optional<Item> RelationCopy::*item, Ask ask) {
    if (!copy_) return ask();
    const auto known = copy_->relations.find(name.id);
    if (known != copy_->relations.end() && known->second.*item) return *(known->second.*item);
    try {
      Item answer = ask();
      copy_->relation(name.id, name.endpoint).*item = answer;
      return answer;
    } catch (const HookToolError& error) {
      drop_if_removed(name, error);
      throw;
    }
  }

  std::optional<StringMap> known_bag(const RelationName& name, const std::string& owner) const {
    if (!copy_) return std::nullopt;
    const auto relation = copy_->relations.find(name.id);
    if (relation == copy_->relations.end()) return std::nullopt;
    const auto bag = relation->second.bags.find(owner);
    if (bag == relation->second.bags.end()) return std::nullopt;
    return bag->second;
  }

  void remember_bag(const RelationName& name, const std::string& owner, const Answer<StringMap>& answer) {
    if (!copy_ || written_.contains({name.id, owner})) return;
    if (answer.error) return drop_if_removed(name, *answer.error);
    RelationCopy& relation = copy_->relation(name.id, name.endpoint);
    if (!may_remember(relation, owner)) return;
    StringMap& bag = relation.bags[owner] = *answer.value;
    if (owner == unit_) std::erase_if(bag, [](const auto& entry) { return is_network_key(entry.first); });
  }

  /// Whether a hook would tell that this bag changed. None does for the own application's, unless only this unit writes
  /// it, nor for the bag of a unit that is not listed.
  bool may_remember(const RelationCopy& relation, const std::string& owner) const {
    const bool is_unit = owner.find('/') != std::string::npos;
    if (owner == application_) return leads_;
    if (owner == unit_ || !is_unit) return true;
    return relation.units && std::binary_search(relation.units->begin(), relation.units->end(), owner, UnitOrder());
  }

  void drop_if_removed(const RelationName& name, const HookToolError& error) {
    const bool is_removed =
        error.kind == HookToolError::Kind::relation_not_found || error.kind == HookToolError::Kind::permission_denied;
    if (!is_removed || !copy_) return;
    copy_->relations.erase(name.id);
    copy_->ids.erase(name.endpoint);
  }

  Tools& juju_;
  CopyStore& store_;
  const Hook& hook_;
  const std::string& unit_;
  std::string application_;
  std::optional<ModelCopy> copy_ = {};  ///< Empty in an action, and in `juju exec`.
  std::set<std::pair<RelationId, std::string>> written_ = {};
  bool has_written_state_ = false;
  bool leads_ = false;  ///< Whether Juju said in this hook that this unit is the leader.
};

}  // namespace juju::hook_tools
