// SPDX-License-Identifier: Apache-2.0
// Catch2, version 2 or 3. The tests use the names of version 3.
#pragma once

#if __has_include(<catch2/catch_test_macros.hpp>)

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators_all.hpp>
#include <catch2/matchers/catch_matchers_all.hpp>

#else

#include <catch2/catch.hpp>
#include <string>

namespace Catch::Matchers {

inline auto ContainsSubstring(const std::string& part, CaseSensitive::Choice caseSensitivity = CaseSensitive::Yes) {
  return Contains(part, caseSensitivity);
}

}  // namespace Catch::Matchers

#endif
