// SPDX-License-Identifier: Apache-2.0
// The names of other namespaces that a user of this library needs.
#pragma once

#include <juju/problem.hpp>
#include <juju/relation_errors.hpp>
#include <scrape/job_reader.hpp>

namespace charms::prometheus_k8s::v0::prometheus_scrape {

using juju::InvalidOptionError;
using juju::Problem;
using juju::RelationInterfaceMismatchError;
using juju::RelationNotFoundError;
using juju::RelationRoleMismatchError;
using scrape::InvalidScrapeJobError;
using scrape::LabelNames;
using scrape::Labels;
using scrape::ScrapeJob;
using scrape::ScrapeJobs;
using scrape::StaticConfig;
using scrape::Target;
using scrape::TopologyLabels;

}  // namespace charms::prometheus_k8s::v0::prometheus_scrape
