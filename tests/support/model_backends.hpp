// SPDX-License-Identifier: Apache-2.0
// The backends that model_contract_test.cpp holds to one contract, as it sees them.
//
// To hold a backend of your own to it, write a class like these two and compile the test with it:
//
//   class MyBackend {
//    public:
//     MyBackend(juju::testing::State before, const juju::Metadata&, juju::Hook);  // Juju shows `before` in this hook
//     juju::Model& model();                                                       // the model under test
//     juju::testing::State end();           // the hook ends well: what is kept of it (called after `commit()`, once)
//   };
//   #define MODEL_BACKENDS MyBackend
//   #include <juju/model_contract_test.cpp>
//
// `before` may leave unit_name empty (the unit is then number 0 of the application that metadata names), and `metadata`
// outlives the backend. `end()` is looked at for relations, status and log.
#pragma once

#include <string>
#include <utility>

#include <juju/hook_tools/model.hpp>
#include <juju/testing.hpp>
#include <support/stand_in_juju.hpp>

namespace support {

/// The offline kit.
class InMemory {
 public:
  InMemory(juju::testing::State before, const juju::Metadata& metadata, const juju::Hook& hook)
      : model_(std::move(before), metadata, hook) {}

  juju::Model& model() { return model_; }
  juju::testing::State end() { return model_.take(); }

 private:
  juju::testing::MemoryModel model_;
};

/// Juju's hook tools, over a stand-in for Juju.
class HookTools {
 public:
  HookTools(juju::testing::State before, const juju::Metadata& metadata, juju::Hook hook)
      : juju_(std::move(before), metadata), model_(environment(juju_.state(), hook), metadata) {
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
  juju::hook_tools::Model model_;
};

}  // namespace support

#ifndef MODEL_BACKENDS
#define MODEL_BACKENDS support::InMemory, support::HookTools
#endif
