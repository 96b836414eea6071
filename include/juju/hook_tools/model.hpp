// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <juju/hook_tools/action.hpp>
#include <juju/hook_tools/relation.hpp>
#include <juju/metadata.hpp>
#include <juju/model.hpp>

namespace juju::hook_tools {

/// The Juju model in the hook of this process, over the hook tools. Each value is read once. Only differences are sent.
class Model : public juju::Model {
 public:
  /// @param metadata, tools  must outlive this.
  Model(Environment environment, const Metadata& metadata, Tools& tools)
      : session_(std::move(environment), tools), metadata_(metadata) {}

  const std::string& name() const override { return session_.environment().model_name; }
  const std::string& uuid() const override { return session_.environment().model_uuid; }
  const std::string& unit_name() const override { return session_.environment().unit_name; }
  bool is_leader() override { return session_.is_leader(); }
  Log& log() override { return session_.log(); }

  std::vector<juju::Relation*> relations(const std::string& endpoint) override {
    std::vector<juju::Relation*> found;
    for (const RelationId id : ids_of(endpoint)) {
      if (!is_breaking(id)) found.push_back(&get(endpoint, id));
    }
    return found;
  }

  juju::Relation* relation(RelationId id) override {
    const Hook& hook = session_.hook();
    if (hook.relation_id == id) return &get(hook.endpoint, id);
    for (const auto& [endpoint, declared] : metadata_.relations) {
      const std::vector<RelationId>& ids = ids_of(endpoint);
      if (std::find(ids.begin(), ids.end(), id) != ids.end()) return &get(endpoint, id);
    }
    return nullptr;
  }

  std::string address(juju::Relation& relation) override {
    std::string& address = addresses_[relation.id()];
    if (address.empty()) address = find_address({relation.endpoint(), relation.id()});
    return address;
  }

  std::string fqdn() override {
    if (!fqdn_) fqdn_ = session_.tools().fqdn();
    return *fqdn_;
  }

  const nlohmann::json& config() override {
    if (!config_) config_ = session_.tools().config_get();
    return *config_;
  }

  juju::Action* action() override { return session_.hook().kind == HookKind::action ? &action_ : nullptr; }

  void set_workload_version(const std::string& version) override { workload_version_ = version; }

  const std::set<Port>& opened_ports() override {
    if (!sent_ports_) ports_ = *(sent_ports_ = session_.tools().opened_ports());
    return ports_;
  }

  void set_opened_ports(std::set<Port> ports) override {
    opened_ports();  // needed for the differences
    ports_ = std::move(ports);
  }

  void set_unit_status(const Status& status) override { unit_status_ = status; }

  void set_application_status(const Status& status) override {
    if (!is_leader()) {
      throw std::logic_error(unit_name() + " may not set the status of its application: it is not the leader");
    }
    application_status_ = status;
  }

  void commit() override {
    for (auto& [id, relation] : relations_) relation.commit();
    if (sent_ports_) commit_ports();
    if (workload_version_) {
      session_.tools().application_version_set(*std::exchange(workload_version_, std::nullopt));
    }
    if (application_status_) session_.tools().status_set(*std::exchange(application_status_, std::nullopt), true);
    if (unit_status_) session_.tools().status_set(*std::exchange(unit_status_, std::nullopt), false);
  }

 private:
  void commit_ports() {
    for (const Port& port : *sent_ports_) {
      if (!ports_.contains(port)) session_.tools().close_port(port);
    }
    for (const Port& port : ports_) {
      if (!sent_ports_->contains(port)) session_.tools().open_port(port);
    }
    sent_ports_ = ports_;
  }

  bool is_breaking(RelationId id) const {
    return session_.hook().kind == HookKind::relation_broken && session_.hook().relation_id == id;
  }

  const std::vector<RelationId>& ids_of(const std::string& endpoint) {
    const auto known = ids_.find(endpoint);
    if (known != ids_.end()) return known->second;
    return ids_[endpoint] = session_.tools().relation_ids(endpoint);
  }

  Relation& get(const std::string& endpoint, RelationId id) {
    const auto declared = metadata_.relations.find(endpoint);
    const bool is_peer = declared != metadata_.relations.end() && declared->second.role == RelationRole::peer;
    return relations_.try_emplace(id, session_, RelationName{endpoint, id}, is_peer).first->second;
  }

  std::string find_address(const RelationName& relation) {
    std::string address;
    try {
      address = session_.tools().network_get(relation.endpoint, relation);
      if (address.empty()) session_.tolerate_no_address(relation);
    } catch (const HookToolError& error) {
      session_.tolerate_no_network(error, relation);
    }
    return address.empty() ? fqdn() : address;
  }

  Session session_;
  Action action_{session_.tools()};
  const Metadata& metadata_;
  std::map<std::string, std::vector<RelationId>> ids_;
  std::map<RelationId, Relation> relations_;
  std::map<RelationId, std::string> addresses_;
  std::optional<std::string> fqdn_;
  std::optional<nlohmann::json> config_;
  std::optional<std::set<Port>> sent_ports_;
  std::set<Port> ports_;
  std::optional<std::string> workload_version_;
  std::optional<Status> unit_status_;
  std::optional<Status> application_status_;
};

}  // namespace juju::hook_tools
