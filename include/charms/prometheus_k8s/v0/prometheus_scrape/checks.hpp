// SPDX-License-Identifier: Apache-2.0
// The checks of a scraper: what it refuses is left out of what was read.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <scrape/credentials.hpp>
#include <scrape/published.hpp>
#include <string>
#include <utility>
#include <vector>

#include <charms/prometheus_k8s/v0/prometheus_scrape/feedback.hpp>
#include <charms/prometheus_k8s/v0/prometheus_scrape/wire.hpp>

namespace charms::prometheus_k8s::v0::prometheus_scrape {

/// What makes jobs or alert rules disappear, by relation. Each text has at most 4 KiB.
inline std::map<juju::RelationId, Feedback> errors_by_relation(const std::vector<juju::Problem>& problems) {
  std::map<juju::RelationId, Feedback> errors;
  for (const juju::Problem& problem : problems) {
    if (!problem.skips_entry || !problem.relation_id) continue;
    Feedback& of_relation = errors[*problem.relation_id];
    std::string& text = problem.key == wire.alert_rules ? of_relation.errors : of_relation.scrape_job_errors;
    if (text.size() >= max_feedback_bytes) continue;
    const juju::Problem shown{.key = problem.key, .pointer = problem.pointer, .reason = problem.reason};
    text += (text.empty() ? "" : "; ") + to_string(shown);
    text.resize(juju::cut(text, max_feedback_bytes).size());
  }
  return errors;
}

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

 private:
  using Refusals = std::map<juju::RelationId, std::optional<std::string>>;

  void check_jobs(scrape::Published& published, juju::Model& model) {
    std::map<juju::RelationId, nlohmann::json> jobs;
    for (const scrape::ScrapeConfig& config : published.scrape_configs) {
      if (!job_refusals_.contains(config.relation_id)) append_json(jobs[config.relation_id], config);
    }
    for (const auto& [id, of_relation] : jobs) {
      job_refusals_.emplace(id, refusal(check_jobs_, of_relation));
    }
    leave_out(published.scrape_configs, job_refusals_, wire.scrape_jobs, published.problems, model);
  }

  void check_rules(scrape::Published& published, juju::Model& model) {
    for (const scrape::RelationAlerts& alerts : published.alerts) {
      if (rule_refusals_.contains(alerts.relation_id)) continue;
      nlohmann::json rules = juju::empty_object();
      rules["groups"] = alerts.groups;
      rule_refusals_.emplace(alerts.relation_id, refusal(check_rules_, rules));
    }
    leave_out(published.alerts, rule_refusals_, wire.alert_rules, published.problems, model);
  }

  /// Why `check` refuses jobs or rules, as it may be published: printable, of at most 4 KiB, without credentials.
  static std::optional<std::string> refusal(const Check& check, const nlohmann::json& checked) {
    const std::optional<std::string> text = check(checked);
    if (!text) return std::nullopt;
    const std::string hidden = scrape::Credentials(checked)
                                   .hide_in(*text, max_feedback_bytes)
                                   .value_or("the check failed; its message is not shown");
    const std::string shown = juju::printable(hidden, max_feedback_bytes);
    return std::string(juju::cut(shown, max_feedback_bytes));
  }

  template <typename Entry>
  static void leave_out(std::vector<Entry>& entries, const Refusals& refusals, const char* key,
                        std::vector<juju::Problem>& problems, juju::Model& model) {
    for (const auto& [id, why] : refusals) {
      const auto is_of_relation = [relation_id = id](const Entry& entry) { return entry.relation_id == relation_id; };
      if (!why || std::erase_if(entries, is_of_relation) == 0) continue;
      juju::Relation* relation = model.relation(id);
      problems.push_back({.relation_id = id,
                          .application = relation == nullptr ? std::string() : relation->application(),
                          .key = key,
                          .reason = "refused: " + *why,
                          .skips_entry = true});
    }
  }

  Check check_jobs_;
  Check check_rules_;
  Refusals job_refusals_;
  Refusals rule_refusals_;
};

}  // namespace charms::prometheus_k8s::v0::prometheus_scrape
