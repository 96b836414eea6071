// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

namespace juju {

/// The status of a unit or an application in `juju status`. Charms use the named statuses below.
struct Status {
  std::string name = "unknown";  ///< Juju's word: "active", "blocked", "waiting", "maintenance"; "unknown" until set.
  std::string message = {};

  bool operator==(const Status&) const = default;
};

/// The unit works.
struct ActiveStatus : Status {
  explicit ActiveStatus(std::string text = {}) : Status{"active", std::move(text)} {}
};

/// An operator must act. The message says what to do.
struct BlockedStatus : Status {
  explicit BlockedStatus(std::string text = {}) : Status{"blocked", std::move(text)} {}
};

/// The unit waits for another application or unit.
struct WaitingStatus : Status {
  explicit WaitingStatus(std::string text = {}) : Status{"waiting", std::move(text)} {}
};

/// The unit is busy, for example with an installation.
struct MaintenanceStatus : Status {
  explicit MaintenanceStatus(std::string text = {}) : Status{"maintenance", std::move(text)} {}
};

}  // namespace juju
