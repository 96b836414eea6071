// SPDX-License-Identifier: Apache-2.0
// How a trace tells of a hook, and of what the hook left.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <juju/testing/test_model.hpp>

namespace juju::testing::detail {

/// Tells two contents apart, the same on every machine: FNV-1a.
class Digest {
 public:
  void add(std::string_view text) {
    for (const char c : text) add(static_cast<unsigned char>(c));
    add(0xFFU);  // which no UTF-8 has: it ends the text
  }
  void add(const StringMap& texts) {
    for (const auto& [key, text] : texts) {
      add(key);
      add(text);
    }
  }

  std::string text() const {
    std::string digits;
    for (unsigned shift = 0; shift < 32U; shift += 4U) digits += "0123456789abcdef"[(state_ >> shift) & 0xFU];
    return digits;
  }

 private:
  void add(unsigned char byte) { state_ = (state_ ^ byte) * 0x100000001B3U; }

  std::uint64_t state_ = 0xCBF29CE484222325U;
};

/// Of what the unit and its application have in their data bags.
inline std::string digest_of_bags(const State& state) {
  Digest digest;
  for (const RelationState& relation : state.relations) {
    digest.add(relation.local_unit_data);
    digest.add(relation.local_application_data);
  }
  return digest.text();
}

inline std::string digest_of(const std::vector<Notice>& deferred) {
  Digest digest;
  for (const Notice& notice : deferred) digest.add(nlohmann::json(notice).dump());
  return digest.text();
}

/// "music/1 tracing-relation-joined 3 tempo/0"
inline std::string line_of(const HookRecord& record) {
  std::string line = record.unit + " " + record.hook.name();
  if (record.hook.relation_id) line += " " + std::to_string(*record.hook.relation_id);
  if (!record.hook.remote_unit.empty()) line += " " + record.hook.remote_unit;
  return line;
}

}  // namespace juju::testing::detail
