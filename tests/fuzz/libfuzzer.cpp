// SPDX-License-Identifier: Apache-2.0
// libFuzzer's way in, linked with one target.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "fuzz.hpp"

extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
  return std::atexit([] { std::fprintf(stderr, "memory: %zu %% of the promise\n", fuzz::most_of_the_promise()); });
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  fuzz::run(fuzz::targets().at(0), {reinterpret_cast<const char*>(bytes), size});
  return 0;
}
