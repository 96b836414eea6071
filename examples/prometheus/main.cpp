// SPDX-License-Identifier: Apache-2.0
#include <juju/main.hpp>

#include "prometheus.hpp"

int main(int argc, char* argv[]) { return juju::main<Prometheus>(argc, argv); }
