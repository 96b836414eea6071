// SPDX-License-Identifier: Apache-2.0
// A small HTTP server and client on the loopback interface.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace interop {

/// A TCP socket on an IP address. The destructor closes it.
class Socket {
 public:
  Socket(const std::string& address, int port) {
    if (address.find(':') == std::string::npos) {
      sockaddr_in v4{};
      v4.sin_family = AF_INET;
      v4.sin_port = htons(static_cast<std::uint16_t>(port));
      ::inet_pton(AF_INET, address.c_str(), &v4.sin_addr);
      set(v4);
    } else {
      sockaddr_in6 v6{};
      v6.sin6_family = AF_INET6;
      v6.sin6_port = htons(static_cast<std::uint16_t>(port));
      ::inet_pton(AF_INET6, address.c_str(), &v6.sin6_addr);
      set(v6);
    }
    descriptor_ = ::socket(name_.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket() { ::close(descriptor_); }

  int descriptor() const { return descriptor_; }

  bool listen() {
    const int yes = 1;
    ::setsockopt(descriptor_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    return ::bind(descriptor_, pointer(), size_) == 0 && ::listen(descriptor_, 64) == 0;
  }
  bool connect() { return ::connect(descriptor_, pointer(), size_) == 0; }

  /// The port on which it listens.
  int port() const {
    sockaddr_in6 bound{};  // the port has the same place in an IPv4 address
    socklen_t size = sizeof bound;
    ::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&bound), &size);
    return ntohs(bound.sin6_port);
  }

 private:
  template <typename Address>
  void set(const Address& address) {
    std::memcpy(&name_, &address, sizeof address);
    size_ = sizeof address;
  }
  const sockaddr* pointer() const { return reinterpret_cast<const sockaddr*>(&name_); }

  sockaddr_storage name_{};
  socklen_t size_ = 0;
  int descriptor_ = -1;
};

/// A port on which nothing listens now.
inline int free_port() {
  Socket socket("127.0.0.1", 0);
  if (!socket.listen()) throw std::system_error(errno, std::generic_category(), "listen");
  return socket.port();
}

inline void send_all(int descriptor, const std::string& text) {
  for (std::size_t sent = 0; sent < text.size();) {
    const ssize_t count = ::send(descriptor, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) return;
    sent += static_cast<std::size_t>(count);
  }
}

/// @returns the body of the answer to a GET on 127.0.0.1; empty if nothing listens there.
inline std::string http_get(int port, const std::string& path) {
  Socket socket("127.0.0.1", port);
  if (!socket.connect()) return {};
  send_all(socket.descriptor(), "GET " + path + " HTTP/1.0\r\nHost: localhost\r\n\r\n");
  std::string answer;
  std::array<char, 4096> part{};
  for (ssize_t count = 0; (count = ::recv(socket.descriptor(), part.data(), part.size(), 0)) > 0;) {
    answer.append(part.data(), static_cast<std::size_t>(count));
  }
  const std::size_t body = answer.find("\r\n\r\n");
  return body == std::string::npos ? std::string() : answer.substr(body + 4);
}

/// Serves one metric under some paths, on one port of several addresses.
class MetricsServer {
 public:
  MetricsServer(const std::vector<std::string>& addresses, std::vector<std::string> paths) : paths_(std::move(paths)) {
    for (int attempt = 0; attempt < 20 && !listen(addresses); ++attempt) sockets_.clear();
    if (sockets_.empty()) throw std::runtime_error("there is no port that is free on each address");
    thread_ = std::thread([this] { serve(); });
  }
  MetricsServer(const MetricsServer&) = delete;
  MetricsServer& operator=(const MetricsServer&) = delete;
  ~MetricsServer() {
    is_stopped_ = true;
    thread_.join();
  }

  int port() const { return port_; }

 private:
  bool listen(const std::vector<std::string>& addresses) {
    port_ = free_port();
    for (const std::string& address : addresses) {
      sockets_.push_back(std::make_unique<Socket>(address, port_));
      if (!sockets_.back()->listen()) return false;
    }
    return true;
  }

  void serve() {
    std::vector<pollfd> polled;
    for (const auto& socket : sockets_) polled.push_back({.fd = socket->descriptor(), .events = POLLIN, .revents = 0});
    while (!is_stopped_) {
      ::poll(polled.data(), polled.size(), 50);
      for (const pollfd& ready : polled) {
        if ((ready.revents & POLLIN) != 0) answer(::accept4(ready.fd, nullptr, nullptr, SOCK_CLOEXEC));
      }
    }
  }

  void answer(int client) const {
    const timeval limit{.tv_sec = 5, .tv_usec = 0};
    ::setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    std::string request;
    std::array<char, 4096> part{};
    while (request.find("\r\n\r\n") == std::string::npos) {
      const ssize_t count = ::recv(client, part.data(), part.size(), 0);
      if (count <= 0) break;
      request.append(part.data(), static_cast<std::size_t>(count));
    }
    const bool is_known = std::any_of(paths_.begin(), paths_.end(), [&](const std::string& path) {
      return request.starts_with("GET " + path + " ");
    });
    send_all(client, is_known ? "HTTP/1.0 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\n\r\nrequests_total 1\n"
                              : "HTTP/1.0 404 Not Found\r\n\r\n");
    ::close(client);
  }

  std::vector<std::string> paths_;
  std::vector<std::unique_ptr<Socket>> sockets_;
  int port_ = 0;
  std::atomic<bool> is_stopped_ = false;
  std::thread thread_;
};

}  // namespace interop
