// SPDX-License-Identifier: Apache-2.0
// Prints the explanation for an operator. Untrusted text is printed with juju::printable.
#pragma once

#include <algorithm>
#include <charms/tempo_k8s/v0/tempo_scrape/endpoint.hpp>
#include <cstddef>
#include <iomanip>
#include <ostream>
#include <string>
#include <vector>

#include "explanation.hpp"
#include "hints.hpp"

namespace explain {
namespace detail {

/// "1 job", "2 jobs".
inline std::string counted(std::size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

template <typename Names>
std::string listed(const Names& names, const char* separator) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : separator) + juju::printable(std::string(name));
  return text;
}

inline std::string unit_of(const nlohmann::json& static_config) {
  return juju::printable(static_config["labels"].value("juju_unit", "(fixed)"));
}

/// Prints one relation.
class Section {
 public:
  Section(std::ostream& out, const Explanation& explanation)
      : out_(out), explanation_(explanation), relation_(*explanation.relation) {
    for (const auto& [unit, bag] : relation_.units) widen(unit);
    for (const std::string& unit : relation_.gone_units) widen(unit);
    for (const nlohmann::json& job : explanation.jobs) {
      for (const nlohmann::json& config : job["static_configs"]) widen(unit_of(config));
    }
  }

  void print() {
    print_heading();
    if (!relation_.shows_tempo()) print_endpoint();
    print_units();
    print_jobs();
    if (explanation_.alert_groups > 0) {
      out_ << "  alert rules: " << explanation_.alert_rules << " in " << counted(explanation_.alert_groups, "group")
           << "\n";
    }
    for (const Problem& problem : explanation_.problems) out_ << "  problem: " << to_string(problem) << "\n";
  }

 private:
  void widen(const std::string& name) { width_ = std::max(width_, std::min<std::size_t>(name.size(), 60)); }

  /// Starts a line about a unit.
  std::ostream& line(const std::string& unit) {
    return out_ << "    " << std::left << std::setw(static_cast<int>(width_)) << unit << "  ";
  }

  void print_heading() {
    out_ << "\nrelation " << (relation_.has_id ? std::to_string(relation_.id) : "(of unknown id)") << ": "
         << (relation_.workload.empty() ? "an application that the dump does not name" : relation_.workload);
    if (!relation_.shows_tempo()) out_ << ", related to " << (relation_.tempo.empty() ? "Tempo" : relation_.tempo);
    const juju::Topology& topology = explanation_.scraped.topology;
    std::vector<std::string> remarks;
    if (relation_.cross_model) remarks.push_back("in another model");
    if (topology.application != relation_.workload && !topology.application.empty()) {
      remarks.push_back("application " + topology.application);
    }
    if (!topology.charm_name.empty()) remarks.push_back("charm " + topology.charm_name);
    if (!topology.model.empty()) remarks.push_back("model " + topology.model);
    if (!remarks.empty()) out_ << " (" << listed(remarks, ", ") << ")";
    out_ << "\n";
    if (relation_.is_side_guessed) {
      out_ << "  the dump does not show which side is Tempo (add units of both sides); assumed: " << relation_.tempo
           << "\n";
    }
  }

  void print_endpoint() {
    if (!relation_.tempo_endpoint) {
      out_ << "  Tempo's endpoint is not in this dump\n";
      return;
    }
    std::vector<Problem> problems;
    if (const auto endpoint = tempo_scrape::parse_endpoint(*relation_.tempo_endpoint, problems)) {
      out_ << "  Tempo listens at " << juju::printable(endpoint->hostname);
      const nlohmann::json members = *endpoint;
      for (const auto& [name, value] : members.items()) {
        if (value.is_number()) out_ << ", " << name << " " << value;
      }
      out_ << "\n";
    }
    for (const Problem& problem : problems) out_ << "  problem: " << to_string(problem) << "\n";
  }

  void print_units() {
    if (!relation_.units.empty()) {
      out_ << (relation_.has_unit_list ? "  units\n" : "  units that the dump shows\n");
    } else if (relation_.has_unit_list) {
      out_ << "  no unit is left, so nothing is scraped\n";
    } else {
      out_ << "  no unit of it is in this dump, so its targets are unknown\n";
    }
    for (const auto& [unit, bag] : relation_.units) line(unit) << address_of(unit, bag) << "\n";
    for (const std::string& unit : relation_.gone_units) line(unit) << "has left, so it is no target\n";
  }

  static std::string address_of(const std::string& unit, const juju::StringMap& bag) {
    const auto text_at = [&](const char* key) {
      const auto text = bag.find(key);
      return text == bag.end() ? std::string() : text->second;
    };
    std::string address = text_at(wire.unit_address);
    if (address.empty()) address = text_at(wire.older_unit_address);
    const std::string name = text_at(wire.unit_name);
    return (address.empty() ? "has published no address, so it is no target" : juju::printable(address)) +
           (name.empty() || name == unit ? "" : "  (calls itself " + juju::printable(name) + ")");
  }

  void print_jobs() {
    for (const nlohmann::json& job : explanation_.jobs) {
      out_ << "  job " << juju::printable(job["job_name"].get_ref<const std::string&>());
      for (const char* key : {"scrape_interval", "scrape_timeout"}) {
        if (job.contains(key)) out_ << ", " << key << " " << job[key].get_ref<const std::string&>();
      }
      out_ << "\n";
      for (const nlohmann::json& config : job["static_configs"]) {
        line(unit_of(config)) << listed(config["targets"], "  ") << "\n";
      }
      if (job["static_configs"].empty()) out_ << "    no target\n";
    }
    if (explanation_.jobs.empty() && !relation_.units.empty()) out_ << "  no job: " << why_no_job() << "\n";
  }

  const char* why_no_job() const {
    if (!relation_.workload_data) return "its application data is not in this dump";
    if (!relation_.workload_data->contains(wire.scrape_jobs)) return "it has published no scrape_jobs yet";
    return explanation_.problems.empty() ? "its scrape_jobs are empty" : "all of its scrape_jobs are invalid";
  }

  std::ostream& out_;
  const Explanation& explanation_;
  const ScrapeRelation& relation_;
  std::size_t width_ = 0;
};

inline std::size_t targets_in(const nlohmann::json& jobs) {
  std::size_t targets = 0;
  for (const nlohmann::json& job : jobs) {
    for (const nlohmann::json& config : job["static_configs"]) targets += config["targets"].size();
  }
  return targets;
}

}  // namespace detail

/// Prints the explanations for the relations of one Tempo.
inline void print(std::ostream& out, const std::vector<Explanation>& explanations) {
  std::size_t jobs = 0;
  std::size_t targets = 0;
  std::size_t problems = 0;
  for (const Explanation& explanation : explanations) {
    jobs += explanation.jobs.size();
    targets += detail::targets_in(explanation.jobs);
    problems += explanation.problems.size();
  }
  out << detail::counted(explanations.size(), "relation") << ", " << detail::counted(jobs, "job") << ", "
      << detail::counted(targets, "target") << ", " << detail::counted(problems, "problem") << "\n";
  for (const Explanation& explanation : explanations) detail::Section(out, explanation).print();
}

/// Prints the hints.
inline void print(std::ostream& out, const std::vector<Hint>& hints) {
  for (const Hint& hint : hints) out << "hint: " << hint.sentence << "\n  " << hint.command << "\n";
}

}  // namespace explain
