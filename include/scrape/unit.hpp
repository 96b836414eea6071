// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <juju/address.hpp>
#include <optional>
#include <string>

namespace scrape {

/// A unit that can be scraped.
struct Unit {
  std::string name;
  juju::Address address;
  std::string number = {};                 ///< "0": Juju's number of the unit, for the name of a job of its own.
  std::string path = {};                   ///< What precedes a job's `metrics_path`: empty, or "/...".
  std::optional<juju::Address> fqdn = {};  ///< A second name of its host.
};

}  // namespace scrape
