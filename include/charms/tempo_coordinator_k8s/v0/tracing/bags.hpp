// SPDX-License-Identifier: Apache-2.0
// The key `receivers` in the two application bags of a relation.
#pragma once

#include <algorithm>
#include <juju/model.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <charms/tempo_coordinator_k8s/v0/tracing/vocabulary.hpp>
#include <charms/tempo_coordinator_k8s/v0/tracing/wire.hpp>

namespace charms::tempo_coordinator_k8s::v0::tracing::detail {

/// Reads a text of `receivers`: `parse_request` or `parse_receivers`.
template <typename Value>
using Parser = std::optional<std::vector<Value>> (*)(std::string_view text, std::vector<Problem>& problems);

/// The list that the other side published; nothing if it published none, or an invalid one.
/// @param problems  get what is wrong.
template <typename Value>
std::optional<std::vector<Value>> read_remote(juju::Relation& relation, Parser<Value> parse,
                                              std::vector<Problem>& problems) {
  const std::string application = relation.application();
  if (application.empty()) return std::nullopt;
  const std::optional<std::string> text = relation.data(application).get(wire.receivers);
  if (!text) return std::nullopt;
  std::vector<Problem> found;
  std::optional<std::vector<Value>> list = parse(*text, found);
  for (Problem& problem : found) {
    problem.relation_id = relation.id();
    problem.application = application;
    problem.key = wire.receivers;
    problems.push_back(std::move(problem));
  }
  return list;
}

template <typename Value>
std::optional<std::vector<Value>> read_remote(juju::Relation& relation, Parser<Value> parse) {
  std::vector<Problem> problems;
  return read_remote(relation, parse, problems);
}

/// What is wrong with the lists that the other sides published.
template <typename Value>
std::vector<Problem> problems_of(const std::vector<juju::Relation*>& relations, Parser<Value> parse) {
  std::vector<Problem> problems;
  for (juju::Relation* relation : relations) read_remote(*relation, parse, problems);
  return problems;
}

/// Whether this application's bag has the list, in any order, and nothing invalid. Only the leader may read it.
template <typename Value>
bool is_published(juju::RelationDataBag& own_bag, const std::vector<Value>& list, Parser<Value> parse) {
  const std::optional<std::string> text = own_bag.get(wire.receivers);
  if (!text) return false;
  std::vector<Problem> problems;
  const std::optional<std::vector<Value>> published = parse(*text, problems);
  return published && problems.empty() &&
         std::is_permutation(published->begin(), published->end(), list.begin(), list.end());
}

}  // namespace charms::tempo_coordinator_k8s::v0::tracing::detail
