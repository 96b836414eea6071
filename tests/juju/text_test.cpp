// SPDX-License-Identifier: Apache-2.0
#include <juju/text.hpp>

#include <support/catch.hpp>

TEST_CASE("text: it has no control characters") {
  CHECK(juju::is_text(""));
  CHECK(juju::is_text(" ~é\u00a0\u07ff\u0800\u2028\ufeff\ufffd\U0001F600\U0001FFFE\U0010FFFF"));
  CHECK_FALSE(juju::is_text(std::string_view("a\0b", 3)));
  const std::string control =
      GENERATE("\x01", "\t", "\n", "\r", "\x1b", "\x1f", "\x7f", "\u0080", "\u0085", "\u009f", "\ufffe", "\uffff");
  CHECK_FALSE(juju::is_text(control));
  CHECK_FALSE(juju::is_text("é" + control));
  CHECK_FALSE(juju::is_text("\U0001F600" + control + "名"));
}

TEST_CASE("text: control characters are printed as escapes") {
  CHECK(juju::printable("a\tb\n\x1b[31m\x7f\u009f\u2028é") == "a\\u0009b\\u000a\\u001b[31m\\u007f\\u009f\\u2028é");
  CHECK(juju::printable(std::string_view("\0", 1)) == "\\u0000");
}

TEST_CASE("text: characters that change the direction are printed as escapes") {
  CHECK(juju::printable("\u061c\u200e\u200f") == "\\u061c\\u200e\\u200f");
  CHECK(juju::printable("\u202a\u202b\u202c\u202d\u202e") == "\\u202a\\u202b\\u202c\\u202d\\u202e");
  CHECK(juju::printable("\u2066\u2067\u2068\u2069") == "\\u2066\\u2067\\u2068\\u2069");
  const std::string others = "\u061b\u061d\u200d\u2010\u202f\u2065\u206a\u05d0";
  CHECK(juju::printable(others) == others);
}

TEST_CASE("text: printed text is cut after 200 bytes, between characters") {
  CHECK(juju::printable(std::string(200, 'a')) == std::string(200, 'a'));
  CHECK(juju::printable(std::string(201, 'a')) == std::string(200, 'a') + "...");
  CHECK(juju::printable(std::string(199, 'a') + "é") == std::string(199, 'a') + "...");
  CHECK(juju::printable(std::string(197, 'a') + "\U0001F600") == std::string(197, 'a') + "...");
  CHECK(juju::printable(std::string(196, 'a') + "\U0001F600") == std::string(196, 'a') + "\U0001F600");
  CHECK(juju::printable(std::string(201, '\x80')) == "...");
}

TEST_CASE("text: trim removes blanks and tabs only") {
  CHECK(juju::trim(" \ta b\t ") == "a b");
  CHECK(juju::trim(" \t ").empty());
  CHECK(juju::trim("").empty());
  CHECK(juju::trim("\na\n") == "\na\n");
}
