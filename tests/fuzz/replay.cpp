// SPDX-License-Identifier: Apache-2.0
// Runs the targets on the corpus, without a fuzzer:
//   fuzz_replay CORPUS TARGET       one target on all files of CORPUS/TARGET
//   fuzz_replay CORPUS --promtool   all targets; promtool checks each scrape configuration
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <juju/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "fuzz.hpp"

namespace {

/// Texts of 4 KiB that need much memory. Each repeats its middle part.
std::vector<std::string> long_texts() {
  struct Form {
    const char* begin;
    const char* middle;
    const char* end;
  };
  constexpr std::size_t bytes = 4096;
  std::vector<std::string> texts;
  for (const Form& form : {Form{"[", "{},", "{}]"}, Form{"[", "1,", "1]"}, Form{"", "[", ""}, Form{"", "- -\n", ""},
                           Form{"", "=\n", "\n"}, Form{"[{\"static_configs\": [", "{\"targets\": [\"*\"]},", "{}]}]"},
                           Form{R"({"deferred-1":"{\"event\":\"config-changed\",\"snapshot\":[)", "1,", "1]}\"}"},
                           Form{"{name: a, containers: {", "a: {},", "}}"}}) {
    std::string text = std::string("@") + form.begin;
    while (text.size() < bytes) text += form.middle;
    texts.push_back(text + form.end);
    texts.push_back(text.substr(1) + form.end);  // for targets without variants
  }
  return texts;
}

std::size_t replay(const fuzz::Target& target, const std::filesystem::path& corpus) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(corpus / target.name)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    std::cout << entry.path().filename().string()
              << std::endl;  // flushed: if the process aborts, the last name is the finding
    fuzz::run(target, bytes);
    ++files;
  }
  return files;
}

int replay_target(const std::string& name, const std::filesystem::path& corpus) {
  for (const fuzz::Target& target : fuzz::targets()) {
    if (target.name != name) continue;
    for (const std::string& text : long_texts()) {
      std::cout << text.substr(0, 40) << "..." << std::endl;
      fuzz::run(target, text);
    }
    const std::size_t files = replay(target, corpus);
    std::cout << "memory: at most " << fuzz::max_memory_per_cent() << " % of the limit\n";
    return files > 0 ? 0 : 1;
  }
  std::cerr << "there is no target " << name << "\n";
  return 1;
}

int check_with_promtool(const std::filesystem::path& corpus) {
  const std::filesystem::path directory =
      std::filesystem::temp_directory_path() / ("fuzz-promtool-" + std::to_string(::getpid()));
  std::filesystem::create_directories(directory);
  std::size_t configurations = 0;
  fuzz::on_scrape_configs() = [&](const fuzz::json& jobs) {
    if (jobs.empty()) return;
    fuzz::json configuration = fuzz::json::object();
    configuration["scrape_configs"] = jobs;
    std::ofstream(directory / (std::to_string(configurations++) + ".json")) << juju::to_yaml_safe_json(configuration);
  };
  for (const fuzz::Target& target : fuzz::targets()) replay(target, corpus);
  const std::string files = "'" + directory.string() + "'/*.json";
  const int status =
      std::system(("promtool check config " + files + " > '" + directory.string() + "/verdict' 2>&1").c_str());
  if (status != 0) std::cout << std::ifstream(directory / "verdict").rdbuf();
  std::cout << "configurations that promtool checked: " << configurations << "\n";
  std::filesystem::remove_all(directory);
  return status == 0 && configurations > 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return std::cerr << "usage: fuzz_replay CORPUS TARGET|--promtool\n", 2;
  const std::string what = argv[2];
  return what == "--promtool" ? check_with_promtool(argv[1]) : replay_target(what, argv[1]);
}
