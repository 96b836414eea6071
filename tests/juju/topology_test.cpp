// SPDX-License-Identifier: Apache-2.0
#include <juju/topology.hpp>

#include <support/catch.hpp>

using juju::Topology;

TEST_CASE("topology: the identifier has model, short UUID and application") {
  CHECK(Topology{.model = "dev", .model_uuid = "12345678-9abc", .application = "app"}.identifier() ==
        "dev_12345678_app");
  CHECK(Topology{.model = "dev", .model_uuid = "1234567", .application = "app"}.identifier() == "dev_1234567_app");
}

TEST_CASE("topology: unit and charm are not part of the identifier") {
  const Topology topology{.model = "m", .model_uuid = "u", .application = "a", .unit = "a/0", .charm_name = "c"};
  CHECK(topology.identifier() == "m_u_a");
}

TEST_CASE("topology: the eight characters are code points, not bytes") {
  CHECK(Topology{.model = "m", .model_uuid = "äöüß名前é😀x", .application = "a"}.identifier() == "m_äöüß名前é😀_a");
}

TEST_CASE("topology: a slash in the identifier becomes an underscore") {
  CHECK(Topology{.model = "o/m", .model_uuid = "1/2", .application = "a/b"}.identifier() == "o_m_1_2_a_b");
}

TEST_CASE("topology: without a model, the application is the identifier") {
  CHECK(Topology{.application = "a/b"}.identifier() == "a_b");
}
