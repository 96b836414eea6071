// SPDX-License-Identifier: Apache-2.0
// Properties of all messages about untrusted text.
#pragma once

#include <algorithm>
#include <juju/json.hpp>
#include <juju/problem.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz.hpp"

namespace fuzz {

/// The values of a document that no message may quote. Names of members are not secret. A value counts as secret if it
/// has at least 8 bytes and a character that the library's own messages do not have.
class Secrets {
 public:
  Secrets() = default;
  explicit Secrets(const json& document) { collect(document); }

  /// The values of a text. It may be JSON.
  static Secrets of(const std::string& text) {
    Secrets secrets;
    secrets.take(text);
    return secrets;
  }

  void take(const std::string& text) {
    if (const juju::Parsed<json> document = juju::parse_json(text)) collect(*document);
    add(text);
  }

  void take_document(const json& document) { collect(document); }

  /// Allows this name in messages, also in its printable form.
  void except(const std::string& name) { names_ += name + "\n" + juju::printable(name) + "\n"; }

  void require_not_quoted(std::string_view message) const {
    for (const std::string& value : values_) {
      require(message.find(value) == std::string_view::npos || names_.find(value) != std::string::npos,
              "a message does not quote a value");
    }
  }

 private:
  static constexpr std::size_t min_bytes = 8;
  static constexpr std::size_t max_bytes = 32;  // finds a longer value that is cut, too

  void add(const std::string& value) {
    const std::string beginning = value.substr(0, max_bytes);
    const bool has_rare_character = std::any_of(beginning.begin(), beginning.end(), [](char c) {
      return static_cast<unsigned char>(c) >= 0x80 || std::string_view("$%&!?@^").find(c) != std::string_view::npos;
    });
    if (beginning.size() >= min_bytes && has_rare_character) values_.insert(beginning);
  }

  void collect(const json& document) {
    if (document.is_string()) {
      add(document.get_ref<const std::string&>());
    } else if (document.is_structured()) {
      for (const auto& item : document.items()) {
        if (document.is_object()) names_ += item.key() + "\n";
        collect(item.value());
      }
    }
  }

  std::set<std::string> values_;
  std::string names_;
};

inline void require_text(const std::string& text, const char* property) {
  require(juju::is_utf8(text) && juju::is_text(text), property);
}

/// A message with one or two names: at most 200 bytes of each, and each byte may be escaped as `\u00xx`.
inline void require_short(const std::string& message, const char* property) {
  require(message.size() <= 300 + 2 * 6 * std::size_t{200}, property);
}

/// A pointer refers to an existing value, or to an absent member of an object.
inline void require_place(const json& document, const std::string& pointer) {
  bool is_place = false;
  try {
    const json::json_pointer place(pointer);
    is_place = document.contains(place) || document.at(place.parent_pointer()).is_object();
  } catch (const json::exception&) {
    is_place = false;
  }
  require(is_place, "a problem's pointer refers to a value, or to an absent member");
}

/// @param document  the value of the text. Null if the text cannot be read: then the pointer is empty.
inline void require_valid_problem(const juju::Problem& problem, const json& document, const Secrets& secrets) {
  require(!problem.reason.empty(), "a problem has a reason");
  require_text(problem.reason, "a problem's reason is text");
  require_text(to_string(problem), "a printed problem is text");
  secrets.require_not_quoted(problem.reason);
  require_place(document, problem.pointer);
}

/// A text that problems refer to.
struct Source {
  explicit Source(const std::string& text)
      : document(juju::parse_json(text).value.value_or(json())), secrets(Secrets::of(text)) {}

  json document;
  Secrets secrets;
};

inline void require_valid_problem(const juju::Problem& problem, const Source& source) {
  require_valid_problem(problem, source.document, source.secrets);
}

/// The same for all problems of one text.
inline void require_valid_problem(const std::vector<juju::Problem>& problems, const std::string& text) {
  const Source source(text);
  for (const auto& problem : problems) require_valid_problem(problem, source);
}

/// Checks that printed JSON is read as the same value.
inline void require_round_trip(const json& value) {
  const juju::Parsed<json> read = juju::parse_json(juju::to_yaml_safe_json(value));
  require(read && *read == value, "printed JSON is read as the same value");
}

}  // namespace fuzz
