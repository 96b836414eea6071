// SPDX-License-Identifier: Apache-2.0
// charm_files CHARMCRAFT_YAML DIRECTORY
//
// Writes the files that Juju reads, metadata.yaml, config.yaml and actions.yaml, into DIRECTORY. They contain what
// `charmcraft pack` takes from CHARMCRAFT_YAML. A file that DIRECTORY already has is not changed.
//
// libyaml copies the values: `8000` stays a number and `"8000"` stays a string. A value with several aliases is written
// once, with an anchor, and its aliases refer to it.
#include <yaml.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using std::filesystem::path;

/// A YAML document whose root is a map.
class Document {
 public:
  explicit Document(const path& file) : file_(file.string()) {
    std::ifstream in(file, std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(in), {});
    if (!in) fail("cannot be read");
    yaml_parser_t parser;
    if (yaml_parser_initialize(&parser) == 0) throw std::bad_alloc();
    yaml_parser_set_input_string(&parser, reinterpret_cast<const unsigned char*>(text.data()), text.size());
    const bool loaded = yaml_parser_load(&parser, &document_) != 0;
    const std::string problem =
        loaded ? "" : "line " + std::to_string(parser.problem_mark.line + 1) + ": " + parser.problem;
    yaml_parser_delete(&parser);
    if (!loaded) fail(problem);
    if (!yaml_document_get_root_node(&document_) || !is_map(1)) {
      yaml_document_delete(&document_);
      fail("is not a map");
    }
  }
  ~Document() { yaml_document_delete(&document_); }
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  [[noreturn]] void fail(const std::string& problem) const { throw std::runtime_error(file_ + ": " + problem); }

  /// The value of a key in a map, or 0 if it is absent or null.
  int find(int map, std::string_view key) {
    if (!is_map(map)) return 0;
    const auto& pairs = node(map).data.mapping.pairs;
    for (const yaml_node_pair_t* pair = pairs.start; pair < pairs.top; ++pair) {
      if (scalar(pair->key) == key && !is_null(pair->value)) return pair->value;
    }
    return 0;
  }

  bool is_map(int index) { return node(index).type == YAML_MAPPING_NODE; }
  bool is_empty(int map) { return node(map).data.mapping.pairs.start == node(map).data.mapping.pairs.top; }
  bool is_scalar(int index) { return node(index).type == YAML_SCALAR_NODE; }

  int add_text(std::string_view text) {
    return added(yaml_document_add_scalar(&document_, nullptr, reinterpret_cast<const yaml_char_t*>(text.data()),
                                          static_cast<int>(text.size()), YAML_PLAIN_SCALAR_STYLE));
  }

  int add_list(int item) {
    const int list = added(yaml_document_add_sequence(&document_, nullptr, YAML_BLOCK_SEQUENCE_STYLE));
    added(yaml_document_append_sequence_item(&document_, list, item));
    return list;
  }

  /// Replaces the root by a map of these entries.
  void set_root(const std::vector<std::pair<std::string_view, int>>& entries) {
    const int map = added(yaml_document_add_mapping(&document_, nullptr, YAML_BLOCK_MAPPING_STYLE));
    for (const auto& [key, value] : entries)
      added(yaml_document_append_mapping_pair(&document_, map, add_text(key), value));
    set_root(map);
  }

  /// Makes a map of the document the root.
  void set_root(int map) { std::swap(node(1), node(map)); }

  /// Writes the root and the nodes that it refers to. The document is empty afterwards.
  void write(const path& file) {
    for (yaml_node_t* each = document_.nodes.start; each < document_.nodes.top; ++each) prepare(*each);
    std::string text;
    yaml_emitter_t emitter;
    if (yaml_emitter_initialize(&emitter) == 0) throw std::bad_alloc();
    yaml_emitter_set_output(&emitter, append, &text);
    yaml_emitter_set_unicode(&emitter, 1);
    yaml_emitter_set_width(&emitter, -1);
    const bool written = yaml_emitter_dump(&emitter, &document_) != 0 && yaml_emitter_flush(&emitter) != 0;
    yaml_emitter_delete(&emitter);
    document_ = {};  // yaml_emitter_dump has deleted it
    std::ofstream out(file, std::ios::binary);
    if (!written || !out.write(text.data(), static_cast<std::streamsize>(text.size())).flush())
      throw std::runtime_error(file.string() + ": cannot be written");
  }

 private:
  static int append(void* text, unsigned char* data, std::size_t size) {
    static_cast<std::string*>(text)->append(reinterpret_cast<const char*>(data), size);
    return 1;
  }

  static int added(int result) { return result != 0 ? result : throw std::bad_alloc(); }

  /// A flow collection cannot hold an empty plain scalar, which is null: the emitter would write an empty string.
  static void prepare(yaml_node_t& node) {
    if (node.type == YAML_MAPPING_NODE) node.data.mapping.style = YAML_BLOCK_MAPPING_STYLE;
    if (node.type == YAML_SEQUENCE_NODE) node.data.sequence.style = YAML_BLOCK_SEQUENCE_STYLE;
  }

  yaml_node_t& node(int index) { return document_.nodes.start[index - 1]; }

  std::string_view scalar(int index) {
    const auto& value = node(index).data.scalar;
    return is_scalar(index) ? std::string_view(reinterpret_cast<const char*>(value.value), value.length) : "";
  }

  bool is_null(int index) {
    if (!is_scalar(index) || node(index).data.scalar.style != YAML_PLAIN_SCALAR_STYLE) return false;
    const std::string_view text = scalar(index);
    return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
  }

  std::string file_;
  yaml_document_t document_;
};

void write_metadata(const path& charmcraft, const path& file) {
  Document document(charmcraft);
  std::vector<std::pair<std::string_view, int>> entries;
  for (const std::string_view key : {"name", "summary", "description"}) {
    const int value = document.find(1, key);
    if (value == 0) document.fail("has no " + std::string(key) + ", which Juju needs");
    entries.emplace_back(key, value);
  }
  for (const std::string_view key : {"assumes", "charm-user", "containers", "devices", "extra-bindings", "peers",
                                     "provides", "requires", "resources", "storage", "subordinate", "terms"}) {
    if (const int value = document.find(1, key)) entries.emplace_back(key, value);
  }
  if (const int title = document.find(1, "title")) entries.emplace_back("display-name", title);
  if (const int links = document.find(1, "links")) {
    if (const int contact = document.find(links, "contact"))
      entries.emplace_back("maintainers", document.is_scalar(contact) ? document.add_list(contact) : contact);
    if (const int documentation = document.find(links, "documentation")) entries.emplace_back("docs", documentation);
    for (const std::string_view key : {"issues", "source", "website"}) {
      if (const int link = document.find(links, key)) entries.emplace_back(key, link);
    }
  }
  document.set_root(entries);
  document.write(file);
}

/// Writes the map under a key. Skips an absent or empty map.
void write_section(const path& charmcraft, std::string_view key, const path& file) {
  Document document(charmcraft);
  const int section = document.find(1, key);
  if (section != 0 && !document.is_map(section)) document.fail(std::string(key) + " is not a map");
  if (section == 0 || document.is_empty(section)) return;
  if (exists(file))
    document.fail("move " + std::string(key) + " to " + file.filename().string() + ", or delete that file");
  document.set_root(section);
  document.write(file);
}

}  // namespace

int main(int argc, char* argv[]) try {
  if (argc != 3) throw std::runtime_error("usage: charm_files CHARMCRAFT_YAML DIRECTORY");
  const path charmcraft = argv[1];
  const path directory = argv[2];
  if (!exists(directory / "metadata.yaml")) write_metadata(charmcraft, directory / "metadata.yaml");
  write_section(charmcraft, "config", directory / "config.yaml");
  write_section(charmcraft, "actions", directory / "actions.yaml");
  return EXIT_SUCCESS;
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return EXIT_FAILURE;
}
