// SPDX-License-Identifier: Apache-2.0
// The keys of a scrape job that are passed on to Prometheus: their shapes, and what makes Prometheus refuse them.
#pragma once

#include <algorithm>
#include <juju/json.hpp>
#include <juju/problem.hpp>
#include <juju/url.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <scrape/credential_settings.hpp>
#include <scrape/job_rules.hpp>
#include <scrape/relabel_rules.hpp>
#include <scrape/scrape_job.hpp>
#include <scrape/setting_values.hpp>

namespace scrape {

/// Whether `key` is a key of `ScrapeJob::settings`.
inline bool is_setting(std::string_view key) {
  return juju::is_one_of(key, {"proxy_url", "relabel_configs", "metric_relabel_configs", "sample_limit", "label_limit",
                               "label_name_length_limit", "label_value_length_limit", "scheme", "basic_auth",
                               "tls_config", "authorization", "params"});
}

/// Whether a relabel rule of the job itself makes an address of each target, as for a blackbox exporter. Then a target
/// may be any text.
inline bool replaces_address(const nlohmann::json& settings) {
  const nlohmann::json& rules = juju::member(settings, "relabel_configs");
  return rules.is_array() && std::any_of(rules.begin(), rules.end(), [](const nlohmann::json& rule) {
           const nlohmann::json& target = juju::member(rule, "target_label");
           return target.is_string() && juju::string_of(target) == "__address__";
         });
}

/// Moves `metrics_path` and the settings to the keys that are not published.
inline void drop_further_keys(ScrapeJob& job) {
  if (!job.metrics_path.empty()) job.dropped_keys.push_back("/metrics_path");
  if (job.settings.is_object()) {
    const juju::Place here;
    for (const auto& [key, value] : juju::object_of(job.settings)) job.dropped_keys.push_back((here / key).pointer());
  }
  job.metrics_path.clear();
  job.settings = nullptr;
}

namespace detail {

inline bool is_path(const nlohmann::json& value) {
  return value.is_string() && juju::string_of(value).starts_with('/') && juju::is_text(juju::string_of(value));
}

/// Reads `metrics_path` and the settings of one job.
///
/// A wrong shape in a setting without which something else would be scraped skips the job. Any other is dropped.
class SettingsReader {
 public:
  SettingsReader(const JobRules& rules, std::vector<juju::Problem>& problems) : rules_(rules), problems_(problems) {}

  /// @returns whether the job can stay.
  bool read(ScrapeJob& job, const nlohmann::json& given, const juju::Place& place) {
    if (const nlohmann::json& path = juju::member(given, "metrics_path"); !path.is_null()) {
      if (is_path(path)) {
        job.metrics_path = juju::string_of(path);
      } else {
        report(problems_, place / "metrics_path", "not a path that begins with /");
      }
    }
    for (const auto& [key, value] : juju::object_of(given)) {
      if (!is_setting(key) || value.is_null()) continue;
      nlohmann::json read = value;
      const char* fault = read_setting(key, read, place / key);
      const bool is_optional = key == "proxy_url" || key.ends_with("_limit");
      if (fault != nullptr && !is_optional) {
        report_skipped(problems_, place / key, fault);
        return false;
      }
      if (fault != nullptr) {
        report(problems_, place / key, fault);
      } else if (!(value.is_object() && read.empty())) {
        job.settings[key] = std::move(read);
      }
    }
    drop_second_authorization(job.settings, place);
    return true;
  }

 private:
  /// @param value  becomes what is passed on.
  /// @returns what is wrong with it; null if nothing is.
  const char* read_setting(const std::string& key, nlohmann::json& value, const juju::Place& place) {
    if (key == "scheme") return is_one_of(value, {"http", "https"}) ? nullptr : "neither http nor https";
    if (key == "proxy_url") return read_proxy_url(value);
    if (key == "params") return read_params(value);
    if (is_credential(key)) return CredentialReader(rules_, problems_).read(key, value, place);
    if (key.ends_with("_limit")) return is_whole_number(value) ? nullptr : "not a whole number from 0";
    return read_relabel_rules(value);
  }

  const char* read_proxy_url(const nlohmann::json& value) const {
    if (!rules_.proxy_url) return "may not choose the scraper's proxy; see the option allow_proxy_url";
    const bool is_url = value.is_string() && juju::parse_url(juju::string_of(value));
    return is_url && has_valid_escapes(juju::string_of(value)) ? nullptr : "not a URL";
  }

  static const char* read_params(nlohmann::json& value) {
    constexpr const char* fault = "not lists of texts";
    if (!value.is_object()) return fault;
    for (auto& [name, texts] : value.get_ref<nlohmann::json::object_t&>()) {
      if (!juju::is_text(name) || name.size() > max_label_name_bytes || !texts.is_array()) return fault;
      for (nlohmann::json& text : texts) {
        const std::optional<std::string> read = juju::text_of(text);
        if (!read) return fault;
        text = juju::json_string(*read);
      }
    }
    return nullptr;
  }

  const char* read_relabel_rules(nlohmann::json& value) const {
    if (!value.is_array()) return "not a list";
    for (nlohmann::json& rule : value) {
      erase_members(rule, [](const nlohmann::json& member) { return member.is_null(); });
      if (const char* fault = RelabelRules(rules_.labels.names).fault(rule)) return fault;
    }
    return nullptr;
  }

  /// Prometheus refuses a job with two ways of authorization, and one of the type "basic".
  void drop_second_authorization(nlohmann::json& settings, const juju::Place& place) {
    const nlohmann::json* authorization = juju::find(settings, "authorization");
    if (authorization == nullptr) return;
    const std::string type = lower_case(juju::text_of(juju::member(*authorization, "type")).value_or(""));
    const bool is_second = settings.contains("basic_auth");
    if (!is_second && juju::trim(type) != "basic") return;
    report(problems_, place / "authorization",
           is_second ? "given beside basic_auth" : "of the type basic; use basic_auth");
    settings.erase("authorization");
    if (settings.empty()) settings = nullptr;
  }

  const JobRules& rules_;
  std::vector<juju::Problem>& problems_;
};

/// Copies `metrics_path` and the settings without checking them.
inline void copy_settings(ScrapeJob& job, const nlohmann::json& given) {
  for (const auto& [key, value] : juju::object_of(given)) {
    if (value.is_null()) continue;
    if (key == "metrics_path" && value.is_string()) {
      job.metrics_path = juju::string_of(value);
    } else if (key == "metrics_path" || is_setting(key)) {
      job.settings[key] = value;
    }
  }
}

/// Whether all strings of `value` are UTF-8.
inline bool is_utf8(const nlohmann::json& value) {
  if (value.is_string()) return juju::is_utf8(juju::string_of(value));
  if (value.is_array()) return std::all_of(value.begin(), value.end(), [](const auto& item) { return is_utf8(item); });
  if (!value.is_object()) return true;
  return std::all_of(juju::object_of(value).begin(), juju::object_of(value).end(),
                     [](const auto& member) { return juju::is_utf8(member.first) && is_utf8(member.second); });
}

/// Reports what is wrong with `metrics_path` and the settings of a typed job.
inline void check_settings(const ScrapeJob& job, const JobRules& rules, const juju::Place& place,
                           std::vector<juju::Problem>& problems) {
  nlohmann::json given = job.settings.is_null() ? juju::empty_object() : job.settings;
  if (!given.is_object()) return report(problems, place, "the settings are not an object");
  if (!is_utf8(given)) return report(problems, place, "the settings are not in UTF-8");
  if (!juju::is_utf8(job.metrics_path)) return report(problems, place / "metrics_path", "not a text in UTF-8");
  juju::set_unless_empty(given, "metrics_path", job.metrics_path);
  for (const auto& [key, value] : juju::object_of(given)) {
    if (rules.further_keys && (key == "metrics_path" || is_setting(key))) continue;
    report(problems, place / key, "not a key that a scrape job may have here");
  }
  ScrapeJob read;
  if (rules.further_keys) SettingsReader(rules, problems).read(read, given, place);
}

}  // namespace detail
}  // namespace scrape
