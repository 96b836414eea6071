// SPDX-License-Identifier: Apache-2.0
// Names that a user of this library meets, under the namespace of the mirrored library.
#pragma once

#include <juju/address.hpp>
#include <juju/problem.hpp>
#include <juju/relation_errors.hpp>
#include <scrape/alert_rule_files.hpp>
#include <scrape/scrape_config.hpp>

namespace charms::tempo_k8s::v0::tempo_scrape {

using Host = juju::Address;
using juju::InvalidOptionError;
using juju::parse_address;
using juju::parse_port;
using juju::Problem;
using juju::RelationInterfaceMismatchError;
using juju::RelationNotFoundError;
using juju::RelationRoleMismatchError;
using juju::require_relation;
using scrape::AlertRuleFiles;
using scrape::AlertRuleOptions;
using scrape::AlertRules;
using scrape::default_most_bytes_per_relation;
using scrape::InvalidScrapeJobError;
using scrape::LabelNames;
using scrape::Labels;
using scrape::load_alert_rules;
using scrape::parse_duration;
using scrape::parse_target;
using scrape::PlacedScrapeJob;
using scrape::read_alert_rules;
using scrape::scrape_configuration;
using scrape::ScrapeConfiguration;
using scrape::ScrapedApplication;
using scrape::ScrapedUnit;
using scrape::ScrapeJob;
using scrape::ScrapeJobGrammar;
using scrape::ScrapeJobs;
using scrape::StaticConfig;
using scrape::Target;
using scrape::TargetAddress;
using scrape::TopologyLabels;
namespace detail {
using namespace ::scrape::detail;
}  // namespace detail

}  // namespace charms::tempo_k8s::v0::tempo_scrape
