// SPDX-License-Identifier: Apache-2.0
// Compares the documents with the sources: code, commands, outputs, links and titles of tests.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <sstream>
#include <string>
#include <vector>

#include <support/catch.hpp>
#include <support/program.hpp>

namespace {

namespace fs = std::filesystem;

const fs::path root = fs::path(TEMPO_SCRAPE_TESTS_DIRECTORY).parent_path();
const fs::path security = root / ".github/SECURITY.md";

std::vector<std::string> lines_of(const fs::path& file) {
  std::ifstream text(file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

/// The files in these directories of the repository, and below, whose names end with one of `endings`.
std::vector<fs::path> files_in(std::initializer_list<const char*> directories,
                               std::initializer_list<const char*> endings) {
  std::vector<fs::path> files;
  for (const char* directory : directories) {
    for (const auto& entry : fs::recursive_directory_iterator(root / directory)) {
      const auto fits = [&](const char* ending) { return entry.path().string().ends_with(ending); };
      if (std::any_of(endings.begin(), endings.end(), fits)) files.push_back(entry.path());
    }
  }
  return files;
}

std::vector<fs::path> documents() {
  std::vector<fs::path> files = files_in({".github", "include", "examples", "tests"}, {".md"});
  files.push_back(root / "README.md");
  return files;
}

/// The line without blanks and comments of CMake. An include and a using directive are empty.
std::string bare(const std::string& line) {
  if (line.starts_with("#include") || line.starts_with("using namespace")) return {};
  std::string text;
  for (const char c : line.substr(0, line.find("  # "))) {
    if (std::isspace(static_cast<unsigned char>(c)) == 0) text += c;
  }
  return text;
}

std::string bare_text(const std::vector<fs::path>& files) {
  std::string text;
  for (const fs::path& file : files) {
    for (const std::string& line : lines_of(file)) text += bare(line);
  }
  return text;
}

/// A fenced block of a document, or the text between two blocks, which has no language.
struct Block {
  std::string language = {};
  std::string text = {};  ///< As lines.
};

std::vector<Block> blocks_of(const fs::path& document) {
  std::vector<Block> blocks(1);
  for (const std::string& line : lines_of(document)) {
    if (line.starts_with("```")) {
      blocks.push_back({line.substr(3)});
    } else {
      blocks.back().text += line + "\n";
    }
  }
  return blocks;
}

/// The parts of `text` between `begin` and `end`.
std::vector<std::string> between(const std::string& text, const std::string& begin, const std::string& end) {
  std::vector<std::string> found;
  for (std::size_t at = text.find(begin); at != std::string::npos; at = text.find(begin, at)) {
    at += begin.size();
    const std::size_t stop = text.find(end, at);
    if (stop == std::string::npos) break;
    found.push_back(text.substr(at, stop - at));
    at = stop + end.size();
  }
  return found;
}

/// Whether this heading of a document exists.
bool has_heading(const fs::path& document, const std::string& anchor) {
  for (const std::string& line : lines_of(document)) {
    if (!line.starts_with("#")) continue;
    std::string slug;
    for (const char c : line.substr(line.find(' ') + 1)) {
      if (c == ' ') slug += '-';
      if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-')
        slug += static_cast<char>(std::tolower(c));
    }
    if (slug == anchor) return true;
  }
  return false;
}

/// All test files in one text. A string literal of several lines is joined.
std::string all_tests() {
  std::string tests;
  for (const fs::path& file : files_in({"tests"}, {"_test.cpp"})) {
    for (const std::string& line : lines_of(file)) {
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

TEST_CASE("documents: each threat and each finding names tests that exist") {
  const std::string tests = all_tests();
  std::size_t rows = 0;
  for (const std::string& line : lines_of(security)) {
    CAPTURE(line);
    const std::vector<std::string> names = between(line, "`", "`");
    const bool is_row = line.starts_with("| ") && !line.ends_with("| test |");
    if (is_row) CHECK_FALSE(between(line.substr(line.rfind('|', line.size() - 2)), "`", "`").empty());
    if (is_row) ++rows;
    for (const std::string& name : names) {
      const bool is_title = std::count(name.begin(), name.end(), ' ') > 3;
      if (is_title) CHECK(tests.find("TEST_CASE(\"" + name + "\")") != std::string::npos);
    }
  }
  CHECK(rows > 20);
}

TEST_CASE("documents: each feature names a test that exists") {
  const std::string tests = all_tests();
  bool is_feature = false;
  std::size_t features = 0;
  for (const std::string& line : lines_of(root / "include/charms/README.md")) {
    if (line.starts_with("# ")) is_feature = line == "# Features";
    if (!is_feature || !line.starts_with("| ") || line.ends_with("test |") || line.ends_with("| no |")) continue;
    CAPTURE(line);
    const std::string cell = line.substr(line.rfind('|', line.size() - 2));
    const std::string name = cell.substr(3, cell.size() - 6);
    CHECK(tests.find("TEST_CASE(\"" + name + "\")") != std::string::npos);
    ++features;
  }
  CHECK(features > 20);
}

TEST_CASE("documents: the first command of .ci/run is README's test command") {
  const auto command = [](const char* file) {
    for (const std::string& line : lines_of(root / file)) {
      if (line.starts_with("apt-get ") && line.find("--preset test") != std::string::npos) return line;
    }
    return std::string(file) + " has no test command";
  };
  CHECK(command(".ci/run") == command("README.md"));
}

TEST_CASE("documents: each code block is compiled, and each output is real") {
  std::vector<fs::path> sources = files_in({"examples"}, {".cpp", ".hpp"});
  sources.insert(sources.end(), {root / "tests/design_test.cpp", root / "tests/prometheus_design_test.cpp",
                                 root / "tests/interop/interop.cpp",
                                 root / "tests/charms/tempo_coordinator_k8s/v0/tracing/readme_test.cpp",
                                 root / "tests/charms/prometheus_k8s/v0/prometheus_scrape/readme_test.cpp",
                                 root / "tests/dumps/expected-jobs.json"});
  const std::string code = bare_text(sources);
  const std::string cmake = bare_text(files_in({"tests/package"}, {"CMakeLists.txt"}));
  std::string output;
  for (const char* dump : {"juju3-tempo.json", "juju3-prometheus.json", "juju3-tracing.json"}) {
    output += support::run_program(EXPLAIN_PROGRAM, {(root / "tests/dumps" / dump).string()}).output;
  }
  std::size_t programs = 0;
  for (const fs::path& document : documents()) {
    for (const Block& block : blocks_of(document)) {
      CAPTURE(document, block.text);
      std::istringstream lines(block.text);
      std::string bare_block;
      for (std::string line; std::getline(lines, line);) bare_block += bare(line);
      if (block.language == "cpp") ++programs;
      if (block.language == "cpp" || block.language == "json") {
        CHECK(code.find(bare_block) != std::string::npos);
      } else if (block.language == "cmake") {
        CHECK(cmake.find(bare_block) != std::string::npos);
      } else if (block.language == "text") {
        CHECK(output.find(block.text) != std::string::npos);
      } else {
        CHECK((block.language == "sh" || block.language.empty()));
      }
    }
  }
  CHECK(programs > 10);
}

TEST_CASE("documents: each preset and each link exists") {
  std::string presets;
  for (const std::string& line : lines_of(root / "CMakePresets.json")) presets += line;
  for (const fs::path& document : documents()) {
    for (const Block& block : blocks_of(document)) {
      for (const std::string& words : between(block.text, "--preset ", "\n")) {
        const std::string preset = words.substr(0, words.find_first_of(" `,."));
        CAPTURE(document, preset);
        if (preset != "NAME") CHECK(presets.find("\"name\": \"" + preset + "\"") != std::string::npos);
      }
      if (!block.language.empty()) continue;
      for (const std::string& link : between(block.text, "](", ")")) {
        CAPTURE(document, link);
        const fs::path target = document.parent_path() / link.substr(0, link.find('#'));
        CHECK(fs::exists(target));
        if (link.find('#') != std::string::npos) CHECK(has_heading(target, link.substr(link.find('#') + 1)));
      }
    }
  }
}
