// SPDX-License-Identifier: Apache-2.0
// The library's answer to one reference vector, computed on the in-memory kit.
#pragma once

#include <charms/tempo_k8s/v0/tempo_scrape.hpp>
#include <juju/testing.hpp>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace vectors {

using namespace charms::tempo_k8s::v0::tempo_scrape;
using nlohmann::json;

/// The charms take what a vector varies from their configuration: JSON texts under these names.
inline std::string option(juju::Model& model, const char* name, const char* otherwise = "null") {
  return model.config().value(name, otherwise);
}

class Scraper final : public juju::CharmBase {
 public:
  explicit Scraper(juju::Framework& framework)
      : CharmBase(framework), scrape(*this, {.relation_name = option(model(), "relation_name", "tracing")}) {}

  TracingEndpointConsumer<Scraper> scrape;
};

class Workload final : public juju::CharmBase {
 public:
  explicit Workload(juju::Framework& framework)
      : CharmBase(framework),
        tracing(*this, {.jobs = jobs(),
                        .relation_name = option(model(), "relation_name", "tracing"),
                        .refresh_events = refresh_events()}) {
    framework.observe(tracing.on().endpoint_changed, *this, &Workload::on_endpoint_changed);
  }

  TracingEndpointProvider<Workload> tracing;

 private:
  std::vector<ScrapeJob> jobs() {
    const json given = json::parse(option(model(), "jobs"));
    return given.is_null() ? std::vector<ScrapeJob>() : given.get<std::vector<ScrapeJob>>();
  }

  /// The events of these names.
  std::vector<juju::AnyEventSource> refresh_events() {
    std::vector<juju::AnyEventSource> events;
    for (const json& name : json::parse(option(model(), "refresh_events", "[]"))) {
      events.push_back(event(name.get<std::string>()));
    }
    return events;
  }

  juju::AnyEventSource event(const std::string& name) {
    const juju::CharmEvents& juju = on();
    const juju::RelationEvents relation = juju[option(model(), "relation_name", "tracing")];
    for (const juju::AnyEventSource& source : std::vector<juju::AnyEventSource>{
             juju.install, juju.start, juju.stop, juju.remove, juju.config_changed, juju.update_status,
             juju.upgrade_charm, juju.leader_elected, relation.relation_created, relation.relation_joined,
             relation.relation_changed, relation.relation_departed, relation.relation_broken}) {
      if (source.name().ends_with(name)) return source;
    }
    return juju.pebble_ready(*metadata().containers.begin());
  }

  /// What the handler saw goes out as the unit's status, since a charm lives no longer than its hook.
  void on_endpoint_changed(EndpointChangedEvent& event);
};

class Tempo final : public juju::CharmBase {
 public:
  explicit Tempo(juju::Framework& framework) : CharmBase(framework), endpoint(*this, options()) {}

  TracingEndpointRequirer<Tempo> endpoint;

 private:
  TracingEndpointRequirerOptions options() {
    const json given = json::parse(option(model(), "endpoint"));
    const auto port = [&](const char* name) -> std::optional<int> {
      if (!given.contains(name)) return std::nullopt;
      return juju::parse_port(given[name].is_string() ? given[name].get<std::string>() : given[name].dump());
    };
    return {.hostname = given.at("hostname").get<std::string>(),
            .tempo_port = port("tempo_port"),
            .otlp_grpc_port = port("otlp_grpc_port"),
            .otlp_http_port = port("otlp_http_port"),
            .zipkin_port = port("zipkin_port"),
            .relation_name = option(model(), "relation_name", "tracing")};
  }
};

/// All five fields, null for a port that is not set.
inline json fields(const TempoEndpoint& endpoint) {
  json all = {
      {"tempo_port", nullptr}, {"otlp_grpc_port", nullptr}, {"otlp_http_port", nullptr}, {"zipkin_port", nullptr}};
  all.update(json(endpoint));
  return all;
}

inline void Workload::on_endpoint_changed(EndpointChangedEvent& event) {
  unit().set_status(juju::ActiveStatus(fields(event).dump()));
}

/// The metadata of the charm under test: one endpoint as the vector declares it, and the options above.
inline juju::Metadata metadata_of(const json& input, const std::string& name, juju::RelationRole role) {
  const json declare = input.value("declare", json::object());
  if (const std::string declared = declare.value("role", ""); !declared.empty()) {
    role = declared == "provides" ? juju::RelationRole::provides : juju::RelationRole::requires_;
  }
  juju::Metadata metadata{.name = name};
  const std::string endpoint = declare.value("endpoint", input.value("relation_name", "tracing"));
  metadata.relations[endpoint] = {role, declare.value("interface", std::string(wire.interface))};
  for (const json& container : input.value("containers", json::array({"workload"}))) {
    metadata.containers.insert(container.get<std::string>());
  }
  for (const char* name_of_option : {"relation_name", "jobs", "refresh_events", "endpoint"})
    metadata.config[name_of_option];
  return metadata;
}

inline juju::StringMap texts_of(const json& bag) {
  return bag.is_null() ? juju::StringMap() : bag.get<juju::StringMap>();
}

inline std::string endpoint_of(const json& input) { return input.value("relation_name", "tracing"); }

inline juju::testing::State state_of(const json& input, const std::string& unit) {
  juju::testing::State state{.leader = input.value("leader", true), .unit_name = unit};
  state.config["relation_name"] = endpoint_of(input);
  if (input.contains("model")) {
    state.model_name = input["model"].at("name").get<std::string>();
    state.model_uuid = input["model"].at("uuid").get<std::string>();
  }
  for (const json& given : input.value("relations", json::array())) {
    juju::testing::RelationState relation{.id = given.at("id").get<int>(), .endpoint = endpoint_of(input)};
    relation.remote_application = given.at("app").get<std::string>();
    relation.remote_application_data = texts_of(given.value("app_data", json()));
    for (const auto& [name, bag] : given.at("units").items()) relation.remote_units[name] = texts_of(bag);
    state.relations.push_back(std::move(relation));
  }
  return state;
}

/// A relation to a Tempo with one unit, with what an earlier hook left on this side.
inline juju::testing::RelationState relation_to(const std::string& application, int id, const json& input) {
  const json existing = input.value("existing", json::object());
  juju::testing::RelationState relation{.id = id, .endpoint = endpoint_of(input), .remote_application = application};
  relation.remote_units[application + "/0"];
  relation.local_application_data = texts_of(existing.value("app", json()));
  relation.local_unit_data = texts_of(existing.value("unit", json()));
  return relation;
}

inline juju::testing::EventRequest hook_of(const std::string& event, const juju::testing::State& state) {
  using namespace juju::testing;
  const juju::HookKind kind = juju::hook_kind(event == "pebble-ready" ? "workload-pebble-ready" : "x-" + event);
  if (kind == juju::HookKind::pebble_ready) return pebble_ready("workload");
  if (!juju::is_relation_kind(kind)) {
    const juju::Hook hook{.kind = juju::hook_kind(event)};
    if (hook.kind == juju::HookKind::other) throw std::invalid_argument("no such event: " + event);
    return hook;
  }
  if (state.relations.empty()) throw std::invalid_argument("there is no relation for " + event);
  const RelationState& relation = state.relations.front();
  const bool is_of_a_unit = kind != juju::HookKind::relation_created && kind != juju::HookKind::relation_broken;
  if (is_of_a_unit && relation.remote_units.empty()) throw std::invalid_argument("there is no unit for " + event);
  const std::string unit = is_of_a_unit ? relation.remote_units.begin()->first : "";
  return juju::Hook{.kind = kind,
                    .relation_id = relation.id,
                    .remote_unit = unit,
                    .departing_unit = kind == juju::HookKind::relation_departed ? unit : ""};
}

/// Runs the hook. What the charm's constructor throws comes first: Juju's rules do not allow every declaration.
template <typename CharmType>
juju::testing::State run_event(const juju::testing::State& before, const std::string& event,
                               const juju::Metadata& metadata) {
  juju::testing::inspect<CharmType>(before, metadata, [](CharmType&) { return true; });
  return juju::testing::run<CharmType>(before, hook_of(event, before), metadata);
}

inline json bags_of(const juju::testing::RelationState& relation) {
  return {{"app", relation.local_application_data}, {"unit", relation.local_unit_data}};
}

inline json consumer_jobs(const json& input) {
  juju::testing::State state = state_of(input, input.value("this_app", "tempo") + "/0");
  return juju::testing::inspect<Scraper>(std::move(state),
                                         metadata_of(input, "tempo-k8s", juju::RelationRole::requires_),
                                         [](Scraper& charm) { return charm.scrape.jobs(); });
}

inline json provider_data(const json& input) {
  const std::string unit = input.at("app").get<std::string>() + "/" + std::to_string(input.value("unit_index", 0));
  juju::testing::State before = state_of(input, unit);
  const json& address = input.contains("address") && !input["address"].is_null() ? input["address"] : input.at("fqdn");
  before.address = address.get<std::string>();
  before.config["jobs"] = input.value("jobs", json()).dump();
  json refresh_events = input.value("refresh_event", json::array());
  if (refresh_events.is_string()) refresh_events = json::array({refresh_events});
  before.config["refresh_events"] = refresh_events.is_null() ? "[]" : refresh_events.dump();
  const bool has_one = !input.contains("relations") && !input.value("no_relation", false);
  if (has_one) before.relations = {relation_to("tempo", 1, input)};
  const juju::testing::State after =
      run_event<Workload>(before, input.at("event").get<std::string>(),
                          metadata_of(input, input.at("charm_name").get<std::string>(), juju::RelationRole::provides));
  if (!input.contains("relations")) {
    return bags_of(after.relations.empty() ? juju::testing::RelationState() : after.relations.front());
  }
  json relations = json::object();
  for (const auto& relation : after.relations) relations[std::to_string(relation.id)] = bags_of(relation);
  return {{"relations", std::move(relations)}};
}

inline json endpoint_write(const json& input) {
  juju::testing::State before = state_of(input, "tempo/0");
  before.config["endpoint"] = input.at("endpoint").dump();
  if (!input.value("no_relation", false)) before.relations = {relation_to("workload", 1, input)};
  const juju::testing::State after = run_event<Tempo>(before, input.value("event", "relation-created"),
                                                      metadata_of(input, "tempo-k8s", juju::RelationRole::requires_));
  json answer = bags_of(after.relations.empty() ? juju::testing::RelationState() : after.relations.front());
  answer["raw"] = answer["app"].value(tempo_endpoint_key, json());
  return answer;
}

inline json endpoint_read(const json& input) {
  juju::testing::State state = state_of(input, "workload/0");
  json raws = input.value("raws", json::array());
  if (input.contains("raw")) raws.push_back(input["raw"]);
  for (std::size_t i = 0; i < raws.size(); ++i) {
    state.relations.push_back(
        relation_to("tempo-" + std::string(1, static_cast<char>('a' + i)), static_cast<int>(i), input));
    juju::StringMap& bag = state.relations.back().remote_application_data;
    if (!raws[i].is_null()) bag[tempo_endpoint_key] = raws[i].get<std::string>();
  }
  const juju::Metadata metadata = metadata_of(input, "workload-k8s", juju::RelationRole::provides);
  json answer = juju::testing::inspect<Workload>(state, metadata, [](Workload& charm) {
    const std::optional<TempoEndpoint> endpoint = charm.tracing.endpoint();
    const std::optional<std::string> url = charm.tracing.otlp_grpc_endpoint();
    return json{{"endpoint", endpoint ? fields(*endpoint) : json()},
                {"otlp_grpc_endpoint", url ? json(*url) : json()},
                {"endpoint_changed", nullptr}};
  });
  if (state.relations.empty()) return answer;
  const auto after = run_event<Workload>(state, input.value("event", "relation-changed"), metadata);
  if (!after.unit_status.message.empty()) answer["endpoint_changed"] = json::parse(after.unit_status.message);
  return answer;
}

}  // namespace vectors

#include "prometheus_answer.hpp"

namespace vectors {

inline json exception(const char* type, const std::exception& error) {
  return {{"exception", type}, {"message", error.what()}};
}

/// Answers the `input` of one vector of this command.
/// @throws std::invalid_argument  if there is no such command.
inline json answer(const std::string& command, const json& input) {
  static const std::map<std::string, json (*)(const json&)> commands = {
      {"consumer-jobs", consumer_jobs},   {"provider-data", provider_data},
      {"endpoint-write", endpoint_write}, {"endpoint-read", endpoint_read},
      {"prom-jobs", prometheus_jobs},     {"prom-provider-data", prometheus_provider_data}};
  const auto found = commands.find(command);
  if (found == commands.end()) throw std::invalid_argument("no such command: " + command);
  try {
    return found->second(input);
  } catch (const RelationNotFoundError& error) {
    return exception("RelationNotFoundError", error);
  } catch (const RelationInterfaceMismatchError& error) {
    return exception("RelationInterfaceMismatchError", error);
  } catch (const RelationRoleMismatchError& error) {
    return exception("RelationRoleMismatchError", error);
  } catch (const InvalidScrapeJobError& error) {
    return exception("InvalidScrapeJobError", error);
  }
}

}  // namespace vectors
