// SPDX-License-Identifier: Apache-2.0
// The events of libyaml, the C library that reads YAML for yaml.hpp.
#pragma once

#include <yaml.h>

#include <cstddef>
#include <new>
#include <string>
#include <string_view>
#include <utility>

namespace juju::detail {

/// The reason why a text is refused, and the place.
struct YamlRefusal {
  std::string reason;
  std::size_t character;  ///< Counted from 0.
  std::size_t byte = 0;   ///< Counted from 1; 0 if only the character is known.
};

/// libyaml's parser, with a text as its input.
class YamlParser {
 public:
  explicit YamlParser(std::string_view text) {
    if (yaml_parser_initialize(&parser_) == 0) throw std::bad_alloc();
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  }
  YamlParser(const YamlParser&) = delete;
  YamlParser& operator=(const YamlParser&) = delete;
  ~YamlParser() { yaml_parser_delete(&parser_); }

  /// @throws YamlRefusal  if the text is not YAML.
  void read(yaml_event_t& event) {
    if (yaml_parser_parse(&parser_, &event) != 0) return;
    if (parser_.error == YAML_MEMORY_ERROR) throw std::bad_alloc();
    throw YamlRefusal{"not YAML", parser_.problem_mark.index,
                      parser_.error == YAML_READER_ERROR ? parser_.problem_offset + 1 : 0};
  }

 private:
  yaml_parser_t parser_;
};

/// The next event of a parser.
struct YamlEvent : yaml_event_t {
  explicit YamlEvent(YamlParser& parser) : yaml_event_t() { parser.read(*this); }
  YamlEvent(const YamlEvent&) = delete;
  YamlEvent& operator=(const YamlEvent&) = delete;
  ~YamlEvent() { yaml_event_delete(this); }

  /// The text of a scalar.
  std::string_view text() const { return {reinterpret_cast<const char*>(data.scalar.value), data.scalar.length}; }

  /// Whether a scalar has neither quotes nor a tag.
  bool is_plain() const { return data.scalar.style == YAML_PLAIN_SCALAR_STYLE && data.scalar.plain_implicit != 0; }

  bool is_null() const {
    return is_plain() && (text().empty() || text() == "~" || text() == "null" || text() == "Null" || text() == "NULL");
  }

  bool is_merge_key() const {
    return type == YAML_SCALAR_EVENT && text() == "<<" &&
           (is_plain() || string(data.scalar.tag) == "tag:yaml.org,2002:merge");
  }

  /// The name of the anchor of a value, or of the one that an alias refers to. It is empty if there is none.
  std::string anchor() const {
    switch (type) {
      case YAML_ALIAS_EVENT: return string(data.alias.anchor);
      case YAML_SCALAR_EVENT: return string(data.scalar.anchor);
      case YAML_SEQUENCE_START_EVENT: return string(data.sequence_start.anchor);
      case YAML_MAPPING_START_EVENT: return string(data.mapping_start.anchor);
      default: return {};
    }
  }

  YamlRefusal refusal(std::string reason) const { return {std::move(reason), start_mark.index}; }

 private:
  static std::string string(const yaml_char_t* text) {
    return text == nullptr ? std::string() : reinterpret_cast<const char*>(text);
  }
};

}  // namespace juju::detail
