// SPDX-License-Identifier: Apache-2.0
// The entry points for libFuzzer. Each fuzzer links this with one target.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "fuzz.hpp"

extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
  return std::atexit(
      [] { std::fprintf(stderr, "memory: at most %zu %% of the limit\n", fuzz::max_memory_per_cent()); });
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  fuzz::run(fuzz::targets().at(0), {reinterpret_cast<const char*>(bytes), size});
  return 0;
}
