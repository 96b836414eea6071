// SPDX-License-Identifier: Apache-2.0
#include <juju/testing.hpp>

#include <string>

#include <support/catch.hpp>

TEST_CASE("log: each level has a method and Juju's name") {
  const juju::Metadata metadata{.name = "mine"};
  juju::testing::MemoryModel model({}, metadata);
  model.log().debug("d");
  model.log().info("i");
  model.log().warning("w");
  model.log().error("e");
  const juju::testing::State after = model.take();
  std::string levels;
  for (const auto& line : after.log) levels += std::string(to_string(line.level)) + " " + line.message + " ";
  CHECK(levels == "DEBUG d INFO i WARNING w ERROR e ");
}
