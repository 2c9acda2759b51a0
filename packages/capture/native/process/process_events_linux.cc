// SPDX-License-Identifier: MIT
#include "process/process_events_linux.h"

#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <optional>

namespace pyspy {
namespace {

// Some ten thousand events.
constexpr int kBufferBytes = 4 << 20;
// Of some 0.5 microseconds each.
constexpr int kMostAtOnce = 2000;

// proc_event::what, which older and newer headers declare in different scopes.
constexpr uint32_t kFork = 1;
constexpr uint32_t kExec = 2;
constexpr uint32_t kExit = 0x80000000;

// "Tell me from now on", connector.h and cn_proc.h.
bool subscribe(int socket) {
  alignas(nlmsghdr) char message[NLMSG_HDRLEN + sizeof(cn_msg) + sizeof(uint32_t)] = {};
  nlmsghdr head{};
  head.nlmsg_len = sizeof message;
  head.nlmsg_type = NLMSG_DONE;
  std::memcpy(message, &head, sizeof head);
  cn_msg body{};
  body.id = {CN_IDX_PROC, CN_VAL_PROC};
  body.len = sizeof(uint32_t);
  std::memcpy(message + NLMSG_HDRLEN, &body, sizeof body);
  const uint32_t what = PROC_CN_MCAST_LISTEN;
  std::memcpy(message + NLMSG_HDRLEN + sizeof body, &what, sizeof what);
  return ::send(socket, message, sizeof message, 0) == sizeof message;
}

std::optional<ProcessEvent> event_of(const proc_event& told) {
  ProcessEvent event;
  event.time_nanos = told.timestamp_ns;
  // Threads have events too: of those only the first is the process.
  switch (static_cast<uint32_t>(told.what)) {
    case kFork: {
      const auto& fork = told.event_data.fork;
      if (fork.child_pid != fork.child_tgid) return std::nullopt;
      event.pid = fork.child_pid;
      event.parent_pid = fork.parent_tgid;
      return event;
    }
    case kExec:
      event.kind = ProcessEvent::Kind::kExecuted;
      event.pid = told.event_data.exec.process_tgid;
      return event;
    case kExit: {
      const auto& exit = told.event_data.exit;
      if (exit.process_pid != exit.process_tgid) return std::nullopt;
      event.kind = ProcessEvent::Kind::kEnded;
      event.pid = exit.process_pid;
      event.wait_status = static_cast<int>(exit.exit_code);
      return event;
    }
    default:
      return std::nullopt;
  }
}

}  // namespace

ProcessEvents::ProcessEvents()
    : socket_(::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_CONNECTOR)) {
  if (!socket_) return;
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = CN_IDX_PROC;
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUFFORCE, &kBufferBytes, sizeof kBufferBytes);
  const auto* at = reinterpret_cast<const sockaddr*>(&address);
  if (::bind(socket_.get(), at, sizeof address) != 0 || !subscribe(socket_.get())) {
    socket_.reset();
  }
}

std::vector<ProcessEvent> ProcessEvents::read() {
  std::vector<ProcessEvent> events;
  for (int i = 0; i < kMostAtOnce && socket_; ++i) {
    alignas(nlmsghdr) char message[1024];
    sockaddr_nl sender{};
    socklen_t sender_size = sizeof sender;
    const ssize_t got = ::recvfrom(socket_.get(), message, sizeof message, 0,
                                   reinterpret_cast<sockaddr*>(&sender), &sender_size);
    // ENOBUFS: some were lost; those that are left follow.
    if (got < 0 && (errno == ENOBUFS || errno == EINTR)) continue;
    if (got < 0) break;
    constexpr size_t kHead = NLMSG_HDRLEN + sizeof(cn_msg);
    constexpr size_t kLeast = kHead + offsetof(proc_event, event_data);
    if (sender.nl_pid != 0 || static_cast<size_t>(got) < kLeast) continue;  // 0: the kernel
    proc_event told{};
    std::memcpy(&told, message + kHead, std::min(sizeof told, static_cast<size_t>(got) - kHead));
    if (const auto event = event_of(told)) events.push_back(*event);
  }
  return events;
}

}  // namespace pyspy
