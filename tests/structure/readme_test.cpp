// SPDX-License-Identifier: Apache-2.0
// What README tells to run is what is run, and the code that it shows is code that is compiled.
#include <algorithm>
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

/// README's lines under this heading.
std::vector<std::string> section(const std::string& heading) {
  std::vector<std::string> lines;
  bool inside = false;
  for (const std::string& line : lines_of("README.md")) {
    if (line.starts_with("## ")) inside = line == heading;
    if (inside) lines.push_back(line);
  }
  return lines;
}

/// What stands in backticks.
std::vector<std::string> quoted(const std::string& text) {
  std::vector<std::string> found;
  std::istringstream rest(text);
  for (std::string part; std::getline(rest, part, '`') && std::getline(rest, part, '`');) found.push_back(part);
  return found;
}

std::string last_column(const std::string& row) { return row.substr(row.rfind('|', row.size() - 2)); }

bool is_sentence(const std::string& text) { return std::count(text.begin(), text.end(), ' ') > 3; }

/// All test files in one text, where a string of several lines is one.
std::string all_tests() {
  std::string tests;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root / "tests")) {
    if (!entry.path().string().ends_with("_test.cpp")) continue;
    for (const std::string& line : lines_of(entry.path().lexically_relative(root))) {
      const std::string text = line.substr(std::min(line.find_first_not_of(' '), line.size()));
      const bool continues = text.starts_with('"') && tests.ends_with('"');
      if (continues) tests.pop_back();
      tests += text.substr(continues ? 1 : 0);
    }
    tests += '\n';
  }
  return tests;
}

}  // namespace

TEST_CASE("every threat and every finding in README has a test beside it and every test that it names is there") {
  const std::string tests = all_tests();
  const auto [heading, first_row] = GENERATE(table<std::string, std::string>(
      {{"## Who may do what", "| threat | what stops it | test |"}, {"## For contributors", "| by | found | test |"}}));
  std::size_t rows = 0;
  bool is_inside = false;
  for (const std::string& line : section(heading)) {
    CAPTURE(line);
    is_inside = line == first_row || (is_inside && line.starts_with('|'));
    if (is_inside && line.starts_with("| ") && line != first_row) {
      ++rows;
      CHECK_FALSE(quoted(last_column(line)).empty());
    }
    for (const std::string& name : quoted(line)) {
      if (is_sentence(name)) CHECK(tests.find("TEST_CASE(\"" + name + "\")") != std::string::npos);
    }
  }
  CHECK(rows > 10);
}

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
  CHECK(blocks.size() == 6);
  for (const std::string& block : blocks) {
    CAPTURE(block);
    CHECK(compiled.find(block) != std::string::npos);
  }
}
