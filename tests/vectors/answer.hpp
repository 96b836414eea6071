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
      : CharmBase(framework), tracing(*this, {.jobs = jobs(), .refresh_events = refresh_events()}) {
    framework.observe(tracing.on().endpoint_changed, *this, &Workload::on_endpoint_changed);
  }

  TracingEndpointProvider<Workload> tracing;

 private:
  std::vector<ScrapeJob> jobs() {
    const json given = json::parse(option(model(), "jobs"));
    return given.is_null() ? std::vector<ScrapeJob>() : given.get<std::vector<ScrapeJob>>();
  }

  std::vector<juju::AnyEventSource> refresh_events() {
    if (option(model(), "refresh_event") == "config-changed") return {on().config_changed};
    return {};
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
    const auto port = [&](const char* name) {
      return given.contains(name) ? std::optional<int>(given[name].get<int>()) : std::nullopt;
    };
    return {.hostname = given.at("hostname").get<std::string>(),
            .tempo_port = port("tempo_port"),
            .otlp_grpc_port = port("otlp_grpc_port"),
            .otlp_http_port = port("otlp_http_port"),
            .zipkin_port = port("zipkin_port")};
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
  for (const char* name_of_option : {"relation_name", "jobs", "refresh_event", "endpoint"})
    metadata.config[name_of_option];
  return metadata;
}

inline juju::StringMap texts_of(const json& bag) { return bag.is_null() ? juju::StringMap() : bag.get<juju::StringMap>(); }

inline juju::testing::State state_of(const json& input, const std::string& unit) {
  juju::testing::State state{.leader = input.value("leader", true), .unit_name = unit};
  if (input.contains("model")) {
    state.model_name = input["model"].at("name").get<std::string>();
    state.model_uuid = input["model"].at("uuid").get<std::string>();
  }
  for (const json& given : input.value("relations", json::array())) {
    juju::testing::RelationState relation{.id = given.at("id").get<int>(), .endpoint = "tracing"};
    relation.remote_application = given.at("app").get<std::string>();
    relation.remote_application_data = texts_of(given.value("app_data", json()));
    for (const auto& [name, bag] : given.at("units").items()) relation.remote_units[name] = texts_of(bag);
    state.relations.push_back(std::move(relation));
  }
  return state;
}

/// A relation to a Tempo with one unit, with what an earlier hook left on this side.
inline juju::testing::RelationState relation_to(const std::string& application, int id, const json& existing) {
  juju::testing::RelationState relation{.id = id, .endpoint = "tracing", .remote_application = application};
  relation.remote_units[application + "/0"];
  relation.local_application_data = texts_of(existing.value("app", json()));
  relation.local_unit_data = texts_of(existing.value("unit", json()));
  return relation;
}

inline juju::testing::EventRequest hook_of(const std::string& event, const juju::testing::State& state) {
  using namespace juju::testing;
  if (event == "config-changed") return config_changed();
  if (event == "leader-elected") return leader_elected();
  if (event == "update-status") return update_status();
  if (event == "pebble-ready") return pebble_ready("workload");
  const RelationState& relation = state.relations.at(0);
  const std::string unit = relation.remote_units.begin()->first;
  if (event == "relation-created") return relation_created(relation.id);
  if (event == "relation-joined") return relation_joined(relation.id, unit);
  if (event == "relation-changed") return relation_changed(relation.id, unit);
  throw std::invalid_argument("no such event: " + event);
}

inline json bags_of(const juju::testing::RelationState& relation) {
  return {{"app", relation.local_application_data}, {"unit", relation.local_unit_data}};
}

inline json consumer_jobs(const json& input) {
  juju::testing::State state = state_of(input, input.value("this_app", "tempo") + "/0");
  state.config["relation_name"] = input.value("relation_name", "tracing");
  return juju::testing::inspect<Scraper>(std::move(state),
                                         metadata_of(input, "tempo-k8s", juju::RelationRole::requires_),
                                         [](Scraper& charm) { return charm.scrape.jobs(); });
}

inline json provider_data(const json& input) {
  const std::string unit = input.at("app").get<std::string>() + "/" + std::to_string(input.value("unit_index", 0));
  juju::testing::State before = state_of(input, unit);
  before.address = input.at("address").get<std::string>();
  before.config = {{"jobs", input.value("jobs", json()).dump()}, {"refresh_event", input.value("refresh_event", "")}};
  if (!input.contains("relations"))
    before.relations = {relation_to("tempo", 1, input.value("existing", json::object()))};
  const juju::testing::State after = juju::testing::run<Workload>(
      before, hook_of(input.at("event").get<std::string>(), before),
      metadata_of(input, input.at("charm_name").get<std::string>(), juju::RelationRole::provides));
  if (!input.contains("relations")) return bags_of(after.relations.at(0));
  json relations = json::object();
  for (const auto& relation : after.relations) relations[std::to_string(relation.id)] = bags_of(relation);
  return {{"relations", std::move(relations)}};
}

inline json endpoint_write(const json& input) {
  juju::testing::State before = state_of(input, "tempo/0");
  before.config["endpoint"] = input.at("endpoint").dump();
  before.relations = {relation_to("workload", 1, input.value("existing", json::object()))};
  const juju::testing::State after =
      juju::testing::run<Tempo>(before, hook_of(input.value("event", "relation-created"), before),
                                metadata_of(input, "tempo-k8s", juju::RelationRole::requires_));
  json answer = bags_of(after.relations.at(0));
  answer["raw"] = answer["app"].value(tempo_endpoint_key, json());
  return answer;
}

inline json endpoint_read(const json& input) {
  juju::testing::State state = state_of(input, "workload/0");
  const json raws = input.contains("raws") ? input["raws"] : json::array({input.at("raw")});
  for (std::size_t i = 0; i < raws.size(); ++i) {
    state.relations.push_back(
        relation_to("tempo-" + std::string(1, static_cast<char>('a' + i)), static_cast<int>(i), json::object()));
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
  const auto after = juju::testing::run<Workload>(state, hook_of("relation-changed", state), metadata);
  if (!after.unit_status.message.empty()) answer["endpoint_changed"] = json::parse(after.unit_status.message);
  return answer;
}

inline json exception(const char* type, const std::exception& error) {
  return {{"exception", type}, {"message", error.what()}};
}

/// Answers the `input` of one vector of this command.
/// @throws std::invalid_argument  if there is no such command.
inline json answer(const std::string& command, const json& input) {
  static const std::map<std::string, json (*)(const json&)> commands = {{"consumer-jobs", consumer_jobs},
                                                                        {"provider-data", provider_data},
                                                                        {"endpoint-write", endpoint_write},
                                                                        {"endpoint-read", endpoint_read}};
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
