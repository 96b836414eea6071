// SPDX-License-Identifier: Apache-2.0
// The backends of a model that model_contract_test.cpp tests.
//
// To test your own backend, write a class like these two and compile the test with it:
//
//   class MyBackend {
//    public:
//     MyBackend(juju::testing::State before, const juju::Metadata&, juju::Hook);  // The state before this hook
//     juju::Model& model();                                                       // the model under test
//     juju::testing::State end();           // the state after a successful hook (called once)
//   };
//   #define MODEL_BACKENDS MyBackend
//   #include <juju/model_contract_test.cpp>
//
// `before` may have no unit_name: the unit is then number 0 of the application in `metadata`, which outlives the
// backend. The tests read relations, status, ports, version and log of `end()`.
#pragma once

#include <string>
#include <utility>

#include <juju/hook_tools/model.hpp>
#include <juju/hook_tools/process_tools.hpp>
#include <juju/testing.hpp>
#include <support/stand_in_juju.hpp>

namespace support {

/// The model in memory.
class InMemory {
 public:
  InMemory(juju::testing::State before, const juju::Metadata& metadata, const juju::Hook& hook)
      : model_(std::move(before), metadata, hook) {}

  juju::Model& model() { return model_; }
  juju::testing::State end() { return model_.take(); }

 private:
  juju::testing::MemoryModel model_;
};

/// The model over the hook tools of the test kit.
class HookTools {
 public:
  HookTools(juju::testing::State before, const juju::Metadata& metadata, juju::Hook hook)
      : juju_(std::move(before), metadata), model_(environment(juju_.state(), hook), metadata, tools_) {
    juju_.set_hook(std::move(hook));
  }

  juju::Model& model() { return model_; }
  juju::testing::State end() {
    juju_.flush();
    return juju_.state();
  }

 private:
  static juju::hook_tools::Environment environment(const juju::testing::State& state, const juju::Hook& hook) {
    return {.dispatch_path = "hooks/" + hook.name(),
            .unit_name = state.unit_name,
            .model_name = state.model_name,
            .model_uuid = state.model_uuid,
            .hook = hook};
  }

  StandInJuju juju_;
  juju::hook_tools::ProcessTools tools_;
  juju::hook_tools::Model model_;
};

}  // namespace support

#ifndef MODEL_BACKENDS
#define MODEL_BACKENDS support::InMemory, support::HookTools
#endif
