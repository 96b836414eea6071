// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <juju/file.hpp>
#include <juju/relation_metadata.hpp>
#include <juju/yaml.hpp>
#include <juju/yaml_scalar.hpp>

namespace juju {

/// A charm's metadata cannot be read, or does not declare an endpoint or container that the charm uses.
class MetadataError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// An option of the charm's configuration.
struct ConfigOption {
  std::string type = "string";             ///< "string", "int", "float", "boolean" or "secret".
  nlohmann::json default_value = nullptr;  ///< Of that type; null if there is no default.

  bool operator==(const ConfigOption&) const = default;
};

/// Whether to read config.yaml. A hook does not need it: `config-get` returns the defaults.
enum class ConfigFile { read, skip };

/// The content of a charm's metadata.yaml (or charmcraft.yaml) and config.yaml. The files may use YAML's anchors,
/// aliases and merge keys.
struct Metadata {
  std::string name = {};
  std::map<std::string, RelationMetadata> relations = {};  ///< By endpoint, of all roles.
  std::set<std::string> containers = {};
  bool subordinate = false;  ///< Whether each of its units runs beside a unit of another application.
  std::map<std::string, ConfigOption> config = {};
  std::string charm_directory = {};  ///< The directory of the files. Empty if not read by `load`.

  bool operator==(const Metadata&) const = default;

  /// Reads the text of a metadata.yaml or charmcraft.yaml and, if given, of a config.yaml.
  /// @throws MetadataError  with the file and the reason.
  static Metadata parse(std::string_view metadata_yaml, std::string_view config_yaml = {});

  /// Reads metadata.yaml, or charmcraft.yaml if there is no metadata.yaml, and config.yaml of a charm's directory.
  /// @throws MetadataError  with the file and the reason.
  static Metadata load(const std::string& charm_directory, ConfigFile config = ConfigFile::read);
};

namespace detail {

inline nlohmann::json read_metadata_object(std::string_view text, const std::string& file) {
  Parsed<nlohmann::json> parsed = parse_yaml_with_aliases(text);
  if (!parsed) throw MetadataError(file + ": " + to_string(parsed.error));
  if (!parsed->is_object()) throw MetadataError(file + ": not a map");
  return *std::move(parsed.value);
}

inline const nlohmann::json& map_at(const nlohmann::json& parent, const char* key, const std::string& file) {
  static const nlohmann::json none = empty_object();
  const nlohmann::json& map = member(parent, key);
  if (map.is_null()) return none;
  if (!map.is_object()) throw MetadataError(file + ": '" + key + "' is not a map");
  return map;
}

/// The text of a scalar, from YAML or JSON. It is empty for null, lists and maps.
inline std::string scalar_text(const nlohmann::json& value) {
  if (value.is_string()) return string_of(value);
  return value.is_number() || value.is_boolean() ? value.dump() : std::string();
}

inline std::optional<int> read_limit(const nlohmann::json& declared, const std::string& where) {
  const nlohmann::json& given = member(declared, "limit");
  if (given.is_null()) return std::nullopt;
  const std::optional<std::int64_t> limit = parse_yaml_int(scalar_text(given));
  if (!limit || *limit < 0 || *limit > std::numeric_limits<int>::max()) {
    throw MetadataError(where + ": 'limit' is not a number of relations");
  }
  return *limit == 0 ? std::nullopt : std::optional(static_cast<int>(*limit));  // to Juju, 0 is no limit
}

inline RelationScope read_scope(const nlohmann::json& declared, const std::string& where) {
  const nlohmann::json& given = member(declared, "scope");
  const std::string scope = given.is_string() ? string_of(given) : std::string();
  if (given.is_null() || scope == "global") return RelationScope::global;
  if (scope == "container") return RelationScope::container;
  throw MetadataError(where + ": 'scope' is not 'global' or 'container'");
}

inline bool read_boolean(const nlohmann::json& declared, const char* key, const std::string& where) {
  const nlohmann::json& given = member(declared, key);
  if (given.is_null()) return false;
  const std::optional<bool> boolean = parse_yaml_boolean(scalar_text(given));
  if (!boolean) throw MetadataError(where + ": '" + key + "' is not true or false");
  return *boolean;
}

/// Reads an endpoint: a map, or only the name of the interface.
inline RelationMetadata read_endpoint(const nlohmann::json& declared, RelationRole role, const std::string& where) {
  const nlohmann::json& interface = declared.is_object() ? member(declared, "interface") : declared;
  if (!interface.is_string()) throw MetadataError(where + " has no interface");
  return {.role = role,
          .interface = string_of(interface),
          .limit = read_limit(declared, where),
          .scope = read_scope(declared, where),
          .optional = read_boolean(declared, "optional", where)};
}

inline void read_endpoints(Metadata& metadata, const nlohmann::json& document, const char* key, RelationRole role,
                           const std::string& file) {
  for (const auto& [endpoint, declared] : object_of(map_at(document, key, file))) {
    metadata.relations[endpoint] = read_endpoint(declared, role, file + ": endpoint '" + printable(endpoint) + "'");
  }
}

/// A default as a value of the option's type. It is null if the default is not of that type.
inline nlohmann::json typed_default(const std::string& type, const nlohmann::json& given) {
  const auto value_of = [](auto parsed) { return parsed ? nlohmann::json(*parsed) : nlohmann::json(); };
  if (given.is_structured()) return nullptr;
  const std::string text = scalar_text(given);
  if (type == "int") return value_of(parse_yaml_int(text));
  if (type == "float") return value_of(parse_yaml_float(text));
  if (type == "boolean") return value_of(parse_yaml_boolean(text));
  return json_string(text);
}

inline ConfigOption read_option(const nlohmann::json& declared, const std::string& where) {
  if (!declared.is_object()) throw MetadataError(where + " is not a map");
  ConfigOption option;
  if (const std::string type = scalar_text(member(declared, "type")); !type.empty()) option.type = type;
  const nlohmann::json& given = member(declared, "default");
  if (given.is_null()) return option;
  option.default_value = typed_default(option.type, given);
  if (option.default_value.is_null()) {
    throw MetadataError(where + " has a default that is not of type " + printable(option.type));
  }
  return option;
}

inline void read_options(Metadata& metadata, const nlohmann::json& document, const std::string& file) {
  for (const auto& [name, declared] : object_of(map_at(document, "options", file))) {
    metadata.config.emplace(name, read_option(declared, file + ": option '" + printable(name) + "'"));
  }
}

inline Metadata read_metadata(std::string_view metadata_yaml, const std::string& metadata_file,
                              std::string_view config_yaml, const std::string& config_file) {
  const nlohmann::json document = read_metadata_object(metadata_yaml, metadata_file);
  Metadata metadata;
  metadata.name = scalar_text(member(document, "name"));
  if (metadata.name.empty()) throw MetadataError(metadata_file + ": has no name");
  metadata.subordinate = read_boolean(document, "subordinate", metadata_file);
  read_endpoints(metadata, document, "provides", RelationRole::provides, metadata_file);
  read_endpoints(metadata, document, "requires", RelationRole::requires_, metadata_file);
  read_endpoints(metadata, document, "peers", RelationRole::peer, metadata_file);
  for (const auto& [container, declared] : object_of(map_at(document, "containers", metadata_file))) {
    metadata.containers.insert(container);
  }
  read_options(metadata, map_at(document, "config", metadata_file), metadata_file);
  if (!config_yaml.empty()) read_options(metadata, read_metadata_object(config_yaml, config_file), config_file);
  return metadata;
}

/// The text of a file. It is empty if there is no such file.
inline std::optional<std::string> read_metadata_file(const std::string& file) {
  std::error_code error;
  std::optional<std::string> text = read_file(file, max_yaml_file_bytes, error);
  if (error && error != std::errc::no_such_file_or_directory) {
    throw MetadataError(file + ": cannot be read: " + error.message());
  }
  return text;
}

}  // namespace detail

inline Metadata Metadata::parse(std::string_view metadata_yaml, std::string_view config_yaml) {
  return detail::read_metadata(metadata_yaml, "metadata.yaml", config_yaml, "config.yaml");
}

inline Metadata Metadata::load(const std::string& charm_directory, ConfigFile config) {
  std::string metadata_file = join_path(charm_directory, "metadata.yaml");
  std::optional<std::string> metadata_yaml = detail::read_metadata_file(metadata_file);
  if (!metadata_yaml) {
    metadata_file = join_path(charm_directory, "charmcraft.yaml");
    metadata_yaml = detail::read_metadata_file(metadata_file);
  }
  if (!metadata_yaml) {
    throw MetadataError(charm_directory + ": has neither metadata.yaml nor charmcraft.yaml");
  }
  const std::string config_file = join_path(charm_directory, "config.yaml");
  std::optional<std::string> config_yaml;
  if (config == ConfigFile::read) config_yaml = detail::read_metadata_file(config_file);
  Metadata metadata =
      detail::read_metadata(*metadata_yaml, metadata_file, config_yaml.value_or(std::string()), config_file);
  metadata.charm_directory = charm_directory;
  return metadata;
}

}  // namespace juju
