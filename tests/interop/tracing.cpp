// SPDX-License-Identifier: Apache-2.0
// Charms with this library and charms with charmlibs.interfaces.tracing on either side of one relation: the data bags
// and the statuses are the same.
#include <charms/tempo_coordinator_k8s/v0/tracing.hpp>
#include <juju/testing.hpp>

#include <algorithm>
#include <filesystem>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <support/catch.hpp>
#include "trial.hpp"

namespace {

namespace tracing = charms::tempo_coordinator_k8s::v0::tracing;
using juju::testing::TestModel;
using nlohmann::json;

const std::filesystem::path python_charms = PYTHON_CHARMS_DIRECTORY;

juju::Metadata workload_metadata() { return juju::Metadata::load(python_charms / "py_tracing_workload"); }
juju::Metadata backend_metadata() { return juju::Metadata::load(python_charms / "py_tracing_backend"); }

/// The C++ twin of charms/py_tracing_workload.
class Workload final : public juju::CharmBase {
 public:
  explicit Workload(juju::Framework& framework) : CharmBase(framework) {
    framework.observe(tracing_.on().endpoint_changed, *this, &Workload::on_changed);
    framework.observe(tracing_.on().endpoint_removed,
                      [this](juju::Event&) { unit().set_status(juju::WaitingStatus("no endpoint")); });
  }

 private:
  void on_changed(tracing::EndpointChangedEvent&) {
    std::string urls;
    for (const tracing::ReceiverProtocol& protocol : protocols_) {
      urls += (urls.empty() ? "" : " ") + protocol.name() + "=" + tracing_.get_endpoint(protocol).value_or("None");
    }
    unit().set_status(juju::ActiveStatus(urls));
  }

  std::vector<tracing::ReceiverProtocol> protocols() {
    std::istringstream words(config<std::string>("protocols"));
    std::set<tracing::ReceiverProtocol> sorted;
    for (std::string word; words >> word;) sorted.insert(word);
    return {sorted.begin(), sorted.end()};
  }

  std::vector<tracing::ReceiverProtocol> protocols_ = protocols();
  tracing::TracingEndpointRequirer<Workload> tracing_{*this, {.protocols = protocols_}};
};

/// The C++ twin of charms/py_tracing_backend.
class Backend final : public juju::CharmBase {
 public:
  explicit Backend(juju::Framework& framework) : CharmBase(framework) {
    framework.observe(tracing_.on().request, *this, &Backend::on_request);
    framework.observe(tracing_.on().broken, [this](juju::Event&) {
      unit().set_status(juju::ActiveStatus("broken"));
      publish();
    });
    framework.observe({on().config_changed, on().leader_elected}, [this](juju::Event&) { publish(); });
  }

 private:
  void on_request(tracing::RequestEvent& event) {
    std::vector<tracing::ReceiverProtocol> requested = event.requested_receivers();
    std::sort(requested.begin(), requested.end());
    std::string message = "request";
    for (const tracing::ReceiverProtocol& protocol : requested) message += " " + protocol.name();
    unit().set_status(juju::ActiveStatus(message));
    publish();
  }
  void publish() {
    if (!unit().is_leader()) return;
    const std::string address = config<std::string>("host") + ":1";
    std::vector<tracing::RawReceiver> receivers;
    for (const tracing::ReceiverProtocol& protocol : tracing_.requested_protocols()) {
      const bool is_grpc = protocol.transport() == tracing::TransportProtocolType::grpc;
      receivers.push_back({protocol, (is_grpc ? "" : "http://") + address});
    }
    tracing_.publish_receivers(receivers);
  }

  tracing::TracingEndpointProvider<Backend> tracing_{*this};
};

/// One scenario on one pair of charms, with the result of each step.
class Trial {
 public:
  Trial(std::string languages, bool python_workload, bool python_backend)
      : pair(std::move(languages)), python_workload_(python_workload), python_backend_(python_backend) {}

  std::string pair;
  TestModel model;
  juju::RelationId relation = 0;
  std::vector<json> seen = {};
  std::vector<juju::testing::HookRecord> hooks = {};

  void deploy(bool cross_model = false) {
    deploy_workload("music", {.units = 2});
    juju::testing::DeployOptions options{.units = 2};
    if (cross_model) options.model_uuid = "12de4fae-06cc-4ceb-9089-567be09fec78";
    if (python_backend_) {
      model.deploy("tempo", juju::testing::CharmDirectory(python_charms / "py_tracing_backend"), options);
    } else {
      model.deploy<Backend>("tempo", backend_metadata(), options);
    }
    cross_model_ = cross_model;
    integrate();
  }

  void integrate() { relation = model.integrate("music:tracing", "tempo:tracing", {.cross_model = cross_model_}); }

  void deploy_workload(const std::string& name, juju::testing::DeployOptions options = {}) {
    if (python_workload_) {
      model.deploy(name, juju::testing::CharmDirectory(python_charms / "py_tracing_workload"), options);
    } else {
      model.deploy<Workload>(name, workload_metadata(), options);
    }
  }

  void upgrade() {
    model.upgrade<Workload>("music", workload_metadata());
    model.upgrade<Backend>("tempo", backend_metadata());
  }

  /// @returns the statuses of the units of this application.
  std::vector<std::string> settle(const std::string& application = "music") {
    hooks = model.settle();
    seen.push_back(look());
    std::vector<std::string> messages;
    for (const std::string& unit : model.units(application)) messages.push_back(model.unit(unit).status().message);
    return messages;
  }

 private:
  json look() {
    json result;
    result["bags"] = interop::data_bags(model, values);
    result["status"] = interop::statuses(model, interop::units_without(model, ""));
    return result;
  }

  static json values(const juju::StringMap& bag) {
    json values = bag;
    if (!bag.contains("receivers")) return values;
    json& list = values["receivers"] = json::parse(bag.at("receivers"));
    std::sort(list.begin(), list.end());  // Python writes some lists in any order
    return values;
  }

  bool python_workload_;
  bool python_backend_;
  bool cross_model_ = false;
};

using Messages = std::vector<std::string>;

template <typename Scenario>
void same_for_all(Scenario scenario) {
  interop::same_for_all<Trial>({{"C++ on both sides", false, false},
                                {"C++ workload, Python backend", false, true},
                                {"Python workload, C++ backend", true, false}},
                               scenario);
}

}  // namespace

TEST_CASE("interop tracing: request and publish") {
  same_for_all([](Trial& trial) {
    trial.deploy();
    CHECK(trial.settle() == Messages(2, "otlp_grpc=t:1 otlp_http=http://t:1"));
    CHECK(trial.model.unit("tempo/1").status().message == "request otlp_grpc otlp_http");
  });
}

TEST_CASE("interop tracing: receivers and requests changed") {
  same_for_all([](Trial& trial) {
    trial.deploy();
    trial.settle();
    trial.model.set_config("tempo", {{"host", "traces.example"}});
    CHECK(trial.settle() == Messages(2, "otlp_grpc=traces.example:1 otlp_http=http://traces.example:1"));
    trial.deploy_workload("lyrics");
    trial.model.set_config("lyrics", {{"protocols", "zipkin"}});
    trial.model.integrate("lyrics:tracing", "tempo:tracing");
    CHECK(trial.settle("lyrics") == Messages{"zipkin=http://traces.example:1"});
    trial.model.set_config("music", {{"protocols", "jaeger_grpc"}});
    CHECK(trial.settle() == Messages(2, "jaeger_grpc=traces.example:1"));
  });
}

TEST_CASE("interop tracing: leaders moved") {
  same_for_all([](Trial& trial) {
    trial.deploy();
    trial.settle();
    trial.model.set_leader("music/1");
    trial.model.set_leader("tempo/1");
    trial.settle();
    // One after the other: in Python, a follower's get_endpoint raises for a protocol that is not answered yet.
    trial.model.set_config("music", {{"protocols", "zipkin"}});
    trial.settle();
    trial.model.set_config("tempo", {{"host", "u"}});
    CHECK(trial.settle() == Messages(2, "zipkin=http://u:1"));
  });
}

TEST_CASE("interop tracing: relation removed and made again") {
  same_for_all([](Trial& trial) {
    trial.deploy();
    trial.deploy_workload("lyrics");
    trial.model.integrate("lyrics:tracing", "tempo:tracing");
    trial.settle();
    trial.model.remove_relation(trial.relation);
    CHECK(trial.settle() == Messages(2, "no endpoint"));
    CHECK(trial.model.unit("tempo/0").status().message == "broken");
    trial.integrate();
    CHECK(trial.settle() == Messages(2, "otlp_grpc=t:1 otlp_http=http://t:1"));
  });
}

TEST_CASE("interop tracing: another model") {
  same_for_all([](Trial& trial) {
    trial.deploy(true);
    CHECK(trial.settle() == Messages(2, "otlp_grpc=t:1 otlp_http=http://t:1"));
    trial.model.remove_unit("tempo/0");
    trial.settle();
    trial.model.set_config("tempo", {{"host", "u"}});
    CHECK(trial.settle() == Messages(2, "otlp_grpc=u:1 otlp_http=http://u:1"));
    trial.model.remove_relation(trial.relation);
    CHECK(trial.settle() == Messages(2, "no endpoint"));
  });
}

TEST_CASE("interop tracing: what Python wrote is left alone by C++") {
  Trial trial("Python on both sides", true, true);
  trial.deploy();
  trial.settle();
  trial.upgrade();
  trial.settle();
  for (const juju::testing::HookRecord& record : trial.hooks) {
    const std::string name = record.hook.name();
    CHECK((name == "upgrade-charm" || name == "config-changed"));
  }
  CHECK(trial.seen[0] == trial.seen[1]);
}
