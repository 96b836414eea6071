// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace juju {

/// Juju's log levels.
enum class LogLevel { debug, info, warning, error };

/// Juju's spelling: "DEBUG", "INFO", "WARNING", "ERROR".
constexpr std::string_view to_string(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return "DEBUG";
    case LogLevel::info: return "INFO";
    case LogLevel::warning: return "WARNING";
    case LogLevel::error: break;
  }
  return "ERROR";
}

/// The log of a charm: Juju's log, or a list in a test.
class Log {
 public:
  Log() = default;
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;
  virtual ~Log() = default;

  /// Logs a message of one or more lines.
  virtual void write(LogLevel level, const std::string& message) = 0;

  /// Logs a message for developers. Under Juju it needs no hook tool call: it goes to standard output, which Juju logs
  /// at DEBUG. Juju shows it with the model option `juju model-config logging-config="unit=DEBUG"`. In an action it is
  /// dropped, because there Juju adds standard output to the results.
  void debug(const std::string& message) { write(LogLevel::debug, message); }

  /// Logs a message. Under Juju each message of this level or higher is one hook tool call.
  void info(const std::string& message) { write(LogLevel::info, message); }

  /// Logs a problem that the charm works around.
  void warning(const std::string& message) { write(LogLevel::warning, message); }

  /// Logs a failure.
  void error(const std::string& message) { write(LogLevel::error, message); }
};

}  // namespace juju
