// SPDX-License-Identifier: Apache-2.0
// What README tells to run is what is run, and the code that it shows is code that is compiled.
#include <cctype>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <support/catch.hpp>

namespace {

const std::filesystem::path root = std::filesystem::path(TEMPO_SCRAPE_TESTS_DIRECTORY).parent_path();

std::vector<std::string> lines_of(const std::filesystem::path& file) {
  std::ifstream text(root / file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

/// The line without its blanks; nothing of a line that only opens a file of its own.
std::string bare(const std::string& line) {
  if (line.starts_with("#include") || line.starts_with("using namespace")) return {};
  std::string text;
  for (const char c : line) {
    if (std::isspace(static_cast<unsigned char>(c)) == 0) text += c;
  }
  return text;
}

std::vector<std::string> cpp_blocks(const std::filesystem::path& file) {
  std::vector<std::string> blocks;
  bool inside = false;
  for (const std::string& line : lines_of(file)) {
    if (line == "```cpp") blocks.emplace_back();
    if (inside && line != "```") blocks.back() += bare(line);
    inside = line == "```cpp" || (inside && line != "```");
  }
  return blocks;
}

}  // namespace

TEST_CASE("the first command of .ci/run is README's test command") {
  const auto command = [](const char* file) {
    for (const std::string& line : lines_of(file)) {
      if (line.starts_with("apt-get ") && line.find("--preset test") != std::string::npos) return line;
    }
    return std::string(file) + " has no test command";
  };
  CHECK(command(".ci/run") == command("README.md"));
}

TEST_CASE("every program in README is compiled and run as it stands there") {
  std::string compiled;
  for (const char* file : {"tests/design_test.cpp", "examples/spring-music/main.cpp"}) {
    for (const std::string& line : lines_of(file)) compiled += bare(line);
  }
  const std::vector<std::string> blocks = cpp_blocks("README.md");
  CHECK(blocks.size() == 5);
  for (const std::string& block : blocks) {
    CAPTURE(block);
    CHECK(compiled.find(block) != std::string::npos);
  }
}
