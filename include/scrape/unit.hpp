// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <juju/address.hpp>
#include <string>

namespace scrape {

/// A unit that can be scraped.
struct Unit {
  std::string name;
  juju::Address address;
};

}  // namespace scrape
