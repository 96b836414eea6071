// SPDX-License-Identifier: Apache-2.0
// The one door for YAML that comes in. None is ever written: what goes out is JSON (see json.hpp).
#pragma once

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <cstddef>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <juju/json.hpp>

namespace juju {
namespace detail {

/// Builds a JSON value from the events of one YAML document. Scalars stay text: what they mean is the reader's to say.
class YamlReader final : public YAML::EventHandler {
 public:
  struct Refused {
    std::string reason;
  };

  nlohmann::json take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override { add(nullptr); }
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override { throw Refused{"not accepted: a YAML alias"}; }
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string& value) override {
    add(value);
  }
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
    open(nlohmann::json::array());
  }
  void OnSequenceEnd() override { open_.pop_back(); }
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
    open(nlohmann::json::object());
  }
  void OnMapEnd() override { open_.pop_back(); }

 private:
  struct Level {
    nlohmann::json* container;
    bool expects_key;
    std::string key = {};
  };

  void open(nlohmann::json container) {
    if (open_.size() >= static_cast<std::size_t>(most_levels)) {
      throw Refused{"nested deeper than " + std::to_string(most_levels) + " levels"};
    }
    nlohmann::json* added = add(std::move(container));
    open_.push_back({added, added->is_object()});
  }

  nlohmann::json* add(nlohmann::json value) {
    if (open_.empty()) return &(root_ = std::move(value));
    Level& level = open_.back();
    if (level.container->is_array()) return &level.container->emplace_back(std::move(value));
    if (std::exchange(level.expects_key, !level.expects_key)) {
      if (value.is_null()) value = "";
      if (!value.is_string()) throw Refused{"not accepted: a YAML key that is no scalar"};
      level.key = value.get<std::string>();
      return nullptr;
    }
    return &((*level.container)[level.key] = std::move(value));
  }

  nlohmann::json root_ = nullptr;
  std::vector<Level> open_;
};

}  // namespace detail

/// The most bytes of YAML that are read from a data bag.
inline constexpr std::size_t most_yaml_bytes = std::size_t{64} * 1024;

/// Reads one document of JSON or, where it is none, of YAML. YAML's scalars come out as their text, its null as null;
/// the last of several equal keys stands; aliases are refused. Throws nothing but std::bad_alloc.
/// @param most_bytes  the most bytes of YAML that are looked at. JSON may be longer.
inline Parsed<nlohmann::json> parse_yaml(std::string_view text, std::size_t most_bytes = most_yaml_bytes) {
  if (Parsed<nlohmann::json> json = parse_json(text)) return json;
  Parsed<nlohmann::json> parsed;
  const auto refuse = [&](std::size_t byte, std::string reason) {
    parsed.error = {byte, std::move(reason)};
    return parsed;
  };
  if (text.size() > most_bytes)
    return refuse(0, "neither JSON nor YAML of at most " + std::to_string(most_bytes) + " bytes");
  if (!is_utf8(text)) return refuse(0, "not UTF-8");
  if (text.find('\0') != std::string_view::npos) return refuse(text.find('\0') + 1, "not YAML");  // it guesses UTF-16
  detail::YamlReader reader;
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    parser.HandleNextDocument(reader);
    detail::YamlReader rest;
    if (parser.HandleNextDocument(rest)) return refuse(0, "not a single YAML document");
  } catch (const detail::YamlReader::Refused& refused) {
    return refuse(0, refused.reason);
  } catch (const YAML::Exception& error) {
    return refuse(static_cast<std::size_t>(error.mark.pos) + 1, "not YAML");  // -1 where the place is not known
  }
  parsed.value.emplace(reader.take());
  return parsed;
}

}  // namespace juju
