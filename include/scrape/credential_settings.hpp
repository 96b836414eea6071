// SPDX-License-Identifier: Apache-2.0
// The settings of a scrape job that have credentials. Their values never appear in a problem.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <juju/json.hpp>
#include <juju/problem.hpp>
#include <string>
#include <string_view>
#include <vector>

#include <scrape/alert_rule_fields.hpp>
#include <scrape/job_rules.hpp>
#include <scrape/setting_values.hpp>

namespace scrape {

/// Whether `key` is a setting whose values are credentials.
inline bool is_credential(std::string_view key) {
  return juju::is_one_of(key, {"basic_auth", "tls_config", "authorization"});
}

namespace detail {

/// Reads one setting that has credentials.
class CredentialReader {
 public:
  CredentialReader(const JobRules& rules, std::vector<juju::Problem>& problems) : rules_(rules), problems_(problems) {}

  /// @param value  becomes what is passed on.
  /// @returns what is wrong with it; null if nothing is.
  const char* read(std::string_view key, nlohmann::json& value, const juju::Place& place) {
    if (key == "basic_auth") return read_object(value, {"username", "password"}, place);
    return key == "authorization" ? read_authorization(value, place) : read_tls_config(value, place);
  }

 private:
  /// Reads an object of texts. For each of its texts there is a key that ends in `_file`. Prometheus takes an empty
  /// text as absent.
  /// @param others  keys whose values are checked elsewhere.
  const char* read_object(nlohmann::json& value, std::initializer_list<std::string_view> texts,
                          const juju::Place& place, std::initializer_list<std::string_view> others = {}) {
    if (!value.is_object()) return "not an object";
    erase_members(value, [](const nlohmann::json& member) {
      return member.is_null() || (member.is_string() && juju::string_of(member).empty());
    });
    nlohmann::json::object_t& members = value.get_ref<nlohmann::json::object_t&>();
    for (auto member = members.begin(); member != members.end();) {
      const std::string_view key = member->first;
      const bool is_file = key.ends_with("_file") && juju::is_one_of(key.substr(0, key.size() - 5), texts);
      const char* reason = nullptr;
      if (!is_file && !juju::is_one_of(key, texts) && !juju::is_one_of(key, others)) {
        reason = "not a key that a scrape job may have here";
      } else if (is_file && !rules_.file_keys) {
        reason = "may not make the scraper read a file; see the option allow_file_keys";
      } else if (is_file && members.contains(std::string(key.substr(0, key.size() - 5)))) {
        reason = "given inline too";
      } else if (!rules_.tls_inline_keys && juju::is_one_of(key, {"ca", "cert", "key", "username_file"})) {
        reason = "needs Prometheus 2.48; see the option tls_inline_keys";
      } else if (!juju::is_one_of(key, others)) {
        if (!member->second.is_string() || !multi_line_text_of(member->second)) return "not a text in one of its keys";
      }
      if (reason != nullptr) report(problems_, place / key, reason);
      member = reason != nullptr ? members.erase(member) : std::next(member);
    }
    return nullptr;
  }

  /// The type is ASCII, since Prometheus compares it with "basic" without Unicode's blanks and case.
  const char* read_authorization(nlohmann::json& value, const juju::Place& place) {
    if (const char* fault = read_object(value, {"type", "credentials"}, place)) return fault;
    const nlohmann::json& type = juju::member(value, "type");
    const auto is_ascii = [](char c) { return c >= ' ' && c <= '~'; };
    const bool is_valid =
        type.is_null() || std::all_of(juju::string_of(type).begin(), juju::string_of(type).end(), is_ascii);
    return is_valid ? nullptr : "a type with other characters than ASCII";
  }

  const char* read_tls_config(nlohmann::json& value, const juju::Place& place) {
    const char* fault = read_object(value, {"ca", "cert", "key"}, place,
                                    {"server_name", "insecure_skip_verify", "min_version", "max_version"});
    if (fault != nullptr) return fault;
    for (const auto& [key, member] : juju::object_of(value)) {
      if (key == "server_name" && !(member.is_string() && juju::text_of(member))) return "server_name is not a text";
      if (key == "insecure_skip_verify" && !member.is_boolean()) return "insecure_skip_verify is not true or false";
      if (key.ends_with("_version") && !is_one_of(member, {"TLS10", "TLS11", "TLS12", "TLS13"})) {
        return "a version that is not TLS10, TLS11, TLS12 or TLS13";
      }
    }
    const auto has = [&](const char* key, const char* file) { return value.contains(key) || value.contains(file); };
    if (has("cert", "cert_file") != has("key", "key_file")) return "cert and key are needed together";
    const nlohmann::json& lowest = juju::member(value, "min_version");
    const nlohmann::json& highest = juju::member(value, "max_version");
    const bool is_range = lowest.is_null() || highest.is_null() || juju::string_of(lowest) <= juju::string_of(highest);
    return is_range ? nullptr : "max_version is below min_version";
  }

  const JobRules& rules_;
  std::vector<juju::Problem>& problems_;
};

}  // namespace detail
}  // namespace scrape
