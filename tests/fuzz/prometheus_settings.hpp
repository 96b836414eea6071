// SPDX-License-Identifier: Apache-2.0
// The rules of Prometheus for the jobs of prometheus_scrape: a second implementation, as in prometheus.hpp.
#pragma once

#include <algorithm>
#include <cctype>
#include <scrape/job_rules.hpp>
#include <set>
#include <string>

#include "prometheus.hpp"

namespace fuzz {

/// Checks `basic_auth`, `authorization` or `tls_config`.
inline void require_credentials(const std::string& key, const json& setting, const scrape::JobRules& rules) {
  require(setting.is_object() && !setting.empty(), "a setting with credentials is an object with members");
  for (const auto& item : setting.items()) {
    const std::string inline_key = item.key().substr(0, item.key().rfind("_file"));
    const bool is_file = item.key() != inline_key;
    const bool is_known = key == "basic_auth"      ? is_one_of(inline_key, {"username", "password"})
                          : key == "authorization" ? is_one_of(inline_key, {"type", "credentials"})
                                                   : is_one_of(inline_key, {"ca", "cert", "key"});
    const bool is_plain = key == "tls_config" &&
                          is_one_of(item.key(), {"server_name", "insecure_skip_verify", "min_version", "max_version"});
    require(is_known || is_plain, "a setting with credentials has only known keys");
    require(!is_file || (rules.file_keys && !setting.contains(inline_key)),
            "a file needs the option and no inline key");
    require(is_plain || (item.value().is_string() && !item.value().get<std::string>().empty()), "a credential is text");
    require(rules.tls_inline_keys || !is_one_of(item.key(), {"ca", "cert", "key", "username_file"}),
            "no key needs a newer Prometheus");
  }
  const auto has = [&](const char* name) {
    return setting.contains(name) || setting.contains(name + std::string("_file"));
  };
  require(has("cert") == has("key"), "cert and key are given together");
  std::string type = setting.value("type", "");
  std::erase_if(type, [](char c) { return c == ' '; });
  std::transform(type.begin(), type.end(), type.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  require(type != "basic" && type.find_first_of("\n\r\t\xc2\xc4\xe2") == std::string::npos,
          "the type of an authorization is not basic");
}

inline void require_relabel_rules(const json& relabel_rules, const scrape::JobRules& rules) {
  for (const json& rule : relabel_rules) {
    require(rule.is_object(), "a relabel rule is an object");
    for (const auto& item : rule.items()) require(!item.value().is_null(), "a relabel rule has no null");
    for (const json& label : rule.value("source_labels", json::array())) {
      require(rules.labels.names == tempo_scrape::LabelNames::utf8 || is_legacy_label_name(label.get<std::string>()),
              "a source label has a legacy name");
    }
    std::string action = rule.value("action", "replace");
    std::transform(action.begin(), action.end(), action.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    require(is_one_of(action, {"replace", "keep", "drop", "keepequal", "dropequal", "hashmod", "labelmap", "labeldrop",
                               "labelkeep", "lowercase", "uppercase"}),
            "a relabel rule has an action of Prometheus");
    require(action != "hashmod" || rule.at("modulus") > 0, "hashmod has a modulus");
    require(is_one_of(action, {"keep", "drop", "labelmap", "labeldrop", "labelkeep"}) ||
                !rule.at("target_label").get_ref<const std::string&>().empty(),
            "an action that writes a label has a target");
  }
}

inline void require_setting(const std::string& key, const json& value, const scrape::JobRules& rules) {
  if (is_one_of(key, {"basic_auth", "authorization", "tls_config"})) {
    require_credentials(key, value, rules);
  } else if (key == "scheme") {
    require(value == "http" || value == "https", "a scheme is http or https");
  } else if (key == "proxy_url") {
    require(rules.proxy_url && value.get_ref<const std::string&>().find("://") != std::string::npos,
            "a proxy needs the option");
  } else if (key == "params") {
    for (const auto& [name, texts] : value.items()) {
      require(name.size() <= 500, "a parameter's name is short enough for a YAML key");
      for (const json& text : texts) require_text(text.get<std::string>(), "a parameter is a text");
    }
  } else if (is_one_of(key, {"relabel_configs", "metric_relabel_configs"})) {
    require_relabel_rules(value, rules);
  } else if (key.ends_with("_limit")) {
    require(value.is_number_unsigned(), "a limit is a whole number");
  } else {
    require(is_one_of(key, {"job_name", "metrics_path", "static_configs", "scrape_interval", "scrape_timeout"}),
            "a job has only known keys");
  }
}

/// Checks that `jobs` is valid as `scrape_configs` of Prometheus.
inline void require_fits_prometheus(const json& jobs, const scrape::JobRules& rules) {
  std::set<std::string> names;
  for (const json& job : jobs) {
    require(names.insert(job.at("job_name").get<std::string>()).second, "names of jobs are unique");
    require(job.at("metrics_path").get_ref<const std::string&>().starts_with('/'), "a path begins with /");
    require(!(job.contains("basic_auth") && job.contains("authorization")), "a job has one way of authorization");
    for (const auto& item : job.items()) require_setting(item.key(), item.value(), rules);
    bool replaces_address = false;
    for (const json& rule : job.value("relabel_configs", json::array())) {
      replaces_address |= rule.value("target_label", "") == "__address__";
    }
    for (const json& config : job.at("static_configs")) {
      require(config.size() == 2 && !config.at("targets").empty(), "a static config has targets and labels");
      for (const json& target : config["targets"]) {
        require(replaces_address || is_target(target.get_ref<const std::string&>()), "a target is HOST or HOST:PORT");
        require_text(target.get<std::string>(), "a target is a text");
      }
      for (const auto& [name, value] : config.at("labels").items()) {
        require(!name.starts_with("__") && !is_one_of(name, {"job", "instance", ""}), "a label is not reserved");
        require(name.size() <= 500, "a label's name is short enough for a YAML key");
        require(rules.labels.names == tempo_scrape::LabelNames::utf8 || is_legacy_label_name(name),
                "a legacy label name is valid");
        require_text(value.get<std::string>(), "a label's value is a text");
      }
    }
    const auto interval = scrape::parse_duration(job.value("scrape_interval", "1m"));
    const auto timeout = scrape::parse_duration(job.value("scrape_timeout", "1ms"));
    require(interval && timeout && *timeout <= *interval, "a timeout is no longer than its interval");
  }
  require_round_trip(jobs);
}

/// Gives the jobs to the check with promtool, if that is an older one that can judge them. Regexes are left out: the
/// library cannot judge them.
inline void offer_to_promtool(json jobs, const scrape::JobRules& rules) {
  const bool fits_older = rules.labels.names == tempo_scrape::LabelNames::legacy && !rules.tls_inline_keys;
  if (!on_scrape_configs() || !fits_older || rules.file_keys) return;
  for (json& job : jobs) {
    for (const char* key : {"relabel_configs", "metric_relabel_configs"}) {
      for (json& rule : job[key]) rule.erase("regex");
      if (job[key].is_null()) job.erase(key);
    }
  }
  on_scrape_configs()(jobs);
}

}  // namespace fuzz
