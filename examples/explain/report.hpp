// SPDX-License-Identifier: Apache-2.0
// Prints the explanation for an operator. Untrusted text is printed with juju::printable.
#pragma once

#include <algorithm>
#include <cstddef>
#include <iomanip>
#include <string>
#include <vector>

#include "event_report.hpp"
#include "hints.hpp"
#include "output.hpp"
#include "scrapers.hpp"
#include "words.hpp"

namespace explain {
namespace detail {

/// Prints one relation.
class Section {
 public:
  Section(Output& out, const Explanation& explanation)
      : out_(out), explanation_(explanation), relation_(*explanation.relation) {
    for (const auto& [unit, bag] : relation_.units) widen(unit);
    for (const std::string& unit : relation_.gone_units) widen(unit);
    for (const nlohmann::json& job : explanation.jobs) {
      for (const nlohmann::json& config : job["static_configs"]) widen(unit_of(config));
    }
  }

  void print() {
    print_heading();
    if (relation_.interface == Interface::tempo_scrape && !relation_.shows_scraper()) print_endpoint();
    print_units();
    print_jobs();
    if (explanation_.alert_groups > 0) {
      out_.stream << "  alert rules: " << explanation_.alert_rules << " in "
                  << counted(explanation_.alert_groups, "group") << "\n";
    }
    for (const Problem& problem : explanation_.problems) detail::print(out_, problem);
    print_event();
  }

 private:
  void widen(const std::string& name) { width_ = std::max(width_, std::min<std::size_t>(name.size(), 60)); }

  std::string unit_of(const nlohmann::json& static_config) const {
    const char* otherwise = explanation_.scraped.has_topology_labels ? "(fixed)" : "(no label)";
    return juju::printable(static_config["labels"].value("juju_unit", otherwise));
  }

  /// Starts a line about a unit.
  std::ostream& line(const std::string& unit) {
    return out_.stream << "    " << std::left << std::setw(static_cast<int>(width_)) << unit << "  ";
  }

  std::string scraper() const { return name_or(relation_.scraper, "the scraper"); }

  void print_heading() {
    std::string heading = "relation " + (relation_.has_id ? std::to_string(relation_.id) : "(of unknown id)") + ": " +
                          name_or(relation_.workload, "an application that the dump does not name");
    if (!relation_.shows_scraper()) heading += ", related to " + scraper();
    out_.stream << "\n" << out_.bold(heading);
    const juju::Topology& topology = explanation_.scraped.topology;
    std::vector<std::string> remarks;
    if (relation_.cross_model) remarks.push_back("in another model");
    if (topology.application != relation_.workload && !topology.application.empty()) {
      remarks.push_back("application " + topology.application);
    }
    if (!topology.charm_name.empty()) remarks.push_back("charm " + topology.charm_name);
    if (!topology.model.empty()) remarks.push_back("model " + topology.model);
    if (!remarks.empty()) out_.stream << " (" << listed(remarks, ", ") << ")";
    out_.stream << "\n";
    if (relation_.is_side_guessed) {
      out_.stream << "  the dump does not show which side scrapes (add units of both sides); assumed: "
                  << relation_.scraper << "\n";
    }
  }

  void print_endpoint() {
    if (!relation_.scraper_text) out_.stream << "  Tempo's endpoint is not in this dump\n";
    if (!explanation_.endpoint) return;
    out_.stream << "  Tempo listens at " << juju::printable(explanation_.endpoint->hostname);
    const nlohmann::json members = *explanation_.endpoint;
    for (const auto& [name, value] : members.items()) {
      if (value.is_number()) out_.stream << ", " << name << " " << value;
    }
    out_.stream << "\n";
  }

  void print_event() {
    if (relation_.interface != Interface::prometheus_scrape) return;
    if (explanation_.event.is_shown) {
      detail::print(out_, scraper(), explanation_.event);
    } else if (!relation_.scraper_text && !(relation_.shows_scraper() && relation_.shows_workload)) {
      out_.stream << "  what " << scraper() << " reports is not in this dump\n";
    }
  }

  void print_units() {
    if (!relation_.units.empty()) {
      out_.stream << (relation_.has_unit_list ? "  units\n" : "  units that the dump shows\n");
    } else if (relation_.has_unit_list) {
      out_.stream << "  no unit is left, so nothing is scraped\n";
    } else {
      out_.stream << "  no unit of it is in this dump, so its targets are unknown\n";
    }
    for (const auto& [unit, bag] : relation_.units) line(unit) << address_of(unit, bag) << "\n";
    for (const std::string& unit : relation_.gone_units) line(unit) << "has left, so it is not a target\n";
  }

  std::string address_of(const std::string& unit, const juju::StringMap& bag) const {
    const scrape::Wire& wire = wire_of(relation_.interface);
    const auto text_at = [&](const char* key) {
      const auto text = bag.find(key);
      return text == bag.end() ? std::string() : text->second;
    };
    std::string address = text_at(wire.unit_address);
    if (address.empty()) address = text_at(wire.older_unit_address);
    const std::string name = text_at(wire.unit_name);
    return (address.empty() ? no_address() : juju::printable(address)) +
           (name.empty() || name == unit ? "" : "  (calls itself " + juju::printable(name) + ")");
  }

  std::string no_address() const {
    const bool is_needed = explanation_.scraped.jobs.empty() || explanation_.scraped.has_wildcard();
    return is_needed ? "has published no address, so it is not a target" : "has published no address; no job needs one";
  }

  void print_jobs() {
    for (const nlohmann::json& job : explanation_.jobs) {
      out_.stream << "  job " << juju::printable(job["job_name"].get_ref<const std::string&>());
      for (const char* key : {"metrics_path", "scrape_interval", "scrape_timeout"}) {
        if (job.contains(key)) out_.stream << ", " << key << " " << juju::printable(job[key].get<std::string>());
      }
      out_.stream << "\n";
      for (const nlohmann::json& config : job["static_configs"]) {
        line(unit_of(config)) << listed(config["targets"], "  ") << "\n";
      }
      if (job["static_configs"].empty()) out_.stream << "    no target\n";
    }
    if (explanation_.jobs.empty() && !relation_.units.empty()) out_.stream << "  no job: " << why_no_job() << "\n";
  }

  const char* why_no_job() const {
    if (!relation_.workload_data) return "its application data is not in this dump";
    if (!relation_.workload_data->contains(wire_of(relation_.interface).scrape_jobs))
      return "it has published no scrape_jobs yet";
    return explanation_.problems.empty() ? "its scrape_jobs are empty" : "all of its scrape_jobs are invalid";
  }

  Output& out_;
  const Explanation& explanation_;
  const ScrapeRelation& relation_;
  std::size_t width_ = 0;
};

}  // namespace detail

/// Prints the relations of one scraper.
inline void print(Output& out, const Scraper& scraper) {
  std::size_t jobs = 0;
  std::size_t targets = 0;
  std::size_t problems = 0;
  for (const Explanation& explanation : scraper.explanations) {
    jobs += explanation.jobs.size();
    targets += explanation.target_count();
    problems += explanation.problem_count();
  }
  const char* interface = wire_of(scraper.interface).interface;
  if (scraper.application.empty()) {
    out.stream << "The workload's side only (" << interface << "): ";
  } else {
    const ScrapeRelation& first = *scraper.explanations.front().relation;
    out.stream << out.bold(scraper.application) << " (" << interface << ", seen from "
               << detail::listed(first.shown_scraper_units, ", ") << "): ";
  }
  out.stream << detail::counted(scraper.explanations.size(), "relation") << ", " << detail::counted(jobs, "job") << ", "
             << detail::counted(targets, "target") << ", " << detail::counted(problems, "problem") << "\n";
  for (const Explanation& explanation : scraper.explanations) detail::Section(out, explanation).print();
  out.stream << "\n";
}

}  // namespace explain
