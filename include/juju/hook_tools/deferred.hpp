// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <juju/hook_tools/tools.hpp>
#include <juju/notice.hpp>

namespace juju::hook_tools {

/// Stores deferred events in the unit's state in the controller, where they survive the replacement of a pod. Each has
/// its own key: "deferred-000000" is the oldest.
class DeferredEvents {
 public:
  /// @param tools, log  must outlive this.
  DeferredEvents(Tools& tools, Log& log) : tools_(tools), log_(log) {}

  /// The events that earlier hooks deferred, oldest first.
  std::vector<Notice> load() { return read(tools_.state_get()); }

  /// The notices in a unit's state. One that cannot be read is dropped with a warning.
  std::vector<Notice> read(const nlohmann::json& state) {
    std::vector<Notice> notices;
    for (const auto& [key, value] : object_of(state)) {
      if (!is_key(key)) continue;
      const std::string text = value.is_string() ? string_of(value) : value.dump();
      stored_[key] = text;
      if (std::optional<Notice> notice = notice_of(text)) {
        notices.push_back(*std::move(notice));
      } else {
        log_.warning("dropped a deferred event that cannot be read: " + printable(key));
      }
    }
    return notices;
  }

  /// Stores the events for the next hook. Only differences are written.
  void save(const std::vector<Notice>& notices) {
    StringMap wanted;
    for (const Notice& notice : notices) {
      std::string text = text_of(notice);
      if (text.size() > max_bytes) {
        log_.error("dropped a deferred event of over 64 KiB, more than Juju keeps: " + printable(notice.event));
      } else {
        wanted[key_of(wanted.size())] = std::move(text);
      }
    }
    if (wanted.size() > stored_.size()) {
      log_.info("deferred events that wait for the next hook: " + std::to_string(wanted.size()));
    }
    StringMap changed;
    for (const auto& [key, text] : wanted) {
      const auto before = stored_.find(key);
      if (before == stored_.end() || before->second != text) changed[key] = text;
    }
    if (!changed.empty()) tools_.state_set(changed);
    for (const auto& [key, text] : stored_) {
      if (!wanted.contains(key)) tools_.state_delete(key);
    }
    stored_ = std::move(wanted);
  }

  /// Whether a deferred event is stored under this key.
  static bool is_key(std::string_view key) { return key.starts_with(prefix); }

  /// The key of the event at `place`. The oldest event is at 0.
  static std::string key_of(std::size_t place) {
    std::string digits = std::to_string(place);
    if (digits.size() < 6) digits.insert(0, 6 - digits.size(), '0');
    return prefix + digits;
  }

  /// The text that is stored.
  static std::string text_of(const Notice& notice) {
    nlohmann::json json;
    to_json(json, notice);
    return to_yaml_safe_json(json);
  }

  /// Reads a stored event.
  /// @returns nothing if the text cannot be read.
  static std::optional<Notice> notice_of(std::string_view text) {
    const Parsed<nlohmann::json> parsed = parse_json(text);
    std::optional<Notice> notice(std::in_place);
    try {
      from_json(parsed ? *parsed : nlohmann::json(), *notice);
    } catch (const nlohmann::json::exception&) {
      notice.reset();
    }
    return notice;
  }

 private:
  static constexpr const char* prefix = "deferred-";
  static constexpr std::size_t max_bytes = std::size_t{64} * 1024;

  Tools& tools_;
  Log& log_;
  StringMap stored_;
};

}  // namespace juju::hook_tools
