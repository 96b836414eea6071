// SPDX-License-Identifier: Apache-2.0
// What a workload asks a tracing backend for, what the backend gives, and what is missing.
#pragma once

#include <algorithm>
#include <charms/tempo_coordinator_k8s/v0/tracing/receiver.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tracing_relations.hpp"

namespace explain {

/// The result for one relation of the interface `tracing`.
struct TracingExplanation {
  const TracingRelation* relation;
  std::optional<std::vector<tracing::ReceiverProtocol>> asked = {};
  std::optional<std::vector<tracing::Receiver>> given = {};
  std::vector<juju::Problem> problems = {};
};

namespace detail {

inline void add_problem(TracingExplanation& explanation, juju::Problem problem, const std::string& application,
                        const char* key) {
  problem.relation_id = explanation.relation->id;
  problem.application = application;
  problem.key = key;
  explanation.problems.push_back(std::move(problem));
}

inline bool gives(const std::vector<tracing::Receiver>& receivers, const std::string& protocol) {
  return std::any_of(receivers.begin(), receivers.end(),
                     [&](const tracing::Receiver& receiver) { return receiver.protocol.name == protocol; });
}

inline void add_missing(TracingExplanation& explanation) {
  const TracingRelation& relation = *explanation.relation;
  if (!explanation.asked || explanation.asked->empty()) return;
  const auto add = [&](std::string reason) {
    add_problem(explanation, {.reason = std::move(reason)}, relation.backend, tracing::wire.receivers);
  };
  if (!relation.given) {
    if (relation.shows_both) add("the backend has published none yet");
    return;
  }
  if (!explanation.given) return;
  for (const tracing::ReceiverProtocol& protocol : *explanation.asked) {
    if (!gives(*explanation.given, protocol.name())) add(protocol.name() + " is asked for and not given");
  }
}

}  // namespace detail

inline TracingExplanation explain(const TracingRelation& relation) {
  TracingExplanation explanation{.relation = &relation};
  std::vector<juju::Problem> problems;
  if (relation.asked) explanation.asked = tracing::parse_request(*relation.asked, problems);
  for (juju::Problem& problem : std::exchange(problems, {})) {
    detail::add_problem(explanation, std::move(problem), relation.workload, tracing::wire.receivers);
  }
  if (relation.given) explanation.given = tracing::parse_receivers(*relation.given, problems);
  for (juju::Problem& problem : problems) {
    detail::add_problem(explanation, std::move(problem), relation.backend, tracing::wire.receivers);
  }
  detail::add_missing(explanation);
  return explanation;
}

inline std::vector<TracingExplanation> explain(const std::vector<TracingRelation>& relations) {
  std::vector<TracingExplanation> explanations;
  explanations.reserve(relations.size());
  for (const TracingRelation& relation : relations) explanations.push_back(explain(relation));
  return explanations;
}

}  // namespace explain
