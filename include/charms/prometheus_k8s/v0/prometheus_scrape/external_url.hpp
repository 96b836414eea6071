// SPDX-License-Identifier: Apache-2.0
// The address at which an ingress makes a unit reachable.
#pragma once

#include <juju/relation_errors.hpp>
#include <juju/url.hpp>
#include <optional>
#include <scrape/scrape_job.hpp>
#include <string>
#include <utility>

namespace charms::prometheus_k8s::v0::prometheus_scrape {

/// Reads an external URL, "https://gw.example/dev-music-0". Without a scheme it is an http URL. The path gets no `/` at
/// its end.
/// @returns nothing for an empty text.
/// @throws juju::InvalidOptionError  for anything else: no host, a user part, a query, a control character.
inline std::optional<juju::Url> parse_external_url(const std::string& text) {
  if (text.empty()) return std::nullopt;
  std::optional<juju::Url> url = juju::parse_url(text.find("://") == std::string::npos ? "http://" + text : text);
  if (!url || !url->query.empty() || (url->scheme != "http" && url->scheme != "https")) {
    throw juju::InvalidOptionError("external_url", "not an http or https URL of a host, a port and a path");
  }
  if (url->path.ends_with('/')) url->path.pop_back();
  return url;
}

/// The port of a URL: its own, or that of its scheme.
inline int port_of(const juju::Url& url) { return url.port.value_or(url.scheme == "https" ? 443 : 80); }

/// Makes a job scrape through this URL: wildcards without a port get its port, a job without a scheme its scheme.
inline void scrape_through(const juju::Url& url, scrape::ScrapeJob& job) {
  for (scrape::StaticConfig& config : job.static_configs) {
    for (scrape::Target& target : config.targets) {
      if (target.is_wildcard() && target.port_suffix().empty()) target = "*:" + std::to_string(port_of(url));
    }
  }
  if (!job.settings.is_object()) job.settings = juju::empty_object();
  if (!job.settings.contains("scheme")) job.settings["scheme"] = juju::json_string(url.scheme);
}

}  // namespace charms::prometheus_k8s::v0::prometheus_scrape
