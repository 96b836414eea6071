// SPDX-License-Identifier: Apache-2.0
// What a model truly comes to, and what follows from it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "charms.hpp"
#include "expansion.hpp"

namespace simulated {

using juju::testing::TestModel;

inline std::string application_of(const std::string& end) { return end.substr(0, end.find_first_of(":/")); }

/// What the operator set, over the declared defaults.
inline json config_of(TestModel& model, const std::string& application) {
  json config = json::object();
  for (const auto& [option, declared] : model.metadata(application).config) config[option] = declared.default_value;
  config.update(model.unit(model.units(application).front()).state().config);
  return config;
}

inline bool is_tempo(const TestModel& model, const std::string& application) {
  return model.metadata(application).name.starts_with("tempo");
}

/// The application as it is. Where it has no units any more: as it was when it last had some, which nothing but its
/// names can be seen of.
inline std::optional<TrueApplication> truth_of(TestModel& model, const juju::testing::Integration& relation) {
  const std::string application = application_of(relation.first);
  TrueApplication truth;
  truth.relation = relation.id;
  if (model.units(application).empty()) {
    const juju::StringMap bag = model.application_data(relation.id, application);
    if (!bag.contains("scrape_jobs")) return std::nullopt;
    const json metadata = json::parse(bag.at("scrape_metadata"));
    truth.jobs = json::parse(bag.at("scrape_jobs"));
    truth.model = metadata["model"].get<std::string>();
    truth.uuid = metadata["model_uuid"].get<std::string>();
    truth.application = metadata["application"].get<std::string>();
    truth.charm = metadata["charm_name"].get<std::string>();
    return truth;
  }
  const juju::testing::State state = model.unit(model.units(application).front()).state();
  truth.jobs = jobs_of(model.metadata(application).name, config_of(model, application));
  truth.model = state.model_name;
  truth.uuid = state.model_uuid;
  truth.application = application;
  truth.charm = model.metadata(application).name;
  for (const std::string& unit : model.units(application)) {
    truth.units.emplace_back(unit, model.unit(unit).address());
  }
  return truth;
}

inline std::vector<TrueApplication> truths_for(TestModel& model, const std::string& tempo) {
  std::vector<TrueApplication> truths;
  for (const juju::testing::Integration& relation : model.relations()) {
    if (application_of(relation.second) != tempo) continue;
    if (std::optional<TrueApplication> truth = truth_of(model, relation)) truths.push_back(*truth);
  }
  return truths;
}

/// The library's own pure function of the truth.
inline json configuration_of(const std::vector<TrueApplication>& truths) {
  std::vector<scrape::Application> applications;
  for (const TrueApplication& truth : truths) {
    scrape::Application& application =
        applications.emplace_back(scrape::Application{.relation_id = truth.relation,
                                                      .application = truth.application,
                                                      .topology = {.model = truth.model,
                                                                   .model_uuid = truth.uuid,
                                                                   .application = truth.application,
                                                                   .charm_name = truth.charm},
                                                      .has_units = !truth.units.empty()});
    const auto jobs = truth.jobs.get<std::vector<ScrapeJob>>();
    for (std::size_t place = 0; place < jobs.size(); ++place) application.jobs.push_back({place, jobs[place]});
    for (const auto& [name, address] : truth.units) application.units.push_back({name, *juju::Address::parse(address)});
  }
  return scrape::expand(applications).scrape_configs;
}

/// What Tempo's leader must have published in a relation; where Tempo has no units, what it did publish.
inline std::optional<TempoEndpoint> true_endpoint(TestModel& model, const juju::testing::Integration& relation) {
  const std::string tempo = application_of(relation.second);
  std::vector<Problem> problems;
  if (!model.units(tempo).empty()) {
    const json config = config_of(model, tempo);
    return TempoEndpoint{.hostname = config["hostname"].get<std::string>(),
                         .tempo_port = 3200,
                         .otlp_grpc_port = config["grpc-port"].get<int>()};
  }
  const juju::StringMap bag = model.application_data(relation.id, tempo);
  return bag.contains("tempo_endpoint") ? parse_endpoint(bag.at("tempo_endpoint"), problems) : std::nullopt;
}

inline std::optional<TempoEndpoint> oldest_endpoint(TestModel& model, const std::string& end) {
  for (const juju::testing::Integration& relation : model.relations()) {
    if (relation.first != end) continue;
    if (std::optional<TempoEndpoint> endpoint = true_endpoint(model, relation)) return endpoint;
  }
  return std::nullopt;
}

}  // namespace simulated
