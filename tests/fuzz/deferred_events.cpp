// SPDX-License-Identifier: Apache-2.0
// Deferred events: the output of `state-get` becomes notices, and notices become events of a charm.
#include <charms/prometheus_k8s/v0/prometheus_scrape.hpp>
#include <charms/tempo_coordinator_k8s/v0/tracing.hpp>
#include <charms/tempo_k8s/v0/tempo_scrape.hpp>
#include <juju/hook_tools/deferred.hpp>
#include <juju/hook_tools/process_tools.hpp>
#include <juju/testing/memory_model.hpp>

#include "prometheus.hpp"

namespace fuzz::deferred_events {
namespace {

namespace prom = charms::prometheus_k8s::v0::prometheus_scrape;
namespace tracing = charms::tempo_coordinator_k8s::v0::tracing;

/// Observes all events, and defers each of them again.
class Charm final : public juju::CharmBase {
 public:
  explicit Charm(juju::Framework& framework) : CharmBase(framework) {
    const juju::RelationEvents events = on()["tracing"];
    framework.observe({on().config_changed, on().pebble_ready("music"), events.relation_created, events.relation_joined,
                       events.relation_changed, events.relation_departed, events.relation_broken},
                      *this, &Charm::on_any);
    framework.observe(tracing_.on().endpoint_changed, *this, &Charm::on_endpoint_changed);
    framework.observe(
        {scrape_.on().targets_changed, metrics_.on().alert_rule_status_changed, metrics_.on().invalid_scrape_job,
         prometheus_.on().targets_changed, traces_.on().endpoint_changed, traces_.on().endpoint_removed,
         backend_.on().request, backend_.on().broken},
        [](juju::Event& event) { event.defer(); });
  }

 private:
  void on_any(juju::Event& event) { event.defer(); }
  void on_endpoint_changed(tempo_scrape::EndpointChangedEvent& event) {
    require(juju::parse_address(event.hostname).has_value(), "a restored endpoint has a valid host");
    for (const auto& [name, member] : tempo_scrape::detail::ports) {
      const std::optional<int>& port = event.*member;
      require(!port || (*port >= 1 && *port <= 65535), "a restored port is valid");
    }
    event.defer();
  }

  tempo_scrape::TracingEndpointProvider<Charm> tracing_{*this};
  tempo_scrape::TracingEndpointConsumer<Charm> scrape_{*this, {.relation_name = "scrape"}};
  prom::MetricsEndpointProvider<Charm> metrics_{*this, {.relation_name = "metrics"}};
  prom::MetricsEndpointConsumer<Charm> prometheus_{*this, {.relation_name = "prometheus"}};
  tracing::TracingEndpointRequirer<Charm> traces_{*this, {.relation_name = "traces"}};
  tracing::TracingEndpointProvider<Charm> backend_{*this, {.relation_name = "backend"}};
};

const juju::Metadata metadata{.name = "music",
                              .relations = {{"tracing", {juju::RelationRole::provides, "tempo_scrape"}},
                                            {"scrape", {juju::RelationRole::requires_, "tempo_scrape"}},
                                            {"metrics", {juju::RelationRole::provides, "prometheus_scrape"}},
                                            {"prometheus", {juju::RelationRole::requires_, "prometheus_scrape"}},
                                            {"traces", {juju::RelationRole::requires_, "tracing", 1}},
                                            {"backend", {juju::RelationRole::provides, "tracing"}}},
                              .containers = {"music"}};

juju::testing::State world() {
  return {.relations = {{.id = 3, .endpoint = "tracing", .remote_application = "tempo"},
                        {.id = 4, .endpoint = "scrape", .remote_application = "app"}}};
}

/// The deferred events after a hook without observers.
std::vector<juju::Notice> next(const std::vector<juju::Notice>& deferred, juju::testing::MemoryModel& model) {
  juju::Framework framework(model, metadata, deferred);
  Charm charm(framework);
  framework.run({.kind = juju::HookKind::start});
  return framework.deferred();
}

std::vector<juju::Notice> read(const std::string& printed, juju::Log& log) {
  juju::hook_tools::ProcessTools tools;
  return juju::hook_tools::DeferredEvents(tools, log)
      .read(juju::hook_tools::answers::object(printed).value_or(json::object()));
}

/// The values in the state. The names of events are not secret.
Secrets secrets_of(const std::string& state, const std::vector<juju::Notice>& notices) {
  Secrets secrets = Secrets::of(state);
  for (const json& text : juju::hook_tools::answers::object(state).value_or(json::object())) {
    if (text.is_string()) secrets.take(text.get<std::string>());
  }
  for (const juju::Notice& notice : notices) secrets.except(notice.event);
  return secrets;
}

std::string printed(const std::vector<juju::Notice>& notices) {
  json state = json::object();
  for (const juju::Notice& notice : notices) {
    state["deferred-" + std::to_string(1'000'000 + state.size())] = juju::to_yaml_safe_json(notice);
  }
  return juju::to_yaml_safe_json(state);
}

void check(std::string_view bytes) {
  juju::testing::MemoryModel model(world(), metadata);
  const std::vector<juju::Notice> notices = read(std::string(bytes), model.log());
  require(read(printed(notices), model.log()) == notices, "printed notices are read as the same notices");
  const std::vector<juju::Notice> once = next(notices, model);
  require(next(read(printed(once), model.log()), model) == once, "an event that is deferred again does not change");
  const Secrets secrets = secrets_of(std::string(bytes), notices);
  for (const juju::testing::LogLine& line : model.take().log) {
    require_text(line.message, "a log line is text");
    require_short(line.message, "a log line is short");
    secrets.require_not_quoted(line.message);
  }
}

const Registration registration({"deferred_events", check});

}  // namespace
}  // namespace fuzz::deferred_events
