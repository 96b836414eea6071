// SPDX-License-Identifier: Apache-2.0
// The unit's address: network-get, and the host's name without it.
#include <fstream>
#include <string>
#include <vector>

#include <juju/hook_tools/fqdn.hpp>
#include <support/catch.hpp>
#include <support/charms.hpp>
#include <support/dispatch.hpp>

namespace {

using juju::testing::State;
using Lines = std::vector<std::string>;
using support::HookRunner;
using support::update_status;
using support::Workload;

const std::string network_get = "network-get --format=json tracing -r tracing:3";

/// music/0 in relation 3.
struct Related : HookRunner {
  Related()
      : HookRunner({.relations = {{.id = 3, .endpoint = "tracing", .remote_application = "tempo"}}},
                   "{name: music, provides: {tracing: {interface: tempo_scrape}}}") {
    juju.change([](State& state) { state.relations[0].remote_units["tempo/0"]; });
  }

  std::string address() { return juju.state().relation(3).local_unit_data["tempo_scrape_unit_address"]; }
};

}  // namespace

TEST_CASE("network: a changed address is published once") {
  const juju::Hook hook = GENERATE(values<juju::Hook>(
      {update_status,
       {.kind = juju::HookKind::relation_changed, .relation_id = 3, .endpoint = "tracing", .remote_unit = "tempo/0"}}));
  Related music;
  CHECK(music.run<Workload>(update_status) == 0);
  music.juju.change([](State& state) { state.address = "10.9.9.9"; });
  CHECK(music.run<Workload>(hook) == 0);
  CHECK(music.address() == "10.9.9.9");
  CHECK(music.run<Workload>(hook) == 0);
  CHECK(music.juju.calls("relation-set").empty());
}

TEST_CASE("network: the bind address of any interface is used, in each spelling") {
  const std::string network = GENERATE(values<std::string>(
      {R"({"bind-addresses":[{"addresses":[{"address":"10.1.2.4","hostname":"h"}]}],)"
       R"("ingress-addresses":["192.0.2.1"],"egress-subnets":["192.0.2.1/32"]})",
       R"({"bind-addresses":[{"addresses":[]},{"addresses":[{"value":"10.1.2.4"}]}]})",
       R"({"bind-addresses":[{"addresses":null},{"addresses":[{"value":"10.1.2.4"}]}]})",
       R"({"bind-addresses":[{"addresses":[{"value":""}]},{"addresses":[{"value":"10.1.2.4"}]}]})"}));
  CAPTURE(network);
  Related music;
  music.juju.fail_call(network_get, 1, {.output = network});
  CHECK(music.run<Workload>(update_status) == 0);
  CHECK(music.address() == "10.1.2.4");
}

TEST_CASE("network: without a network, the host's name is used and logged") {
  Related music;
  music.juju.change([](State& state) { state.address = ""; });
  CHECK(music.run<Workload>(update_status) == 0);
  CHECK(music.address() == juju::hook_tools::fqdn());
  REQUIRE(music.log().size() == 1);
  CHECK(music.log().front().starts_with("WARNING relation tracing:3 gets the host's name as this unit's address: "));
}

TEST_CASE("network: without a bind address, the host's name is used and logged") {
  const std::string network =
      GENERATE(values<std::string>({"{}", "null", R"({"bind-addresses": [], "ingress-addresses": ["192.0.2.1"]})",
                                    R"({"bind-addresses": [{"addresses": []}, {"addresses": null}, 7]})"}));
  CAPTURE(network);
  Related music;
  music.juju.fail_call(network_get, 1, {.output = network});
  CHECK(music.run<Workload>(update_status) == 0);
  CHECK(music.log() == Lines{"WARNING relation tracing:3 gets the host's name as this unit's address: network-get "
                             "returned no address"});
  CHECK(music.address() == juju::hook_tools::fqdn());
  music.juju.go_back(music.juju.state());
  CHECK(music.run<Workload>(update_status) == 0);
  CHECK(music.address() == "10.1.0.1");
}

TEST_CASE("network: invalid output of network-get fails the hook") {
  const std::string printed = GENERATE(values<std::string>({"7", "[]", R"([{"bind-addresses": []}])", "\"10.1.0.1\""}));
  CAPTURE(printed);
  Related music;
  music.juju.fail_call(network_get, 1, {.output = printed});
  CHECK(music.run<Workload>(update_status) == 1);
  CHECK(music.log() ==
        Lines{"ERROR uncaught exception in update-status: " + network_get + ": printed an unexpected text"});
  CHECK(music.address().empty());
}

TEST_CASE("network: the host's name is completed from the hosts file") {
  const support::TemporaryDirectory directory;
  const auto write = [&](const char* name, const char* text) { std::ofstream(directory.path() / name) << text; };
  write("hostname", "music-0\n");
  write("hosts", "127.0.0.1 localhost\n# 10.1.0.9 music-0.no music-0\n10.1.0.1 music-0 music-0.music.svc # here\n");
  CHECK(juju::hook_tools::fqdn(directory.path() / "hostname", directory.path() / "hosts") == "music-0.music.svc");
  CHECK(juju::hook_tools::fqdn(directory.path() / "hostname", directory.path() / "none") == "music-0");
}
