// SPDX-License-Identifier: Apache-2.0
// A workload that sends traces, and the tracing backend that receives them.
#pragma once

#include <charms/tempo_coordinator_k8s/v0/tracing.hpp>
#include <juju/testing.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <support/catch.hpp>

namespace support::tracing_charms {

namespace tracing = charms::tempo_coordinator_k8s::v0::tracing;
using Lines = std::vector<std::string>;
using Protocols = std::vector<tracing::ReceiverProtocol>;

inline const juju::Metadata workload_metadata =
    juju::Metadata::parse("{name: music, requires: {tracing: {interface: tracing, limit: 1}}}");
inline const juju::Metadata backend_metadata =
    juju::Metadata::parse("{name: tempo, provides: {tracing: {interface: tracing}}}", "options: {host: {default: t}}");

/// Logs its events. The leader also defers them, if asked to.
struct Workload final : juju::CharmBase {
  explicit Workload(juju::Framework& framework, tracing::TracingEndpointRequirerOptions options = {},
                    bool defers = false)
      : CharmBase(framework), requirer(*this, std::move(options)), defers_(defers) {
    framework.observe(requirer.on().endpoint_changed, *this, &Workload::on_endpoint_changed);
    framework.observe(requirer.on().endpoint_removed, *this, &Workload::on_endpoint_removed);
  }

  tracing::TracingEndpointRequirer<Workload> requirer;

 private:
  void on_endpoint_changed(tracing::EndpointChangedEvent& event) {
    std::string line = "changed " + std::to_string(event.relation_id) + (event.relation == nullptr ? " gone:" : ":");
    for (const auto& [protocol, url] : event.receivers) line += " " + protocol.name + "=" + url;
    log().info(line);
    if (defers_) event.defer();
  }
  void on_endpoint_removed(tracing::EndpointRemovedEvent& event) {
    log().info("removed " + std::to_string(event.relation_id));
    if (defers_) event.defer();
  }

  bool defers_;
};

/// Logs its events. The leader publishes a receiver for each protocol that is requested, on the configured host.
struct Backend final : juju::CharmBase {
  explicit Backend(juju::Framework& framework) : CharmBase(framework) {
    framework.observe(provider.on().request, *this, &Backend::on_request);
    framework.observe(provider.on().broken, *this, &Backend::on_broken);
    framework.observe({on().config_changed, on().leader_elected}, [this](juju::Event&) { publish(); });
  }

  tracing::TracingEndpointProvider<Backend> provider{*this};

 private:
  void on_request(tracing::RequestEvent& event) {
    std::string line = "request " + std::to_string(event.relation_id) + (event.relation == nullptr ? " gone:" : ":");
    for (const tracing::ReceiverProtocol& protocol : event.requested_receivers()) line += " " + protocol.name();
    log().info(line);
    publish();
    if (config<std::string>("host") == "later") event.defer();
  }
  void on_broken(tracing::BrokenEvent& event) {
    log().info("broken " + std::to_string(event.relation_id));
    publish();
  }
  void publish() {
    if (!unit().is_leader()) return;
    std::vector<tracing::RawReceiver> receivers;
    for (const tracing::ReceiverProtocol& protocol : provider.requested_protocols()) {
      const bool is_grpc = protocol.transport() == tracing::TransportProtocolType::grpc;
      receivers.push_back({protocol, (is_grpc ? "" : "http://") + config<std::string>("host") + ":1"});
    }
    provider.publish_receivers(receivers);
  }
};

/// One side's relation 1 with an application that published this text; "" for none.
inline juju::testing::State related_to(const std::string& application, const std::string& receivers,
                                       bool leader = true) {
  juju::testing::State state{.leader = leader,
                             .relations = {{.id = 1,
                                            .endpoint = "tracing",
                                            .remote_application = application,
                                            .remote_units = {{application + "/0", {}}}}}};
  if (!receivers.empty()) state.relation(1).remote_application_data["receivers"] = receivers;
  return state;
}

/// Makes a workload with these options.
inline auto workload(tracing::TracingEndpointRequirerOptions options, bool defers = false) {
  return [=](juju::Framework& framework) { return std::make_unique<Workload>(framework, options, defers); };
}

/// Looks at a workload with these options in a state.
template <typename Look>
auto inspect_workload(juju::testing::State state, const tracing::TracingEndpointRequirerOptions& options, Look look,
                      const juju::Metadata& metadata = workload_metadata) {
  return juju::testing::inspect<Workload>(std::move(state), metadata, workload(options), look);
}

/// The text that this side's application published in a relation; "" for none.
inline std::string published_in(const juju::testing::State& state, juju::RelationId id = 1) {
  const juju::StringMap& bag = state.relation(id).local_application_data;
  return bag.contains("receivers") ? bag.at("receivers") : "";
}

/// The lines that a charm logged at INFO, without the framework's line about deferred events.
inline Lines infos(const std::vector<juju::testing::LogLine>& log) {
  Lines lines;
  for (const juju::testing::LogLine& line : log) {
    const bool is_own = !line.message.starts_with("deferred events");
    if (line.level == juju::LogLevel::info && is_own) lines.push_back(line.message);
  }
  return lines;
}

inline Lines messages_of(const std::vector<juju::Problem>& problems) {
  Lines lines;
  for (const juju::Problem& problem : problems) lines.push_back(to_string(problem));
  return lines;
}

/// Collects the calls of hook tools: "relation-get tempo".
inline juju::testing::RunOptions collecting(Lines& calls) {
  return {.before_call = [&calls](const juju::testing::Call& call) {
    calls.push_back(std::string(call.tool) + (call.entity.empty() ? "" : " ") + std::string(call.entity));
  }};
}

}  // namespace support::tracing_charms
