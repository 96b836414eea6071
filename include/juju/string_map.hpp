// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>

namespace juju {

/// The content of a data bag: strings by key. Look-ups take a std::string_view too.
using StringMap = std::map<std::string, std::string, std::less<>>;

}  // namespace juju
