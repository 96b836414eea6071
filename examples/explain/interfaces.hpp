// SPDX-License-Identifier: Apache-2.0
// The interface of a relation, from the keys in its data bags.
#pragma once

#include <algorithm>
#include <array>
#include <charms/prometheus_k8s/v0/prometheus_scrape/wire.hpp>
#include <charms/tempo_coordinator_k8s/v0/tracing/wire.hpp>
#include <charms/tempo_k8s/v0/tempo_scrape/wire.hpp>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "show_unit.hpp"

namespace explain {

namespace tempo_scrape = charms::tempo_k8s::v0::tempo_scrape;
namespace prometheus_scrape = charms::prometheus_k8s::v0::prometheus_scrape;
namespace tracing = charms::tempo_coordinator_k8s::v0::tracing;

enum class Interface { tempo_scrape, prometheus_scrape, tracing };

/// The names of an interface that scrapes.
inline const scrape::Wire& wire_of(Interface interface) {
  return interface == Interface::prometheus_scrape ? prometheus_scrape::wire : tempo_scrape::wire;
}

/// The key of the scraper's application bag.
inline const char* scraper_key(Interface interface) {
  return interface == Interface::prometheus_scrape ? prometheus_scrape::event_key : tempo_scrape::tempo_endpoint_key;
}

/// The default endpoints of the three interfaces.
inline std::vector<std::string> default_endpoints() {
  return {tempo_scrape::wire.relation_name, prometheus_scrape::wire.relation_name};
}

namespace detail {

/// One unit's end of a relation.
struct End {
  const ShownUnit* unit;
  const ShownRelation* relation;

  std::string application() const { return juju::application_of(unit->name); }
};

/// Identifies a relation: by its id or, without an id, by its two applications.
using RelationKey = std::pair<juju::RelationId, std::string>;
using EndsByRelation = std::map<RelationKey, std::vector<End>>;

inline bool has_any(const juju::StringMap& bag, std::initializer_list<const char*> keys) {
  return std::any_of(keys.begin(), keys.end(), [&](const char* key) { return bag.contains(key); });
}

inline bool is_of_workload_unit(const juju::StringMap& bag, const scrape::Wire& wire) {
  return has_any(bag, {wire.unit_name, wire.unit_address, wire.older_unit_address});
}

/// The keys are the same in both interfaces that scrape.
inline bool is_of_workload_application(const juju::StringMap& bag) {
  constexpr const scrape::Wire& wire = tempo_scrape::wire;
  return has_any(bag, {wire.scrape_jobs, wire.scrape_metadata, wire.alert_rules});
}

inline bool has_workload_unit(const ShownRelation& relation, Interface interface) {
  const scrape::Wire& wire = wire_of(interface);
  return std::any_of(relation.related_units.begin(), relation.related_units.end(),
                     [&](const auto& unit) { return is_of_workload_unit(unit.second, wire); });
}

/// The interface that an entry of the dump shows. Nothing if it has no key of one interface only.
inline std::optional<Interface> interface_of(const ShownRelation& relation) {
  constexpr std::array<Interface, 2> scraping = {Interface::tempo_scrape, Interface::prometheus_scrape};
  for (const Interface interface : scraping) {
    const bool has_unit = is_of_workload_unit(relation.own_data, wire_of(interface));
    if (has_unit || has_workload_unit(relation, interface)) return interface;
  }
  for (const Interface interface : scraping) {
    if (relation.application_data.contains(scraper_key(interface))) return interface;
  }
  const bool is_tracing = relation.application_data.contains(tracing::wire.receivers);
  if (is_tracing && !is_of_workload_application(relation.application_data)) return Interface::tracing;
  return std::nullopt;
}

/// The interface of each relation. All relations of an application's endpoint have the same interface.
class Interfaces {
 public:
  explicit Interfaces(const EndsByRelation& relations) {
    for (const auto& [key, ends] : relations) {
      const std::optional<Interface> shown = shown_by(ends);
      for (const End& end : ends) {
        if (shown) known_.emplace(std::pair(end.application(), end.relation->endpoint), *shown);
      }
    }
  }

  /// The interface of the relation with these ends. If it is unknown, it follows from the name of the endpoint.
  Interface of(const std::vector<End>& ends) const {
    if (const std::optional<Interface> shown = shown_by(ends)) return *shown;
    for (const End& end : ends) {
      const auto known = known_.find({end.application(), end.relation->endpoint});
      if (known != known_.end()) return known->second;
    }
    const bool is_prometheus = std::any_of(ends.begin(), ends.end(), [](const End& end) {
      return end.relation->endpoint == prometheus_scrape::wire.relation_name ||
             end.relation->related_endpoint == prometheus_scrape::wire.relation_name;
    });
    return is_prometheus ? Interface::prometheus_scrape : Interface::tempo_scrape;
  }

 private:
  static std::optional<Interface> shown_by(const std::vector<End>& ends) {
    std::optional<Interface> shown;
    for (const End& end : ends) {
      const std::optional<Interface> here = interface_of(*end.relation);
      if (here && (!shown || *here < *shown)) shown = here;
    }
    return shown;
  }

  std::map<std::pair<std::string, std::string>, Interface> known_;
};

}  // namespace detail
}  // namespace explain
