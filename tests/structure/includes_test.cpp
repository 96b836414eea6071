// SPDX-License-Identifier: Apache-2.0
// Which headers may include which.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <support/catch.hpp>

namespace {

namespace fs = std::filesystem;

struct Header {
  std::string path;  // below include/
  std::vector<std::string> lines = {};
  std::vector<std::string> includes = {};
};

const std::vector<Header>& headers() {
  static const std::vector<Header> all = [] {
    const fs::path root = fs::path(TEMPO_SCRAPE_TESTS_DIRECTORY).parent_path() / "include";
    std::vector<Header> found;
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
      if (entry.path().extension() != ".hpp") continue;
      Header header{entry.path().lexically_relative(root).generic_string()};
      std::ifstream file(entry.path());
      for (std::string line; std::getline(file, line);) {
        if (line.starts_with("#include ")) header.includes.push_back(line.substr(10, line.size() - 11));
        header.lines.push_back(std::move(line));
      }
      found.push_back(std::move(header));
    }
    return found;
  }();
  return all;
}

bool below(std::string_view path, std::initializer_list<std::string_view> places) {
  return std::ranges::any_of(places, [path](std::string_view place) { return path.starts_with(place); });
}

// The includes of the headers in `here` that are in a forbidden place.
std::vector<std::string> forbidden_includes(std::initializer_list<std::string_view> here,
                                            std::initializer_list<std::string_view> forbidden) {
  std::vector<std::string> found;
  for (const Header& header : headers()) {
    if (!below(header.path, here)) continue;
    for (const std::string& include : header.includes) {
      if (below(include, forbidden)) found.push_back(header.path + " includes " + include);
    }
  }
  return found;
}

const std::vector<std::string> none;

}  // namespace

TEST_CASE("includes: charms/ includes no backend") {
  CHECK(forbidden_includes({"charms/"}, {"juju/testing/", "juju/hook_tools/"}) == none);
}

TEST_CASE("includes: the relation tracing knows nothing of scraping") {
  CHECK(forbidden_includes({"charms/tempo_coordinator_k8s/"}, {"scrape/", "charms/tempo_k8s/"}) == none);
}

TEST_CASE("includes: scrape/ includes only the abstract part of juju/") {
  CHECK(forbidden_includes({"scrape/"}, {"charms/", "juju/testing/", "juju/hook_tools/"}) == none);
}

TEST_CASE("includes: the abstract part of juju/ includes no backend") {
  std::vector<std::string> found;
  for (const Header& header : headers()) {
    const bool is_abstract = header.path.starts_with("juju/") && std::ranges::count(header.path, '/') == 1;
    if (!is_abstract || header.path == "juju/main.hpp" || header.path == "juju/testing.hpp") continue;
    for (const std::string& include : header.includes) {
      if (below(include, {"charms/", "scrape/", "juju/testing/", "juju/hook_tools/"})) {
        found.push_back(header.path + " includes " + include);
      }
    }
  }
  CHECK(found == none);
}

TEST_CASE("includes: backends include no tracing, and hook tools no test kit") {
  CHECK(forbidden_includes({"juju/testing/"}, {"charms/", "scrape/"}) == none);
  CHECK(forbidden_includes({"juju/hook_tools/"}, {"charms/", "scrape/", "juju/testing/"}) == none);
  CHECK(forbidden_includes({"juju/main.hpp"}, {"charms/", "scrape/", "juju/testing/"}) == none);
  CHECK(forbidden_includes({"juju/testing.hpp"}, {"charms/", "scrape/", "juju/hook_tools/"}) == none);
}

TEST_CASE("includes: no header includes juju/main.hpp or juju/testing.hpp") {
  CHECK(forbidden_includes({""}, {"juju/main.hpp", "juju/testing.hpp"}) == none);
}

TEST_CASE("includes: headers include each other by path below include/") {
  std::vector<std::string> found;
  for (const Header& header : headers()) {
    for (const std::string& line : header.lines) {
      if (line.starts_with("#include \"")) found.push_back(header.path + ": " + line);
    }
  }
  CHECK(found == none);
}
