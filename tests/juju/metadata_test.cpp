// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <fstream>
#include <juju/metadata.hpp>

#include <support/catch.hpp>

using Catch::Matchers::ContainsSubstring;
using juju::Metadata;
using juju::MetadataError;
using juju::RelationMetadata;
using juju::RelationRole;
using juju::RelationScope;

namespace {

// A charm's directory that lives as long as this.
class CharmDirectory {
 public:
  CharmDirectory() { std::filesystem::create_directories(path); }
  CharmDirectory(const CharmDirectory&) = delete;
  CharmDirectory& operator=(const CharmDirectory&) = delete;
  ~CharmDirectory() { std::filesystem::remove_all(path); }

  void write(const std::string& name, const std::string& text) const { std::ofstream(path / name) << text; }

  std::filesystem::path path = std::filesystem::temp_directory_path() / ("metadata_test-" + std::to_string(::getpid()));
};

Metadata with_option(const std::string& option) {
  return Metadata::parse("name: a", "options:\n  o: " + option + "\n");
}

nlohmann::json default_of(const std::string& option) { return with_option(option).config.at("o").default_value; }

}  // namespace

TEST_CASE("metadata tells name, relations of each role, and containers") {
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

TEST_CASE("metadata may leave sections out, or empty") {
  CHECK(Metadata::parse("name: a\nprovides:\nrequires: ~\npeers: {}\ncontainers:\nconfig:\n") ==
        Metadata::parse("name: a"));
}

TEST_CASE("options stand in config.yaml or, as charmcraft has it, under config") {
  const std::string options = "options: {port: {type: int, default: 80}, name: {type: string}}";
  const Metadata metadata = Metadata::parse("name: a\nconfig: {" + options + "}");
  CHECK(metadata == Metadata::parse("name: a", options));
  CHECK(metadata.config.at("port") == juju::ConfigOption{"int", 80});
  CHECK(metadata.config.at("name") == juju::ConfigOption{"string", nullptr});
}

TEST_CASE("an option without a type is text") { CHECK(with_option("{}").config.at("o").type == "string"); }

TEST_CASE("an option's default is of its type") {
  CHECK(default_of("{type: string, default: 80}") == "80");
  CHECK(default_of("{type: string, default: true}") == "true");
  CHECK(default_of("{default: ''}") == "");
  CHECK(default_of("{type: int, default: -5}") == -5);
  CHECK(default_of("{type: float, default: 1}") == 1.0);
  CHECK(default_of("{type: float, default: 0.5}") == 0.5);
  CHECK(default_of("{type: boolean, default: true}") == true);
  CHECK(default_of("{type: boolean, default: False}") == false);
  CHECK(default_of("{type: secret}") == nullptr);
  CHECK(default_of("{type: int, default: }") == nullptr);
}

TEST_CASE("an option's default has any form that YAML 1.1 has for its type") {
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

TEST_CASE("metadata: a wrong limit, scope or optional is an error that names the endpoint") {
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

TEST_CASE("an option that is none is an error that names it") {
  const std::string option =
      GENERATE("{type: int, default: x}", "{type: int, default: 1.5}", "{type: boolean, default: 2}",
               "{type: float, default: 1.x}", "{type: float, default: .inf}", "{type: boolean, default: tRUE}", "7",
               "[]", "{type: int, default: [1]}", "{type: int, default: 99999999999999999999}");
  INFO(option);
  CHECK_THROWS_WITH(with_option(option), ContainsSubstring("config.yaml") && ContainsSubstring("'o'"));
}

TEST_CASE("a default that is no scalar is an error, also of an option that is text") {
  CHECK_THROWS_AS(with_option("{type: string, default: {a: b}}"), MetadataError);
  CHECK_THROWS_AS(with_option("{type: string, default: [a]}"), MetadataError);
}

TEST_CASE("metadata that cannot be read is an error that names the file and what is wrong") {
  const auto [text, reason] =
      GENERATE(table<std::string, std::string>({{"", "not a map"},
                                                {"[]", "not a map"},
                                                {"a: b: c", "not YAML"},
                                                {"\xff", "not UTF-8"},
                                                {"summary: x", "no name"},
                                                {"name: [a]", "no name"},
                                                {"name: ''", "no name"},
                                                {"name: a\nprovides: [x]", "'provides' is not a map"},
                                                {"name: a\nrequires: {x: {}}", "'x' has no interface"},
                                                {"name: a\npeers: {x: ~}", "'x' has no interface"},
                                                {"name: a\ncontainers: x", "'containers' is not a map"}}));
  INFO(text);
  CHECK_THROWS_AS(Metadata::parse(text), MetadataError);
  CHECK_THROWS_WITH(Metadata::parse(text), ContainsSubstring("metadata.yaml") && ContainsSubstring(reason));
}

TEST_CASE("metadata may come as JSON") {
  const Metadata metadata = Metadata::parse(R"({"name": "a", "provides": {"t": {"interface": "i"}},
      "config": {"options": {"port": {"type": "int", "default": 80}, "on": {"type": "boolean", "default": true}}}})");
  CHECK(metadata.relations.at("t").interface == "i");
  CHECK(metadata.config.at("port").default_value == 80);
  CHECK(metadata.config.at("on").default_value == true);
}

TEST_CASE("a charm's directory is read: metadata.yaml before charmcraft.yaml, and config.yaml") {
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

TEST_CASE("a charm's directory without metadata is an error that names what is missing") {
  const CharmDirectory charm;
  CHECK_THROWS_WITH(Metadata::load(charm.path),
                    charm.path.string() + ": has neither metadata.yaml nor charmcraft.yaml");
  charm.write("metadata.yaml", "name: a");
  charm.write("config.yaml", "options: {b: 1}");
  CHECK_THROWS_WITH(Metadata::load(charm.path), ContainsSubstring((charm.path / "config.yaml").string()));
}

TEST_CASE("metadata may be a megabyte") {
  CHECK(Metadata::parse("name: &n a\nsummary: '" + std::string(500'000, 'x') + "'\n").name == "a");
  CHECK_THROWS_AS(Metadata::parse("name: a\nsummary: '" + std::string(1'100'000, 'x') + "'\n"), MetadataError);
}

TEST_CASE("metadata is another where any part of it is") {
  const Metadata metadata = Metadata::parse("{name: a, provides: {p: {interface: i}}, containers: {c: {}}}",
                                            "options: {o: {type: int, default: 1}}");
  const std::vector<void (*)(Metadata&)> changes = {
      [](Metadata& other) { other.name = "b"; },
      [](Metadata& other) { other.relations["p"].role = RelationRole::peer; },
      [](Metadata& other) { other.relations["p"].interface = "j"; },
      [](Metadata& other) { other.relations["p"].limit = 1; },
      [](Metadata& other) { other.relations["p"].scope = RelationScope::container; },
      [](Metadata& other) { other.relations["p"].optional = true; },
      [](Metadata& other) { other.containers.clear(); },
      [](Metadata& other) { other.config["o"].type = "float"; },
      [](Metadata& other) { other.config["o"].default_value = 2; },
      [](Metadata& other) { other.charm_directory = "/charm"; }};
  const Metadata same = metadata;
  CHECK(same == metadata);
  for (const auto change : changes) {
    Metadata other = metadata;
    change(other);
    CHECK(other != metadata);
  }
}

TEST_CASE("each role has metadata's word for it") {
  CHECK(to_string(RelationRole::provides) == "provides");
  CHECK(to_string(RelationRole::requires_) == "requires");
  CHECK(to_string(RelationRole::peer) == "peer");
  CHECK(to_string(RelationScope::global) == "global");
  CHECK(to_string(RelationScope::container) == "container");
}

TEST_CASE("a charm's file that cannot be read is an error that names it") {
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

TEST_CASE("a charm's file that may not be read is an error that names it") {
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

TEST_CASE("the message tells which file of a charm is wrong, and how") {
  const auto [metadata_yaml, config_yaml, message] = GENERATE(table<std::string, std::string, std::string>({
      {"a: b: c", "", "metadata.yaml: not YAML (byte 5)"},
      {"[]", "", "metadata.yaml: not a map"},
      {"summary: x", "", "metadata.yaml: has no name"},
      {"{name: a, provides: []}", "", "metadata.yaml: 'provides' is not a map"},
      {"{name: a, provides: {x: {}}}", "", "metadata.yaml: endpoint 'x' has no interface"},
      {"name: a", "options: {o: 7}", "config.yaml: option 'o' is not a map"},
      {"name: a", "options: {o: {type: int, default: x}}",
       "config.yaml: option 'o' has a default that is not of type int"},
  }));
  INFO(message);
  CHECK_THROWS_WITH(Metadata::parse(metadata_yaml, config_yaml), message);
}

TEST_CASE("metadata may have a megabyte and no byte more") {
  const std::string text = "name: a\n#";
  CHECK(Metadata::parse(text + std::string(1024 * 1024 - text.size(), 'x')).name == "a");
  CHECK_THROWS_WITH(Metadata::parse(text + std::string(1024 * 1024 - text.size() + 1, 'x')),
                    "metadata.yaml: neither JSON nor YAML of at most 1048576 bytes");
}
