// SPDX-License-Identifier: Apache-2.0
// The names that the users of each library that scrapes over a relation need. A library takes them into its namespace.
#pragma once

#include <juju/problem.hpp>
#include <juju/relation_errors.hpp>
#include <scrape/job_reader.hpp>

namespace scrape::vocabulary {

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

}  // namespace scrape::vocabulary
