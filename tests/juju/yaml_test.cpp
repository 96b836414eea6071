// SPDX-License-Identifier: Apache-2.0
#include <juju/yaml.hpp>
#include <random>

#include <support/catch.hpp>

using juju::parse_yaml;
using juju::parse_yaml_with_aliases;
using nlohmann::json;

namespace {

std::string repeated(std::size_t times, const std::string& part) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += part;
  return text;
}

}  // namespace

TEST_CASE("yaml: JSON is read as JSON, with its numbers") {
  CHECK(*parse_yaml(R"({"a": [1, true, null, "x"]})") == json::parse(R"({"a": [1, true, null, "x"]})"));
  CHECK(*parse_yaml("7") == json(7));
  CHECK(*parse_yaml(R"("\u0000")") == json(std::string(1, '\0')));
}

TEST_CASE("yaml: the limit of bytes does not apply to JSON") {
  const std::string text = "[\"" + std::string(100'000, 'a') + "\"]";
  CHECK(parse_yaml(text));
  CHECK_FALSE(parse_yaml(std::string(100'000, 'a')));
  CHECK(parse_yaml(std::string(65'536, 'a')));
  CHECK_FALSE(parse_yaml(std::string(65'537, 'a')));
  CHECK(parse_yaml(std::string(65'537, 'a'), 70'000));
  CHECK(parse_yaml_with_aliases(std::string(1024 * 1024, 'a')));
  CHECK_FALSE(parse_yaml_with_aliases(std::string(1024 * 1024 + 1, 'a')));
  CHECK(to_string(parse_yaml(std::string(11, 'a'), 10).error) == "neither JSON nor YAML of at most 10 bytes");
}

TEST_CASE("yaml: a scalar becomes its text") {
  CHECK(*parse_yaml("a: 017\nb: 0x10\nc: yes\nd: 1.50\ne: '7'\nf: 2001-01-01\ng: !!int 5\nh: !!str ~\n") ==
        json::parse(
            R"({"a": "017", "b": "0x10", "c": "yes", "d": "1.50", "e": "7", "f": "2001-01-01", "g": "5", "h": "~"})"));
}

TEST_CASE("yaml: null becomes null, and quoted text that spells it stays text") {
  CHECK(*parse_yaml("a:\nb: ~\nc: null\nd: 'null'\ne: \"~\"\nf: ''\ng: Null\nh: NULL\ni: nULL\nj: |\n  ~") ==
        json::parse(R"({"a": null, "b": null, "c": null, "d": "null", "e": "~", "f": "", "g": null, "h": null,
                        "i": "nULL", "j": "~"})"));
}

TEST_CASE("yaml: block and flow style give the same value") {
  CHECK(*parse_yaml("a:\n- b: 1\n  c: |\n    x\n    y\n- [d, {e: f}]\n") ==
        json::parse(R"({"a": [{"b": "1", "c": "x\ny\n"}, ["d", {"e": "f"}]]})"));
}

TEST_CASE("yaml: an escape becomes its character, in UTF-8") {
  const auto [text, value] =
      GENERATE(table<std::string, std::string>({{R"("\_")", "\u00a0"},
                                                {R"("\N")", "\u0085"},
                                                {R"("\L")", "\u2028"},
                                                {R"("\P")", "\u2029"},
                                                {R"("\e")", "\x1b"},
                                                {R"("\a\v")", "\a\v"},
                                                {R"("\x41\xe9\xff")", "A\u00e9\u00ff"},
                                                {R"("\u00e9\ufffe")", "\u00e9\ufffe"},
                                                {R"("\U0001F600\U0010FFFF")", "\U0001F600\U0010FFFF"},
                                                {R"("\/\ \"\\")", "/ \"\\"},
                                                {R"("10\_%")", "10\u00a0%"}}));
  INFO(text);
  REQUIRE(parse_yaml(text));
  CHECK(*parse_yaml(text) == json(value));
  CHECK(parse_yaml("- " + text)->at(0) == json(value));
  CHECK(parse_yaml(text + ": x")->contains(value));
}

TEST_CASE("yaml: line breaks in quotes are folded, and empty lines are kept") {
  const auto [text, value] = GENERATE(table<std::string, std::string>({{"\"a\n\n\n\"", "a\n\n"},
                                                                       {"\"a\n\n  \n  b\"", "a\n\nb"},
                                                                       {"'a\n\n\n'", "a\n\n"},
                                                                       {"\"a\n  b\"", "a b"},
                                                                       {"\"a\\\n  b\"", "ab"},
                                                                       {"\"\n\na\"", "\na"},
                                                                       {"\"a\\n\n\n\"", "a\n\n"}}));
  INFO(text);
  CHECK(*parse_yaml(text) == json(value));
}

TEST_CASE("yaml: the last of several equal keys is used") {
  CHECK(*parse_yaml("a: 1\na: [2]\na: {b: 3}\n") == json::parse(R"({"a": {"b": "3"}})"));
  CHECK(*parse_yaml("~: 1\n'': 2\n") == json::parse(R"({"": "2"})"));
}

TEST_CASE("yaml: without aliases, the merge key is an ordinary key") {
  CHECK(*parse_yaml("<<: {a: 1}\nb: 2\n") == json::parse(R"({"<<": {"a": "1"}, "b": "2"})"));
}

TEST_CASE("yaml: an empty text, a comment or an empty document is null") {
  const std::string text = GENERATE("", " ", "\n", "# x", "---", "---\n...\n", "~", "\xef\xbb\xbf");
  INFO(text);
  REQUIRE(parse_yaml(text));
  CHECK(parse_yaml(text)->is_null());
}

TEST_CASE("yaml: a byte order mark of UTF-8 is skipped") {
  CHECK(*parse_yaml("\xef\xbb\xbf"
                    "a: b") == json({{"a", "b"}}));
}

TEST_CASE("yaml: a text that is not one document without aliases is refused") {
  const std::string text =
      GENERATE(",", "[,]", "[", "{", "a: [", "a: b: c", "'a", "\"a", "a\n---\nb", "--- a\n--- b", "---\n---", "&a [*a]",
               "a: &x 1\nb: *x", "*a", "? [a]\n: b", "{[a]: b}", "? {a: b}\n: c", "@a", "`a", "!<", "a: \t- b", "\xff",
               "a: \"\\ud800\"", "a: \"\\ud83d\\ude00\"", "a: \"\\xzz\"", "a: \"\\U00110000\"", "- a\nb", "]", "}",
               "a:\n\t- b", "|x\n y", "a: \x7f", "a: \u0081", "a: \x01", "\"\\0\"", "\"\\x00\": a", "a: \ufffe");
  INFO(text);
  CHECK_FALSE(parse_yaml(text));
  CHECK_FALSE(parse_yaml(text).error.reason.empty());
}

TEST_CASE("yaml: 64 levels are read") {
  CHECK(parse_yaml(repeated(64, "[") + "a" + repeated(64, "]")));
  CHECK_FALSE(parse_yaml(repeated(65, "[") + "a" + repeated(65, "]")));
  CHECK(parse_yaml_with_aliases(repeated(64, "- ") + "a"));
  CHECK_FALSE(parse_yaml_with_aliases(repeated(65, "- ") + "a"));
  const std::string opening = GENERATE("[", "{", "- ", "? ", "{a: ", "[{", "a: [", "&a [", "!a [", "? - ", "{? ");
  INFO(opening);
  CHECK_FALSE(parse_yaml(repeated(60'000 / opening.size(), opening)));
  CHECK_FALSE(parse_yaml_with_aliases(repeated(1'000'000 / opening.size(), opening)));
}

TEST_CASE("yaml: a megabyte of a hostile pattern is read or refused at once") {
  const std::string pattern =
      GENERATE("- - - -\n", ",", ":", "a: ", "&a ", "*a ", "&a &b ", "!t ", "%TAG !a! x\n", "---\n", "#\n", "'", "''",
               "\"", "|+\n\n", "a ", "[,", "\\", "<<: *a\n", "\r", "@", "\xef\xbb\xbf", "\xff");
  INFO(pattern);
  const std::string text = repeated(1'000'000 / pattern.size(), pattern);
  const auto parsed = parse_yaml_with_aliases(text);
  CHECK((parsed.value.has_value() || !parsed.error.reason.empty()));
}

TEST_CASE("yaml: more than 64 %TAG directives are refused") {
  std::string directives;
  for (int i = 0; i < 64; ++i) directives += "%TAG !a" + std::to_string(i) + "! x\n";
  CHECK(*parse_yaml(directives + "--- a") == json("a"));
  CHECK(to_string(parse_yaml(directives + "%TAG !b! x\n--- a").error) ==
        "not accepted: more than 64 %TAG directives in YAML");
}

TEST_CASE("yaml: UTF-16, UTF-32 and NUL characters are refused") {
  using namespace std::string_literals;
  const std::string text = GENERATE("x\0\0\0"s, "\0\0\0x"s, "x\0y\0"s, "\0x\0y"s, "a: \0"s,
                                    "\xff\xfe"
                                    "a\0"s,
                                    "\xfe\xff\0a"s, "\0"s, "a\n\0"s);
  CHECK_FALSE(parse_yaml(text));
  CHECK_FALSE(parse_yaml(text).error.reason.empty());
}

TEST_CASE("yaml: any text gives a value that can be written, or a reason") {
  const std::vector<std::string> parts = {
      "a",     "b: ",     "- ",  "? ",  ": ",  "[",      "]", "{",   "}",   ",", "\n",   "\n  ",   "\n ",   "'",  "\"",
      "|",     ">",       "&x ", "*x",  "!t ", "!!str ", "%", "---", "...", "#", "~",    "<<",     "\t",    "\r", "\\",
      "\\x41", "\\u00e9", "\\_", "\\0", "é",   "\xff",   "@", "-",   ":",   "?", "!<a>", "\u2028", "\u0085"};
  std::mt19937 random(42);
  for (int i = 0; i < 10'000; ++i) {
    std::string text;
    for (std::size_t left = 1 + random() % 24; left > 0; --left) text += parts[random() % parts.size()];
    INFO(json(text).dump(-1, ' ', true, json::error_handler_t::replace));
    for (const auto parse : {+[](const std::string& yaml) { return parse_yaml(yaml); },
                             +[](const std::string& yaml) { return parse_yaml_with_aliases(yaml); }}) {
      const auto parsed = parse(text);
      if (parsed) CHECK_NOTHROW(parsed->dump());
      if (!parsed) CHECK_FALSE(parsed.error.reason.empty());
    }
  }
}

TEST_CASE("yaml: the error says what is wrong and where") {
  const auto [text, error] = GENERATE(
      table<std::string, std::string>({{"a: &x 1\nb: *x", "not accepted: a YAML alias (byte 12)"},
                                       {"? [a]\n: b", "not accepted: a YAML key that is not a scalar (byte 3)"},
                                       {repeated(65, "- ") + "a", "nested deeper than 64 levels (byte 129)"},
                                       {"a\n---\nb", "not a single YAML document (byte 3)"},
                                       {"a: \"\\0\"", "not accepted: a NUL character in YAML (byte 4)"},
                                       {"\xff", "not UTF-8"},
                                       {std::string("ab\0", 3), "not YAML (byte 3)"},
                                       {"\u00e9: \x7f", "not YAML (byte 5)"},
                                       {"a: b: c", "not YAML (byte 5)"},
                                       {"\U0001F600\u00e9: b: c", "not YAML (byte 10)"},
                                       {"\xef\xbb\xbf"
                                        "a: b: c",
                                        "not YAML (byte 8)"},
                                       {"a\r\nb: c: d", "not YAML (byte 5)"},
                                       {"a: [", "not YAML (byte 5)"}}));
  INFO(text);
  CHECK(to_string(parse_yaml(text).error) == error);
}

TEST_CASE("yaml: an alias gives the value of its anchor") {
  CHECK(*parse_yaml_with_aliases("a: &x {b: [1]}\nc: *x\nd: [*x, &y ~, *y, &z '', *z]\n") ==
        json::parse(R"({"a": {"b": ["1"]}, "c": {"b": ["1"]}, "d": [{"b": ["1"]}, null, null, "", ""]})"));
  CHECK(*parse_yaml_with_aliases("a: &x k\n*x : v\n") == json::parse(R"({"a": "k", "k": "v"})"));
  CHECK(*parse_yaml_with_aliases("&k a: *k\n") == json::parse(R"({"a": "a"})"));
}

TEST_CASE("yaml: an alias refers to the latest anchor of its name") {
  CHECK(*parse_yaml_with_aliases("[&a 1, *a, &a 2, *a]") == json::parse(R"(["1", "1", "2", "2"])"));
  CHECK(*parse_yaml_with_aliases("[&a [&a 1, *a], *a]") == json::parse(R"([["1", "1"], "1"])"));
}

TEST_CASE("yaml: an alias without a complete anchor before it is refused") {
  const auto [text, byte] = GENERATE(table<std::string, std::size_t>(
      {{"*a", 1}, {"[*a, &a x]", 2}, {"&a [*a]", 5}, {"&a {b: [*a]}", 9}, {"[&a 1, &a [*a]]", 12}}));
  INFO(text);
  CHECK(parse_yaml_with_aliases(text).error ==
        juju::TextError{byte, "a YAML alias without a complete anchor before it"});
}

TEST_CASE("yaml: a merge key adds the keys that a map does not have") {
  const auto [text, value] = GENERATE(table<std::string, std::string>({
      {"a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}\n", R"({"a": {"b": "1", "c": "2"}, "d": {"b": "1", "c": "3"}})"},
      {"a: &x {b: 1, c: 2}\nd: {c: 3, <<: *x}\n", R"({"a": {"b": "1", "c": "2"}, "d": {"b": "1", "c": "3"}})"},
      {"- &x {b: 1}\n- &y {b: 2, c: 2}\n- <<: [*x, *y]\n",
       R"([{"b": "1"}, {"b": "2", "c": "2"}, {"b": "1", "c": "2"}])"},
      {"- &x {b: 1}\n- &y {<<: *x, c: 2}\n- <<: *y\n", R"([{"b": "1"}, {"b": "1", "c": "2"}, {"b": "1", "c": "2"}])"},
      {"<<: {a: 1}\n", R"({"a": "1"})"},
      {"<<: []\n", "{}"},
      {"!!merge <<: {a: 1}\n", R"({"a": "1"})"},
      {"'<<': {a: 1}\n", R"({"<<": {"a": "1"}})"},
      {"\"<<\": {a: 1}\n", R"({"<<": {"a": "1"}})"},
      {"!!str <<: {a: 1}\n", R"({"<<": {"a": "1"}})"},
      {"[<<]", R"(["<<"])"},
      {"a: <<", R"({"a": "<<"})"},
  }));
  INFO(text);
  REQUIRE(parse_yaml_with_aliases(text));
  CHECK(*parse_yaml_with_aliases(text) == json::parse(value));
}

TEST_CASE("yaml: a merge key whose value is not a map is refused") {
  const std::string text = GENERATE("<<: 1", "<<: ~", "<<: [a]", "<<: [{a: 1}, 2]", "<<: [[{a: 1}]]");
  CHECK(parse_yaml_with_aliases(text).error ==
        juju::TextError{5, "a YAML merge key whose value is not a map or a list of maps"});
}

TEST_CASE("yaml: aliases are expanded to the stated size") {
  const std::string copies_too_much = "YAML anchors and aliases that copy too much";
  const std::string text(juju::max_yaml_copies / 8 - 64, 'x');  // a copy counts 64 more
  const std::string eighths = "- &a " + text + repeated(7, "\n- *a");
  CHECK(parse_yaml_with_aliases(eighths));
  CHECK(parse_yaml_with_aliases(eighths + "\n- *a").error.reason == copies_too_much);
  CHECK(parse_yaml_with_aliases(eighths + "\n- &b ''").error.reason == copies_too_much);
  std::string keys;
  for (int i = 0; i < 400; ++i) keys += std::to_string(1000 + i) + std::string(1000, 'x') + ": ~, ";
  CHECK(parse_yaml_with_aliases("- &a {" + keys + "}" + repeated(8, "\n- *a")));
  CHECK(parse_yaml_with_aliases("- &a {" + keys + "}" + repeated(9, "\n- *a")).error.reason == copies_too_much);
  std::string laughs = "a: &a [x, x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c < 'z'; ++c) {
    const std::string before(1, static_cast<char>(c - 1));
    laughs += std::string(1, c) + ": &" + c + " [" + repeated(8, "*" + before + ", ") + "*" + before + "]\n";
  }
  CHECK(parse_yaml_with_aliases(laughs).error.reason == copies_too_much);
}

TEST_CASE("yaml: aliases nest no deeper than 64 levels") {
  const auto nested = [](int outer) {
    return "- &a " + repeated(40, "[") + "x" + repeated(40, "]") + "\n- " +
           repeated(static_cast<std::size_t>(outer), "[") + "*a" + repeated(static_cast<std::size_t>(outer), "]");
  };
  CHECK(parse_yaml_with_aliases(nested(23)));
  CHECK(parse_yaml_with_aliases(nested(24)).error.reason == "nested deeper than 64 levels");
}
