// SPDX-License-Identifier: Apache-2.0
#include <support/provider.hpp>
#include <type_traits>

using namespace support;
using namespace juju::testing;
using nlohmann::json;
using namespace tempo_scrape;

namespace {

juju::StringMap unit_data(const ProviderOptions& options) { return join(options).relation(3).local_unit_data; }

juju::Metadata with_interface(juju::Metadata metadata, juju::RelationRole role, const std::string& interface) {
  metadata.relations["tracing"] = {role, interface};
  return metadata;
}

}  // namespace

TEST_CASE("provider options: an address replaces that of the network") {
  CHECK(unit_data({.address = "music.example.org"}) == published_unit("music.example.org"));
  CHECK(unit_data({.address = " 10.9.9.9 "}) == published_unit("10.9.9.9"));
}

TEST_CASE("provider options: an invalid address throws") {
  CHECK_THROWS_AS(join({.address = "http://music"}), InvalidOptionError);
  CHECK_THROWS_WITH(join({.address = "http://music"}), "option 'address': not a host name or an IP address");
}

TEST_CASE("provider options: the endpoint must be in the metadata") {
  CHECK_THROWS_AS(join({.relation_name = "metrics"}), RelationNotFoundError);
  CHECK_THROWS_AS(join({.relation_interface = "tracing"}), RelationInterfaceMismatchError);
  const juju::Metadata older = with_interface(provider_metadata, juju::RelationRole::provides, "tracing");
  CHECK_NOTHROW(run_provider(related(), update_status(), {.relation_interface = "tracing"}, older));
  try {
    run_provider(related(), update_status(), {},
                 with_interface(provider_metadata, juju::RelationRole::requires_, "tempo_scrape"));
    FAIL("an endpoint with the other role was accepted");
  } catch (const RelationRoleMismatchError& error) {
    CHECK(error.relation_name == "tracing");
    CHECK(error.expected_relation_role == juju::RelationRole::provides);
    CHECK(error.actual_relation_role == juju::RelationRole::requires_);
    CHECK(std::string(error.what()) ==
          "The 'tracing' relation has role 'requires' rather than the expected 'provides'");
  }
  try {
    join({.relation_name = "database"});
    FAIL("another interface was accepted");
  } catch (const RelationInterfaceMismatchError& error) {
    CHECK(error.relation_name == "database");
    CHECK(error.expected_relation_interface == "tempo_scrape");
    CHECK(error.actual_relation_interface == "mysql");
    CHECK(std::string(error.what()) ==
          "The 'database' relation has 'mysql' as interface rather than the expected 'tempo_scrape'");
  }
}

TEST_CASE("provider options: an object with options cannot be copied or moved") {
  STATIC_REQUIRE(!std::is_copy_constructible_v<TracingEndpointProvider<Workload>>);
  STATIC_REQUIRE(!std::is_move_constructible_v<TracingEndpointProvider<Workload>>);
  STATIC_REQUIRE(!std::is_copy_constructible_v<TracingEndpointConsumer<Workload>>);
  STATIC_REQUIRE(!std::is_move_constructible_v<TracingEndpointConsumer<Workload>>);
  STATIC_REQUIRE(!std::is_copy_constructible_v<TracingEndpointRequirer<Workload>>);
  STATIC_REQUIRE(!std::is_move_constructible_v<TracingEndpointRequirer<Workload>>);
  STATIC_REQUIRE(!std::is_copy_constructible_v<Workload>);
  STATIC_REQUIRE(!std::is_move_constructible_v<Workload>);
}
