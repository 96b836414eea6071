// SPDX-License-Identifier: Apache-2.0
#include <juju/main.hpp>

#include "music.hpp"

int main(int argc, char* argv[]) { return juju::main<Music>(argc, argv); }
