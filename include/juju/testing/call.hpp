// SPDX-License-Identifier: Apache-2.0
// The hook tool calls of a charm, so that a test can make each of them fail.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include <juju/relation_data_bag.hpp>

namespace juju::testing {

/// One hook tool call of a charm.
struct Call {
  std::string_view tool;                    ///< The hook tool, such as "relation-get".
  std::optional<RelationId> relation = {};  ///< The relation of the call, if any.
  std::string_view entity = {};             ///< The owner of the data bag; the endpoint of relation-ids;
                                            ///< "--app" if relation-list returns the application.
};

/// Runs before each hook tool call. Throw from it to make the call fail.
using BeforeCall = std::function<void(const Call&)>;

/// The calls of one hook. A repeated read is answered from memory, as under Juju, and does not count.
class Calls {
 public:
  explicit Calls(BeforeCall before_call = {}) : before_call_(std::move(before_call)) {}

  /// A call that reads.
  void read(const Call& call) {
    if (!before_call_) return;
    std::tuple question(std::string(call.tool), call.relation, std::string(call.entity));
    if (asked_.contains(question)) return;
    before_call_(call);
    asked_.insert(std::move(question));
  }

  /// A call that writes.
  void write(const Call& call) const {
    if (before_call_) before_call_(call);
  }

 private:
  BeforeCall before_call_;
  std::set<std::tuple<std::string, std::optional<RelationId>, std::string>> asked_;
};

}  // namespace juju::testing
