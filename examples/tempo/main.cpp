// SPDX-License-Identifier: Apache-2.0
#include <juju/main.hpp>

#include "tempo.hpp"

int main(int argc, char* argv[]) { return juju::main<Tempo>(argc, argv); }
