// SPDX-License-Identifier: Apache-2.0
// Actions of units in a test model.
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include <support/catch.hpp>

#include "scripted_charm.hpp"

namespace {

using namespace juju::testing;

/// Greets with its word, and writes the greeting into its data bags.
class Greeter final : public juju::CharmBase {
 public:
  Greeter(juju::Framework& framework, std::string word) : CharmBase(framework), word_(std::move(word)) {
    framework.observe(on().action("greet"), *this, &Greeter::greet);
  }

  const std::string& word() const { return word_; }

 private:
  void greet(juju::ActionEvent& event) {
    const std::string name = event.parameters().at("name").get<std::string>();
    if (name.empty()) throw std::invalid_argument("nobody to greet");
    event.set_results({{"text", word_ + ", " + name}});
    for (juju::Relation* relation : model().relations("tracing")) {
      relation->data(unit().name()).set("greeting", word_ + ", " + name);
    }
  }

  std::string word_;
};

struct Greeting {
  TestModel model = {};
  juju::RelationId id = -1;

  Greeting() {
    model.deploy("app", scripted::app_metadata(),
                 [](juju::Framework& framework) { return std::make_unique<Greeter>(framework, "Hello"); });
    model.deploy<scripted::Idle>("tempo", scripted::tempo_metadata());
    id = model.integrate("app", "tempo");
    model.settle();
  }
};

}  // namespace

TEST_CASE("run_action: results are returned, and writes cause hooks") {
  Greeting greeting;
  const ActionState action = greeting.model.run_action("app/0", "greet", {{"name", "Ada"}});
  CHECK(action.results == juju::StringMap{{"text", "Hello, Ada"}});
  CHECK_FALSE(action.failure);
  CHECK(greeting.model.unit_data(greeting.id, "app/0").at("greeting") == "Hello, Ada");
  CHECK(scripted::lines(greeting.model.settle()) == scripted::Lines{"tempo/0 tracing-relation-changed app/0"});
}

TEST_CASE("run_action: an exception fails the action, and nothing is written") {
  Greeting greeting;
  CHECK(greeting.model.run_action("app/0", "greet", {{"name", ""}}).failure == "nobody to greet");
  CHECK_FALSE(greeting.model.unit_data(greeting.id, "app/0").contains("greeting"));
  CHECK(greeting.model.settle().empty());
}

TEST_CASE("deploy: a factory constructs a charm with more arguments") {
  Greeting greeting;
  CHECK(greeting.model.unit("app/0").inspect<Greeter>([](Greeter& charm) { return charm.word(); }) == "Hello");
  const State after = run({}, action("greet", {{"name", "Ada"}}), scripted::app_metadata(),
                          [](juju::Framework& framework) { return std::make_unique<Greeter>(framework, "Hi"); });
  CHECK(after.action.results.at("text") == "Hi, Ada");
}
