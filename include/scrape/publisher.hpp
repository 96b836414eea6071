// SPDX-License-Identifier: Apache-2.0
// What a workload publishes: the part of a provider that the libraries share.
#pragma once

#include <juju/charm.hpp>
#include <juju/file.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <scrape/alert_rule_files.hpp>
#include <scrape/job_reader.hpp>
#include <scrape/scrape_metadata.hpp>
#include <scrape/wire.hpp>

namespace scrape {

/// The texts of a unit's data bag. A key with an empty text is removed.
using UnitKeys = std::vector<std::pair<const char*, std::string>>;

/// Publishes jobs, metadata, alert rules and unit keys in all relations of one endpoint. Writes only what differs.
class Publisher {
 public:
  Publisher(const juju::Host& host, const Wire& wire, std::string relation_name)
      : host_(host), wire_(wire), relation_name_(std::move(relation_name)) {}

  std::vector<juju::Relation*> relations() { return host_.model.relations(relation_name_); }

  /// Calls `publish()` on relation-created and -joined, upgrade-charm, leader-elected, config-changed, update-status,
  /// each container's pebble-ready and the refresh events. A provider observes relation-changed itself.
  template <typename Publish>
  void observe(const std::vector<juju::AnyEventSource>& refresh_events, Publish publish) {
    const juju::CharmEvents& juju_events = host_.framework.on();
    const juju::RelationEvents relation_events = juju_events[relation_name_];
    std::vector<juju::AnyEventSource> events = {relation_events.relation_created, relation_events.relation_joined,
                                                juju_events.upgrade_charm,        juju_events.leader_elected,
                                                juju_events.config_changed,       juju_events.update_status};
    for (const std::string& container : host_.metadata.containers) {
      events.push_back(juju_events.pebble_ready(container));
    }
    events.insert(events.end(), refresh_events.begin(), refresh_events.end());
    host_.framework.observe(events, [publish](juju::Event&) { publish(); });
  }

  /// Replaces the jobs.
  /// @throws InvalidScrapeJobError  if a job is invalid, or two have one name.
  void require_jobs(std::vector<ScrapeJob> jobs) {
    detail::require_none(problems_of(jobs));
    take_jobs(std::move(jobs));
  }

  /// Replaces the jobs if there are no problems.
  /// @returns the problems of the jobs, including those in `jobs`.
  std::vector<juju::Problem> set_jobs(ScrapeJobs jobs) {
    for (juju::Problem& problem : problems_of(jobs.jobs)) jobs.problems.push_back(std::move(problem));
    jobs_.reset();
    if (jobs.problems.empty()) take_jobs(std::move(jobs.jobs));
    return std::move(jobs.problems);
  }

  /// The jobs to publish. Null while they are invalid: then the published jobs stay.
  const std::vector<ScrapeJob>* jobs() const { return jobs_ ? &*jobs_ : nullptr; }

  /// What is wrong with jobs of the charm's author.
  std::vector<juju::Problem> problems_of(const std::vector<ScrapeJob>& jobs) const {
    return scrape::problems_of(jobs, job_rules(wire_));
  }

  /// Logs what is not published of the jobs, and what is valid but rarely wanted.
  void warn_of(const std::vector<ScrapeJob>& jobs) {
    std::string dropped;
    for (const ScrapeJob& job : jobs) {
      for (const std::string& key : job.dropped_keys) dropped += " " + juju::printable(key);
      warn_of(job);
    }
    if (!dropped.empty()) log_once(juju::LogLevel::warning, "keys of scrape jobs that are not published:" + dropped);
  }

  /// The topology that the application publishes.
  juju::Topology topology() {
    return {.model = host_.model.name(),
            .model_uuid = host_.model.uuid(),
            .application = host_.model.app().name(),
            .unit = host_.model.unit_name(),
            .charm_name = host_.metadata.name};
  }

  /// A directory of the charm. Empty if it is relative and the charm directory is not known.
  std::string charm_path(const std::string& directory) const {
    const bool has_base = directory.starts_with('/') || !host_.metadata.charm_directory.empty();
    return has_base ? juju::join_path(host_.metadata.charm_directory, directory) : std::string();
  }

  void publish_unit(juju::Relation& relation, const UnitKeys& keys) {
    juju::RelationDataBag& bag = relation.data(host_.model.unit_name());
    for (const auto& [key, text] : keys) {
      if (bag.get(key).value_or("") != text) bag.set(key, text);
    }
  }

  /// Publishes metadata, jobs and alert rules in these relations. Only the leader may.
  /// @param jobs  a JSON array; null keeps the published jobs.
  void publish_application(const std::vector<juju::Relation*>& relations, const nlohmann::json& jobs,
                           const AlertRuleFiles& alert_rules) {
    const nlohmann::json metadata = scrape_metadata(topology());
    for (juju::Relation* relation : relations) {
      juju::RelationDataBag& bag = application_bag(*relation);
      nlohmann::json before = published(bag, wire_.scrape_metadata);
      // `unit` is the leader that wrote it. No reader uses it, and each change costs every unit of the other side a
      // hook.
      if (juju::member(before, "unit").is_string()) before["unit"] = metadata["unit"];
      if (before != metadata) write(bag, wire_.scrape_metadata, metadata);
      if (!jobs.is_null() && published(bag, wire_.scrape_jobs) != jobs) write(bag, wire_.scrape_jobs, jobs);
    }
    publish_alert_rules(relations, alert_rules);
  }

  /// Publishes alert rules in these relations, and logs the problems of their files. Only the leader may.
  void publish_alert_rules(const std::vector<juju::Relation*>& relations, const AlertRuleFiles& files) {
    for (const juju::Problem& problem : files.problems) log_once(juju::LogLevel::warning, to_string(problem));
    for (juju::Relation* relation : relations) {
      juju::RelationDataBag& bag = application_bag(*relation);
      const nlohmann::json before = published(bag, wire_.alert_rules);
      const nlohmann::json rules =
          wire_.empty_alert_rules ? files.to_publish_or_empty(before) : files.to_publish(before);
      const bool are_absent = !wire_.empty_alert_rules && rules["groups"].empty() && !bag.get(wire_.alert_rules);
      if (!are_absent && rules != before) write(bag, wire_.alert_rules, rules);
    }
  }

  /// Logs each message once in a hook.
  void log_once(juju::LogLevel level, const std::string& message) {
    if (logged_.insert(message).second) host_.model.log().write(level, message);
  }

 private:
  void take_jobs(std::vector<ScrapeJob> jobs) {
    jobs_ = std::move(jobs);
    warn_of(*jobs_);
  }

  void warn_of(const ScrapeJob& job) {
    const auto warn = [&](const char* reason) {
      log_once(juju::LogLevel::warning, "the scrape job '" + juju::printable(job.job_name) + "' " + reason);
    };
    if (job.job_name.find(host_.model.unit_name()) != std::string::npos) {
      warn("is named after a unit: its series will break when the leader changes");
    }
    const auto timeout = parse_duration(job.scrape_timeout);
    if (timeout && *timeout > 60'000 && job.scrape_interval.empty()) {
      warn("has a timeout of over a minute, longer than the interval of most scrapers: give it a scrape_interval too");
    }
  }

  juju::RelationDataBag& application_bag(juju::Relation& relation) { return relation.data(host_.model.app().name()); }

  static nlohmann::json published(juju::RelationDataBag& bag, const char* key) {
    return juju::parse_json(bag.get(key).value_or("null")).value.value_or(nlohmann::json());
  }

  static void write(juju::RelationDataBag& bag, const char* key, const nlohmann::json& value) {
    bag.set(key, juju::to_yaml_safe_json(value));
  }

  juju::Host host_;
  const Wire& wire_;
  std::string relation_name_;
  std::optional<std::vector<ScrapeJob>> jobs_;
  std::set<std::string> logged_;
};

}  // namespace scrape
