// SPDX-License-Identifier: Apache-2.0
// expect: an option is read as bool, int, long, long long, double or std::string
#include <juju/config.hpp>

#ifdef MUST_FAIL
unsigned use(juju::Model& model) { return juju::config<unsigned>(model, "port"); }
#else
int use(juju::Model& model) { return juju::config<int>(model, "port"); }
#endif
