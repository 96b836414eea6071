// SPDX-License-Identifier: Apache-2.0
// Single faults that the sweep of tests/faults found to end otherwise than they should.
#include <string>
#include <vector>

#include <juju/hook_tools/fqdn.hpp>
#include <support/catch.hpp>
#include <support/dispatch.hpp>
#include <support/workload.hpp>

namespace {

using Lines = std::vector<std::string>;
using support::HookRunner;
using support::Workload;

const std::string network_get = "network-get --format=json tracing -r tracing:3";
const juju::Hook update_status{.kind = juju::HookKind::update_status};

/// music/0 in relation 3.
struct Related : HookRunner {
  Related()
      : HookRunner({.relations = {{.id = 3, .endpoint = "tracing", .remote_application = "tempo"}}},
                   "{name: music, provides: {tracing: {interface: tempo_scrape}}}") {}

  std::string address() { return juju.state().relation(3).local_unit_data["tempo_scrape_unit_address"]; }
};

}  // namespace

TEST_CASE("a tool that cannot be executed is an error of its own kind that says why") {
  Related music;
  music.juju.replace_by_text("network-get");
  CHECK(music.run<Workload>(update_status) == 1);
  CHECK(music.log() ==
        Lines{"ERROR uncaught exception in update-status: " + network_get + ": cannot be started: Permission denied"});
  music.juju.replace_by_text("relation-get");
  const auto answers = juju::hook_tools::Tools().relation_get({"tracing", 3}, {"tempo", "music/0"});
  for (const auto& answer : answers)
    CHECK(answer.error.value().kind == juju::hook_tools::HookToolError::Kind::not_started);
}

TEST_CASE("a network without an address is worth one WARNING that names the tool and the relation") {
  const std::string network =
      GENERATE(values<std::string>({"{}", "null", R"({"bind-addresses": []})",
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

TEST_CASE("what network-get prints and is no network ends the hook and publishes no host name") {
  const std::string printed = GENERATE(values<std::string>({"7", "[]", R"([{"bind-addresses": []}])", "\"10.1.0.1\""}));
  CAPTURE(printed);
  Related music;
  music.juju.fail_call(network_get, 1, {.output = printed});
  CHECK(music.run<Workload>(update_status) == 1);
  CHECK(music.log() ==
        Lines{"ERROR uncaught exception in update-status: " + network_get + ": printed an unexpected text"});
  CHECK(music.address().empty());
}
