// SPDX-License-Identifier: Apache-2.0
// What a charm asks of Juju during a hook, so that a test can let any of it fail.
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

/// One thing that a charm asks of Juju.
struct Call {
  std::string_view tool;                    ///< The hook tool that does it under Juju, "relation-get".
  std::optional<RelationId> relation = {};  ///< Where it is about one.
  std::string_view entity = {};             ///< Whose data bag is read or written; the endpoint of relation-ids;
                                            ///< "--app" where relation-list is asked for the application.
};

/// Is told of each call before it is made; what it throws comes out of that call.
using BeforeCall = std::function<void(const Call&)>;

/// The calls of one hook. What is asked again is answered from memory, as under Juju, and is no call.
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
