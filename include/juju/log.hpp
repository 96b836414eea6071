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

/// Where a charm's log lines go: Juju's log, or a test's memory.
class Log {
 public:
  Log() = default;
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;
  virtual ~Log() = default;

  /// Takes one message. It may hold several lines.
  virtual void write(LogLevel level, const std::string& message) = 0;

  void debug(const std::string& message) { write(LogLevel::debug, message); }
  void info(const std::string& message) { write(LogLevel::info, message); }
  void warning(const std::string& message) { write(LogLevel::warning, message); }
  void error(const std::string& message) { write(LogLevel::error, message); }
};

}  // namespace juju
