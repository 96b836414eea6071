// SPDX-License-Identifier: Apache-2.0
// The test kit: one hook on a state (`run`), or a Juju model in memory (`TestModel`).
#pragma once

#include <juju/testing/dispatch.hpp>
#include <juju/testing/run.hpp>
#include <juju/testing/test_model.hpp>
