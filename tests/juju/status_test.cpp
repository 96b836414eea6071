// SPDX-License-Identifier: Apache-2.0
#include <juju/status.hpp>

#include <support/catch.hpp>

TEST_CASE("status: each kind has Juju's name") {
  CHECK(juju::ActiveStatus("a") == juju::Status{"active", "a"});
  CHECK(juju::BlockedStatus("b") == juju::Status{"blocked", "b"});
  CHECK(juju::WaitingStatus("w") == juju::Status{"waiting", "w"});
  CHECK(juju::MaintenanceStatus("m") == juju::Status{"maintenance", "m"});
  CHECK(juju::Status{} == juju::Status{"unknown", ""});
  CHECK(juju::Status{} != juju::ActiveStatus{});
}
