// SPDX-License-Identifier: Apache-2.0
// The socket through which the hook tools of a charm's process call the agent.
#pragma once

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <juju/hook_tools/descriptor.hpp>
#include <juju/testing/tool_call.hpp>

namespace juju::testing::detail {

/// Answers the hook tools of one hook in its own thread, while this object exists. It answers one call after the other,
/// as Juju's agent does.
///
/// A tool sends "CONTEXT\0BYTES\0COUNT\0WORD\0...INPUT" with COUNT words, where BYTES counts what follows it, and
/// closes its end. It gets "STATUS BYTES\n", then so many bytes of standard output, then standard error. A STATUS below
/// 0 is a signal that kills it.
class AgentSocket {
 public:
  /// @param answer  returns the answer of a tool. It is called in another thread.
  /// @throws std::system_error  if the machine has no socket or thread left.
  explicit AgentSocket(std::function<ToolAnswer(const ToolCall&)> answer) : answer_(std::move(answer)) {
    static std::atomic<unsigned> count = 0;
    context_ = "juju-testing-" + std::to_string(::getpid()) + "-" + std::to_string(++count);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socklen_t length = sizeof address.sun_family;  // without a name: Linux chooses one that is not in the file system
    const auto generic = reinterpret_cast<sockaddr*>(&address);
    bool is_bound = listening_.is_open() && ::bind(listening_.number(), generic, length) == 0;
    length = sizeof address;
    is_bound = is_bound && ::getsockname(listening_.number(), generic, &length) == 0;
    if (!is_bound || ::listen(listening_.number(), 64) != 0) {
      throw std::system_error(errno, std::generic_category(), "the hook tools' socket");
    }
    name_.assign(&address.sun_path[1], length - offsetof(sockaddr_un, sun_path) - 1);
    thread_ = std::thread([this] { serve(); });
  }
  AgentSocket(const AgentSocket&) = delete;
  AgentSocket& operator=(const AgentSocket&) = delete;
  ~AgentSocket() {
    ::shutdown(listening_.number(), SHUT_RDWR);
    thread_.join();
  }

  /// For JUJU_CONTEXT_ID.
  const std::string& context() const { return context_; }

  /// For JUJU_AGENT_SOCKET_ADDRESS. "@" means the byte 0, as in Juju.
  std::string address() const { return "@" + name_; }

 private:
  using Descriptor = juju::hook_tools::detail::Descriptor;

  void serve() {
    for (;;) {
      Descriptor connection(::accept4(listening_.number(), nullptr, nullptr, SOCK_CLOEXEC));
      if (connection.is_open()) {
        const ToolAnswer answer = answer_to(receive(connection));
        if (!answer.hangs) send(connection, to_text(answer));
        if (answer.hangs) hanging_.push_back(std::move(connection));
      } else if (errno != EINTR && errno != ECONNABORTED) {
        return;
      }
    }
  }

  /// A tool reads its input before it connects, so the request arrives quickly.
  static std::string receive(const Descriptor& connection) {
    const timeval patience{.tv_sec = 10, .tv_usec = 0};
    ::setsockopt(connection.number(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    std::string request;
    std::array<char, 65536> buffer;
    for (;;) {
      const ssize_t count = ::read(connection.number(), buffer.data(), buffer.size());
      if (count <= 0 && errno != EINTR) break;
      if (count > 0) request.append(buffer.data(), static_cast<std::size_t>(count));
      if (count == 0) break;
    }
    return request;
  }

  static void send(const Descriptor& connection, std::string_view text) {
    while (!text.empty()) {
      const ssize_t count = ::send(connection.number(), text.data(), text.size(), MSG_NOSIGNAL);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return;  // the tool was killed
      text.remove_prefix(static_cast<std::size_t>(count));
    }
  }

  static std::string to_text(const ToolAnswer& answer) {
    const int status = answer.signal != 0 ? -answer.signal : answer.exit_status;
    return std::to_string(status) + " " + std::to_string(answer.output.size()) + "\n" + answer.output + answer.errors;
  }

  ToolAnswer answer_to(std::string_view request) {
    const std::string_view context = take_word(request);
    const std::size_t bytes = number(take_word(request));
    const bool is_whole = request.size() == bytes;  // false if the tool was killed
    std::size_t words = number(take_word(request));
    if (context != context_ || !is_whole || words == 0) {
      return {1, "", "ERROR bad request: unknown context \"" + std::string(context) + "\"\n"};
    }
    ToolCall call;
    for (; words > 0; --words) call.words.emplace_back(take_word(request));
    call.input = request;
    return answer_(call);
  }

  static std::size_t number(std::string_view text) {
    std::size_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  }

  static std::string_view take_word(std::string_view& text) {
    const std::string_view word = text.substr(0, text.find('\0'));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    return word;
  }

  std::function<ToolAnswer(const ToolCall&)> answer_;
  std::vector<Descriptor> hanging_;
  std::string context_;
  std::string name_;
  Descriptor listening_{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  std::thread thread_;
};

}  // namespace juju::testing::detail
