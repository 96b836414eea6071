// SPDX-License-Identifier: Apache-2.0
// The languages inside an alert rule's texts: PromQL, Go's templates, durations. Prometheus refuses a whole file of
// rules for one text that it cannot parse.
//
// Checked here is what closes: strings, brackets, actions, blocks. Not checked are the grammar of PromQL within that,
// and the functions and variables of a template; for those there is `promtool check rules`.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include <juju/problem.hpp>
#include <scrape/duration.hpp>
#include <scrape/labels.hpp>

namespace scrape::detail {

using juju::text_of;
using nlohmann::json;

/// The most bytes of one text in a rule. Prometheus's parsers recurse, and a stack that is spent ends the process.
inline constexpr std::size_t most_rule_text_bytes = std::size_t{64} * 1024;

/// What `text_of` takes, and text of several lines, up to 64 KiB.
inline std::optional<std::string> lines_of(const json& value) {
  if (!value.is_string()) return text_of(value);
  const std::string& text = value.get_ref<const std::string&>();
  if (text.size() > most_rule_text_bytes) return std::nullopt;
  std::string line = text;
  std::erase_if(line, [](char c) { return c == '\n' || c == '\r' || c == '\t'; });
  if (!juju::is_text(line)) return std::nullopt;
  return text;
}

inline bool is_label_name(const std::string& name) { return !name.empty() && legacy_label_name(name) == name; }

inline bool is_metric_name(std::string name) {
  std::replace(name.begin(), name.end(), ':', '_');
  return is_label_name(name);
}

/// Whether Prometheus takes `text` as a rule's or a group's duration. Zero may be spelt "0", or with any unit.
inline bool is_rule_duration(std::string text) {
  if (text == "0" || parse_duration(text)) return true;
  std::replace(text.begin(), text.end(), '0', '1');
  return parse_duration(text).has_value();
}

/// Where the string ends whose quote stands at `at`, in PromQL as in a template.
inline std::size_t end_of_string(std::string_view text, std::size_t at) {
  const char quote = text[at];
  if (quote == '`') return text.find(quote, at + 1);
  for (++at; at < text.size() && text[at] != '\n'; ++at) {
    if (text[at] == quote) return at;
    if (text[at] == '\\') ++at;
  }
  return std::string_view::npos;
}

/// Whether something stands in a PromQL expression, its strings end and its brackets pair up.
inline bool is_expression(std::string_view text) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return false;
  constexpr std::string_view opening = "([{";
  constexpr std::string_view closing = ")]}";
  std::string open;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"' || c == '\'' || c == '`') {
      i = end_of_string(text, i);
      if (i == std::string_view::npos) return false;
    } else if (c == '#') {
      i = std::min(text.find('\n', i), text.size());
    } else if (const std::size_t kind = opening.find(c); kind != std::string_view::npos) {
      open += closing[kind];
    } else if (closing.find(c) != std::string_view::npos) {
      if (open.empty() || open.back() != c) return false;
      open.pop_back();
    }
  }
  return open.empty();
}

/// Where the `}}` stands that ends the action at the beginning of `text`.
inline std::size_t end_of_action(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i, 2) == "}}") return i;
    if (text[i] != '"' && text[i] != '\'' && text[i] != '`') continue;
    i = end_of_string(text, i);
    if (i == std::string_view::npos) break;
  }
  return std::string_view::npos;
}

/// The word that a template's action begins with, or its first sign; empty where it says nothing.
inline std::string_view first_word(std::string_view action) {
  constexpr std::string_view blanks = " \t\r\n";
  if (action.starts_with('-') && action.find_first_of(blanks) == 1) action.remove_prefix(1);
  action.remove_prefix(std::min(action.find_first_not_of(blanks), action.size()));
  const std::size_t length = action.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_");
  return action.substr(0, length == 0 ? 1 : length);
}

/// Whether each action of a Go template ends and says something, and each block has its end.
inline bool is_template(std::string_view text) {
  constexpr std::array<std::string_view, 5> blocks = {"if", "range", "with", "define", "block"};
  std::size_t open = 0;
  for (std::size_t at = text.find("{{"); at != std::string_view::npos; at = text.find("{{")) {
    text.remove_prefix(at + 2);
    const std::size_t end = end_of_action(text);
    if (end == std::string_view::npos) return false;
    const std::string_view word = first_word(text.substr(0, end));
    if (word.empty()) return false;
    if (std::find(blocks.begin(), blocks.end(), word) != blocks.end()) ++open;
    if ((word == "end" || word == "else") && open == 0) return false;
    if (word == "end") --open;
    text.remove_prefix(end + 2);
  }
  return open == 0;
}

/// `text` as a string of PromQL.
inline std::string promql_string(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return quoted + '"';
}

/// `text` with `to` for each `from`; nothing where that takes over `most` bytes.
inline std::optional<std::string> replace_all(std::string_view text, std::string_view from, std::string_view to,
                                              std::size_t most) {
  std::string replaced;
  for (std::size_t at = text.find(from); at != std::string_view::npos; at = text.find(from)) {
    replaced.append(text.substr(0, at)).append(to);
    if (replaced.size() > most) return std::nullopt;
    text.remove_prefix(at + from.size());
  }
  replaced.append(text);
  if (replaced.size() > most) return std::nullopt;
  return replaced;
}

}  // namespace scrape::detail
