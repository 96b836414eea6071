// SPDX-License-Identifier: Apache-2.0
#include <support/consumer.hpp>

using namespace support;
using nlohmann::json;

namespace {

/// One job with one static config that has these targets.
std::string job_with_targets(const std::string& targets) {
  return R"([{"job_name": "j", "static_configs": [{"targets": )" + targets + "}]}]";
}

/// `application("[{}]")` with a second unit that has this data.
RelationState application_with_unit(const juju::StringMap& bag) {
  RelationState relation = application("[{}]");
  relation.remote_units["app/1"] = bag;
  return relation;
}

}  // namespace

TEST_CASE("consumer targets: units are in the order of their numbers") {
  RelationState relation = application("[{}]");
  relation.remote_units.clear();
  for (const std::string number : {"10", "9", "0", "100", "2"}) {
    relation.remote_units["app/" + number] = unit_bag("app/" + number, "h" + number);
  }
  CHECK(consume(relation).targets() == Lines{"h0:80", "h2:80", "h9:80", "h10:80", "h100:80"});
}

TEST_CASE("consumer targets: an IPv6 address is in brackets") {
  RelationState relation = application(R"([{"static_configs": [{"targets": ["*:8000", "*", "[::1]:80"]}]}])");
  relation.remote_units["app/0"] = unit_bag("app/0", "fd00::1");
  relation.remote_units["app/1"] = unit_bag("app/1", "[fd00::2]");
  CHECK(consume(relation).targets() == Lines{"[::1]:80", "[fd00::1]:8000", "[fd00::1]", "[fd00::2]:8000", "[fd00::2]"});
}

TEST_CASE("consumer targets: HOST and HOST:PORT are used without blanks") {
  const auto [given, expected] = GENERATE(table<std::string, std::string>({{"*", "10.1.0.1"},
                                                                           {"*:65535", "10.1.0.1:65535"},
                                                                           {" * : 80 ", "10.1.0.1:80"},
                                                                           {"[fd00::12]:80", "[fd00::12]:80"},
                                                                           {"[fd00::12]", "[fd00::12]"},
                                                                           {"a_b-c.d:1", "a_b-c.d:1"},
                                                                           {"10.0.0.9", "10.0.0.9"},
                                                                           {" a : 7 ", "a:7"},
                                                                           {"None:80", "None:80"}}));
  const Consumed consumed = consume_jobs(job_with_targets("[\"" + given + "\"]"));
  INFO(given);
  CHECK(consumed.targets() == Lines{expected});
  CHECK(consumed.places() == none);
}

TEST_CASE("consumer targets: an invalid target is skipped") {
  const std::string target =
      GENERATE(R"("http://a:80")", R"("a:0")", R"("a:65536")", R"("a:")", R"(":80")", R"("")", R"("a:80/metrics")",
               R"("*.example.com:80")", R"("**")", R"("::1")", R"("[::1")", R"("[fe80::1%eth0]:80")", R"("a b:80")",
               R"("a:8 0")", R"("é:80")", "80", "null", R"(["a:80"])", "{}", "true", R"("a:+80")", R"("[a]:80")",
               R"("[::1\u0000]:80")", R"("a\u0000:80")");
  const Consumed consumed = consume_jobs(job_with_targets("[" + target + R"(, "*:1"])"));
  INFO(target);
  CHECK(consumed.targets() == Lines{"10.1.0.1:1"});
  CHECK(consumed.places() == Lines{in_jobs("/0/static_configs/0/targets/0")});
}

TEST_CASE("consumer targets: a target is only a host and a port, in ASCII") {
  const Lines targets = lines(
      "http://a:80", "//a:80", "a:80/metrics", "a:80/../admin", "a:80?x=y", "a:80#f", "user:secret@a:80", "user@a",
      "@a:80", "a:80\r\nHost: b", "a\r:80", "a:80\n", std::string("a:80\0", 5), std::string("a\0.b:80", 7), "a\\b:80",
      "a b:80", "a%2fb:80", "a：80", "a／b:80", "а:80", "a\u2044b:80", "a\u3002b:80", "\u202ea:80", "[fe80::1%eth0]:80",
      "[fe80::1%25eth0]:80", "fe80::1", "[::1]:80:80", "[::1]]:80", "[[::1]]:80", "[*]:80", "*.a:80", "**:80",
      "a:080080", "a:-1", "a:0x50", "a:８０", "${HOST}:80", "{{a}}:80", "a,b:80", "a;b:80");
  const Consumed consumed = consume_jobs(job_with_targets(json(targets).dump()));
  CHECK(consumed.jobs == json::array());
  CHECK(consumed.problems.size() == targets.size() + 1);
  for (const std::string& address : targets) {
    if (address == "fe80::1") continue;
    INFO(address);
    const Consumed with_address = consume(application_with_unit(unit_bag("app/1", address)));
    CHECK(with_address.targets() == Lines{"10.1.0.1:80"});
    CHECK(with_address.places() == Lines{"1 app/1 tempo_scrape_unit_address"});
  }
}

TEST_CASE("consumer targets: tempo_scrape_host is used if there is no address") {
  RelationState relation = application("[{}]");
  relation.remote_units["app/0"] = {{"tempo_scrape_unit_address", ""}, {"tempo_scrape_host", "10.1.0.7"}};
  relation.remote_units["app/1"] = {{"tempo_scrape_host", "10.1.0.8"}};
  CHECK(consume(relation).targets() == Lines{"10.1.0.7:80", "10.1.0.8:80"});
  CHECK(consume(relation).places() == none);
}

TEST_CASE("consumer targets: an invalid tempo_scrape_host is a problem") {
  CHECK(consume(application_with_unit({{"tempo_scrape_host", "None"}})).places() == Lines{"1 app/1 tempo_scrape_host"});
}

TEST_CASE("consumer targets: a unit without an address is skipped, no problem") {
  RelationState relation = application("[{}]");
  relation.remote_units["app/1"] = {{"tempo_scrape_unit_name", "app/1"}};
  relation.remote_units["app/2"] = {{"tempo_scrape_unit_address", ""}, {"tempo_scrape_host", ""}};
  CHECK(consume(relation).targets() == Lines{"10.1.0.1:80"});
  CHECK(consume(relation).places() == none);
}

TEST_CASE("consumer targets: a unit with an invalid address is skipped") {
  const std::string address =
      GENERATE(as<std::string>{}, "None", "null", "10.0.0.1:80", "[fd00::1]:80", "10.0.0.1 10.0.0.2", "fe80::1%eth0",
               "[fe80::1%1]", "10.0.0.1\n", "a\tb", " ", "*", "http://a", "a/b", "\xff", "a\x7f", "::1::", "[10.0.0.1]",
               "[]", std::string("fd00::1\0evil", 12), std::string("10.0.0.1\0", 9));
  const Consumed consumed = consume(application_with_unit(unit_bag("app/1", address)));
  INFO(address);
  CHECK(consumed.targets() == Lines{"10.1.0.1:80"});
  CHECK(consumed.places() == Lines{"1 app/1 tempo_scrape_unit_address"});
}
