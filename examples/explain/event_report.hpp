// SPDX-License-Identifier: Apache-2.0
// Prints what a scraper reports.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "output.hpp"
#include "scraper_event.hpp"

namespace explain::detail {

/// Prints the first lines of a text that the scraper wrote.
inline void print_reported(Output& out, const std::string& scraper, const char* subject, std::string_view text) {
  constexpr int max_lines = 20;
  if (text.empty()) return;
  out.stream << "  " << out.red("problem:") << " " << scraper << " reports about " << subject << ":\n";
  for (int i = 0; !text.empty(); ++i) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    out.stream << "    " << (i < max_lines ? juju::printable(line) : "...") << "\n";
    if (i == max_lines) return;
  }
}

/// Prints the errors of both kinds.
/// @param scraper  the name of its application.
inline void print(Output& out, const std::string& scraper, const ScraperEvent& event) {
  const bool has_no_reason = event.is_invalid && event.errors.empty();
  if (event.error_count() == 0) out.stream << "  " << scraper << " reports no error\n";
  print_reported(out, scraper, "the jobs", event.scrape_job_errors);
  print_reported(out, scraper, "the alert rules", has_no_reason ? "invalid, without a reason" : event.errors);
}

}  // namespace explain::detail
