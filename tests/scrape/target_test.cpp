// SPDX-License-Identifier: Apache-2.0
#include <scrape/target.hpp>

#include <support/catch.hpp>

using namespace scrape;
using juju::Address;
using juju::parse_address;
using juju::parse_port;

TEST_CASE("address: a name or an IP address, IPv6 in brackets") {
  const auto [given, text] =
      GENERATE(table<std::string, std::string>({{"10.0.0.1", "10.0.0.1"},
                                                {"spring-music_0.local.", "spring-music_0.local."},
                                                {"fd00::1", "[fd00::1]"},
                                                {"[fd00::1]", "[fd00::1]"},
                                                {"::", "[::]"},
                                                {"::ffff:10.0.0.1", "[::ffff:10.0.0.1]"},
                                                {" \tfd00::1\t ", "[fd00::1]"},
                                                {"none", "none"},
                                                {"nullable", "nullable"}}));
  const std::optional<Address> host = Address::parse(given);
  INFO(given);
  REQUIRE(host);
  CHECK(host->text() == text);
  CHECK(Address::parse(text) == host);
}

TEST_CASE("address: a name has letters, digits, dots, underscores and hyphens") {
  for (const char* name : {"a", "z", "A", "Z", "0", "9", "az", "AZ", "09", ".", "_", "-"}) {
    INFO(name);
    CHECK(Address::parse(name)->text() == name);
  }
  for (const char* name : {"`", "{", "@", "[", "/", ":", ",", "^", "]"}) {
    INFO(name);
    CHECK_FALSE(Address::parse(name));
  }
}

TEST_CASE("address: invalid text is refused") {
  const std::string given =
      GENERATE("", " ", "a:80", "10.0.0.1:80", "[fd00::1]:80", "fe80::1%eth0", "[fe80::1%eth0]", "[fd00::1", "fd00::1]",
               "[[fd00::1]]", "[]", "[a]", "[10.0.0.1]", "[ fd00::1 ]", "a b", "a\nb", "a\n", "*", "é", "a/b",
               "1::2::3", "12345::", "::1.2.3.256", "fd00:::1", ":::");
  INFO(given);
  CHECK_FALSE(Address::parse(given));
}

TEST_CASE("address: text with a NUL is refused") {
  using namespace std::string_view_literals;
  for (const std::string_view given : {"::1\0"sv, "::1\0%eth0"sv, "[::1\0]"sv, "a\0b"sv, "\0"sv, "10.0.0.1\0:80"sv}) {
    INFO(given);
    CHECK_FALSE(Address::parse(given));
  }
}

TEST_CASE("address: None and null are no published address") {
  const std::string given = GENERATE("None", "null", " None ", "", "a:80");
  INFO(given);
  CHECK_FALSE(parse_address(given));
  CHECK(parse_address(" none ")->text() == "none");
}

TEST_CASE("port: a number from 1 to 65535 with at most five digits") {
  CHECK(parse_port("1") == 1);
  CHECK(parse_port("65535") == 65535);
  CHECK(parse_port("00080") == 80);
  CHECK(parse_port(" 80\t") == 80);
  const std::string given =
      GENERATE("", " ", "0", "00000", "65536", "99999", "000080", "-1", "+80", "8 0", "0x50", "80.0", "8e1", "٨٠");
  INFO(given);
  CHECK_FALSE(parse_port(given));
}

TEST_CASE("target: a wildcard or a host, with or without a port") {
  const std::optional<Target> wildcard = Target::parse(" * : 8000 ");
  REQUIRE(wildcard);
  CHECK(wildcard->is_wildcard());
  CHECK(wildcard->host() == "*");
  CHECK(wildcard->port_suffix() == ":8000");
  CHECK(wildcard->text() == "*:8000");

  const std::optional<Target> bare = Target::parse("*");
  REQUIRE(bare);
  CHECK(bare->is_wildcard());
  CHECK(bare->text() == "*");
  CHECK(bare->port_suffix().empty());

  const std::optional<Target> host = Target::parse("[fd00::1]:80");
  REQUIRE(host);
  CHECK_FALSE(host->is_wildcard());
  CHECK(host->host() == "[fd00::1]");
  CHECK(host->port_suffix() == ":80");
}

TEST_CASE("target: a valid text is kept") {
  const std::string given =
      GENERATE("*", "*:1", "a", "a:65535", "[fd00::12]", "[fd00::12]:80", "10.0.0.1:80", "80", "-");
  const std::optional<Target> target = Target::parse(given);
  INFO(given);
  REQUIRE(target);
  CHECK(target->text() == given);
}

TEST_CASE("target: blanks are dropped") {
  CHECK(Target::parse(" * ")->text() == "*");
  CHECK(Target::parse("\t[fd00::1] ")->text() == "[fd00::1]");
  CHECK(Target::parse(" a ")->text() == "a");
}

TEST_CASE("target: invalid text is refused") {
  const std::string given = GENERATE("", " ", ":", ":80", "*:", "*:0", "**", "*.a", "*.a:80", "a*:80", "[*]:80", "*:*",
                                     "::1", "fd00::1", "fd00::1:80", "::1]:80", "[::1", "[::1:80", "[::1]80",
                                     "[::1]]:80", "[::1]:80]", "[::1]:", "[]:80", "[a]:80", "http://a:80", "a:80/x",
                                     "a:80:80", "a b", "a,b", "u@a:80", "a:80,b:80", "[fe80::1%25eth0]:80");
  INFO(given);
  CHECK_FALSE(Target::parse(given));
}

TEST_CASE("target: a refused text is kept") {
  const Target refused("http://h:80");
  CHECK_FALSE(refused.is_valid());
  CHECK_FALSE(refused.is_wildcard());
  CHECK(refused.text() == "http://h:80");
  CHECK(refused.host() == "http://h:80");
  CHECK(refused.port_suffix().empty());
  CHECK_FALSE(Target("*x").is_wildcard());
}

TEST_CASE("target: a list in double braces has two targets") {
  const std::vector<Target> two = {{"*:8000"}, {"*:8081"}};
  REQUIRE(two.size() == 2);
  CHECK(two[1].text() == "*:8081");
}

TEST_CASE("target: targets and addresses are compared by their text") {
  CHECK(Target("*:80") == Target("*:80"));
  CHECK(Target("*:80") != Target("*:81"));
  CHECK(Address::parse("a") == Address::parse(" a "));
  CHECK(Address::parse("a") != Address::parse("b"));
}
