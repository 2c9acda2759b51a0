// SPDX-License-Identifier: MIT
//
// For tests only.
#pragma once

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/file.h"

namespace pyspy {

// Memory that a child shares with the test, at the same address.
template <typename T>
class Shared {
 public:
  Shared() {
    void* at =
        ::mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED) std::abort();
    value_ = new (at) T();
  }
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;
  ~Shared() { ::munmap(value_, sizeof(T)); }
  T* operator->() const { return value_; }
  T& operator*() const { return *value_; }

 private:
  T* value_;
};

// Waits, for a limited time, until a condition holds.
inline bool wait_until(const std::function<bool()>& holds,
                       uint64_t limit_nanos = 20 * kNanosPerSecond) {
  const uint64_t end = monotonic_nanos() + limit_nanos;
  while (!holds()) {
    if (monotonic_nanos() > end) return false;
    const timespec pause = {0, 200'000};
    ::nanosleep(&pause, nullptr);
  }
  return true;
}

// A child that runs a function, and is killed with the test.
class ChildProcess {
 public:
  explicit ChildProcess(const std::function<void()>& body) : pid_(::fork()) {
    if (pid_ != 0) return;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    body();
    ::_exit(0);
  }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess() {
    if (reaped_) return;
    ::kill(pid_, SIGKILL);
    wait();
  }

  pid_t pid() const { return pid_; }

  // Its wait status, as soon as it has ended; -1 where that takes too long, or somebody else has
  // asked.
  int wait() {
    int status = 0;
    pid_t answer = 0;
    reaped_ = wait_until([&] { return (answer = ::waitpid(pid_, &status, WNOHANG)) != 0; });
    return answer == pid_ ? status : -1;
  }

 private:
  pid_t pid_;
  bool reaped_ = false;
};

// The value of a line such as "TracerPid:\t0" of /proc/TID/status; -1 where there is none.
inline int64_t status_number(pid_t tid, const std::string& key) {
  const std::string text =
      "\n" + read_whole_file(("/proc/" + std::to_string(tid) + "/status").c_str());
  const size_t at = text.find("\n" + key + ":\t");
  if (at == std::string::npos) return -1;
  return static_cast<int64_t>(parse_number(std::string_view(text).substr(at + key.size() + 3)));
}

}  // namespace pyspy
