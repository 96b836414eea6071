// SPDX-License-Identifier: Apache-2.0
#include <juju/json.hpp>

#include <support/catch.hpp>

using juju::parse_json;
using juju::to_yaml_safe_json;
using nlohmann::json;

namespace {

std::string nested(std::size_t levels, const std::string& open, const std::string& close) {
  std::string text;
  for (std::size_t i = 0; i < levels; ++i) text += open;
  for (std::size_t i = 0; i < levels; ++i) text += close;
  return text;
}

}  // namespace

TEST_CASE("json: a text becomes its value") {
  const std::string text = GENERATE("null", "true", "-1.5", "\"é\\u0000\"", "[]", "{}", " [1, {\"a\": [null]}]\n");
  REQUIRE(parse_json(text));
  CHECK(*parse_json(text) == json::parse(text));
}

TEST_CASE("json: the last of several equal keys is used") {
  CHECK(*parse_json(R"({"a": 1, "b": 2, "a": [3]})") == json::parse(R"({"a": [3], "b": 2})"));
  CHECK(*parse_json(R"({"a": {"x": 1}, "a": {"y": 2}})") == json::parse(R"({"a": {"y": 2}})"));
  CHECK(*parse_json(R"({"a": [1], "a": null})") == json::parse(R"({"a": null})"));
}

TEST_CASE("json: an error has the byte and the reason, but not the text") {
  const auto [text, byte] = GENERATE(table<std::string, std::size_t>({{"", 1},
                                                                      {"secret", 1},
                                                                      {"{\"a\": secret}", 7},
                                                                      {"[1] secret", 5},
                                                                      {"[\"secret\xff\"]", 9},
                                                                      {"[\"a\nb\"]", 4},
                                                                      {"{\"a\"", 5},
                                                                      {"[1,]", 4},
                                                                      {"[\"\\ud800\"]", 9}}));
  const auto parsed = parse_json(text);
  INFO(text);
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error.byte == byte);
  CHECK_FALSE(parsed.error.reason.empty());
  CHECK(to_string(parsed.error).find("secret") == std::string::npos);
  CHECK(to_string(parsed.error).find("(byte " + std::to_string(byte) + ")") != std::string::npos);
}

TEST_CASE("json: a number that is too large for a double is refused") {
  const std::string text = GENERATE("1e400", "[-1e400]", "{\"a\": {\"b\": 1e999999}}");
  CHECK_FALSE(parse_json(text));
  CHECK_FALSE(parse_json(text).error.reason.empty());
}

TEST_CASE("json: 64 levels are read") {
  CHECK(parse_json(nested(64, "[", "]")));
  CHECK_FALSE(parse_json(nested(65, "[", "]")));
  CHECK(parse_json(nested(63, "{\"a\":", "}").insert(63 * 5, "[]")));
  CHECK_FALSE(parse_json(nested(64, "{\"a\":", "}").insert(64 * 5, "{}")));
  CHECK_FALSE(parse_json(std::string(10'000'000, '[')));
  CHECK(parse_json(nested(65, "[", "]")).error.reason.find("64") != std::string::npos);
}

TEST_CASE("json: a value of many objects is read") {
  std::string text = "[{}";
  for (int i = 0; i < 300'000; ++i) text += ",{}";
  CHECK(parse_json(text + "]")->size() == 300'001);
}

TEST_CASE("json: a written value is read as the same value") {
  const std::string text =
      GENERATE("null", "\"\\u0000\\u001f\\u007f\\u0080\\u009f\\u00a0\"", "{\"\\u0085\": \"\\u2028\\u2029\"}",
               "\"\\ufffe\\uffff\\ufffd\\ufeff\"", "\"\\ud83d\\ude00\\ud83f\\udffe\"", "[1, 2.5, true, \"/\"]",
               "\"\\\\ \\\" \\b\\f\\n\\r\\t é 名\"", "[]", "{\"a\": [{}, []], \"\\n\": {\"b\": -1e30}}");
  const json value = json::parse(text);
  INFO(text);
  CHECK(json::parse(to_yaml_safe_json(value)) == value);
  CHECK(json::parse(to_yaml_safe_json(value, 2)) == value);
  CHECK(juju::json_length(value) == to_yaml_safe_json(value).size());
}

TEST_CASE("json: control characters are written as escapes") {
  CHECK(to_yaml_safe_json("\x7f") == R"("\u007f")");
  CHECK(to_yaml_safe_json("\u0080\u0085\u009f") == R"("\u0080\u0085\u009f")");
  CHECK(to_yaml_safe_json("\ufffe\uffff") == R"("\ufffe\uffff")");
  CHECK(to_yaml_safe_json("\u2028\u2029") == R"("\u2028\u2029")");
  CHECK(to_yaml_safe_json("\u00a0\u07ff\u0800\ufffd\U0001F600\U0010FFFF/") ==
        "\"\u00a0\u07ff\u0800\ufffd\U0001F600\U0010FFFF/\"");
  CHECK(to_yaml_safe_json(std::string("\0\x1f", 2)) == R"("\u0000\u001f")");
}

TEST_CASE("json: a written value has line breaks only with an indent") {
  const json value = json::parse(R"({"a": ["x\ny", {}]})");
  CHECK(to_yaml_safe_json(value) == R"({"a":["x\ny",{}]})");
  CHECK(to_yaml_safe_json(value, 1) == "{\n \"a\": [\n  \"x\\ny\",\n  {}\n ]\n}");
}

TEST_CASE("json: a text that is not UTF-8 is not written") {
  CHECK_THROWS_AS(to_yaml_safe_json("\xff"), json::type_error);
}

TEST_CASE("json: overlong forms, surrogates and large code points are not UTF-8") {
  CHECK(juju::is_utf8(""));
  CHECK(juju::is_utf8("é名\U0010FFFF"));
  CHECK(juju::is_utf8(std::string_view("\0", 1)));
  const std::string text =
      GENERATE("\xff", "\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf0\x80\x80\x80",
               "\xf4\x90\x80\x80", "\xf7\xbf\xbf\xbf", "\xc3", "\xe2\x82", "a\xf0\x9f\x98");
  CHECK_FALSE(juju::is_utf8(text));
}

TEST_CASE("json: brackets in strings are not levels") {
  const std::string brackets(100, '[');
  const std::string braces(100, '{');
  CHECK(*parse_json("\"" + brackets + "\"") == json(brackets));
  CHECK(*parse_json(R"(["\")" + braces + R"(", 1])") == json::array({"\"" + braces, 1}));
  CHECK(*parse_json(R"({"a\\": "]", "b": ")" + brackets + "\"}") == json({{"a\\", "]"}, {"b", brackets}}));
  CHECK_FALSE(parse_json(R"(["\\",)" + nested(64, "[", "]") + "]"));
  CHECK_FALSE(parse_json(R"(["\"",)" + nested(64, "[", "]") + "]"));
  CHECK(parse_json(R"(["]]]]",)" + nested(63, "[", "]") + "]"));
  CHECK_FALSE(parse_json(R"(["]]]]",)" + nested(64, "[", "]") + "]"));
}

TEST_CASE("json: the text of an error has the reason and the byte") {
  CHECK(to_string(parse_json("[1,]").error) == "not JSON (byte 4)");
  CHECK(to_string(parse_json("1e400").error) == "not JSON: a number is out of range");
  CHECK(to_string(parse_json(nested(65, "[", "]")).error) == "nested deeper than 64 levels");
  CHECK(to_string(juju::TextError{.reason = "not known where"}) == "not known where");
  CHECK(parse_json("1").error == juju::TextError{});
}

TEST_CASE("json: an indent of 0 writes lines") { CHECK(to_yaml_safe_json(json::array({1, 2}), 0) == "[\n1,\n2\n]"); }
