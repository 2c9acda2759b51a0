// SPDX-License-Identifier: MIT
//
// For tests only.
#pragma once

#include <gtest/gtest.h>
#include <sys/syscall.h>

#include <atomic>
#include <thread>

#include "process/child_process.h"
#include "process/thread_stopper_linux.h"

namespace pyspy {

// What a child that is stopped does, as the test sees it.
struct Busy {
  std::atomic<uint64_t> rounds{0};  // of the main thread
  std::atomic<uint64_t> worker_rounds{0};
  std::atomic<pid_t> worker{0};
  std::atomic<int> signals{0};
  std::atomic<int> out_of_order{0};
  std::atomic<bool> end{false};
};
inline Busy* busy = nullptr;  // for signal handlers

inline void spin(std::atomic<uint64_t>& rounds) {
  while (!busy->end) rounds.fetch_add(1, std::memory_order_relaxed);
}

// Tests that stop threads of a child that is busy.
class Stopping : public testing::Test {
 protected:
  Shared<Busy> shared_;

  void SetUp() override { busy = &*shared_; }

  // A child of which the main thread spins, and another thread too if asked for.
  static void run_busy_child(bool with_worker) {
    std::thread worker;
    if (with_worker) {
      worker = std::thread([] {
        busy->worker = static_cast<pid_t>(::syscall(SYS_gettid));
        spin(busy->worker_rounds);
      });
    }
    spin(busy->rounds);
    if (worker.joinable()) worker.join();
  }

  // Stops a thread, however busy the machine is.
  static bool stop(ThreadStopper& stopper, pid_t tid) {
    return wait_until([&] {
      const ThreadStopper::Outcome outcome = stopper.stop(tid);
      stopper.release_late(monotonic_nanos() + kNanosPerSecond);
      return outcome == ThreadStopper::Outcome::kStopped;
    });
  }

  bool runs_on() {
    const uint64_t before = shared_->rounds;
    return wait_until([&] { return shared_->rounds > before; });
  }
};

}  // namespace pyspy
