// SPDX-License-Identifier: Apache-2.0
// A hook tool of the test kit: sends its command line and standard input to the agent, and prints the agent's answer.
// The links to this program have the names of the tools. It is small, because a hook starts many. See
// juju/testing/agent_socket.hpp.
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

namespace {

std::string read_all(int from) {
  std::string text;
  static char buffer[65536];
  for (ssize_t count = 0; (count = ::read(from, buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(count));
  }
  return text;
}

void write_all(int to, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(to, text.data(), text.size());
    if (count <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

/// @param address  a path, or "@" and a name that is not in the file system.
int connect_to(const std::string& address) {
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  if (address.empty() || address.size() >= sizeof to.sun_path) return -1;
  address.copy(to.sun_path, address.size());
  if (address.front() == '@') to.sun_path[0] = '\0';
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address.size());
  const int agent = ::socket(AF_UNIX, SOCK_STREAM, 0);
  return ::connect(agent, reinterpret_cast<const sockaddr*>(&to), length) == 0 ? agent : -1;
}

std::string variable(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? "" : text;
}

}  // namespace

int main(int argc, char* argv[]) {
  std::string request = std::to_string(argc) + '\0';
  std::string input;  // a file, or "-" for standard input
  bool is_option = true;
  for (int i = 0; i < argc; ++i) {
    const std::string_view word = i == 0 ? std::string_view(::basename(argv[0])) : std::string_view(argv[i]);
    if (word == "--") is_option = false;
    if (is_option && word.substr(0, 7) == "--file=") input = word.substr(7);
    if (is_option && word == "--file" && i + 1 < argc) input = argv[i + 1];
    request.append(word).push_back('\0');
  }
  if (!input.empty()) {
    const int from = input == "-" ? STDIN_FILENO : ::open(input.c_str(), O_RDONLY | O_CLOEXEC);
    if (from < 0) {
      write_all(STDERR_FILENO, "ERROR open " + input + ": " + std::strerror(errno) + "\n");
      return 1;
    }
    request += read_all(from);
  }
  request = variable("JUJU_CONTEXT_ID") + '\0' + std::to_string(request.size()) + '\0' + request;
  const int agent = connect_to(variable("JUJU_AGENT_SOCKET_ADDRESS"));
  if (agent < 0) {
    write_all(STDERR_FILENO, "ERROR no agent answers: hook tools work in hooks only\n");
    return 1;
  }
  write_all(agent, request);
  ::shutdown(agent, SHUT_WR);
  const std::string answer = read_all(agent);
  char* rest = nullptr;
  const long status = std::strtol(answer.c_str(), &rest, 10);
  const std::size_t bytes = std::strtoul(rest, &rest, 10);
  if (*rest != '\n') {
    write_all(STDERR_FILENO, "ERROR the agent gave no answer\n");
    return 1;
  }
  const std::string_view printed = std::string_view(answer).substr(static_cast<std::size_t>(rest - answer.c_str()) + 1);
  write_all(STDOUT_FILENO, printed.substr(0, bytes));
  write_all(STDERR_FILENO, printed.substr(std::min(bytes, printed.size())));
  if (status < 0) std::raise(static_cast<int>(-status));
  return static_cast<int>(status);
}
