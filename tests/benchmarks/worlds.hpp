// SPDX-License-Identifier: Apache-2.0
// Worlds for the benchmarks: a Juju model with its data bags in maps, and charms on it.
#pragma once

#include <algorithm>
#include <charms/tempo_k8s/v0/tempo_scrape.hpp>
#include <cstdio>
#include <deque>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace benchmarks {

namespace tempo_scrape = charms::tempo_k8s::v0::tempo_scrape;
using juju::StringMap;

class MemoryBag final : public juju::RelationDataBag {
 public:
  const StringMap& texts() override { return content; }
  void set(const std::string& key, const std::string& text) override { content[key] = text; }

  StringMap content;
};

class MemoryRelation final : public juju::Relation {
 public:
  MemoryRelation(juju::RelationId id, std::string application) : id_(id), application_(std::move(application)) {}

  juju::RelationId id() const override { return id_; }
  const std::string& endpoint() const override { return endpoint_; }
  const std::string& application() override { return application_; }
  juju::RelationDataBag& data(const std::string& entity) override { return bags[entity]; }

  /// Sorts the names once per hook. `relation-list` prints them sorted as text: "app/10" before "app/2".
  const std::vector<std::string>& units() override {
    if (units_.empty()) {
      units_ = listed_units;
      juju::sort_units(units_);
    }
    return units_;
  }
  void start_hook() { units_.clear(); }

  std::map<std::string, MemoryBag> bags;  ///< By unit or application.
  std::vector<std::string> listed_units;  ///< As `relation-list` prints them.

 private:
  juju::RelationId id_;
  std::string endpoint_ = "tracing";
  std::string application_;
  std::vector<std::string> units_;
};

class MemoryModel final : public juju::Model {
 public:
  explicit MemoryModel(std::string unit_name) : unit_name_(std::move(unit_name)) {}

  const std::string& name() const override { return name_; }
  const std::string& uuid() const override { return uuid_; }
  const std::string& unit_name() const override { return unit_name_; }
  bool is_leader() override { return true; }
  std::vector<juju::Relation*> relations(const std::string&) override {
    std::vector<juju::Relation*> found;
    for (MemoryRelation& relation : memory_relations) found.push_back(&relation);
    return found;
  }
  juju::Relation* relation(juju::RelationId id) override { return &memory_relations.at(static_cast<std::size_t>(id)); }
  std::string address(juju::Relation&) override { return "10.0.0.1"; }
  std::string fqdn() override { return "music-0"; }
  const nlohmann::json& config() override { return config_; }
  juju::Action* action() override { return nullptr; }
  void set_unit_status(const juju::Status&) override {}
  void set_application_status(const juju::Status&) override {}
  void set_workload_version(const std::string&) override {}
  const std::set<juju::Port>& opened_ports() override { return ports_; }
  void set_opened_ports(std::set<juju::Port>) override {}
  juju::Log& log() override { return log_; }
  void commit() override {}

  std::deque<MemoryRelation> memory_relations;  ///< The id of a relation is its index.

 private:
  struct NoLog final : juju::Log {
    void write(juju::LogLevel, const std::string&) override {}
  };

  std::string name_ = "cos";
  std::string uuid_ = "12de4fae-06cc-4ceb-9089-567be09fec78";
  std::string unit_name_;
  nlohmann::json config_ = nlohmann::json::object();
  std::set<juju::Port> ports_;
  NoLog log_;
};

struct Tempo final : juju::CharmBase {
  using juju::CharmBase::CharmBase;
  tempo_scrape::TracingEndpointConsumer<Tempo> consumer{*this};
};

struct Workload final : juju::CharmBase {
  using juju::CharmBase::CharmBase;
  tempo_scrape::TracingEndpointProvider<Workload> provider{
      *this, {.jobs = {{.static_configs = {{.targets = {"*:8000", "*:8081"}}}}}}};
};

/// A charm on a model in memory.
template <typename Charm>
struct World {
  World(const std::string& unit_name, const std::string& metadata_yaml)
      : model(unit_name), metadata(juju::Metadata::parse(metadata_yaml)), framework(model, metadata) {}

  MemoryModel model;
  juju::Metadata metadata;
  juju::Framework framework;
  Charm charm{framework};
};

/// `count` jobs with one wildcard target each, named "job-0", "job-1" and so on, or all "job". Every second has a
/// label.
inline std::string scrape_jobs(int count, bool unique_names = true) {
  nlohmann::json jobs = nlohmann::json::array();
  for (int i = 0; i < count; ++i) {
    nlohmann::json config = {{"targets", {"*:" + std::to_string(8000 + i)}}};
    if (i % 2 == 1) config["labels"] = {{"team", "observability"}};
    jobs.push_back({{"job_name", unique_names ? "job-" + std::to_string(i) : "job"}, {"static_configs", {config}}});
  }
  return jobs.dump();
}

inline void add_application(MemoryModel& model, int id, int units, const std::string& jobs) {
  const std::string name = "app-" + std::to_string(id);
  const nlohmann::json metadata = {{"model", model.name()},
                                   {"model_uuid", model.uuid()},
                                   {"application", name},
                                   {"unit", name + "/0"},
                                   {"charm_name", "app-k8s"}};
  MemoryRelation& relation = model.memory_relations.emplace_back(id, name);
  relation.bags[name].content = {{"scrape_metadata", metadata.dump()}, {"scrape_jobs", jobs}};
  for (int i = 0; i < units; ++i) {
    const std::string unit = name + "/" + std::to_string(i);
    const std::string address = "10.1." + std::to_string(i / 250) + "." + std::to_string(i % 250 + 1);
    relation.bags[unit].content = {
        {"egress-subnets", address + "/32"}, {"tempo_scrape_unit_name", unit}, {"tempo_scrape_unit_address", address}};
    relation.listed_units.push_back(unit);
  }
  std::sort(relation.listed_units.begin(), relation.listed_units.end());
}

/// @param name  RELATIONSxUNITSxJOBS, such as "10x100x2": the number of relations, and of units and jobs in each.
inline std::unique_ptr<World<Tempo>> tempo_world(const std::string& name, bool unique_names = true) {
  auto world = std::make_unique<World<Tempo>>("tempo/0", "name: tempo\nrequires: {tracing: {interface: tempo_scrape}}");
  int relations = 0, units = 0, jobs = 0;
  std::sscanf(name.c_str(), "%dx%dx%d", &relations, &units, &jobs);
  for (int id = 0; id < relations; ++id) add_application(world->model, id, units, scrape_jobs(jobs, unique_names));
  return world;
}

}  // namespace benchmarks
