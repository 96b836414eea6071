// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>

#include <juju/yaml.hpp>

namespace juju {

/// Which side of a relation an endpoint is. `requires_` has the underscore because C++ keeps the word for itself.
enum class RelationRole { provides, requires_, peer };

/// metadata.yaml's word, "requires" for `requires_`.
constexpr std::string_view to_string(RelationRole role) {
  switch (role) {
    case RelationRole::provides: return "provides";
    case RelationRole::requires_: return "requires";
    case RelationRole::peer: break;
  }
  return "peer";
}

/// A charm's metadata could not be read, or lacks what the charm asks of it.
class MetadataError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A relation endpoint that the charm declares.
struct RelationMetadata {
  RelationRole role = RelationRole::provides;
  std::string interface = {};

  bool operator==(const RelationMetadata&) const = default;
};

/// An option of the charm's configuration.
struct ConfigOption {
  std::string type = "string";             ///< "string", "int", "float", "boolean" or "secret".
  nlohmann::json default_value = nullptr;  ///< Of that type; null where there is none.

  bool operator==(const ConfigOption&) const = default;
};

/// Whether to read config.yaml, which a hook does not need: `config-get` knows the defaults.
enum class ConfigFile { read, skip };

/// What a charm declares of itself in metadata.yaml (or charmcraft.yaml) and config.yaml.
struct Metadata {
  std::string name = {};
  std::map<std::string, RelationMetadata> relations = {};  ///< By endpoint: provides, requires and peers.
  std::set<std::string> containers = {};
  std::map<std::string, ConfigOption> config = {};
  std::filesystem::path charm_directory = {};  ///< Where it was loaded from; empty where it was parsed from text.

  bool operator==(const Metadata&) const = default;

  /// Reads the text of a metadata.yaml or charmcraft.yaml and, if given, of a config.yaml.
  /// @throws MetadataError  naming the file and what is wrong with it.
  static Metadata parse(std::string_view metadata_yaml, std::string_view config_yaml = {});

  /// Reads the charm directory's metadata.yaml, or charmcraft.yaml where there is none, and its config.yaml.
  /// @throws MetadataError  naming the file and what is wrong with it.
  static Metadata load(const std::filesystem::path& charm_directory, ConfigFile config = ConfigFile::read);
};

namespace detail {

inline constexpr std::size_t most_metadata_bytes = std::size_t{1024} * 1024;

inline nlohmann::json read_metadata_object(std::string_view text, const std::string& file) {
  Parsed<nlohmann::json> parsed = parse_yaml(text, most_metadata_bytes);
  if (!parsed) throw MetadataError(file + ": " + to_string(parsed.error));
  if (!parsed->is_object()) throw MetadataError(file + ": not a map");
  return *std::move(parsed.value);
}

inline const nlohmann::json& map_at(const nlohmann::json& parent, const char* key, const std::string& file) {
  static const nlohmann::json none = nlohmann::json::object();
  const auto found = parent.find(key);
  if (found == parent.end() || found->is_null()) return none;
  if (!found->is_object()) throw MetadataError(file + ": '" + key + "' is not a map");
  return *found;
}

/// Text of a scalar, whether it came as YAML (text already) or as JSON; `otherwise` for anything else.
inline std::string scalar_text(const nlohmann::json& value, std::string otherwise) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number() || value.is_boolean()) return value.dump();
  return otherwise;
}

inline void read_endpoints(Metadata& metadata, const nlohmann::json& document, const char* key, RelationRole role,
                           const std::string& file) {
  for (const auto& [endpoint, declared] : map_at(document, key, file).items()) {
    const nlohmann::json& interface =
        declared.is_object() && declared.contains("interface") ? declared["interface"] : declared;
    if (!interface.is_string()) throw MetadataError(file + ": endpoint '" + printable(endpoint) + "' has no interface");
    metadata.relations[endpoint] = {role, interface.get<std::string>()};
  }
}

template <typename Number, typename... Format>
nlohmann::json number_or_null(std::string_view text, Format... format) {
  Number number{};
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number, format...);
  if (failed != std::errc{} || end != text.data() + text.size()) return nullptr;
  if constexpr (std::is_floating_point_v<Number>) {
    if (!std::isfinite(number)) return nullptr;  // JSON has none
  }
  return nlohmann::json(number);
}

inline nlohmann::json int_or_null(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  return text.starts_with("0x") ? number_or_null<long long>(text.substr(2), 16) : number_or_null<long long>(text);
}

inline nlohmann::json boolean_or_null(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  if (text == "true" || text == "yes" || text == "on" || text == "y") return nlohmann::json(true);
  if (text == "false" || text == "no" || text == "off" || text == "n") return nlohmann::json(false);
  return nullptr;
}

/// A default as a value of the option's type, from any form that YAML 1.1 has for it; null where it is none.
inline nlohmann::json typed_default(const std::string& type, const nlohmann::json& given) {
  if (given.is_structured()) return nullptr;
  const std::string text = scalar_text(given, {});
  if (type == "int") return int_or_null(text);
  if (type == "float") return number_or_null<double>(text);
  return type == "boolean" ? boolean_or_null(text) : nlohmann::json(text);
}

inline void read_options(Metadata& metadata, const nlohmann::json& document, const std::string& file) {
  for (const auto& [name, declared] : map_at(document, "options", file).items()) {
    const std::string where = file + ": option '" + printable(name) + "'";
    if (!declared.is_object()) throw MetadataError(where + " is not a map");
    ConfigOption option;
    option.type = scalar_text(declared.value("type", nlohmann::json()), option.type);
    const nlohmann::json given = declared.value("default", nlohmann::json());
    if (!given.is_null()) {
      option.default_value = typed_default(option.type, given);
      if (option.default_value.is_null())
        throw MetadataError(where + " has a default that is no " + printable(option.type));
    }
    metadata.config.emplace(name, std::move(option));
  }
}

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file || !is_regular_file(path)) throw MetadataError(path.string() + ": cannot be read");
  return {std::istreambuf_iterator<char>(file), {}};
}

inline Metadata read_metadata(std::string_view metadata_yaml, const std::string& metadata_file,
                              std::string_view config_yaml, const std::string& config_file) {
  const nlohmann::json document = read_metadata_object(metadata_yaml, metadata_file);
  Metadata metadata;
  metadata.name = scalar_text(document.value("name", nlohmann::json()), {});
  if (metadata.name.empty()) throw MetadataError(metadata_file + ": has no name");
  read_endpoints(metadata, document, "provides", RelationRole::provides, metadata_file);
  read_endpoints(metadata, document, "requires", RelationRole::requires_, metadata_file);
  read_endpoints(metadata, document, "peers", RelationRole::peer, metadata_file);
  for (const auto& container : map_at(document, "containers", metadata_file).items()) {
    metadata.containers.insert(container.key());
  }
  read_options(metadata, map_at(document, "config", metadata_file), metadata_file);
  if (!config_yaml.empty()) read_options(metadata, read_metadata_object(config_yaml, config_file), config_file);
  return metadata;
}

}  // namespace detail

inline Metadata Metadata::parse(std::string_view metadata_yaml, std::string_view config_yaml) {
  return detail::read_metadata(metadata_yaml, "metadata.yaml", config_yaml, "config.yaml");
}

inline Metadata Metadata::load(const std::filesystem::path& charm_directory, ConfigFile config) {
  const std::filesystem::path own = charm_directory / "metadata.yaml";
  const std::filesystem::path metadata_file = exists(own) ? own : charm_directory / "charmcraft.yaml";
  if (!exists(metadata_file)) {
    throw MetadataError(charm_directory.string() + ": has neither metadata.yaml nor charmcraft.yaml");
  }
  const std::filesystem::path config_file = charm_directory / "config.yaml";
  const bool reads_config = config == ConfigFile::read && exists(config_file);
  const std::string config_yaml = reads_config ? detail::read_file(config_file) : std::string();
  Metadata metadata = detail::read_metadata(detail::read_file(metadata_file), metadata_file.string(), config_yaml,
                                            config_file.string());
  metadata.charm_directory = charm_directory;
  return metadata;
}

}  // namespace juju
