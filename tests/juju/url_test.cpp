// SPDX-License-Identifier: Apache-2.0
#include <juju/url.hpp>

#include <support/catch.hpp>

TEST_CASE("url: scheme, host, port, path and query are read") {
  const auto url = juju::parse_url("HTTPS://tempo.local:3200/api/v1?tenant=a/b?c");
  REQUIRE(url);
  CHECK(url->scheme == "https");
  CHECK(url->host.text() == "tempo.local");
  CHECK(url->port == 3200);
  CHECK(url->path == "/api/v1");
  CHECK(url->query == "tenant=a/b?c");
}

TEST_CASE("url: port, path and query are optional") {
  CHECK(juju::parse_url("http://h") == juju::Url{"http", *juju::Address::parse("h"), {}, "", ""});
  CHECK(juju::parse_url("http://h/") == juju::Url{"http", *juju::Address::parse("h"), {}, "/", ""});
  CHECK(juju::parse_url("http://h?q") == juju::Url{"http", *juju::Address::parse("h"), {}, "", "q"});
  CHECK(juju::parse_url("h2+x.y-z://h:1") == juju::Url{"h2+x.y-z", *juju::Address::parse("h"), 1, "", ""});
  CHECK(juju::parse_url("http://h/%20é:@[")->path == "/%20é:@[");
}

TEST_CASE("url: an IPv6 host has brackets") {
  const auto url = juju::parse_url("http://[fd00::1]:3200/api");
  REQUIRE(url);
  CHECK(url->host.text() == "[fd00::1]");
  CHECK(url->port == 3200);
  CHECK(juju::parse_url("http://[fd00::1]")->host.text() == "[fd00::1]");
  CHECK_FALSE(juju::parse_url(GENERATE("http://fd00::1", "http://fd00::1:80", "http://[fd00::1", "http://[fd00::1]80",
                                       "http://fd00::1]:80", "http://[fd00::1%eth0]", "http://[h]", "http://[]")));
}

TEST_CASE("url: a text without scheme or host is refused") {
  CHECK_FALSE(juju::parse_url(GENERATE("", "h", "h:80", "//h", "://h", "1http://h", "ht_tp://h", "http:h", "http://",
                                       "http:///path", "http://:80", "http://?q", "http://None:80", "http://null")));
}

TEST_CASE("url: a user part, a fragment and an invalid port are refused") {
  CHECK_FALSE(juju::parse_url(GENERATE("http://user@h", "http://user:secret@h:80/", "http://h:80@evil", "http://h#top",
                                       "http://h:", "http://h:/", "http://h:0", "http://h:65536", "http://h:-1",
                                       "http://h:8x", "http://h:1:2", "http://h:000080", "http://h\\@evil")));
}

TEST_CASE("url: blanks, control characters and invalid UTF-8 are refused") {
  CHECK_FALSE(juju::parse_url(GENERATE(" http://h", "http://h ", "http://h: 80", "http://h/a b", "http://h/\t",
                                       "http://h/\n", "http://h/\x7f", "http://h/\u0085", "http://h/\xff")));
  CHECK_FALSE(juju::parse_url(std::string_view("http://h\0", 9)));
}

TEST_CASE("url: at most 2048 bytes are read") {
  const std::string longest = "http://h/" + std::string(juju::max_url_bytes - 9, 'a');
  CHECK(juju::parse_url(longest));
  CHECK_FALSE(juju::parse_url(longest + "a"));
}
