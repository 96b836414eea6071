// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unistd.h>

#include <cstdio>
#include <string>

namespace support {

/// Captures the output to a file descriptor, STDOUT_FILENO or STDERR_FILENO. The destructor ends the capture.
class CapturedOutput {
 public:
  explicit CapturedOutput(int descriptor) : descriptor_(descriptor), before_(::dup(descriptor)) {
    std::fflush(nullptr);
    ::dup2(::fileno(file_), descriptor_);
  }
  CapturedOutput(const CapturedOutput&) = delete;
  CapturedOutput& operator=(const CapturedOutput&) = delete;
  ~CapturedOutput() {
    restore();
    std::fclose(file_);
    ::close(before_);
  }

  /// Ends the capture and returns the output.
  std::string take() {
    restore();
    std::string text;
    std::rewind(file_);
    for (int c = std::fgetc(file_); c != EOF; c = std::fgetc(file_)) text += static_cast<char>(c);
    return text;
  }

 private:
  void restore() {
    std::fflush(nullptr);
    ::dup2(before_, descriptor_);
  }

  int descriptor_;
  int before_;
  std::FILE* file_ = std::tmpfile();
};

}  // namespace support
