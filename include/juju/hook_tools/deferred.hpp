// SPDX-License-Identifier: Apache-2.0
// Deferred events from one hook to the next: in the controller, where they survive a pod's replacement.
#pragma once

#include <array>
#include <cstddef>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include <juju/framework.hpp>
#include <juju/hook_tools/tools.hpp>

namespace juju::hook_tools {

/// The notices of deferred events, each under a key of its own in the unit's state: "deferred-000000" is the oldest.
class DeferredEvents {
 public:
  DeferredEvents(const Tools& tools, Log& log) : tools_(tools), log_(log) {}

  /// What earlier hooks deferred, oldest first.
  std::vector<Notice> load() { return read(tools_.state_get()); }

  /// The notices of a unit's whole state; what is none is dropped, with a warning.
  std::vector<Notice> read(const nlohmann::json& state) {
    std::vector<Notice> notices;
    for (const auto& [key, text] : state.items()) {
      if (!key.starts_with(prefix)) continue;
      stored_[key] = text.is_string() ? text.get<std::string>() : text.dump();
      const Parsed<nlohmann::json> notice = parse_json(stored_[key]);
      try {
        notices.push_back(notice.value.value_or(nlohmann::json()).get<Notice>());
      } catch (const nlohmann::json::exception&) {
        log_.warning("dropped a deferred event that cannot be read: " + printable(key));
      }
    }
    return notices;
  }

  /// Keeps what is to come again. Only differences are written.
  void save(const std::vector<Notice>& notices) {
    Texts wanted;
    for (const Notice& notice : notices) {
      std::string text = to_yaml_safe_json(notice);
      if (text.size() > most_bytes) {
        log_.error("dropped a deferred event of over 64 KiB, more than Juju keeps: " + printable(notice.event));
      } else {
        wanted.emplace(key_of(wanted.size()), std::move(text));
      }
    }
    if (wanted.size() > stored_.size()) {
      log_.info("deferred events that wait for the next hook: " + std::to_string(wanted.size()));
    }
    Texts changed;
    for (const auto& [key, text] : wanted) {
      const auto before = stored_.find(key);
      if (before == stored_.end() || before->second != text) changed.emplace(key, text);
    }
    if (!changed.empty()) tools_.state_set(changed);
    for (const auto& [key, text] : stored_) {
      if (!wanted.contains(key)) tools_.state_delete(key);
    }
    stored_ = std::move(wanted);
  }

 private:
  static constexpr const char* prefix = "deferred-";
  static constexpr std::size_t most_bytes = std::size_t{64} * 1024;

  static std::string key_of(std::size_t place) {
    std::array<char, 32> key{};
    std::snprintf(key.data(), key.size(), "%s%06zu", prefix, place);
    return key.data();
  }

  const Tools& tools_;
  Log& log_;
  Texts stored_;
};

}  // namespace juju::hook_tools
