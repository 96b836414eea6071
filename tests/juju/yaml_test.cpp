// SPDX-License-Identifier: Apache-2.0
#include <juju/yaml.hpp>
#include <random>

#include <support/catch.hpp>

using juju::parse_yaml;
using nlohmann::json;

namespace {

std::string repeated(std::size_t times, const std::string& part) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += part;
  return text;
}

}  // namespace

TEST_CASE("JSON is YAML, and keeps its numbers") {
  CHECK(*parse_yaml(R"({"a": [1, true, null, "x"]})") == json::parse(R"({"a": [1, true, null, "x"]})"));
  CHECK(*parse_yaml("7") == json(7));
}

TEST_CASE("JSON may be longer than YAML") {
  const std::string text = "[\"" + std::string(100'000, 'a') + "\"]";
  CHECK(parse_yaml(text));
  CHECK_FALSE(parse_yaml(std::string(100'000, 'a')));
  CHECK(parse_yaml(std::string(65'536, 'a')));
  CHECK_FALSE(parse_yaml(std::string(65'537, 'a')));
  CHECK(parse_yaml(std::string(65'537, 'a'), 70'000));
}

TEST_CASE("YAML's scalars come out as their text") {
  CHECK(*parse_yaml("a: 017\nb: 0x10\nc: yes\nd: 1.50\ne: '7'\nf: 2001-01-01\ng: !!int 5\n") ==
        json::parse(R"({"a": "017", "b": "0x10", "c": "yes", "d": "1.50", "e": "7", "f": "2001-01-01", "g": "5"})"));
}

TEST_CASE("YAML's null comes out as null, text that spells it as text") {
  CHECK(*parse_yaml("a:\nb: ~\nc: null\nd: 'null'\ne: \"~\"\nf: ''\ng: [,]") ==
        json::parse(R"({"a": null, "b": null, "c": null, "d": "null", "e": "~", "f": "", "g": [null]})"));
}

TEST_CASE("block and flow style say the same") {
  CHECK(*parse_yaml("a:\n- b: 1\n  c: |\n    x\n    y\n- [d, {e: f}]\n") ==
        json::parse(R"({"a": [{"b": "1", "c": "x\ny\n"}, ["d", {"e": "f"}]]})"));
}

TEST_CASE("of equal keys in YAML the last stands") {
  CHECK(*parse_yaml("a: 1\na: [2]\na: {b: 3}\n") == json::parse(R"({"a": {"b": "3"}})"));
  CHECK(*parse_yaml("~: 1\n'': 2\n") == json::parse(R"({"": "2"})"));
}

TEST_CASE("YAML's merge key is a key like any other") {
  CHECK(*parse_yaml("<<: {a: 1}\nb: 2\n") == json::parse(R"({"<<": {"a": "1"}, "b": "2"})"));
}

TEST_CASE("an empty text, a comment or an empty document is null") {
  const std::string text = GENERATE("", " ", "\n", "# x", "---", "---\n...\n", "~");
  INFO(text);
  REQUIRE(parse_yaml(text));
  CHECK(parse_yaml(text)->is_null());
}

TEST_CASE("what is not one YAML document without aliases is refused") {
  const std::string text =
      GENERATE(",", "[", "{", "a: [", "a: b: c", "'a", "\"a", "a\n---\nb", "--- a\n--- b", "&a [*a]", "a: &x 1\nb: *x",
               "*a", "? [a]\n: b", "{[a]: b}", "? {a: b}\n: c", "@a", "`a", "!<", "a: \t- b", "\xff", "a: \"\\ud800\"",
               "a: \"\\xzz\"", "a: \"\\U00110000\"", "- a\nb", "]", "}", "a:\n\t- b", "|x\n y");
  INFO(text);
  CHECK_FALSE(parse_yaml(text));
  CHECK_FALSE(parse_yaml(text).error.reason.empty());
}

TEST_CASE("YAML is read to 64 levels and no deeper") {
  CHECK(parse_yaml(repeated(63, "[") + "a" + repeated(63, "]")));
  CHECK(parse_yaml(repeated(64, "[") + "a" + repeated(64, "]")));
  CHECK_FALSE(parse_yaml(repeated(65, "[") + "a" + repeated(65, "]")));
  const std::string opening = GENERATE("[", "{", "- ", "? ", "{a: ", "[{", "a: [", "&a [", "!a [", "? - ", "{? ");
  INFO(opening);
  CHECK_FALSE(parse_yaml(repeated(30'000 / opening.size(), opening)));
}

TEST_CASE("what YAML gives can be written again, though yaml-cpp also reads UTF-16 and UTF-32") {
  using namespace std::string_literals;
  const std::string text =
      GENERATE("x\0\0\0\x7f\x7f\x7f\x7f"s, "x\0\0\0\0\0\x11\0"s, "\0\0\0x\0\x11\0\0"s, "x\0y\0"s, "\0x\0y"s, "a: \0"s,
               "\xef\xbb\xbf"
               "a: b"s,
               "a: \xef\xbf\xbe"s);
  if (const auto parsed = parse_yaml(text)) {
    CHECK_NOTHROW(parsed->dump());
  } else {
    CHECK_FALSE(parsed.error.reason.empty());
  }
}

TEST_CASE("any bytes give a value that can be written again, or a reason") {
  const std::vector<std::string> parts = {
      "a",  "b: ", "- ",    "? ",      ": ", "[",    "]",      "{", "}",   ",",   "\n",   "\n  ",   "\n ",   "'",
      "\"", "|",   ">",     "&x ",     "*x", "!t ",  "!!str ", "%", "---", "...", "#",    "~",      "<<",    "\t",
      "\r", "\\",  "\\x41", "\\u00e9", "é",  "\xff", "@",      "-", ":",   "?",   "!<a>", "\u2028", "\u0085"};
  std::mt19937 random(42);
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (std::size_t left = 1 + random() % 24; left > 0; --left) text += parts[random() % parts.size()];
    INFO(json(text).dump(-1, ' ', true, json::error_handler_t::replace));
    const auto parsed = parse_yaml(text);
    if (parsed) CHECK_NOTHROW(parsed->dump());
    if (!parsed) CHECK_FALSE(parsed.error.reason.empty());
  }
}

TEST_CASE("the reason tells why a text is not read as YAML") {
  const auto [text, reason] =
      GENERATE(table<std::string, std::string>({{"a: &x 1\nb: *x", "not accepted: a YAML alias"},
                                                {"? [a]\n: b", "not accepted: a YAML key that is no scalar"},
                                                {repeated(65, "- ") + "a", "nested deeper than 64 levels"},
                                                {"a\n---\nb", "not a single YAML document"},
                                                {"\xff", "not UTF-8"},
                                                {std::string("ab\0", 3), "not YAML (byte 3)"},
                                                {"a: b: c", "not YAML (byte 5)"}}));
  INFO(text);
  CHECK(to_string(parse_yaml(text).error) == reason);
}

TEST_CASE("a text that is too long for YAML is told its limit") {
  CHECK(to_string(parse_yaml(std::string(11, 'a'), 10).error) == "neither JSON nor YAML of at most 10 bytes");
}
