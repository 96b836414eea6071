// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include <juju/relation_data_access.hpp>

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

}  // namespace juju::testing
