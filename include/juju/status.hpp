// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

namespace juju {

/// What a unit or an application says of itself in `juju status`. Charms use the named ones below.
struct Status {
  std::string name = "unknown";  ///< Juju's word: "active", "blocked", "waiting", "maintenance"; "unknown" until set.
  std::string message = {};

  bool operator==(const Status&) const = default;
};

/// It does what it should.
struct ActiveStatus : Status {
  explicit ActiveStatus(std::string text = {}) : Status{"active", std::move(text)} {}
};

/// It needs a person to act; the message says how.
struct BlockedStatus : Status {
  explicit BlockedStatus(std::string text = {}) : Status{"blocked", std::move(text)} {}
};

/// It waits for something that will come by itself.
struct WaitingStatus : Status {
  explicit WaitingStatus(std::string text = {}) : Status{"waiting", std::move(text)} {}
};

/// It is busy with itself.
struct MaintenanceStatus : Status {
  explicit MaintenanceStatus(std::string text = {}) : Status{"maintenance", std::move(text)} {}
};

}  // namespace juju
