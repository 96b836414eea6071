// SPDX-License-Identifier: Apache-2.0
// A hook tool of the stand-in: takes its arguments and standard input to the agent, and does what the agent answers.
// Links to it bear the tools' names. Small, since a hook starts many.
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

namespace {

std::string read_all(int from) {
  std::string text;
  std::array<char, 65536> buffer{};
  for (ssize_t count = 0; (count = ::read(from, buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(count));
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

int connect_to_agent() {
  const char* path = std::getenv("JUJU_AGENT_SOCKET_ADDRESS");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path == nullptr || std::strlen(path) >= sizeof address.sun_path) return -1;
  std::strcpy(static_cast<char*>(address.sun_path), path);
  const int agent = ::socket(AF_UNIX, SOCK_STREAM, 0);
  if (::connect(agent, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return -1;
  return agent;
}

}  // namespace

/// Sends "CONTEXT\0COUNT\0ARGUMENT\0...STDIN"; is answered "STATUS BYTES\n", so many bytes of output, and errors.
int main(int argc, char* argv[]) {
  std::signal(SIGPIPE, SIG_IGN);
  const char* context = std::getenv("JUJU_CONTEXT_ID");
  const int agent = connect_to_agent();
  if (agent < 0 || context == nullptr) {
    write_all(STDERR_FILENO, "ERROR JUJU_CONTEXT_ID not set\n");
    return 1;
  }
  std::string request = std::string(context) + '\0' + std::to_string(argc) + '\0';
  bool takes_input = false;
  for (int i = 0; i < argc; ++i) {
    const std::string_view argument = i == 0 ? std::string_view(::basename(argv[0])) : argv[i];
    takes_input |= argument.starts_with("--file");
    request.append(argument).push_back('\0');
  }
  if (takes_input) request += read_all(STDIN_FILENO);
  write_all(agent, request);
  ::shutdown(agent, SHUT_WR);
  const std::string answer = read_all(agent);
  char* rest = nullptr;
  const long status = std::strtol(answer.c_str(), &rest, 10);
  const std::size_t bytes = std::strtoul(rest, &rest, 10);
  const std::string_view printed = std::string_view(answer).substr(static_cast<std::size_t>(rest - answer.c_str()) + 1);
  write_all(STDOUT_FILENO, printed.substr(0, bytes));
  write_all(STDERR_FILENO, printed.substr(bytes));
  return static_cast<int>(status);
}
