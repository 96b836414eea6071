// SPDX-License-Identifier: Apache-2.0
// The checks of a scraper: what it refuses is left out of what was read.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <scrape/published.hpp>
#include <string>
#include <utility>
#include <vector>

#include <charms/prometheus_k8s/v0/prometheus_scrape/credentials.hpp>
#include <charms/prometheus_k8s/v0/prometheus_scrape/wire.hpp>

namespace charms::prometheus_k8s::v0::prometheus_scrape {

/// Calls the checks of a scraper's author, each at most once for a relation.
class Checks {
 public:
  /// Returns why jobs or rules are refused, or nothing.
  using Check = std::function<std::optional<std::string>(const nlohmann::json&)>;

  Checks(Check check_jobs, Check check_rules)
      : check_jobs_(std::move(check_jobs)), check_rules_(std::move(check_rules)) {}

  /// Leaves out what a check refuses, with a problem.
  void apply(scrape::Published& published, juju::Model& model) {
    if (check_jobs_) check_jobs(published, model);
    if (check_rules_) check_rules(published, model);
  }

  /// What makes jobs or rules of a relation disappear, in at most 4 KiB; empty if nothing does.
  /// @param key  of the relation's data: `scrape_jobs` or `alert_rules`.
  static std::string errors(juju::RelationId id, const std::string& key, const std::vector<juju::Problem>& problems) {
    std::string errors;
    for (const juju::Problem& problem : problems) {
      if (!problem.skips_entry || problem.relation_id != id || problem.key != key) continue;
      const juju::Problem shown{.key = key, .pointer = problem.pointer, .reason = problem.reason};
      errors += (errors.empty() ? "" : "; ") + to_string(shown);
      if (errors.size() > max_feedback_bytes) break;
    }
    return detail::cut(errors);
  }

 private:
  using Refusals = std::map<juju::RelationId, std::optional<std::string>>;

  void check_jobs(scrape::Published& published, juju::Model& model) {
    std::map<juju::RelationId, nlohmann::json> jobs;
    for (const scrape::ScrapeConfig& config : published.scrape_configs) {
      if (!job_refusals_.contains(config.relation_id)) append_json(jobs[config.relation_id], config);
    }
    for (const auto& [id, of_relation] : jobs) {
      std::optional<std::string> refusal = check_jobs_(of_relation);
      if (refusal) refusal = Credentials(of_relation).hide_in(*refusal);
      job_refusals_.emplace(id, std::move(refusal));
    }
    leave_out(published.scrape_configs, job_refusals_, wire.scrape_jobs, published.problems, model);
  }

  void check_rules(scrape::Published& published, juju::Model& model) {
    for (const scrape::RelationAlerts& alerts : published.alerts) {
      if (rule_refusals_.contains(alerts.relation_id)) continue;
      nlohmann::json rules = juju::empty_object();
      rules["groups"] = alerts.groups;
      std::optional<std::string> refusal = check_rules_(rules);
      if (refusal) refusal = Credentials(juju::empty_array()).hide_in(*refusal);
      rule_refusals_.emplace(alerts.relation_id, std::move(refusal));
    }
    leave_out(published.alerts, rule_refusals_, wire.alert_rules, published.problems, model);
  }

  template <typename Entry>
  static void leave_out(std::vector<Entry>& entries, const Refusals& refusals, const char* key,
                        std::vector<juju::Problem>& problems, juju::Model& model) {
    for (const auto& [id, refusal] : refusals) {
      const auto is_of_relation = [relation_id = id](const Entry& entry) { return entry.relation_id == relation_id; };
      if (!refusal || std::erase_if(entries, is_of_relation) == 0) continue;
      juju::Relation* relation = model.relation(id);
      problems.push_back({.relation_id = id,
                          .application = relation == nullptr ? std::string() : relation->application(),
                          .key = key,
                          .reason = "refused: " + *refusal,
                          .skips_entry = true});
    }
  }

  Check check_jobs_;
  Check check_rules_;
  Refusals job_refusals_;
  Refusals rule_refusals_;
};

}  // namespace charms::prometheus_k8s::v0::prometheus_scrape
