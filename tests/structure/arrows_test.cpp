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

// What the headers in `here` include of the places that they may not know.
std::vector<std::string> strays(std::initializer_list<std::string_view> here,
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

TEST_CASE("the mirrored library sees no backend") {
  CHECK(strays({"charms/"}, {"juju/testing/", "juju/hook_tools/"}) == none);
}

TEST_CASE("the scrape room sees only the abstract part of juju") {
  CHECK(strays({"scrape/"}, {"charms/", "juju/testing/", "juju/hook_tools/"}) == none);
}

TEST_CASE("what Juju shows knows neither tracing nor a backend") {
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

TEST_CASE("the backends know neither tracing nor each other") {
  CHECK(strays({"juju/testing/"}, {"charms/", "scrape/"}) == none);  // it runs charms with hook tools
  CHECK(strays({"juju/hook_tools/"}, {"charms/", "scrape/", "juju/testing/"}) == none);
  CHECK(strays({"juju/main.hpp"}, {"charms/", "scrape/", "juju/testing/"}) == none);
  CHECK(strays({"juju/testing.hpp"}, {"charms/", "scrape/", "juju/hook_tools/"}) == none);
}

TEST_CASE("no header includes one of the two doors") {
  CHECK(strays({""}, {"juju/main.hpp", "juju/testing.hpp"}) == none);
}

TEST_CASE("headers are included by their path below include") {
  std::vector<std::string> found;
  for (const Header& header : headers()) {
    for (const std::string& line : header.lines) {
      if (line.starts_with("#include \"")) found.push_back(header.path + ": " + line);
    }
  }
  CHECK(found == none);
}
