// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <juju/log.hpp>
#include <juju/port.hpp>
#include <juju/relation.hpp>
#include <juju/status.hpp>

namespace juju {

class Action;
class Model;

/// The unit that this hook runs on. `Model::commit()` sends the changes.
class Unit {
 public:
  explicit Unit(Model& model) : model_(&model) {}

  /// "spring-music/0".
  const std::string& name() const;

  /// Whether this unit is the leader.
  bool is_leader() const;

  /// Sets what `juju status` shows for the unit: `set_status(juju::ActiveStatus{"ready"})`.
  void set_status(const Status& status);

  /// Sets the version of the workload that `juju status` shows for the application. An empty version shows none.
  void set_workload_version(const std::string& version);

  /// Opens a port: `open_port("tcp", 8000)`, `open_port("icmp")`. Outside the model it can be reached once the operator
  /// has run `juju expose`.
  /// @param protocol  "tcp", "udp" or "icmp".
  /// @param number    1 to 65535; ICMP has none.
  /// @throws std::invalid_argument  if the port is invalid.
  void open_port(const std::string& protocol, int number = 0);

  /// Closes a port. Does nothing if it is not open.
  /// @throws std::invalid_argument  if the port is invalid.
  void close_port(const std::string& protocol, int number = 0);

  /// The open ports of this unit, including pending changes. Ranges of ports, which this library does not open, are
  /// left out.
  std::set<Port> opened_ports() const;

 private:
  Model* model_;
};

/// The application of this unit.
class Application {
 public:
  explicit Application(Model& model) : model_(&model) {}

  /// "spring-music".
  std::string name() const;

  /// Sets what `juju status` shows for the application.
  /// @throws std::logic_error  if this unit is not the leader.
  void set_status(const Status& status);

 private:
  Model* model_;
};

/// The Juju model during one hook.
///
/// Abstract: one implementation calls Juju's hook tools, and one is for tests.
class Model {
 public:
  Model() = default;
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;
  virtual ~Model() = default;

  /// The model's name.
  virtual const std::string& name() const = 0;

  /// The model's UUID.
  virtual const std::string& uuid() const = 0;

  /// "spring-music/0".
  virtual const std::string& unit_name() const = 0;

  /// Whether this unit is the leader.
  virtual bool is_leader() = 0;

  /// The relations of an endpoint by id, without a relation that is being removed in this hook.
  virtual std::vector<Relation*> relations(const std::string& endpoint) = 0;

  /// The relation with this id, even one that is being removed in this hook; null if there is none.
  virtual Relation* relation(RelationId id) = 0;

  /// This unit's address in the relation's network: an IP address or a host name.
  virtual std::string address(Relation& relation) = 0;

  /// The fully qualified domain name of the machine or pod that this unit runs on. Empty if it is not known.
  virtual std::string fqdn() = 0;

  /// The options of the charm's configuration that have a value: a JSON object. See `juju::config`.
  virtual const nlohmann::json& config() = 0;

  /// The action that is running; null in any other hook.
  virtual Action* action() = 0;

  /// Sets the unit's status.
  virtual void set_unit_status(const Status& status) = 0;

  /// Sets the application's status.
  /// @throws std::logic_error  if this unit is not the leader.
  virtual void set_application_status(const Status& status) = 0;

  /// Sets the workload's version.
  virtual void set_workload_version(const std::string& version) = 0;

  /// The open ports of this unit, including pending changes, without ranges.
  virtual const std::set<Port>& opened_ports() = 0;

  /// Replaces the open ports of this unit.
  virtual void set_opened_ports(std::set<Port> ports) = 0;

  /// The log, where lines appear at once.
  virtual Log& log() = 0;

  /// Sends the writes since the last commit: the differences of data bags and ports, then version and statuses.
  virtual void commit() = 0;

  /// The unit that this hook runs on.
  Unit unit() { return Unit(*this); }

  /// The application of this unit.
  Application app() { return Application(*this); }
};

inline const std::string& Unit::name() const { return model_->unit_name(); }
inline bool Unit::is_leader() const { return model_->is_leader(); }
inline void Unit::set_status(const Status& status) { model_->set_unit_status(status); }
inline void Unit::set_workload_version(const std::string& version) { model_->set_workload_version(version); }
inline std::set<Port> Unit::opened_ports() const { return model_->opened_ports(); }
inline void Unit::open_port(const std::string& protocol, int number) {
  require_valid({protocol, number});
  std::set<Port> ports = opened_ports();
  ports.insert({protocol, number});
  model_->set_opened_ports(std::move(ports));
}
inline void Unit::close_port(const std::string& protocol, int number) {
  require_valid({protocol, number});
  std::set<Port> ports = opened_ports();
  ports.erase({protocol, number});
  model_->set_opened_ports(std::move(ports));
}
inline std::string Application::name() const { return application_of(model_->unit_name()); }
inline void Application::set_status(const Status& status) { model_->set_application_status(status); }

}  // namespace juju
