// SPDX-License-Identifier: Apache-2.0
// The two charms of examples/, in memory and as the executables that Juju would run.
#include <juju/testing.hpp>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <support/catch.hpp>
#include <support/program.hpp>
#include "../examples/spring-music/spring_music.hpp"
#include "../examples/tempo/tempo.hpp"

namespace {

using Catch::Matchers::ContainsSubstring;
using juju::testing::State;
using nlohmann::json;

juju::Metadata metadata_of(const std::string& charm) {
  return juju::Metadata::load(std::filesystem::path(TEMPO_SCRAPE_EXAMPLES_DIRECTORY) / charm);
}

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// spring-music with two units and tempo, related and at rest. What tempo writes goes into a scratch directory.
struct Related {
  Related() {
    std::filesystem::remove_all(directory);
    std::filesystem::create_directories(directory);
    juju::Metadata tempo = metadata_of("tempo");
    tempo.charm_directory = directory;
    model.deploy<Tempo>("tempo", tempo);
    model.deploy<SpringMusic>("spring-music", metadata_of("spring-music"), {.units = 2});
    relation = model.integrate("spring-music:tracing", "tempo:tracing");
    model.settle();
  }
  ~Related() { std::filesystem::remove_all(directory); }

  void configure(const std::string& application, const json& config) {
    model.set_config(application, config);
    model.settle();
  }

  std::string published(const std::string& application, const std::string& key) const {
    return model.application_data(relation, application).at(key);
  }

  json targets() {
    json all = json::array();
    for (const json& job : model.unit("tempo/0").inspect<Tempo>([](Tempo& tempo) { return tempo.scrape_configs(); })) {
      for (const json& config : job["static_configs"])
        all.insert(all.end(), config["targets"].begin(), config["targets"].end());
    }
    return all;
  }

  std::filesystem::path directory =
      std::filesystem::temp_directory_path() / ("tempo-scrape-charms-test-" + std::to_string(::getpid()));
  std::filesystem::path scrape_config = directory / "scrape_config.json";
  juju::testing::TestModel model;
  juju::RelationId relation = 0;
};

}  // namespace

TEST_CASE("spring-music has its own port scraped until the operator says what to scrape") {
  Related both;
  CHECK(both.targets().dump() == R"(["10.1.0.3:8000","10.1.0.3:8081","10.1.0.4:8000","10.1.0.4:8081"])");
  both.configure("spring-music", {{"port", 9000}});
  CHECK(both.targets().dump() == R"(["10.1.0.3:9000","10.1.0.3:8081","10.1.0.4:9000","10.1.0.4:8081"])");
  both.configure("spring-music", {{"jobs", R"([{"job_name": "a", "static_configs": [{"targets": ["*:7000"]}]}])"}});
  CHECK(both.targets().dump() == R"(["10.1.0.3:7000","10.1.0.4:7000"])");
}

TEST_CASE("a mistake in the configuration of spring-music blocks it with the first problem") {
  const auto [config, problem] =
      GENERATE(table<json, std::string>({{{{"jobs", "[{"}}, "configuration: jobs: not JSON"},
                                         {{{"jobs", R"({"targets": []})"}}, "not an array"},
                                         {{{"jobs", R"([{"static_configs": [{"targets": ["*:80", "*:x"]}, 7]}])"}},
                                          "jobs at /0/static_configs/0/targets/1: "},
                                         {{{"jobs", R"([{"job_name": "a"}, {"job_name": "a"}])"}}, "jobs at /1"},
                                         {{{"jobs", R"([{"scheme": "https"}])"}}, "jobs at /0/scheme: "},
                                         {{{"port", 0}}, "port: not a port from 1 to 65535"},
                                         {{{"port", 65536}}, "port: not a port from 1 to 65535"}}));
  CAPTURE(config.dump());
  const State after =
      juju::testing::run<SpringMusic>({.config = config}, juju::testing::config_changed(), metadata_of("spring-music"));
  CHECK(after.unit_status.name == "blocked");
  CHECK_THAT(after.unit_status.message, ContainsSubstring(problem));
}

TEST_CASE("a typo in the jobs of spring-music leaves what is published, and new units and addresses are published") {
  Related both;
  const juju::StringMap before = both.model.application_data(both.relation, "spring-music");
  both.configure("spring-music", {{"jobs", "[{]"}});
  both.model.set_address("spring-music/0", "10.9.9.9");
  both.model.add_unit("spring-music");
  both.model.settle();
  CHECK(both.model.application_data(both.relation, "spring-music") == before);
  CHECK(both.model.unit("spring-music/2").status().name == "blocked");
  CHECK(both.targets().size() == 6);
  CHECK(both.targets()[0] == "10.9.9.9:8000");
  both.configure("spring-music", {});
  CHECK(both.model.unit("spring-music/2").status().name == "active");
}

TEST_CASE("spring-music shows the OTLP endpoint that it learned, and waits when Tempo goes") {
  Related both;
  CHECK(both.model.unit("spring-music/1").status() == juju::ActiveStatus("traces go to http://tempo.local:4317"));
  both.configure("tempo", {{"hostname", "fd00::7"}, {"otlp-grpc-port", 5317}});
  CHECK(both.model.unit("spring-music/1").status() == juju::ActiveStatus("traces go to http://[fd00::7]:5317"));
  both.model.remove_relation(both.relation);
  both.model.settle();
  CHECK(both.model.unit("spring-music/1").status() == juju::WaitingStatus("no Tempo to send traces to yet"));
}

TEST_CASE("tempo writes its scrape configuration, and says how many targets of how many applications") {
  Related both;
  CHECK(both.model.unit("tempo/0").status() == juju::ActiveStatus("4 targets of 1 application"));
  const json jobs = both.model.unit("tempo/0").inspect<Tempo>([](Tempo& tempo) { return tempo.scrape_configs(); });
  CHECK(json::parse(text_of(both.scrape_config)) == json{{"scrape_configs", jobs}});
  both.model.deploy<SpringMusic>("other", metadata_of("spring-music"),
                                 {.config = {{"jobs", R"([{"static_configs": [{"targets": ["a.example:80"]}]}])"}}});
  both.model.integrate("other:tracing", "tempo:tracing");
  both.model.settle();
  CHECK(both.model.unit("tempo/0").status() == juju::ActiveStatus("5 targets of 2 applications"));
  both.model.remove_application("other");
  both.model.remove_relation(both.relation);
  both.model.settle();
  CHECK(both.model.unit("tempo/0").status() == juju::ActiveStatus("0 targets of 0 applications"));
  CHECK(json::parse(text_of(both.scrape_config)) == json{{"scrape_configs", json::array()}});
}

TEST_CASE("tempo's scrape configuration is replaced at once, or not at all") {
  Related both;
  const std::string before = text_of(both.scrape_config);
  std::ifstream reader(both.scrape_config);
  both.model.remove_unit("spring-music/1");
  both.model.settle();
  const std::string after = text_of(both.scrape_config);
  CHECK(after != before);
  CHECK(std::string(std::istreambuf_iterator<char>(reader), {}) == before);
  CHECK(std::distance(std::filesystem::directory_iterator(both.directory), {}) == 1);

  std::filesystem::create_directory(both.scrape_config.string() + ".new");  // so nothing can be written there
  both.model.remove_unit("spring-music/0");
  CHECK_THROWS_AS(both.model.settle(), juju::testing::HookFailed);
  CHECK(text_of(both.scrape_config) == after);
}

TEST_CASE("a mistake in tempo's endpoint blocks it, leaves what is published, and does not stop the scraping") {
  const auto [config, problem] =
      GENERATE(table<json, std::string>({{{{"hostname", "http://tempo"}}, "hostname: not a host name or an IP address"},
                                         {{{"hostname", ""}}, "hostname: not a host name or an IP address"},
                                         {{{"otlp-http-port", 0}}, "otlp-http-port: not a port from 1 to 65535"},
                                         {{{"zipkin-port", 4294971613}}, "zipkin-port: not a port from 1 to 65535"}}));
  CAPTURE(config.dump());
  Related both;
  const std::string before = both.published("tempo", "tempo_endpoint");
  both.configure("tempo", config);
  CHECK(both.model.unit("tempo/0").status() == juju::BlockedStatus("configuration: " + problem));
  CHECK(both.published("tempo", "tempo_endpoint") == before);
  CHECK(json::parse(text_of(both.scrape_config))["scrape_configs"].size() == 1);
  both.configure("tempo", {{"hostname", "tempo.example"}});
  CHECK(both.model.unit("tempo/0").status() == juju::ActiveStatus("4 targets of 1 application"));
  CHECK(json::parse(both.published("tempo", "tempo_endpoint"))["hostname"] == "tempo.example");
}

TEST_CASE("dispatch outside Juju ends with a sentence and status 2, and stands in a charm directory") {
  const std::filesystem::path charm =
      std::filesystem::path(TEMPO_SCRAPE_CHARMS_DIRECTORY) / GENERATE("spring-music", "tempo");
  const support::ProgramRun run = support::run_program(charm / "dispatch", {});
  CHECK(run.status == 2);
  CHECK(run.output.empty());
  CHECK_THAT(run.errors, ContainsSubstring("is a Juju charm") && ContainsSubstring("juju deploy"));
  CHECK(juju::Metadata::load(charm).config == metadata_of(charm.filename()).config);
  CHECK(std::filesystem::exists(charm / "manifest.yaml"));
  CHECK(std::filesystem::file_size(charm.string() + ".charm") > 0);
}
