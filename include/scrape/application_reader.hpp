// SPDX-License-Identifier: Apache-2.0
// The edge: the texts of an application and of its units become valid values, or problems.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <scrape/application.hpp>
#include <scrape/scrape_metadata.hpp>
#include <scrape/wire.hpp>

namespace scrape {

/// The model that the reader is in. Juju's own names are used for its applications, whatever they publish.
struct OwnModel {
  std::string name = {};
  std::string uuid = {};
};

/// Reads what one related application and its units published. Reads no text twice, and only the texts asked for.
class ApplicationReader {
 public:
  /// @param wire         the keys of the data bags.
  /// @param relation_id  the relation that it all comes from.
  /// @param application  Juju's name of the application; an alias if it is in another model.
  ApplicationReader(const Wire& wire, juju::RelationId relation_id, std::string application) : wire_(wire) {
    read_.relation_id = relation_id;
    read_.application = std::move(application);
  }

  /// Reads the application's scrape jobs.
  void read_jobs(const juju::StringMap& bag, const JobRules& rules) {
    const auto text = bag.find(wire_.scrape_jobs);
    if (text == bag.end()) return;
    const juju::Parsed<nlohmann::json> list = juju::parse_json(text->second);
    std::vector<juju::Problem> problems;
    if (!list) {
      report_skipped(problems, juju::Place(), to_string(list.error));
      return add_problems(wire_.scrape_jobs, std::move(problems));
    }
    read_.jobs = read_scrape_jobs(*list, rules, problems);
    for (const PlacedJob& placed : read_.jobs) detail::report_dropped_keys(problems, placed);
    add_problems(wire_.scrape_jobs, std::move(problems));
  }

  /// Reads the application's topology. Call it before `read_unit`.
  void read_topology(const juju::StringMap& bag, const OwnModel& own_model) {
    if (wire_.optional_metadata && !bag.contains(wire_.scrape_metadata)) {
      read_.has_topology_labels = false;
      read_.topology.application = read_.application;
      return;
    }
    std::optional<juju::Topology> published = published_topology(bag);
    if (!published) {
      read_.topology.application = read_.application;
      return;
    }
    read_.topology = *std::move(published);
    if (read_.topology.model_uuid != own_model.uuid) {
      uses_published_names_ = true;
      return;
    }
    prefer(read_.topology.model, own_model.name, "/model");
    prefer(read_.topology.application, read_.application, "/application");
  }

  /// Reads a unit's name and address. Call it in the natural order of the units.
  /// @param unit  Juju's name of it.
  void read_unit(const std::string& unit, const juju::StringMap& bag) {
    const std::string& name = unit_name(unit, bag);
    std::string_view key = wire_.unit_address;
    auto text = bag.find(key);
    if (text == bag.end() || text->second.empty()) text = bag.find(key = wire_.older_unit_address);
    if (text == bag.end() || text->second.empty()) return;
    std::optional<juju::Address> address;
    if (text->second.size() <= max_name_bytes) address = juju::parse_address(text->second);
    if (!address) return add_problem(unit, key, "not a usable address");
    Unit& read = read_.units.emplace_back(Unit{name, *std::move(address)});
    if (wire_.one_job_per_unit) read.number = unit.substr(unit.rfind('/') + 1);
    if (wire_.unit_path != nullptr) read.path = unit_path(unit, bag);
    if (wire_.unit_fqdn == nullptr) return;
    const auto fqdn = bag.find(std::string_view(wire_.unit_fqdn));
    if (fqdn == bag.end() || fqdn->second.empty()) return;
    if (fqdn->second.size() <= max_name_bytes) read.fqdn = juju::parse_address(fqdn->second);
    if (!read.fqdn) add_problem(unit, wire_.unit_fqdn, "not a usable address");
  }

  /// Adds problems with a text of the application's data bag.
  void add_problems(const char* key, std::vector<juju::Problem> problems) {
    for (juju::Problem& problem : problems) {
      problem.relation_id = read_.relation_id;
      problem.application = read_.application;
      problem.key = key;
      problems_.push_back(std::move(problem));
    }
  }

  Application& application() { return read_; }
  const Application& application() const { return read_; }
  std::vector<juju::Problem>& problems() { return problems_; }
  const std::vector<juju::Problem>& problems() const { return problems_; }

 private:
  /// Limits the published names and addresses, since each is written many times. Those of Juju and of the DNS are far
  /// shorter.
  static constexpr std::size_t max_name_bytes = 1024;
  static constexpr const char* not_a_name = "not a text of at most 1024 bytes";

  static bool is_valid_name(const std::string& text) {
    return text.size() <= max_name_bytes && juju::is_valid_text(text);
  }

  /// Within a model Juju's own names are used.
  void prefer(std::string& published, const std::string& known, const char* pointer) {
    if (known.empty() || published == known) return;
    add_problem({}, wire_.scrape_metadata, "not Juju's name for it; Juju's name is used", pointer);
    published = known;
  }

  std::optional<juju::Topology> published_topology(const juju::StringMap& bag) {
    const auto refuse = [&](const std::string& reason, std::string pointer = {}) {
      add_problem({}, wire_.scrape_metadata, reason + "; labelled with Juju's names", std::move(pointer));
      return std::nullopt;
    };
    const auto text = bag.find(wire_.scrape_metadata);
    if (text == bag.end()) return refuse("absent");
    const juju::Parsed<nlohmann::json> parsed = juju::parse_json(text->second);
    if (!parsed) return refuse(to_string(parsed.error));
    if (!parsed->is_object()) return refuse("not an object");
    juju::Topology topology;
    for (const MetadataMember& member : metadata_members) {
      const nlohmann::json& value = juju::member(*parsed, member.key);
      const bool is_absent = value.is_null() || (value.is_string() && juju::string_of(value).empty());
      if (value.is_string() && is_valid_name(juju::string_of(value))) {
        topology.*member.text = juju::string_of(value);
      } else if (!is_absent && !member.required && member.text != &juju::Topology::unit) {
        add_problem({}, wire_.scrape_metadata, not_a_name, std::string("/") + member.key);
      }
      if (member.required && (topology.*member.text).empty()) {
        return refuse(not_a_name, std::string("/") + member.key);
      }
    }
    topology.unit.clear();  // the leader that wrote the metadata
    return topology;
  }

  /// The published name, if it may be used.
  const std::string& unit_name(const std::string& unit, const juju::StringMap& bag) {
    const auto published = bag.find(std::string_view(wire_.unit_name));
    if (published == bag.end() || published->second.empty() || published->second == unit) return unit;
    if (!is_valid_name(published->second)) {
      add_problem(unit, wire_.unit_name, std::string(not_a_name) + "; Juju's name is used");
    } else if (uses_published_names_) {
      return published->second;
    } else {
      add_problem(unit, wire_.unit_name, "not Juju's name for it; Juju's name is used");
    }
    return unit;
  }

  /// What precedes a job's `metrics_path`, without a `/` at its end.
  std::string unit_path(const std::string& unit, const juju::StringMap& bag) {
    const auto published = bag.find(std::string_view(wire_.unit_path));
    if (published == bag.end() || published->second.empty()) return {};
    std::string path = published->second;
    if (!is_valid_name(path) || !path.starts_with('/')) {
      add_problem(unit, wire_.unit_path, "not a path that begins with /, of at most 1024 bytes");
      return {};
    }
    if (path.ends_with('/')) path.pop_back();
    return path;
  }

  void add_problem(const std::string& unit, std::string_view key, std::string reason, std::string pointer = {}) {
    problems_.push_back({.relation_id = read_.relation_id,
                         .application = read_.application,
                         .unit = unit,
                         .key = std::string(key),
                         .pointer = std::move(pointer),
                         .reason = std::move(reason)});
  }

  const Wire& wire_;
  Application read_;
  std::vector<juju::Problem> problems_;
  bool uses_published_names_ = false;
};

}  // namespace scrape
