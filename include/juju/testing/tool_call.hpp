// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace juju::testing {

/// A hook tool call of a charm's process.
struct ToolCall {
  std::vector<std::string> words = {};  ///< The command line. The first word is the tool.
  std::string input = {};               ///< Standard input, if the tool reads it.
};

/// The answer of the tool.
struct ToolAnswer {
  int exit_status = 0;
  std::string output = {};  ///< Standard output.
  std::string errors = {};  ///< Standard error.
  int signal = 0;           ///< It is killed by this signal, if not 0.
  bool hangs = false;       ///< It never ends by itself.
};

}  // namespace juju::testing
