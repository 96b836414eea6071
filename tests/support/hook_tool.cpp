// SPDX-License-Identifier: Apache-2.0
// Juju's hook tools for tests, all in one program: it does what the tool does under whose name it is called, with
// Juju's rules and Juju's texts, on the file that STAND_IN_JUJU names (see stand_in_juju.hpp, which writes and reads
// it). What a hook writes to data bags and state goes to the file's "written" half, and is "kept" when the hook ends
// well; status and log go to both at once.
#include <unistd.h>
#include <algorithm>
#include <cctype>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace {

using nlohmann::json;

/// The tool says no: this text, and exit status 1.
struct Refusal {
  std::string text;
};

std::string variable(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? "" : text;
}

/// What the tool was called with. Options that are not known are refused, as Juju does.
struct Arguments {
  std::string relation = variable("JUJU_RELATION_ID");
  bool app = false;
  bool file = false;
  std::string level = "INFO";
  std::vector<std::string> rest = {};

  explicit Arguments(std::vector<std::string> words) {
    bool options = true;
    for (std::size_t i = 0; i < words.size(); ++i) {
      const std::string& word = words[i];
      const auto value = [&] { return i + 1 < words.size() ? words[++i] : throw Refusal{"option needs an argument"}; };
      if (!options || word == "-" || !word.starts_with("-")) {
        rest.push_back(word);
      } else if (word == "--") {
        options = false;
      } else if (word == "-r") {
        relation = value();
      } else if (word == "-l") {
        level = value();
      } else if (word == "--file") {
        file = value() == "-";
      } else if (word == "--app" || word == "--application=true") {
        app = true;
      } else if (word != "--format=json") {
        throw Refusal{"option provided but not defined: " + word};
      }
    }
  }

  std::string at(std::size_t place) const { return place < rest.size() ? rest[place] : ""; }
};

/// The file, while a tool works on it.
class Juju {
 public:
  explicit Juju(std::filesystem::path file) : file_(std::move(file)) { document_ = json::parse(std::ifstream(file_)); }

  /// Written whole and then renamed, since other tools may read meanwhile.
  void save() const {
    const std::filesystem::path next = file_.string() + ".next";
    std::ofstream(next) << document_;
    std::filesystem::rename(next, file_);
  }

  json& document() { return document_; }
  json& state() { return document_["written"]; }
  std::string unit() { return state()["unit_name"].get<std::string>(); }
  std::string application() { return unit().substr(0, unit().find('/')); }
  bool leads() { return state()["leader"].get<bool>(); }

  /// Does something that acts at once.
  template <typename Act>
  void at_once(Act act) {
    for (const char* half : {"kept", "written"}) act(document_[half]);
  }

  bool is_peer(const json& relation) {
    const json& peers = document_["peers"];
    return std::find(peers.begin(), peers.end(), relation["endpoint"]) != peers.end();
  }

  /// "tracing:3", which must be one relation.
  json& relation(const std::string& name) {
    if (name.empty()) throw Refusal{"no relation id specified"};
    const std::string number = name.substr(name.rfind(':') + 1);
    const std::string invalid = "invalid value \"" + name + "\" for option -r: ";
    if (number.empty() || number.find_first_not_of("0123456789") != std::string::npos) {
      throw Refusal{invalid + "invalid relation id"};
    }
    for (json& relation : state()["relations"]) {
      const auto endpoint = relation["endpoint"].get<std::string>();
      if (relation["id"] != std::stoi(number)) continue;
      if (name == number || name == endpoint + ":" + number) return relation;
    }
    throw Refusal{invalid + "relation not found"};
  }

 private:
  std::filesystem::path file_;
  json document_;
};

bool is_unit_name(const std::string& name) {
  const std::size_t slash = name.find('/');
  return slash != 0 && slash != std::string::npos && slash + 1 < name.size() &&
         name.find_first_not_of("0123456789", slash + 1) == std::string::npos;
}

json& bag_of_application(Juju& juju, json& relation, const std::string& application) {
  const bool is_own = application == juju.application();
  if (is_own && !juju.leads() && !juju.is_peer(relation)) throw Refusal{"permission denied"};
  if (!is_own && relation["remote_application"] != application) throw Refusal{"permission denied"};
  return relation[is_own ? "local_application_data" : "remote_application_data"];
}

json& bag_of(Juju& juju, json& relation, const std::string& entity, bool app) {
  if (entity.empty()) throw Refusal{"no unit or application specified"};
  if (app) return bag_of_application(juju, relation, entity.substr(0, entity.find('/')));
  if (!is_unit_name(entity)) {
    const bool is_application = std::isalpha(static_cast<unsigned char>(entity.front())) != 0 &&
                                entity.find_first_of("/ ") == std::string::npos;
    throw Refusal{is_application ? "expected unit name, got application name \"" + entity + "\""
                                 : "invalid unit name \"" + entity + "\""};
  }
  if (entity == juju.unit()) return relation["local_unit_data"];
  for (const char* units : {"remote_units", "departed_units"}) {
    if (relation[units].contains(entity)) return relation[units][entity];
  }
  throw Refusal{"cannot read settings for unit \"" + entity + "\": settings not found"};
}

void put(json& bag, const json& texts) {
  for (const auto& [key, text] : texts.items()) {
    if (!text.is_string()) throw Refusal{"cannot unmarshal into string"};
    if (text == "") {
      bag.erase(key);
    } else {
      bag[key] = text;
    }
  }
}

/// What `--file -` and KEY=VALUE say together; the latter stands.
json texts_of(const Arguments& arguments) {
  json texts = json::object();
  if (arguments.file) {
    texts = json::parse(std::string(std::istreambuf_iterator<char>(std::cin), {}), nullptr, false);
    if (!texts.is_object()) throw Refusal{"yaml: cannot unmarshal"};
  }
  for (const std::string& pair : arguments.rest) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string::npos) throw Refusal{"expected \"key=value\", got \"" + pair + "\""};
    texts[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  return texts;
}

json relation_ids(Juju& juju, const Arguments& arguments) {
  std::set<std::string> names;  // sorted as text, as Juju does
  for (const json& relation : juju.state()["relations"]) {
    if (relation["endpoint"] != arguments.at(0)) continue;
    names.insert(arguments.at(0) + ":" + relation["id"].dump());
  }
  return names;
}

json relation_list(Juju& juju, const Arguments& arguments) {
  const json& relation = juju.relation(arguments.relation);
  if (arguments.app && juju.is_peer(relation)) return juju.application();
  if (arguments.app) return relation["remote_application"];
  std::set<std::string> units;
  for (const auto& [unit, bag] : relation["remote_units"].items()) units.insert(unit);
  return units;
}

json relation_get(Juju& juju, const Arguments& arguments) {
  const std::string entity = arguments.rest.size() > 1 ? arguments.at(1) : variable("JUJU_REMOTE_UNIT");
  const json& bag = bag_of(juju, juju.relation(arguments.relation), entity, arguments.app);
  const std::string key = arguments.at(0);
  return key.empty() || key == "-" ? bag : bag.value(key, json());
}

void relation_set(Juju& juju, const Arguments& arguments) {
  json& relation = juju.relation(arguments.relation);
  if (arguments.app && !juju.leads()) throw Refusal{"cannot write relation settings"};
  put(relation[arguments.app ? "local_application_data" : "local_unit_data"], texts_of(arguments));
}

json network_get(Juju& juju, const Arguments& arguments) {
  const json& relation = juju.relation(arguments.relation);
  const json& place = relation["address"] == "" ? juju.state() : relation;
  const auto address = place["address"].get<std::string>();
  if (address.empty()) throw Refusal{"no network config found for binding \"" + arguments.at(0) + "\""};
  json network = json::parse(R"({"bind-addresses": [{"interface-name": "eth0", "addresses": [{"hostname": ""}]}],
    "egress-subnets": ["192.0.2.99/32"], "ingress-addresses": ["192.0.2.99"]})");  // a service's, before the unit
  network["bind-addresses"][0]["addresses"][0]["value"] = address;
  return network;
}

void status_set(Juju& juju, const Arguments& arguments) {
  static const std::set<std::string> known = {"active", "blocked", "maintenance", "waiting"};
  if (!known.contains(arguments.at(0))) throw Refusal{"invalid status \"" + arguments.at(0) + "\""};
  if (arguments.app && !juju.leads()) throw Refusal{"this unit is not the leader"};
  juju.at_once([&](json& state) {
    state[arguments.app ? "application_status" : "unit_status"] = {{"name", arguments.at(0)},
                                                                   {"message", arguments.at(1)}};
  });
}

void juju_log(Juju& juju, const Arguments& arguments) {
  juju.at_once([&](json& state) {
    state["log"].push_back({{"level", arguments.level}, {"message", arguments.at(0)}});
  });
}

void state_set(Juju& juju, const Arguments& arguments) {
  const json texts = texts_of(arguments);
  for (const auto& [key, text] : texts.items()) {
    if (text.get_ref<const std::string&>().size() > 65536 || key.size() > 256) {
      throw Refusal{"cannot add state for \"" + key + "\": max allowed size exceeded"};
    }
    juju.state()["state"][key] = text;
  }
}

void state_delete(Juju& juju, const Arguments& arguments) { juju.state()["state"].erase(arguments.at(0)); }

/// Ports act when the hook has ended well, and `opened-ports` shows no change of this hook.
json opened_ports(Juju& juju, const Arguments&) { return juju.document()["kept"]["opened_ports"]; }

void open_port(Juju& juju, const Arguments& arguments) {
  json& ports = juju.state()["opened_ports"];
  if (std::find(ports.begin(), ports.end(), arguments.at(0)) == ports.end()) ports.push_back(arguments.at(0));
}

void close_port(Juju& juju, const Arguments& arguments) {
  json& ports = juju.state()["opened_ports"];
  ports.erase(std::remove(ports.begin(), ports.end(), arguments.at(0)), ports.end());
}

void application_version_set(Juju& juju, const Arguments& arguments) {
  juju.at_once([&](json& state) { state["workload_version"] = arguments.at(0); });
}

/// The action's tools fail in a hook.
json& action(json& state) {
  if (!variable("JUJU_DISPATCH_PATH").starts_with("actions/")) throw Refusal{"not running an action"};
  return state["action"];
}

void action_set(Juju& juju, const Arguments& arguments) {
  const json texts = texts_of(arguments);
  for (const auto& [key, text] : texts.items()) {
    for (const char* reserved : {"stdout", "stdout-encoding", "stderr", "stderr-encoding"}) {
      if (key == reserved) throw Refusal{"cannot set reserved action key \"" + key + "\""};
    }
  }
  juju.at_once([&](json& state) { action(state)["results"].update(texts); });
}

void action_fail(Juju& juju, const Arguments& arguments) {
  juju.at_once([&](json& state) { action(state)["failure"] = arguments.at(0); });
}

void action_log(Juju& juju, const Arguments& arguments) {
  juju.at_once([&](json& state) { action(state)["log"].push_back(arguments.at(0)); });
}

/// Does what the tool does, and gives what it prints.
std::string run(const std::string& tool, const Arguments& arguments, Juju& juju) {
  static const std::map<std::string, json (*)(Juju&, const Arguments&)> readers = {
      {"relation-ids", relation_ids},
      {"relation-list", relation_list},
      {"relation-get", relation_get},
      {"network-get", network_get},
      {"opened-ports", opened_ports},
      {"action-get", [](Juju& at, const Arguments&) { return action(at.state())["parameters"]; }},
      {"is-leader", [](Juju& at, const Arguments&) { return json(at.leads()); }},
      {"config-get", [](Juju& at, const Arguments&) { return at.state()["config"]; }},
      {"state-get", [](Juju& at, const Arguments&) { return at.state()["state"]; }}};
  static const std::map<std::string, void (*)(Juju&, const Arguments&)> writers = {
      {"relation-set", relation_set}, {"status-set", status_set},
      {"juju-log", juju_log},         {"state-set", state_set},
      {"state-delete", state_delete}, {"open-port", open_port},
      {"close-port", close_port},     {"application-version-set", application_version_set},
      {"action-set", action_set},     {"action-fail", action_fail},
      {"action-log", action_log}};
  if (const auto reader = readers.find(tool); reader != readers.end()) {
    return reader->second(juju, arguments).dump() + "\n";
  }
  writers.at(tool)(juju, arguments);
  juju.save();
  return "";
}

/// Fails as the test says (see StandInJuju::fail_call): "works" first does what the tool does, "reads" takes standard
/// input, "cut" prints half, "output" something else; then it hangs, dies of a signal or exits.
int fail(const json& fault, const std::string& tool, const Arguments& arguments, Juju& juju) {
  std::string output = fault.value("works", false) ? run(tool, arguments, juju) : "";
  if (fault.value("reads", false) && arguments.file) std::cin.ignore(std::numeric_limits<std::streamsize>::max());
  if (fault.value("cut", false)) output.resize(output.size() / 2);
  std::cout << fault.value("output", output) << std::flush;
  std::cerr << fault.value("errors", "");
  if (fault.value("hangs", false)) ::sleep(100);
  if (const int signal = fault.value("signal", 0); signal != 0) std::raise(signal);
  return fault.value("exit", 0);
}

/// Whether this is the call that is to fail. Equal command lines are told apart by their number.
bool is_to_fail(const json& fault, const std::string& line, const std::filesystem::path& calls) {
  if (!fault.is_object() || fault["line"] != line) return false;
  std::ifstream file(calls);
  int number = 0;
  for (std::string call; std::getline(file, call);) number += call == line ? 1 : 0;
  return fault["number"] == number;
}

}  // namespace

int main(int argc, char* argv[]) {
  const std::string tool = std::filesystem::path(argv[0]).filename().string();
  const std::filesystem::path file = variable("STAND_IN_JUJU");
  const std::vector<std::string> words(argv + 1, argv + argc);
  std::string line = tool;
  for (const std::string& word : words) line += " " + word;
  const std::filesystem::path calls = file.parent_path() / "calls";
  std::ofstream(calls, std::ios::app) << line + "\n";
  try {
    Juju juju(file);
    const json& fault = juju.document()["fault"];
    if (is_to_fail(fault, line, calls)) return fail(fault, tool, Arguments(words), juju);
    for (const auto& [beginning, text] : juju.document()["failures"].items()) {
      if (line.starts_with(beginning)) throw Refusal{text.get<std::string>()};
    }
    std::cout << run(tool, Arguments(words), juju);
    return 0;
  } catch (const Refusal& refusal) {
    std::cerr << "ERROR " << refusal.text << "\n";
    return 1;
  }
}
