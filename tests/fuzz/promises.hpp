// SPDX-License-Identifier: Apache-2.0
// What holds of everything that is told of a text from outside.
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

/// The values of a document, which nothing that is told may quote. Names of members may be told, and what could be part
/// of a sentence of ours is no secret: one is of eight bytes and more, with a sign that no sentence has.
class Secrets {
 public:
  Secrets() = default;
  explicit Secrets(const json& document) { collect(document); }

  /// Those of a text, whether or not it is JSON.
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

  /// What is told by right, as it is and as it is shown.
  void except(const std::string& name) { names_ += name + "\n" + juju::printable(name) + "\n"; }

  void require_untold(std::string_view told) const {
    for (const std::string& value : values_) {
      require(told.find(value) == std::string_view::npos || names_.find(value) != std::string::npos,
              "nothing that is told quotes a value");
    }
  }

 private:
  static constexpr std::size_t fewest_bytes = 8;
  static constexpr std::size_t most_bytes = 32;  // enough to be noticed where a longer value is cut off

  void add(const std::string& value) {
    const std::string beginning = value.substr(0, most_bytes);
    const bool has_sign = std::any_of(beginning.begin(), beginning.end(), [](char c) {
      return static_cast<unsigned char>(c) >= 0x80 || std::string_view("$%&!?@^").find(c) != std::string_view::npos;
    });
    if (beginning.size() >= fewest_bytes && has_sign) values_.insert(beginning);
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

inline void require_shown_safely(const std::string& text, const char* promise) {
  require(juju::is_utf8(text) && juju::is_text(text), promise);
}

/// A sentence that quotes one name or two: 200 bytes of each, any of which may be shown as `\u00xx`.
inline void require_short(const std::string& told, const char* promise) {
  require(told.size() <= 300 + 2 * 6 * std::size_t{200}, promise);
}

/// A pointer leads to what is wrong or, where what is wrong is that it is absent, to where it would stand.
inline void require_place(const json& document, const std::string& pointer) {
  bool is_place = false;
  try {
    const json::json_pointer place(pointer);
    is_place = document.contains(place) || document.at(place.parent_pointer()).is_object();
  } catch (const json::exception&) {
    is_place = false;
  }
  require(is_place, "a problem's pointer leads to a place that exists, or to where one would");
}

/// @param document  what the text says; null where it cannot be read, so that only the whole of it can be wrong.
inline void require_well_told(const juju::Problem& problem, const json& document, const Secrets& secrets) {
  require(!problem.reason.empty(), "a problem has a reason");
  require_shown_safely(problem.reason, "a problem's reason can be shown");
  require_shown_safely(to_string(problem), "a problem can be shown");
  secrets.require_untold(problem.reason);
  require_place(document, problem.pointer);
}

/// A text that problems are told of.
struct Source {
  explicit Source(const std::string& text)
      : document(juju::parse_json(text).value.value_or(json())), secrets(Secrets::of(text)) {}

  json document;
  Secrets secrets;
};

inline void require_well_told(const juju::Problem& problem, const Source& source) {
  require_well_told(problem, source.document, source.secrets);
}

/// The same of all problems of one text.
inline void require_well_told(const std::vector<juju::Problem>& problems, const std::string& text) {
  const Source source(text);
  for (const auto& problem : problems) require_well_told(problem, source);
}

/// What goes out is read by others as it was meant.
inline void require_reads_the_same(const json& value) {
  const juju::Parsed<json> read = juju::parse_json(juju::to_yaml_safe_json(value));
  require(read && *read == value, "what is printed reads the same");
}

}  // namespace fuzz
