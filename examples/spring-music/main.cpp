// SPDX-License-Identifier: Apache-2.0
#include <juju/main.hpp>

#include "spring_music.hpp"

int main(int argc, char* argv[]) { return juju::main<SpringMusic>(argc, argv); }
