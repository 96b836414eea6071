// SPDX-License-Identifier: Apache-2.0
// The test of a user of the library: runs a charm class and a charm directory. The directory needs the hook tools.
#include <charms/tempo_k8s/v0/tempo_scrape.hpp>
#include <juju/testing.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>

using namespace charms::tempo_k8s::v0::tempo_scrape;

class Workload final : public juju::CharmBase {
 public:
  using CharmBase::CharmBase;

 private:
  TracingEndpointProvider<Workload> tracing_{*this};
};

int main() {
  const char* const metadata = "{name: music, provides: {tracing: {interface: tempo_scrape}}}";
  const std::filesystem::path directory = "shell-charm";
  std::filesystem::create_directory(directory);
  std::ofstream(directory / "metadata.yaml") << metadata;
  std::ofstream(directory / "dispatch") << "#!/bin/sh\nstatus-set active \"$(is-leader)\"\n";
  std::filesystem::permissions(directory / "dispatch", std::filesystem::perms::owner_all);

  using namespace juju::testing;
  const State with_class = run<Workload>({}, start(), juju::Metadata::parse(metadata));
  const State with_directory = run({.leader = true}, start(), CharmDirectory(directory));
  std::printf("status of the charm directory: %s\n", with_directory.unit_status.message.c_str());
  return with_class.relations.empty() && with_directory.unit_status.message == "True" ? 0 : 1;
}
