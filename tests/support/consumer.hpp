// SPDX-License-Identifier: Apache-2.0
// The result of a Tempo charm for the data of its related applications, in one call.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <support/charms.hpp>

namespace support {

using tempo_scrape::Problem;

/// The model of `application()`. Tempo is in another model by default.
inline constexpr const char* model_uuid = "1234567890-uuid";

inline const juju::StringMap app_metadata = {
    {"scrape_metadata",
     R"({"model": "dev", "model_uuid": "1234567890-uuid", "application": "app", "unit": "app/0", "charm_name": "k8s"})"}};

/// The data bag of a unit with this name and address.
inline juju::StringMap unit_bag(const std::string& name, const std::string& address) {
  return {{"tempo_scrape_unit_name", name}, {"tempo_scrape_unit_address", address}};
}

/// A valid application with these jobs and the unit `app/0` at 10.1.0.1.
inline RelationState application(std::string scrape_jobs, juju::RelationId id = 1) {
  RelationState relation{.id = id, .endpoint = "tracing", .remote_application = "app"};
  relation.remote_application_data = app_metadata;
  relation.remote_application_data["scrape_jobs"] = std::move(scrape_jobs);
  relation.remote_units["app/0"] = unit_bag("app/0", "10.1.0.1");
  return relation;
}

/// The same with another text under this key of the application.
inline RelationState application_with(const std::string& key, std::string text, std::string scrape_jobs = "[{}]") {
  RelationState relation = application(std::move(scrape_jobs));
  relation.remote_application_data[key] = std::move(text);
  return relation;
}

/// The same without `scrape_metadata`.
inline RelationState application_without_metadata(std::string scrape_jobs = "[{}]") {
  RelationState relation = application(std::move(scrape_jobs));
  relation.remote_application_data.erase("scrape_metadata");
  return relation;
}

/// The place of a problem in `scrape_jobs` of `application()`.
inline std::string in_jobs(const std::string& pointer) { return "1 app scrape_jobs " + pointer; }

/// The place of a problem: "1 app scrape_jobs /0/static_configs", "1 app/0 tempo_scrape_unit_address".
inline std::string place_of(const Problem& problem) {
  std::string place = problem.relation_id ? std::to_string(*problem.relation_id) : "-";
  place += " " + (problem.unit.empty() ? problem.application : problem.unit) + " " + problem.key;
  return problem.pointer.empty() ? place : place + " " + problem.pointer;
}

/// The result of a consumer.
struct Consumed {
  nlohmann::json jobs = {};
  std::vector<Problem> problems = {};

  Lines places() const {
    Lines all;
    for (const Problem& problem : problems) all.push_back(place_of(problem));
    return all;
  }

  /// The problems as an operator reads them.
  Lines messages() const {
    Lines all;
    for (const Problem& problem : problems) all.push_back(to_string(problem));
    return all;
  }

  Lines names() const {
    Lines all;
    for (const auto& job : jobs) all.push_back(job["job_name"].get<std::string>());
    return all;
  }

  Lines targets() const {
    Lines all;
    for (const auto& job : jobs) {
      for (const auto& config : job["static_configs"]) {
        for (const auto& target : config["targets"]) all.push_back(target.get<std::string>());
      }
    }
    return all;
  }

  /// The values of one label, one for each static config; "-" if it is absent.
  Lines label(const std::string& name) const {
    Lines all;
    for (const auto& job : jobs) {
      for (const auto& config : job["static_configs"]) all.push_back(config["labels"].value(name, "-"));
    }
    return all;
  }
};

/// Runs a consumer in this state.
inline Consumed consume(const juju::testing::State& state, tempo_scrape::TracingEndpointConsumerOptions options = {}) {
  juju::testing::MemoryModel model(state, tempo_metadata);
  juju::Framework framework(model, tempo_metadata);
  Tempo tempo(framework, std::move(options));
  return {tempo.scrape.jobs(), tempo.scrape.problems()};
}

inline Consumed consume(std::vector<RelationState> relations,
                        tempo_scrape::TracingEndpointConsumerOptions options = {}) {
  juju::testing::State state{.relations = std::move(relations)};
  state.model_name = "observability";
  state.model_uuid = "another-model";
  return consume(state, std::move(options));
}

inline Consumed consume(RelationState relation, tempo_scrape::TracingEndpointConsumerOptions options = {}) {
  return consume(std::vector<RelationState>{std::move(relation)}, std::move(options));
}

/// Runs a consumer related to `application(scrape_jobs)`.
inline Consumed consume_jobs(std::string scrape_jobs, tempo_scrape::TracingEndpointConsumerOptions options = {}) {
  return consume(application(std::move(scrape_jobs)), std::move(options));
}

inline Consumed consume_jobs(const char* scrape_jobs, tempo_scrape::TracingEndpointConsumerOptions options = {}) {
  return consume_jobs(std::string(scrape_jobs), std::move(options));
}

}  // namespace support
