// SPDX-License-Identifier: Apache-2.0
#include <juju/relation.hpp>
#include <set>

#include <support/catch.hpp>

namespace {

bool before(std::string_view left, std::string_view right) { return juju::UnitOrder{}(left, right); }

}  // namespace

TEST_CASE("unit names: they have a natural order") {
  const std::set<std::string, juju::UnitOrder> units = {"app/10", "b/1", "app/2", "app/0", "app/1", "app-x/0"};
  CHECK(std::vector<std::string>(units.begin(), units.end()) ==
        std::vector<std::string>{"app/0", "app/1", "app/2", "app/10", "app-x/0", "b/1"});
  CHECK(units.contains(std::string_view("app/2")));
}

TEST_CASE("unit names: invalid names have a total order") {
  const std::string left =
      GENERATE("", "/", "a", "a/", "a/x", "a/1x", "a/01", "a/1", "/1", "a/99999999999999999999999", "a/b/1");
  const std::string right =
      GENERATE("", "/", "a", "a/", "a/x", "a/1x", "a/01", "a/1", "/1", "a/99999999999999999999999", "a/b/1");
  INFO(left << " and " << right);
  CHECK(before(left, right) + before(right, left) == (left == right ? 0 : 1));
}

TEST_CASE("unit names: the application is the part before the slash") {
  CHECK(juju::application_of("spring-music/0") == "spring-music");
  CHECK(juju::application_of("spring-music") == "spring-music");
  CHECK(juju::application_of("") == "");
}
