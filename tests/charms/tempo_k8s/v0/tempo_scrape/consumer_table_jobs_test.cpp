// SPDX-License-Identifier: Apache-2.0
// The design's table of what the consumer makes of what it reads, line by line: jobs and targets.
#include <support/consumer.hpp>

using namespace support;

namespace {

std::string in_jobs(const std::string& pointer) { return "1 app scrape_jobs " + pointer; }

// One job with one static config that has these targets.
std::string job_with_targets(const std::string& targets) {
  return R"([{"job_name": "j", "static_configs": [{"targets": )" + targets + "}]}]";
}

}  // namespace

TEST_CASE("job not an object: the job is left out") {
  const std::string given = GENERATE("null", "true", "7", "\"x\"", "[]", "[{}]");
  const Consumed consumed = consume_jobs("[" + given + R"(, {"job_name": "b"}])");
  INFO(given);
  CHECK(consumed.names() == Lines{"dev_12345678_app_b"});
  CHECK(consumed.places() == Lines{in_jobs("/0")});
}

TEST_CASE("`static_configs` there but no array: the job is left out") {
  const std::string given = GENERATE("null", "true", "7", "\"x\"", "{}");
  const Consumed consumed = consume_jobs(R"([{"static_configs": )" + given + R"(}, {"job_name": "b"}])");
  INFO(given);
  CHECK(consumed.names() == Lines{"dev_12345678_app_b"});
  CHECK(consumed.places() == Lines{in_jobs("/0/static_configs")});
}

TEST_CASE("a job key other than the four: dropped, and a problem") {
  const std::string key =
      GENERATE("bearer_token_file", "file_sd_configs", "tls_config", "relabel_configs", "metrics_path", "Job_Name", "");
  const Consumed consumed = consume_jobs(R"([{"job_name": "j", ")" + key + R"(": "/etc/shadow"}])");
  INFO(key);
  CHECK(consumed.jobs == consume_jobs(R"([{"job_name": "j"}])").jobs);
  CHECK(consumed.places() == Lines{in_jobs("/0/" + key)});
}

TEST_CASE("a key of a static config other than the two: dropped, and a problem") {
  const Consumed consumed = consume_jobs(R"([{"static_configs": [{}, {"targets": ["*:1"], "files~/": ["/etc"]}]}])");
  CHECK(consumed.targets() == Lines{"10.1.0.1:1"});
  CHECK(consumed.places() == Lines{in_jobs("/0/static_configs/1/files~0~1")});
}

TEST_CASE("a dropped key is told at the place of its job, also behind one that was left out") {
  CHECK(consume_jobs(R"([7, {"scheme": "https"}])").places() == Lines{in_jobs("/0"), in_jobs("/1/scheme")});
}

TEST_CASE("`job_name` absent, null or empty: no name") {
  const std::string job = GENERATE("{}", R"({"job_name": null})", R"({"job_name": ""})");
  const Consumed consumed = consume_jobs("[" + job + "]");
  INFO(job);
  CHECK(consumed.names() == Lines{"dev_12345678_app"});
  CHECK(consumed.places() == none);
}

TEST_CASE("`job_name` number or boolean: its text") {
  const auto [given, name] =
      GENERATE(table<std::string, std::string>({{"0", "0"},
                                                {"-7", "-7"},
                                                {"1.5", "1.5"},
                                                {"true", "true"},
                                                {"false", "false"},
                                                {"18446744073709551615", "18446744073709551615"}}));
  const Consumed consumed = consume_jobs(R"([{"job_name": )" + given + "}]");
  CHECK(consumed.names() == Lines{"dev_12345678_app_" + name});
  CHECK(consumed.places() == none);
}

TEST_CASE("`job_name` anything else: the job is left out") {
  const std::string name = GENERATE("[]", "{}", R"(["a"])", R"("a\nb")", R"("\u0000")", R"("\u007f")", R"("\u0080")",
                                    R"("\ufffe")", R"("\uffff")");
  const Consumed consumed = consume_jobs(R"([{"job_name": )" + name + R"(}, {"job_name": "b"}])");
  INFO(name);
  CHECK(consumed.names() == Lines{"dev_12345678_app_b"});
  CHECK(consumed.places() == Lines{in_jobs("/0/job_name")});
}

TEST_CASE("`static_configs` absent: every unit on port 80") {
  const Consumed consumed = consume_jobs(R"([{"job_name": "a"}])");
  CHECK(consumed.targets() == Lines{"10.1.0.1:80"});
  CHECK(consumed.places() == none);
}

TEST_CASE("`static_configs` an empty list: the job stays, empty") {
  const Consumed consumed = consume_jobs(R"([{"job_name": "a", "static_configs": []}])");
  CHECK(consumed.names() == Lines{"dev_12345678_app_a"});
  CHECK(consumed.jobs[0]["static_configs"] == nlohmann::json::array());
  CHECK(consumed.places() == none);
}

TEST_CASE("static config not an object: the static config is left out") {
  const std::string given = GENERATE("null", "true", "7", "\"x\"", "[]");
  const Consumed consumed = consume_jobs(R"([{"static_configs": [)" + given + R"(, {"targets": ["*:1"]}]}])");
  INFO(given);
  CHECK(consumed.targets() == Lines{"10.1.0.1:1"});
  CHECK(consumed.places() == Lines{in_jobs("/0/static_configs/0")});
}

TEST_CASE("`targets` there but no array: the static config is left out") {
  const std::string given = GENERATE("null", "true", "7", "\"*:80\"", "{}");
  const Consumed consumed =
      consume_jobs(R"([{"static_configs": [{"targets": )" + given + R"(}, {"targets": ["*:1"]}]}])");
  INFO(given);
  CHECK(consumed.targets() == Lines{"10.1.0.1:1"});
  CHECK(consumed.places() == Lines{in_jobs("/0/static_configs/0/targets")});
}

TEST_CASE("`targets` absent or empty: it yields nothing, and no problem") {
  const Consumed consumed =
      consume_jobs(R"([{"static_configs": [{}, {"targets": []}, {"labels": {"a": "b"}}, {"targets": ["*:1"]}]}])");
  CHECK(consumed.targets() == Lines{"10.1.0.1:1"});
  CHECK(consumed.jobs[0]["static_configs"].size() == 1);
  CHECK(consumed.places() == none);
}

TEST_CASE("a target that is none: the target is left out, the others stand") {
  const std::string target =
      GENERATE(R"("http://a:80")", R"("a:0")", R"("a:65536")", R"("a:")", R"(":80")", R"("")", R"("a:80/metrics")",
               R"("*.example.com:80")", R"("**")", R"("::1")", R"("[::1")", R"("[fe80::1%eth0]:80")", R"("a b:80")",
               R"("a:8 0")", R"("é:80")", "80", "null", R"(["a:80"])", "{}", "true", R"("a:+80")", R"("[a]:80")");
  const Consumed consumed = consume_jobs(job_with_targets("[" + target + R"(, "*:1"])"));
  INFO(target);
  CHECK(consumed.targets() == Lines{"10.1.0.1:1"});
  CHECK(consumed.places() == Lines{in_jobs("/0/static_configs/0/targets/0")});
}

TEST_CASE("a target with a NUL in its host: the target is left out") {
  const Consumed consumed = consume_jobs(job_with_targets(R"(["[::1\u0000]:80", "a\u0000:80", "*:1"])"));
  CHECK(consumed.targets() == Lines{"10.1.0.1:1"});
  CHECK(consumed.places() == Lines{in_jobs("/0/static_configs/0/targets/0"), in_jobs("/0/static_configs/0/targets/1")});
}

TEST_CASE("a target of any HOST and PORT stands, without the blanks round each") {
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

TEST_CASE("a job with no static config left, because of something left out: the job is left out") {
  const auto [configs, place] = GENERATE(table<std::string, std::string>(
      {{"[7]", "/0/static_configs/0"},
       {R"([{"targets": 7}, {}])", "/0/static_configs/0/targets"},
       {R"([{"targets": [":80"]}, {"targets": []}])", "/0/static_configs/0/targets/0"}}));
  const Consumed consumed = consume_jobs(R"([{"static_configs": )" + configs + "}]");
  INFO(configs);
  CHECK(consumed.jobs == nlohmann::json::array());
  CHECK(consumed.places() == Lines{in_jobs(place), in_jobs("/0")});
}

TEST_CASE("a job with no static config left, because no unit has an address yet: it stays, empty") {
  RelationState relation = application(R"([{"job_name": "a", "static_configs": [{"targets": ["*:1", ":"]}]}])");
  relation.remote_units["app/0"].clear();
  const Consumed consumed = consume(relation);
  CHECK(consumed.names() == Lines{"dev_12345678_app_a"});
  CHECK(consumed.jobs[0]["static_configs"] == nlohmann::json::array());
  CHECK(consumed.places() == Lines{in_jobs("/0/static_configs/0/targets/1")});
}

TEST_CASE("an exact twin: dropped") {
  const Consumed consumed = consume_jobs(R"([{"job_name": "a", "static_configs": [{"targets": ["*:80"]}]}, {},
      {"job_name": "a"}, {"static_configs": [{"targets": [" * : 080 "], "labels": {}}], "job_name": "a"}])");
  CHECK(consumed.names() == Lines{"dev_12345678_app_a", "dev_12345678_app"});
  CHECK(consumed.places() == Lines{in_jobs("/2"), in_jobs("/3")});
}

TEST_CASE("jobs that differ in what was left out of them alone are twins") {
  const Consumed consumed = consume_jobs(R"([{"job_name": "a"}, {"job_name": "a", "scheme": "https"},
      {"job_name": "a", "scrape_interval": "soon"}, {"job_name": "a", "static_configs": [7, {"targets": ["*:80"]}]}])");
  CHECK(consumed.names() == Lines{"dev_12345678_app_a"});
}

TEST_CASE("a twin in another relation is no twin") {
  const Consumed consumed = consume({application("[{}]", 1), application("[{}]", 2)});
  CHECK(consumed.names() == Lines{"dev_12345678_app", "dev_12345678_app_2"});
}

TEST_CASE("a job name that is taken: the relation's id, then the place, counted up until free") {
  const Consumed consumed = consume(
      {application(R"([{"job_name": "a"}, {"job_name": "a_2"}, {"job_name": "a_2_1"}, {"job_name": "a_2_2"}])", 1),
       application(R"([{"job_name": "b"}, {"job_name": "a"}])", 2)});
  CHECK(consumed.names() == Lines{"dev_12345678_app_a", "dev_12345678_app_a_2", "dev_12345678_app_a_2_1",
                                  "dev_12345678_app_a_2_2", "dev_12345678_app_b", "dev_12345678_app_a_2_3"});
  CHECK(consumed.places() == Lines{"2 app scrape_jobs /1"});
}
