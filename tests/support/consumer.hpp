// SPDX-License-Identifier: Apache-2.0
// What a Tempo charm makes of what its related applications published, in one call.
#pragma once

#include <charms/tempo_k8s/v0/tempo_scrape.hpp>
#include <juju/testing.hpp>
#include <string>
#include <utility>
#include <vector>

#include <support/catch.hpp>

namespace support {

namespace tempo_scrape = charms::tempo_k8s::v0::tempo_scrape;
using juju::testing::RelationState;
using tempo_scrape::Problem;
using Lines = std::vector<std::string>;

struct Tempo final : juju::CharmBase {
  explicit Tempo(juju::Framework& framework, tempo_scrape::TracingEndpointConsumerOptions options = {})
      : CharmBase(framework), scrape(*this, std::move(options)) {}

  tempo_scrape::TracingEndpointConsumer<Tempo> scrape;
};

inline const juju::Metadata tempo_metadata{.name = "tempo",
                                           .relations = {{"tracing", {juju::RelationRole::requires_, "tempo_scrape"}}}};

/// The model of `application()`. Tempo's own is another, unless a test says so.
inline constexpr const char* model_uuid = "1234567890-uuid";

inline const juju::StringMap app_metadata = {
    {"scrape_metadata",
     R"({"model": "dev", "model_uuid": "1234567890-uuid", "application": "app", "unit": "app/0", "charm_name": "k8s"})"}};

/// The bag of a unit with this name and address.
inline juju::StringMap unit_bag(const std::string& name, const std::string& address) {
  return {{"tempo_scrape_unit_name", name}, {"tempo_scrape_unit_address", address}};
}

/// An application whose relation, topology and unit `app/0` at 10.1.0.1 are as they should be.
inline RelationState application(std::string scrape_jobs, juju::RelationId id = 1) {
  RelationState relation{.id = id, .endpoint = "tracing", .remote_application = "app"};
  relation.remote_application_data = app_metadata;
  relation.remote_application_data["scrape_jobs"] = std::move(scrape_jobs);
  relation.remote_units["app/0"] = unit_bag("app/0", "10.1.0.1");
  return relation;
}

/// A problem's place: "1 app scrape_jobs /0/static_configs", "1 app/0 tempo_scrape_unit_address".
inline std::string place_of(const Problem& problem) {
  std::string place = problem.relation_id ? std::to_string(*problem.relation_id) : "-";
  place += " " + (problem.unit.empty() ? problem.application : problem.unit) + " " + problem.key;
  return problem.pointer.empty() ? place : place + " " + problem.pointer;
}

/// What a consumer gave.
struct Consumed {
  nlohmann::json jobs = {};
  std::vector<Problem> problems = {};

  Lines places() const {
    Lines all;
    for (const Problem& problem : problems) all.push_back(place_of(problem));
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

  /// The values of one label, config by config; "-" where it is absent.
  Lines label(const std::string& name) const {
    Lines all;
    for (const auto& job : jobs) {
      for (const auto& config : job["static_configs"]) all.push_back(config["labels"].value(name, "-"));
    }
    return all;
  }
};

/// Runs a consumer on these relations, with whatever their bags hold.
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

/// Runs a consumer on the application with these jobs.
inline Consumed consume_jobs(std::string scrape_jobs, tempo_scrape::TracingEndpointConsumerOptions options = {}) {
  return consume(application(std::move(scrape_jobs)), std::move(options));
}

inline Consumed consume_jobs(const char* scrape_jobs, tempo_scrape::TracingEndpointConsumerOptions options = {}) {
  return consume_jobs(std::string(scrape_jobs), std::move(options));
}

inline const Lines none = {};

}  // namespace support
