// SPDX-License-Identifier: Apache-2.0
// The edge: what an application and its units published becomes values that are valid, or problems.
#pragma once

#include <juju/relation.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <charms/tempo_k8s/v0/tempo_scrape/vocabulary.hpp>
#include <charms/tempo_k8s/v0/tempo_scrape/wire.hpp>

namespace charms::tempo_k8s::v0::tempo_scrape {

/// The model that the reader is in. Within it Juju's own names stand, whatever an application says of itself.
struct OwnModel {
  std::string name = {};
  std::string uuid = {};
};

namespace detail {

/// The most bytes of a name or an address that was published: each is written many times. Those of Juju and of the DNS
/// are far shorter.
inline constexpr std::size_t most_name_bytes = 1024;

inline constexpr const char* not_a_name = "not a text of at most 1024 bytes";

/// Whether `text` (any bytes) can be a name.
inline bool is_name(const std::string& text) {
  return text.size() <= most_name_bytes && juju::is_utf8(text) && juju::is_text(text);
}

}  // namespace detail

/// Reads what one related application and its units published.
class RelatedApplication {
 public:
  /// @param application  Juju's name of it; in another model an alias.
  /// @param bag          the application's data bag. Only the keys of the wire are looked at.
  RelatedApplication(juju::RelationId relation_id, std::string application, const juju::StringMap& bag,
                     const OwnModel& own_model, const ScrapeJobGrammar& grammar) {
    read_.relation_id = relation_id;
    read_.application = std::move(application);
    read_jobs(bag, grammar);
    if (!read_.jobs.empty() || bag.contains(wire::alert_rules)) read_topology(bag, own_model);
  }

  /// Reads a unit's data bag. Units are to come in natural order.
  /// @param unit  Juju's name of it.
  void read_unit(const std::string& unit, const juju::StringMap& bag) {
    std::string name = unit_name(unit, bag);
    const auto [key, text] = published_address(bag);
    if (text.empty()) return;
    std::optional<Host> host = detail::is_name(text) ? parse_address(text) : std::nullopt;
    if (!host) return report(unit, key, "not a usable address");
    read_.units.push_back({std::move(name), *std::move(host)});
  }

  const ScrapedApplication& scraped() const { return read_; }
  const std::vector<Problem>& problems() const { return problems_; }

 private:
  void read_jobs(const juju::StringMap& bag, const ScrapeJobGrammar& grammar) {
    const auto text = bag.find(wire::scrape_jobs);
    if (text == bag.end()) return;
    const juju::Parsed<nlohmann::json> list = juju::parse_json(text->second);
    if (!list) return report({}, wire::scrape_jobs, to_string(list.error));
    std::vector<Problem> problems;
    read_.jobs = detail::read_scrape_jobs(*list, grammar, problems);
    for (const PlacedScrapeJob& placed : read_.jobs) detail::report_dropped_keys(problems, placed);
    for (Problem& problem : problems) report({}, wire::scrape_jobs, problem.reason, std::move(problem.pointer));
  }

  void read_topology(const juju::StringMap& bag, const OwnModel& own_model) {
    std::optional<juju::Topology> published = published_topology(bag);
    if (!published) {
      read_.topology.application = read_.application;
      return;
    }
    read_.topology = *std::move(published);
    if (read_.topology.model_uuid != own_model.uuid) {
      published_names_stand_ = true;
      return;
    }
    prefer(read_.topology.model, own_model.name, "/model");
    prefer(read_.topology.application, read_.application, "/application");
  }

  /// Within a model Juju knows better.
  void prefer(std::string& published, const std::string& known, const char* pointer) {
    if (known.empty() || published == known) return;
    report({}, wire::scrape_metadata, "not the name that Juju has for it; Juju's is taken", pointer);
    published = known;
  }

  std::optional<juju::Topology> published_topology(const juju::StringMap& bag) {
    const auto refuse = [&](const std::string& reason, std::string pointer = {}) {
      report({}, wire::scrape_metadata, reason + "; labelled with what Juju tells", std::move(pointer));
      return std::nullopt;
    };
    const auto text = bag.find(wire::scrape_metadata);
    if (text == bag.end()) return refuse("absent");
    const juju::Parsed<nlohmann::json> parsed = juju::parse_json(text->second);
    if (!parsed) return refuse(to_string(parsed.error));
    if (!parsed->is_object()) return refuse("not an object");
    const auto text_at = [&](const char* key) { return text_in(detail::member(*parsed, key)); };
    juju::Topology topology{.model = text_at("model"),
                            .model_uuid = text_at("model_uuid"),
                            .application = text_at("application"),
                            .charm_name = text_at("charm_name")};
    if (topology.model.empty()) return refuse(detail::not_a_name, "/model");
    if (topology.model_uuid.empty()) return refuse(detail::not_a_name, "/model_uuid");
    if (topology.application.empty()) return refuse(detail::not_a_name, "/application");
    const nlohmann::json& charm_name = detail::member(*parsed, "charm_name");
    if (topology.charm_name.empty() && !charm_name.is_null() && charm_name != "") {
      report({}, wire::scrape_metadata, detail::not_a_name, "/charm_name");
    }
    return topology;
  }

  static std::string text_in(const nlohmann::json& value) {
    return value.is_string() && detail::is_name(value.get_ref<const std::string&>()) ? value.get<std::string>() : "";
  }

  std::string unit_name(const std::string& unit, const juju::StringMap& bag) {
    const auto published = bag.find(wire::unit_name);
    if (published == bag.end() || published->second.empty() || published->second == unit) return unit;
    if (!detail::is_name(published->second)) {
      report(unit, wire::unit_name, std::string(detail::not_a_name) + "; Juju's name is taken");
      return unit;
    }
    if (published_names_stand_) return published->second;
    report(unit, wire::unit_name, "not the name that Juju has for it; Juju's is taken");
    return unit;
  }

  static std::pair<std::string, std::string> published_address(const juju::StringMap& bag) {
    for (const char* key : {wire::unit_address, wire::older_unit_address}) {
      const auto text = bag.find(key);
      if (text != bag.end() && !text->second.empty()) return {key, text->second};
    }
    return {};
  }

  void report(const std::string& unit, std::string key, std::string reason, std::string pointer = {}) {
    problems_.push_back({.relation_id = read_.relation_id,
                         .application = read_.application,
                         .unit = unit,
                         .key = std::move(key),
                         .pointer = std::move(pointer),
                         .reason = std::move(reason)});
  }

  ScrapedApplication read_;
  std::vector<Problem> problems_;
  bool published_names_stand_ = false;
};

}  // namespace charms::tempo_k8s::v0::tempo_scrape
