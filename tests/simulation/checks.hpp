// SPDX-License-Identifier: Apache-2.0
// Checks of the units in a settled model.
#pragma once

#include <map>

#include "expansion.hpp"

namespace simulation {

inline std::map<std::string, std::size_t> counts;  ///< The number of events and comparisons of each kind.

inline void require(bool holds, const std::string& failure) {
  if (!holds) throw std::runtime_error(failure);
}

/// The rest of the unit's latest line in the log that begins with `prefix`; empty if there is none.
inline std::string latest_line(TestModel& model, const std::string& unit, const std::string& prefix) {
  std::string latest;
  for (const auto& line : model.unit(unit).log()) {
    if (line.message.starts_with(prefix)) latest = line.message.substr(prefix.size());
  }
  return latest;
}

/// The endpoint that Tempo's leader must publish. If Tempo has no units, the published one, or null.
inline json endpoint_of(TestModel& model, const Integration& relation) {
  const std::string tempo = application_of(relation.second);
  if (model.units(tempo).empty()) return published(model, relation.id, tempo, "tempo_endpoint");
  const json config = config_of(model, tempo);
  return {{"hostname", config["hostname"]}, {"tempo_port", 3200}, {"otlp_grpc_port", config["grpc-port"]}};
}

/// Checks the receivers that Tempo's leader published: one for each protocol that a related workload requests.
/// @returns them; null if there are none.
inline json receivers_of(TestModel& model, const Integration& relation) {
  const std::string tempo = application_of(relation.second);
  const json receivers = published(model, relation.id, tempo, "receivers");
  if (model.units(tempo).empty()) return receivers;
  std::set<tracing::ReceiverProtocol> requested = {"otlp_http"};
  for (const Integration& other : model.relations()) {
    const std::string workload = application_of(other.first);
    if (other.second != relation.second) continue;
    const json asked = published(model, other.id, workload, "receivers");
    if (!model.units(workload).empty()) {
      const auto wanted = protocols_of(model.metadata(workload).name);
      requested.insert(wanted.begin(), wanted.end());
    } else if (!asked.is_null()) {
      for (const json& name : asked) requested.insert(name.get<std::string>());
    }
  }
  json expected = json::array();
  const auto host = config_of(model, tempo)["hostname"].get<std::string>();
  for (const auto& protocol : requested) {
    expected.push_back({{"protocol", {{"name", protocol.name()}, {"type", to_string(*protocol.transport())}}},
                        {"url", receiver_of(protocol, host).url}});
  }
  require(std::is_permutation(expected.begin(), expected.end(), receivers.begin(), receivers.end()),
          tempo + " publishes the receivers " + receivers.dump() + "\nand should publish " + expected.dump());
  return receivers;
}

/// Checks what Tempo's leader reported in a relation.
/// @param had_errors  whether it has ever reported an error there.
inline void check_event(TestModel& model, const Integration& relation, const Metrics& metrics, bool had_errors) {
  json expected = json::object();
  if (!metrics.rule_errors.empty()) expected = {{"valid", false}, {"errors", metrics.rule_errors}};
  if (!metrics.job_errors.empty()) expected["scrape_job_errors"] = metrics.job_errors;
  json event = published(model, relation.id, application_of(relation.second), "event");
  if (!expected.empty()) ++counts["reports of errors"];
  if (expected.empty() && had_errors) ++counts["reports that all is well"];
  if (expected.empty()) expected = had_errors ? json({{"valid", true}}) : json();
  if (event.is_object() && metrics.rule_errors.empty() && !metrics.job_errors.empty()) event.erase("valid");
  require(event == expected, "relation " + std::to_string(relation.id) + " has the event " + event.dump() +
                                 "\nand should have " + expected.dump());
}

/// @param reported  the relations in which an error was ever reported.
inline void check_metrics(TestModel& model, const std::string& unit, bool had_events, const std::set<int>& reported) {
  json expected = json::array();
  bool has_job_errors = false;
  std::vector<std::string> taken;
  for (const Integration& relation : model.relations()) {
    if (relation.second != application_of(unit) + ":metrics-endpoint") continue;
    if (model.units(application_of(relation.first)).empty()) continue;
    const Metrics metrics = metrics_of(model, relation, taken);
    expected.insert(expected.end(), metrics.jobs.begin(), metrics.jobs.end());
    const bool is_bare = config_of(model, application_of(relation.first))["bare"].get<bool>();
    if (is_bare && !metrics.jobs.empty()) ++counts["metrics without metadata compared"];
    has_job_errors |= !metrics.job_errors.empty();
    check_event(model, relation, metrics, reported.contains(relation.id));
  }
  model.unit(unit).inspect<Tempo>([&](Tempo& charm) {
    const json jobs = charm.metrics.jobs();
    require(jobs == expected, unit + " has the metrics " + jobs.dump() + "\nand should have " + expected.dump());
    const bool has_errors = charm.unit().is_leader() && has_job_errors;
    require(charm.metrics.has_invalid_scrape_jobs() == has_errors, unit + " misjudges the jobs");
    return 0;
  });
  if (!expected.empty()) ++counts["metrics compared"];
  const std::string latest = latest_line(model, unit, "metrics: ");
  const bool is_current = latest == expected.dump() || (latest.empty() && expected.empty());
  require(is_current || !had_events, unit + " had no event for its latest metrics");
}

/// Checks that the unit has the jobs of the related workloads, and had an event for them.
inline void check_tempo(TestModel& model, const std::string& unit, bool had_events) {
  const json expected = expand(model, application_of(unit));
  const json jobs = model.unit(unit).inspect<Tempo>([](Tempo& charm) { return charm.scrape.jobs(); });
  require(jobs == expected, unit + " has the jobs " + jobs.dump() + "\nand should have " + expected.dump());
  if (!jobs.empty()) ++counts["jobs compared"];
  const std::string status = model.unit(unit).status().message;
  const bool is_current = status == jobs.dump() || (status.empty() && jobs.empty());
  require(is_current || !had_events, unit + " had no event for its latest jobs");
}

/// Checks that the unit has the endpoints and receivers of the related Tempos, and had an event for each relation. For
/// an endpoint of tempo_scrape the oldest relation counts.
inline void check_workload(TestModel& model, const std::string& unit, bool had_events) {
  json expected = {nullptr, nullptr, json::object()};
  for (const Integration& relation : model.relations()) {
    const bool is_traces = relation.first.ends_with(":tracing");
    if (application_of(relation.first) != application_of(unit) || relation.first.ends_with(":metrics-endpoint"))
      continue;
    const json known = is_traces ? receivers_of(model, relation) : endpoint_of(model, relation);
    if (known.is_null()) continue;
    json& of_endpoint = expected[relation.first.ends_with(":tempo-scrape") ? 0 : 1];
    if (is_traces) expected[2][std::to_string(relation.id)] = known;
    if (!is_traces && of_endpoint.is_null()) of_endpoint = known;
    const std::string prefix = "relation " + std::to_string(relation.id) + ": ";
    require(!had_events || latest_line(model, unit, prefix) == known.dump(),
            unit + " had no event for the latest endpoint of " + prefix + known.dump());
    ++counts[is_traces ? "receivers compared" : "endpoints compared"];
  }
  const json known = model.unit(unit).inspect<Workload>([&](Workload& charm) {
    const auto text = [](const auto& endpoint) { return endpoint ? json(*endpoint) : json(); };
    json all = {text(charm.first.endpoint()), text(charm.second.endpoint()), json::object()};
    for (juju::Relation* relation : charm.model().relations("tracing")) {
      const auto receivers = charm.traces.get_all_endpoints(*relation);
      if (receivers) all[2][std::to_string(relation->id())] = tracing::to_json_array(*receivers);
    }
    return all;
  });
  require(known == expected, unit + " has the endpoints " + known.dump() + " and should have " + expected.dump());
}

/// @param had_events  whether the unit must have had an event for the latest change. False after a skipped hook.
inline void check_unit(TestModel& model, const std::string& unit, bool had_events, const std::set<int>& reported) {
  const bool defers = config_of(model, application_of(unit))["defer"].get<bool>();
  (is_tempo(unit) ? check_tempo : check_workload)(model, unit, had_events && !defers);
  if (is_tempo(unit)) check_metrics(model, unit, had_events && !defers, reported);
  const std::vector<juju::Notice> deferred = model.unit(unit).deferred();
  require(defers || deferred.empty(), unit + " keeps a deferred event");
  for (const juju::Notice& notice : deferred) {
    require(std::count(deferred.begin(), deferred.end(), notice) == 1, unit + " keeps a deferred event twice");
  }
}

}  // namespace simulation
