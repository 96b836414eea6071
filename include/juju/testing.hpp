// SPDX-License-Identifier: Apache-2.0
// The offline backend's door: one hook on a value (`run`), or a whole model in memory (`TestModel`).
#pragma once

#include <juju/testing/test_model.hpp>
#include <juju/testing/dispatch.hpp>
#include <juju/testing/run.hpp>
