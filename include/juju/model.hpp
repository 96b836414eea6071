// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include <juju/log.hpp>
#include <juju/relation.hpp>
#include <juju/status.hpp>

namespace juju {

class Model;

/// The unit that this hook runs on.
class Unit {
 public:
  explicit Unit(Model& model) : model_(&model) {}

  /// "spring-music/0".
  const std::string& name() const;
  bool is_leader() const;
  void set_status(const Status& status);

 private:
  Model* model_;
};

/// The application that this unit is of.
class Application {
 public:
  explicit Application(Model& model) : model_(&model) {}

  /// "spring-music".
  std::string name() const;

  /// @throws std::logic_error  if this unit is not the leader.
  void set_status(const Status& status);

 private:
  Model* model_;
};

/// What Juju shows a charm during one hook: who am I, am I leader, my relations, my address, my configuration.
///
/// Abstract, since a charm meets different ones: Juju's hook tools, a test's memory, yours.
class Model {
 public:
  Model() = default;
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;
  virtual ~Model() = default;

  virtual const std::string& name() const = 0;
  virtual const std::string& uuid() const = 0;

  /// "spring-music/0".
  virtual const std::string& unit_name() const = 0;
  virtual bool is_leader() = 0;

  /// The relations of an endpoint, by id. One that is being broken is none of them.
  virtual std::vector<Relation*> relations(const std::string& endpoint) = 0;

  /// A relation by its id, one that is being broken included; null when it is gone.
  virtual Relation* relation(RelationId id) = 0;

  /// This unit's address in the relation's network: an IP address or a host name.
  virtual std::string address(Relation& relation) = 0;

  /// The options of the charm's configuration that have a value: a JSON object.
  virtual const nlohmann::json& config() = 0;

  virtual void set_unit_status(const Status& status) = 0;
  virtual void set_application_status(const Status& status) = 0;
  virtual Log& log() = 0;

  /// Sends what was written in this hook, each bag's differences at once, then the status. Called once, after the
  /// handlers.
  virtual void commit() = 0;

  Unit unit() { return Unit(*this); }
  Application app() { return Application(*this); }
};

inline const std::string& Unit::name() const { return model_->unit_name(); }
inline bool Unit::is_leader() const { return model_->is_leader(); }
inline void Unit::set_status(const Status& status) { model_->set_unit_status(status); }
inline std::string Application::name() const { return application_of(model_->unit_name()); }
inline void Application::set_status(const Status& status) { model_->set_application_status(status); }

}  // namespace juju
