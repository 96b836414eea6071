// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <optional>
#include <string>

/// The first two numbers of a version of Prometheus.
struct PrometheusVersion {
  int major_number = 2;
  int minor_number = 0;

  bool is_at_least(int major, int minor) const {
    return major_number > major || (major_number == major && minor_number >= minor);
  }
};

/// Reads "2.42" or "3.5.0".
inline std::optional<PrometheusVersion> parse_version(const std::string& text) {
  PrometheusVersion version;
  const bool is_version = std::sscanf(text.c_str(), "%4d.%4d", &version.major_number, &version.minor_number) == 2;
  return is_version ? std::optional(version) : std::nullopt;
}
