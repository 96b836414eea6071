// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <fstream>
#include <juju/metadata.hpp>

#include <support/catch.hpp>
#include <support/temporary_directory.hpp>

using Catch::Matchers::ContainsSubstring;
using juju::Metadata;
using juju::MetadataError;
using juju::RelationMetadata;
using juju::RelationRole;
using juju::RelationScope;

namespace {

/// A charm's directory.
struct CharmDirectory {
  void write(const std::string& name, const std::string& text) const { std::ofstream(path / name) << text; }

  support::TemporaryDirectory directory = {};
  std::filesystem::path path = directory.path();
};

Metadata with_option(const std::string& option) {
  return Metadata::parse("name: a", "options:\n  o: " + option + "\n");
}

nlohmann::json default_of(const std::string& option) { return with_option(option).config.at("o").default_value; }

}  // namespace

TEST_CASE("metadata: it has the name, relations of each role, and containers") {
  const Metadata metadata = Metadata::parse(R"(
name: spring-music
summary: {x: [y]}
provides:
  tracing: {interface: tempo_scrape, limit: 1}
  short: http
requires:
  db:
    interface: mysql
peers:
  peers: {interface: music_peers}
containers:
  music: {resource: image}
  sidecar:
)");
  CHECK(metadata.name == "spring-music");
  CHECK(metadata.relations.at("tracing") == RelationMetadata{RelationRole::provides, "tempo_scrape", 1});
  CHECK(metadata.relations.at("short") == RelationMetadata{RelationRole::provides, "http"});
  CHECK(metadata.relations.at("db") == RelationMetadata{RelationRole::requires_, "mysql"});
  CHECK(metadata.relations.at("peers") == RelationMetadata{RelationRole::peer, "music_peers"});
  CHECK(metadata.relations.size() == 4);
  CHECK(metadata.containers == std::set<std::string>{"music", "sidecar"});
  CHECK(metadata.config.empty());
  CHECK(metadata.charm_directory.empty());
}

TEST_CASE("metadata: sections may be missing or empty") {
  CHECK(Metadata::parse("name: a\nprovides:\nrequires: ~\npeers: {}\ncontainers:\nconfig:\n") ==
        Metadata::parse("name: a"));
}

TEST_CASE("metadata: options are in config.yaml or under config") {
  const std::string options = "options: {port: {type: int, default: 80}, name: {type: string}}";
  const Metadata metadata = Metadata::parse("name: a\nconfig: {" + options + "}");
  CHECK(metadata == Metadata::parse("name: a", options));
  CHECK(metadata.config.at("port") == juju::ConfigOption{"int", 80});
  CHECK(metadata.config.at("name") == juju::ConfigOption{"string", nullptr});
}

TEST_CASE("metadata: an option without a type is a string") {
  CHECK(with_option("{}").config.at("o").type == "string");
}

TEST_CASE("metadata: the default of an option has its type") {
  CHECK(default_of("{type: string, default: 80}") == "80");
  CHECK(default_of("{type: string, default: true}") == "true");
  CHECK(default_of("{default: ''}") == "");
  CHECK(default_of("{type: int, default: -5}") == -5);
  CHECK(default_of("{type: float, default: 1}") == 1.0);
  CHECK(default_of("{type: float, default: 0.5}") == 0.5);
  CHECK(default_of("{type: float, default: 1e3}") == 1000.0);
  CHECK(default_of("{type: boolean, default: true}") == true);
  CHECK(default_of("{type: boolean, default: False}") == false);
  CHECK(default_of("{type: secret}") == nullptr);
  CHECK(default_of("{type: int, default: }") == nullptr);
}

TEST_CASE("metadata: the default of a boolean option is read as YAML 1.1") {
  const auto [option, value] = GENERATE(table<std::string, nlohmann::json>({{"{type: boolean, default: yes}", true},
                                                                            {"{type: boolean, default: TRUE}", true},
                                                                            {"{type: boolean, default: On}", true},
                                                                            {"{type: boolean, default: y}", true},
                                                                            {"{type: boolean, default: off}", false},
                                                                            {"{type: boolean, default: NO}", false},
                                                                            {"{type: boolean, default: n}", false},
                                                                            {"{type: int, default: 0x10}", 16},
                                                                            {"{type: int, default: +5}", 5}}));
  INFO(option);
  CHECK(default_of(option) == value);
}

TEST_CASE("metadata: the default of a number option is read as YAML 1.1") {
  CHECK(default_of("{type: int, default: 1_000}") == 1000);
  CHECK(default_of("{type: int, default: 0b11}") == 3);
  CHECK(default_of("{type: int, default: 0644}") == 420);
  CHECK(default_of("{type: int, default: -0x1F}") == -31);
  CHECK(default_of("{type: float, default: +1.5}") == 1.5);
  CHECK(default_of("{type: float, default: .5}") == 0.5);
  CHECK(default_of("{type: float, default: 0644}") == 420.0);
  CHECK(default_of("{type: float, default: 7}").is_number_float());
}

TEST_CASE("metadata: an endpoint has a limit, a scope and whether it is optional") {
  const auto endpoint = [](const std::string& declared) {
    return Metadata::parse("{name: a, requires: {e: " + declared + "}}").relations.at("e");
  };
  const RelationMetadata plain{.role = RelationRole::requires_, .interface = "i"};
  CHECK(endpoint("i") == plain);
  CHECK(endpoint("{interface: i, limit: ~, scope: ~, optional: ~}") == plain);
  CHECK(endpoint("{interface: i, limit: 0, scope: global, optional: false}") == plain);
  CHECK(endpoint("{interface: i, limit: 1}").limit == 1);
  CHECK(endpoint("{interface: i, limit: 0x10}").limit == 16);
  CHECK(endpoint("{interface: i, scope: container}").scope == RelationScope::container);
  CHECK(endpoint("{interface: i, optional: yes}").optional);
  const auto from_json = Metadata::parse(
      R"({"name": "a", "requires": {"e": {"interface": "i", "limit": 2, "scope": "container", "optional": true}}})");
  CHECK(from_json.relations.at("e") == RelationMetadata{.role = RelationRole::requires_,
                                                        .interface = "i",
                                                        .limit = 2,
                                                        .scope = RelationScope::container,
                                                        .optional = true});
}

TEST_CASE("metadata: an error in limit, scope or optional names the endpoint") {
  const auto [declared, message] = GENERATE(table<std::string, std::string>({
      {"limit: x", "'limit' is not a number of relations"},
      {"limit: -1", "'limit' is not a number of relations"},
      {"limit: 1.5", "'limit' is not a number of relations"},
      {"limit: [1]", "'limit' is not a number of relations"},
      {"limit: 2147483648", "'limit' is not a number of relations"},
      {"scope: unit", "'scope' is not 'global' or 'container'"},
      {"scope: [global]", "'scope' is not 'global' or 'container'"},
      {"optional: maybe", "'optional' is not true or false"},
      {"optional: {}", "'optional' is not true or false"},
  }));
  CHECK_THROWS_WITH(Metadata::parse("name: a\npeers: {e: {interface: i, " + declared + "}}"),
                    "metadata.yaml: endpoint 'e': " + message);
}

TEST_CASE("metadata: anchors, aliases and merge keys are accepted") {
  const Metadata metadata = Metadata::parse(R"(
name: &name music
provides:
  a: &scraped {interface: http, limit: 1}
  b: {<<: *scraped, limit: 2}
  c: *scraped
requires: {d: {interface: *name}}
)",
                                            "options: {a: &option {type: int, default: 1}, b: *option}");
  CHECK(metadata.relations.at("b") == RelationMetadata{.interface = "http", .limit = 2});
  CHECK(metadata.relations.at("c") == metadata.relations.at("a"));
  CHECK(metadata.relations.at("d").interface == "music");
  CHECK(metadata.config.at("b") == metadata.config.at("a"));
}

TEST_CASE("metadata: an invalid option is an error that names it") {
  const std::string option =
      GENERATE("{type: int, default: x}", "{type: int, default: 1.5}", "{type: boolean, default: 2}",
               "{type: float, default: 1.x}", "{type: float, default: .inf}", "{type: float, default: nan}",
               "{type: float, default: -inf}", "{type: boolean, default: tRUE}", "7", "[]", "{type: int, default: [1]}",
               "{type: int, default: 99999999999999999999}");
  INFO(option);
  CHECK_THROWS_WITH(with_option(option), ContainsSubstring("config.yaml") && ContainsSubstring("'o'"));
}

TEST_CASE("metadata: the default of a string option is a scalar") {
  CHECK_THROWS_AS(with_option("{type: string, default: {a: b}}"), MetadataError);
  CHECK_THROWS_AS(with_option("{type: string, default: [a]}"), MetadataError);
}

TEST_CASE("metadata: it may be JSON") {
  const Metadata metadata = Metadata::parse(R"({"name": "a", "provides": {"t": {"interface": "i"}},
      "config": {"options": {"port": {"type": "int", "default": 80}, "on": {"type": "boolean", "default": true}}}})");
  CHECK(metadata.relations.at("t").interface == "i");
  CHECK(metadata.config.at("port").default_value == 80);
  CHECK(metadata.config.at("on").default_value == true);
}

TEST_CASE("metadata: metadata.yaml and config.yaml come before charmcraft.yaml") {
  const CharmDirectory charm;
  charm.write("charmcraft.yaml", "name: crafted\nconfig: {options: {a: {type: int, default: 1}}}");
  CHECK(Metadata::load(charm.path).name == "crafted");
  CHECK(Metadata::load(charm.path).config.at("a").default_value == 1);
  charm.write("metadata.yaml", "name: plain");
  charm.write("config.yaml", "options: {b: {type: int, default: 2}}");
  const Metadata metadata = Metadata::load(charm.path);
  CHECK(metadata.name == "plain");
  CHECK(metadata.config.at("b").default_value == 2);
  CHECK_FALSE(metadata.config.contains("a"));
  CHECK(metadata.charm_directory == charm.path);
}

TEST_CASE("metadata: a directory without it is an error that names the files") {
  const CharmDirectory charm;
  CHECK_THROWS_WITH(Metadata::load(charm.path),
                    charm.path.string() + ": has neither metadata.yaml nor charmcraft.yaml");
  charm.write("metadata.yaml", "name: a");
  charm.write("config.yaml", "options: {b: 1}");
  CHECK_THROWS_WITH(Metadata::load(charm.path), ContainsSubstring((charm.path / "config.yaml").string()));
}

TEST_CASE("metadata: each role and scope has its name in metadata.yaml") {
  CHECK(to_string(RelationRole::provides) == "provides");
  CHECK(to_string(RelationRole::requires_) == "requires");
  CHECK(to_string(RelationRole::peer) == "peer");
  CHECK(to_string(RelationScope::global) == "global");
  CHECK(to_string(RelationScope::container) == "container");
}

TEST_CASE("metadata: a file that cannot be read is an error that names it") {
  const CharmDirectory charm;
  std::filesystem::create_directory(charm.path / "metadata.yaml");
  CHECK_THROWS_AS(Metadata::load(charm.path), MetadataError);
  CHECK_THROWS_WITH(Metadata::load(charm.path),
                    (charm.path / "metadata.yaml").string() + ": cannot be read: Is a directory");
  std::filesystem::remove(charm.path / "metadata.yaml");
  charm.write("metadata.yaml", std::string(1024 * 1024 + 1, ' '));
  CHECK_THROWS_WITH(Metadata::load(charm.path),
                    (charm.path / "metadata.yaml").string() + ": cannot be read: File too large");
}

TEST_CASE("metadata: a file without read permission is an error that names it") {
  const CharmDirectory charm;
  charm.write("metadata.yaml", "name: a");
  std::filesystem::permissions(charm.path, static_cast<std::filesystem::perms>(0755));
  std::filesystem::permissions(charm.path / "metadata.yaml", std::filesystem::perms::none);
  const uid_t self = ::geteuid();
  if (self == 0) REQUIRE(::seteuid(65534) == 0);  // root may read anything
  std::string message;
  try {
    Metadata::load(charm.path);
  } catch (const MetadataError& error) {
    message = error.what();
  }
  REQUIRE(::seteuid(self) == 0);
  CHECK(message == (charm.path / "metadata.yaml").string() + ": cannot be read: Permission denied");
}

TEST_CASE("metadata: an error has file and reason, without control characters") {
  const auto [metadata_yaml, config_yaml, message] = GENERATE(table<std::string, std::string, std::string>({
      {"", "", "metadata.yaml: not a map"},
      {"a: b: c", "", "metadata.yaml: not YAML (byte 5)"},
      {"\xff", "", "metadata.yaml: not UTF-8"},
      {"[]", "", "metadata.yaml: not a map"},
      {"summary: x", "", "metadata.yaml: has no name"},
      {"name: [a]", "", "metadata.yaml: has no name"},
      {"name: ''", "", "metadata.yaml: has no name"},
      {"{name: a, provides: []}", "", "metadata.yaml: 'provides' is not a map"},
      {"{name: a, containers: x}", "", "metadata.yaml: 'containers' is not a map"},
      {"{name: a, provides: {x: {}}}", "", "metadata.yaml: endpoint 'x' has no interface"},
      {"{name: a, peers: {x: ~}}", "", "metadata.yaml: endpoint 'x' has no interface"},
      {"name: a", "options: {o: 7}", "config.yaml: option 'o' is not a map"},
      {"name: a", "options: {o: {type: int, default: x}}",
       "config.yaml: option 'o' has a default that is not of type int"},
      {"name: a", R"({"options": {"o": {"type": "\u001b[31m", "default": []}}})",
       "config.yaml: option 'o' has a default that is not of type \\u001b[31m"},
  }));
  INFO(message);
  CHECK_THROWS_WITH(Metadata::parse(metadata_yaml, config_yaml), message);
}

TEST_CASE("metadata: at most one megabyte is read") {
  const std::string text = "name: a\n#";
  CHECK(Metadata::parse(text + std::string(1024 * 1024 - text.size(), 'x')).name == "a");
  CHECK_THROWS_WITH(Metadata::parse(text + std::string(1024 * 1024 - text.size() + 1, 'x')),
                    "metadata.yaml: neither JSON nor YAML of at most 1048576 bytes");
}
