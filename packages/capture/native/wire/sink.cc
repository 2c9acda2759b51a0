// SPDX-License-Identifier: MIT
#include "wire/sink.h"

#include <poll.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>

#include "wire/output_file.h"

namespace pyspy {
namespace {

// What poll(2) promises of a pipe that may be written.
constexpr size_t kWholeBytes = PIPE_BUF;
constexpr int kWaitMillis = 10;

// A capture begins with a record (0A, length) that holds a header (0A, length) whose first field
// is "pspy" (0A 04 "pspy"). Lengths take one or two bytes.
bool looks_like_capture(int fd) {
  char start[16] = {};
  const ssize_t got = ::pread(fd, start, sizeof start, 0);
  return got > 0 && start[0] == '\n' &&
         ::memmem(start, static_cast<size_t>(got), "\n\x04pspy", 6) != nullptr;
}

Error output_error(const std::string& name, const char* what, int error) {
  return {ErrorCode::kOutput, name + ": " + what + ": " + std::strerror(error)};
}

}  // namespace

Result<Sink> Sink::create_file(const std::string& path, bool force, std::optional<uid_t> user) {
  Result<UniqueFd> opened = open_output_file(path, user);
  if (!opened) return opened.error();
  UniqueFd fd = std::move(*opened);
  struct stat found {};
  if (::fstat(fd.get(), &found) == 0 && S_ISREG(found.st_mode) && found.st_size > 0) {
    if (!force && !looks_like_capture(fd.get())) {
      return Error{ErrorCode::kOutput,
                   path + " exists and is not a capture; --force would replace it"};
    }
  }
  if (S_ISREG(found.st_mode) && ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    return Error{ErrorCode::kOutput,
                 path + " is being written by another pyspy-capture; give another name"};
  }
  Sink sink(std::move(fd), path);
  sink.replaces_ = S_ISREG(found.st_mode) && found.st_size > 0;
  return sink;
}

Sink Sink::standard_output() { return Sink(UniqueFd(::dup(STDOUT_FILENO)), "standard output"); }

Sink Sink::to_function(Take take) {
  Sink sink(UniqueFd(), "the stream");
  sink.take_ = std::move(take);
  return sink;
}

void Sink::give_to(uid_t uid, gid_t gid) {
  struct stat found {};
  // Of a file with other names somebody else may have made this one.
  const bool is_file =
      ::fstat(fd_.get(), &found) == 0 && S_ISREG(found.st_mode) && found.st_nlink == 1;
  // Where the file system knows no owners it is nobody's loss.
  if (is_file && ::fchown(fd_.get(), uid, gid) != 0) return;
}

// Until there is room for kWholeBytes, or the reader has gone; false where it is not waited for any
// longer. What is no pipe always has room.
bool Sink::wait_for_reader() const {
  pollfd ready = {fd_.get(), POLLOUT, 0};
  while (::poll(&ready, 1, kWaitMillis) <= 0) {
    if (goes_on_ && !goes_on_()) return false;
  }
  return true;
}

Status Sink::write(std::span<const uint8_t> bytes) {
  if (failure_) return *failure_;
  if (take_) {
    written_ += bytes.size();
    if (!take_(bytes, goes_on_)) failure_ = Error{ErrorCode::kOutput, name_ + ": nobody reads it"};
    return failure_ ? Status(*failure_) : Nothing{};
  }
  if (replaces_ && ::ftruncate(fd_.get(), 0) != 0) {
    failure_ = output_error(name_, "cannot be replaced", errno);
    return *failure_;
  }
  replaces_ = false;
  struct stat kind {};
  ::fstat(fd_.get(), &kind);
  const bool has_reader = S_ISFIFO(kind.st_mode) || S_ISSOCK(kind.st_mode);
  while (!bytes.empty()) {
    if (has_reader && !wait_for_reader()) {
      failure_ = Error{ErrorCode::kOutput, name_ + ": nobody reads it"};
      return *failure_;
    }
    // With room for it a write does not block, and what has to be done meanwhile can be done.
    const size_t size = has_reader ? std::min(bytes.size(), kWholeBytes) : bytes.size();
    const ssize_t wrote = S_ISSOCK(kind.st_mode)
                              ? ::send(fd_.get(), bytes.data(), size, MSG_DONTWAIT | MSG_NOSIGNAL)
                              : ::write(fd_.get(), bytes.data(), size);
    if (wrote < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (wrote < 0) {
      failure_ = output_error(name_, "cannot be written", errno);
      return *failure_;
    }
    written_ += static_cast<uint64_t>(wrote);
    bytes = bytes.subspan(static_cast<size_t>(wrote));
  }
  return Nothing{};
}

}  // namespace pyspy
