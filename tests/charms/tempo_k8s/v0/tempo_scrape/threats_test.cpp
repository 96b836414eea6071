// SPDX-License-Identifier: Apache-2.0
// Who may do what: what a charm on the other side tries, and what comes of it. The table of .github/SECURITY.md names
// these tests.
#include <algorithm>
#include <set>
#include <support/consumer.hpp>
#include <support/promtool.hpp>
#include <support/workload.hpp>

using namespace support;
using nlohmann::json;
using tempo_scrape::LabelNames;
using tempo_scrape::TopologyLabels;

namespace {

const std::string secret = "/etc/shadow-5ecret";

std::string with_secret(std::string text) {
  const std::string placeholder = "SECRET";
  for (std::size_t at = text.find(placeholder); at != std::string::npos; at = text.find(placeholder)) {
    text.replace(at, placeholder.size(), secret);
  }
  return text;
}

// An application as `support::application`, called `name` by Juju and by itself, with a unit of this address.
RelationState named(const std::string& name, juju::RelationId id, const json& jobs, const std::string& address) {
  RelationState relation{.id = id, .endpoint = "tracing", .remote_application = name};
  json metadata = json::parse(app_metadata.at("scrape_metadata"));
  metadata["application"] = name;
  relation.remote_application_data = {{"scrape_metadata", metadata.dump()}, {"scrape_jobs", jobs.dump()}};
  relation.remote_units[name + "/0"] = unit_bag(name + "/0", address);
  return relation;
}

Lines keys_of(const json& object) {
  Lines keys;
  for (const auto& item : object.items()) keys.push_back(item.key());
  return keys;
}

// No key but a scrape job's own, at any depth.
void check_keys(const json& jobs) {
  for (const json& job : jobs) {
    for (const std::string& key : keys_of(job)) {
      CHECK(std::set<std::string>{"job_name", "static_configs", "scrape_interval", "scrape_timeout", "relabel_configs"}
                .contains(key));
    }
    REQUIRE(job["relabel_configs"].size() == 1);
    CHECK(keys_of(job["relabel_configs"][0]) == Lines{"regex", "separator", "source_labels", "target_label"});
    for (const json& config : job["static_configs"]) CHECK(keys_of(config) == Lines{"labels", "targets"});
  }
}

json with_targets(const std::vector<std::string>& targets) {
  return json::parse(R"([{"job_name": "j", "static_configs": [{"targets": )" + json(targets).dump() + "}]}]");
}

json with_labels(const json& labels) {
  json jobs = with_targets({"a:1"});
  jobs[0]["static_configs"][0]["labels"] = labels;
  return jobs;
}

bool stands_in(const json& jobs, const std::string& address) { return jobs.dump().find(address) != std::string::npos; }

// Texts that mean something to a reader of YAML, a template, a shell or a terminal.
const Lines tricky = {"a\": {\"b\": \"c",
                      "'",
                      "\\",
                      "- a",
                      "? a : b",
                      "key: value",
                      "#",
                      " # a",
                      "---",
                      "...",
                      "*alias",
                      "&anchor a",
                      "<<",
                      "!!python/object/apply:os.system",
                      "%TAG ! x",
                      "@a",
                      "`a`",
                      "{{ .Secret }}",
                      "${HOME} $1 $$",
                      "yes",
                      "null",
                      "~",
                      "0x1F",
                      "1e3",
                      "2001-01-01",
                      "\u2028\u2029",
                      "\u202e\u2066",
                      "\ufeff",
                      "\u00a0",
                      "\U0001F600",
                      "|",
                      ">",
                      "[",
                      "}"};

}  // namespace

TEST_CASE("no key that reads a file or carries credentials passes at any depth of a scrape job") {
  const Lines keys = {"authorization",
                      "basic_auth",
                      "bearer_token",
                      "bearer_token_file",
                      "consul_sd_configs",
                      "dns_sd_configs",
                      "ec2_sd_configs",
                      "enable_http2",
                      "file_sd_configs",
                      "follow_redirects",
                      "honor_labels",
                      "http_headers",
                      "http_sd_configs",
                      "kubernetes_sd_configs",
                      "metric_relabel_configs",
                      "metrics_path",
                      "no_proxy",
                      "oauth2",
                      "params",
                      "proxy_connect_header",
                      "proxy_from_environment",
                      "proxy_url",
                      "relabel_configs",
                      "sample_limit",
                      "scheme",
                      "sigv4",
                      "tls_config"};
  const std::vector<json> values = {secret,
                                    {{"password_file", secret}, {"files", json::array({secret})}},
                                    json::parse(with_secret(R"([{"targets": ["SECRET"]}])"))};
  const json expected = consume_jobs(with_targets({"a:1"}).dump()).jobs;
  for (const std::string& key : keys) {
    for (const json& value : values) {
      json jobs = with_targets({"a:1"});
      jobs[0][key] = value;
      jobs[0]["static_configs"][0][key] = value;
      if (!value.is_string()) jobs[0]["static_configs"][0]["labels"][key] = value;
      const Consumed consumed = consume_jobs(jobs.dump());
      INFO(key);
      CHECK(consumed.jobs == expected);
      CHECK(consumed.problems.size() == (value.is_string() ? 2 : 3));
      for (const Problem& problem : consumed.problems) CHECK(to_string(problem).find(secret) == std::string::npos);
    }
  }
  json all = with_targets({"a:1", "*:2"});
  for (const std::string& key : keys) all[0][key] = all[0]["static_configs"][0][key] = secret;
  check_keys(consume_jobs(all.dump()).jobs);
}

TEST_CASE("no label of a related charm is the scraper's own or the topology's in either spelling") {
  const Lines names = {"__address__",
                       "__scheme__",
                       "__metrics_path__",
                       "__param_x",
                       "__meta_a",
                       "__",
                       "-_address__",
                       "é_scheme__",
                       "--address--",
                       "\u00a0_x",
                       "..a",
                       "job",
                       "instance",
                       "juju_model",
                       "juju-model",
                       "juju_unit",
                       "juju.unit",
                       "juju_charm",
                       "juju charm",
                       "juju_application",
                       "juju/model_uuid",
                       "juju_model_name",
                       "juju-application-name",
                       "名前",
                       "\u2024\u2024a"};
  json labels = json::object();
  for (const std::string& name : names) labels[name] = "stolen";
  for (const TopologyLabels spelling : {TopologyLabels::library, TopologyLabels::documented}) {
    const Consumed consumed =
        consume_jobs(with_labels(labels).dump(), {.label_names = LabelNames::legacy, .topology_labels = spelling});
    CHECK_FALSE(stands_in(consumed.jobs, "stolen"));
    CHECK(consumed.problems.size() == names.size());
    CHECK(consumed.jobs[0]["static_configs"][0]["labels"].size() == 4);
    check_keys(consumed.jobs);
  }
  const Consumed consumed = consume_jobs(with_labels(labels).dump());
  for (const auto& [name, value] : consumed.jobs[0]["static_configs"][0]["labels"].items()) {
    CHECK_FALSE((name.starts_with("__") || name == "job" || name == "instance"));
    CHECK((value == "stolen") == !name.starts_with("juju_"));
  }
}

TEST_CASE("no application takes another's labels unless it says to be of another model") {
  const auto in_the_model = [](RelationState relation) {
    return consume({.relations = {std::move(relation)}, .model_name = "home", .model_uuid = support::model_uuid});
  };
  RelationState liar =
      named("liar", 1, with_labels({{"juju_application", "victim"}, {"juju_unit", "victim/0"}}), "10.6.6.6");
  const auto says = [&](const json& metadata) { liar.remote_application_data["scrape_metadata"] = metadata.dump(); };
  liar.remote_application_data["scrape_jobs"] = R"([{"static_configs": [{"targets": ["*:1", "a:1"],
    "labels": {"juju_application": "victim", "juju_unit": "victim/0"}}]}])";
  liar.remote_units["liar/0"]["tempo_scrape_unit_name"] = "victim/0";
  const std::vector<json> lies = {
      {{"model", "home"}, {"model_uuid", support::model_uuid}, {"application", "victim"}, {"unit", "victim/0"}},
      {{"model", "other"}, {"model_uuid", support::model_uuid}, {"application", "victim"}},
      {{"application", "victim"}},
      {{"model", "home"}, {"model_uuid", ""}, {"application", "victim"}},
      json::array({"victim"}),
      "victim",
      nullptr};
  for (const json& lie : lies) {
    says(lie);
    const Consumed consumed = in_the_model(liar);
    INFO(lie);
    CHECK(consumed.jobs.size() == 1);
    CHECK_FALSE(stands_in(consumed.jobs, "victim"));
    CHECK(consumed.label("juju_application") == Lines{"liar", "liar"});
    CHECK(consumed.label("juju_unit") == Lines{"-", "liar/0"});
  }
  says({{"model", "home"}, {"model_uuid", "another"}, {"application", "victim"}});
  const Consumed believed = in_the_model(liar);
  CHECK(believed.label("juju_application") == Lines{"victim", "victim"});
  CHECK(believed.label("juju_model_uuid") == Lines{"another", "another"});
}

TEST_CASE("an application of another model is believed about its own name and takes no job away all the same") {
  const json jobs = json::parse(R"([{"job_name": "j", "static_configs": [{"targets": ["*:1"]}]}])");
  RelationState liar = named("victim", 1, jobs, "10.6.6.6");
  liar.remote_application = "remote-f66400";
  liar.remote_units = {{"remote-f66400/0", unit_bag("victim/0", "10.6.6.6")}};
  const RelationState victim = named("victim", 2, jobs, "10.1.0.1");
  const Consumed consumed = consume({liar, victim});
  CHECK(consumed.targets() == Lines{"10.6.6.6:1", "10.1.0.1:1"});
  CHECK(consumed.label("juju_application") == Lines{"victim", "victim"});
  CHECK(consumed.label("juju_unit") == Lines{"victim/0", "victim/0"});
  CHECK(consumed.names() == Lines{"dev_12345678_victim_j", "dev_12345678_victim_j_2"});
}

TEST_CASE("no application takes another's job away by any name that it gives or by any relation that comes or goes") {
  const json jobs = json::parse(R"([{}, {"job_name": "j"}, {"job_name": "j", "scrape_interval": "2m"}])");
  const auto victim = [&](juju::RelationId id) { return named("victim", id, jobs, "10.1.0.1"); };
  json crafted = json::array({json::object()});
  for (const char* name : {"j", "j_5", "j_5_0", "j_5_1", "j_5_2", "j_5_3", "5", "5_0", "_j"}) {
    crafted.push_back({{"job_name", name}});
    crafted.push_back({{"job_name", name}, {"scrape_interval", "3m"}});
  }
  std::vector<RelationState> others;
  for (const char* name : {"victim", "victim_j", "dev", "victim_j_5"}) {
    const auto id = static_cast<juju::RelationId>(others.size());
    others.push_back(named(name, id < 2 ? id : id + 4, crafted, "10.6.6.6"));
  }
  const json alone = consume(victim(5)).jobs;
  const auto of_victim = [](const json& all) {
    json found = json::array();
    for (const json& job : all) {
      if (stands_in(job, "10.1.0.1")) found.push_back(job);
    }
    return found;
  };
  for (std::size_t chosen = 0; chosen < 16; ++chosen) {
    std::vector<RelationState> relations = {victim(5)};
    bool has_older = false;
    for (std::size_t i = 0; i < others.size(); ++i) {
      if ((chosen >> i & 1U) == 0) continue;
      relations.push_back(others[i]);
      has_older |= others[i].id < 5;
    }
    const Consumed consumed = consume(relations);
    const Lines names = consumed.names();
    CHECK(std::set<std::string>(names.begin(), names.end()).size() == names.size());
    json found = of_victim(consumed.jobs);
    INFO(chosen);
    REQUIRE(found.size() == alone.size());
    if (!has_older) CHECK(found == alone);
    for (std::size_t i = 0; i < found.size(); ++i) {
      CHECK(found[i]["job_name"].get<std::string>().starts_with(alone[i]["job_name"].get<std::string>()));
      found[i]["job_name"] = alone[i]["job_name"];
    }
    CHECK(found == alone);
  }
}

TEST_CASE("no target of a related charm is more than a host and a port") {
  const Lines targets = {"http://a:80",
                         "//a:80",
                         "a:80/metrics",
                         "a:80/../admin",
                         "a:80?x=y",
                         "a:80#f",
                         "user:secret@a:80",
                         "user@a",
                         "@a:80",
                         "a:80\r\nHost: b",
                         "a\r:80",
                         "a:80\n",
                         std::string("a:80\0", 5),
                         std::string("a\0.b:80", 7),
                         "a\\b:80",
                         "a b:80",
                         "a%2fb:80",
                         "a：80",
                         "a／b:80",
                         "а:80",
                         "a\u2044b:80",
                         "a\u3002b:80",
                         "\u202ea:80",
                         "[fe80::1%eth0]:80",
                         "[fe80::1%25eth0]:80",
                         "fe80::1",
                         "[::1]:80:80",
                         "[::1]]:80",
                         "[[::1]]:80",
                         "[*]:80",
                         "*.a:80",
                         "**:80",
                         "a:080080",
                         "a:-1",
                         "a:0x50",
                         "a:８０",
                         "${HOST}:80",
                         "{{a}}:80",
                         "a,b:80",
                         "a;b:80"};
  const Consumed consumed = consume_jobs(with_targets(targets).dump());
  CHECK(consumed.jobs == json::array());
  CHECK(consumed.problems.size() == targets.size() + 1);
  for (const std::string& address : targets) {
    if (address == "fe80::1") continue;
    RelationState relation = application("[{}]");
    relation.remote_units["app/0"]["tempo_scrape_unit_address"] = address;
    INFO(address);
    CHECK(consume(relation).targets() == none);
    CHECK(consume(relation).places() == Lines{"1 app/0 tempo_scrape_unit_address"});
  }
}

TEST_CASE("no text of a related charm breaks out of the file that it is written to") {
  std::vector<RelationState> relations;
  for (const std::string& text : tricky) {
    json jobs = with_labels({{text, text}, {"k", text + "\n"}});
    jobs[0]["job_name"] = text;
    RelationState relation = named("app", static_cast<juju::RelationId>(relations.size()), jobs, "10.1.0.1");
    relation.remote_application_data["scrape_metadata"] =
        json({{"model", text}, {"model_uuid", text}, {"application", text}, {"charm_name", text}}).dump();
    relation.remote_units["app/0"]["tempo_scrape_unit_name"] = text;
    relations.push_back(std::move(relation));
  }
  for (const LabelNames label_names : {LabelNames::utf8, LabelNames::legacy}) {
    const Consumed consumed = consume(relations, {.label_names = label_names});
    REQUIRE(consumed.jobs.size() == tricky.size());
    CHECK(juju::parse_json(juju::to_yaml_safe_json(consumed.jobs)).value == consumed.jobs);
    check_keys(consumed.jobs);
    if (label_names == LabelNames::utf8) continue;  // Debian's promtool is of Prometheus 2
    const Verdict verdict = promtool_check(consumed.jobs);
    INFO(verdict.output.substr(0, 2000));
    CHECK(verdict.accepted);
  }
}

TEST_CASE("no control character of a related charm passes into a name or a label or a target") {
  for (const char* control : {"\\u0000", "\\n", "\\r", "\\t", "\\u001b", "\\u007f", "\\u0085", "\\u009b", "\\uffff"}) {
    const std::string text = std::string("\"x") + control + "y\"";
    RelationState relation = application(R"([{"job_name": )" + text + R"(}, {"static_configs": [{"targets": ["*:1", )" +
                                         text + R"(], "labels": {)" + text + R"(: "a", "b": )" + text + "}}]}]");
    relation.remote_application_data["scrape_metadata"] =
        R"({"model": )" + text + R"(, "model_uuid": "u", "application": "a"})";
    relation.remote_units["app/0"]["tempo_scrape_unit_name"] = json::parse(text).get<std::string>();
    const Consumed consumed = consume(relation);
    INFO(control);
    CHECK(consumed.names() == Lines{"app"});
    CHECK(consumed.targets() == Lines{"10.1.0.1:1"});
    CHECK(consumed.jobs[0]["static_configs"][0]["labels"] ==
          json({{"juju_application", "app"}, {"juju_unit", "app/0"}}));
    CHECK(consumed.problems.size() >= 5);
  }
}

TEST_CASE("a Tempo that lies gives a workload an endpoint of its grammar or none at all") {
  std::string laughs = "a: &a [x, x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c < 'j'; ++c) {
    laughs += std::string(1, c) + ": &" + c + " [";
    for (int i = 0; i < 9; ++i) laughs += std::string(i == 0 ? "*" : ", *") + static_cast<char>(c - 1);
    laughs += "]\n";
  }
  const Lines texts = {laughs + "hostname: t\n",
                       "a: &a {b: *a}\nhostname: t\n",
                       "hostname: " + std::string(10'000'000, 'x'),
                       "hostname: !!python/object/apply:os.system [" + secret + "]",
                       "hostname: [t]",
                       "hostname: \"t\\r\\nHost: b\"",
                       "hostname: t/../" + secret,
                       "hostname: http://t",
                       "hostname: user:" + secret + "@t",
                       "hostname: t:80",
                       "hostname: \"\\u202et\"",
                       "hostname: fe80::1%eth0",
                       "hostname: t?a=b",
                       "hostname: None",
                       secret};
  for (const std::string& text : texts) {
    juju::testing::State state{.leader = true, .relations = {tempo_says(text)}};
    INFO(text.substr(0, 100));
    CHECK_FALSE(endpoint_in(state));
    state = juju::testing::run<Workload>(state, juju::testing::relation_changed(1), workload_metadata);
    REQUIRE_FALSE(state.log.empty());
    for (const juju::testing::LogLine& line : state.log) {
      CHECK(line.message.find(secret) == std::string::npos);
      CHECK(line.message.size() < 300);
    }
  }
  const auto ports = endpoint_in({.relations = {tempo_says("{hostname: t, tempo_port: -1, otlp_grpc_port: 65536, "
                                                           "otlp_http_port: 80/x, zipkin_port: 9411, user: root}")}});
  CHECK(ports == tempo_scrape::TempoEndpoint{.hostname = "t", .zipkin_port = 9411});
}

TEST_CASE("alert rules speak for no other application and set no label that is not theirs") {
  RelationState liar = named("liar", 1, json::array(), "10.1.0.1");
  liar.remote_application_data["alert_rules"] = R"({"groups": [{"name": "g", "source_tenants": ["all"], "rules": [
    {"alert": "A", "expr": "up{%%juju_topology%%}", "labels": {"juju_application": "victim", "juju_model": "victim",
      "juju_application_name": "victim", "juju_charm": "victim", "juju_unit": "victim/0", "__name__": "victim",
      "__x": "victim", "severity": "page"}},
    {"record": "victim:up{", "expr": "1"}, {"record": "up", "expr": "1", "labels": {"juju_application": "victim"}},
    {"alert": "B", "expr": "1", "keep": "victim", "annotations": {"a": ["victim"]}}]}]})";
  juju::testing::MemoryModel model({.relations = {liar}}, tempo_metadata);
  juju::Framework framework(model, tempo_metadata);
  Tempo tempo(framework);
  const json alerts = tempo.scrape.alerts();
  CHECK_FALSE(stands_in(alerts, "victim"));
  REQUIRE(keys_of(alerts) == Lines{"dev_12345678_liar_tracing_1"});
  const json& rules = alerts.front()["groups"][0]["rules"];
  REQUIRE(rules.size() == 3);
  for (const json& rule : rules) CHECK(rule["labels"]["juju_application"] == "liar");
  CHECK(rules[0]["labels"].size() == 5);
  CHECK(tempo.scrape.problems().size() == 7);
}

TEST_CASE("no value of a data bag stands in a problem and nothing in it steers a terminal") {
  const std::string name = R"("a\u001b[2J\u202e\u2066\u200f\u0085\n")";
  RelationState relation = application(with_secret(R"([{"job_name": ["SECRET"]},
    {)" + name + R"(: "SECRET", "scrape_interval": "SECRET", "scrape_timeout": "SECRET"},
    {"static_configs": [{"targets": ["SECRET", "a:1"], "labels": {)" +
                                                   name + R"(: "SECRET", "b": ["SECRET"]}}]}])"));
  relation.remote_application_data["alert_rules"] = with_secret(R"({"groups": [{"name": "g", "rules": [
    {"alert": ["SECRET"]}, {)" + name + R"(: "SECRET", "expr": "SECRET"}]}]})");
  relation.remote_units["app/0"]["tempo_scrape_unit_address"] = secret;
  relation.remote_units["app/0"]["tempo_scrape_unit_name"] = secret + "\n";
  for (const std::string metadata : {R"({"model": ["SECRET"]})", "SECRET", "\"SECRET",
                                     R"({"model": "m", "model_uuid": "u", "application": "SECRET\n"})"}) {
    relation.remote_application_data["scrape_metadata"] = with_secret(metadata);
    const Consumed consumed = consume(relation);
    CHECK(consumed.problems.size() == 13);
    for (const Problem& problem : consumed.problems) {
      const std::string line = to_string(problem);
      INFO(line);
      CHECK(line.find(secret) == std::string::npos);
      CHECK(juju::is_text(line));
      for (const char* mark : {"\u202e", "\u2066", "\u200f"}) CHECK(line.find(mark) == std::string::npos);
    }
  }
}
