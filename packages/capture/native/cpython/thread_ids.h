// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <span>
#include <unordered_map>
#include <vector>

#include "cpython/layout.h"
#include "cpython/thread_lists.h"
#include "process/remote_memory.h"

namespace pyspy {

// Finds the kernel id of each Python thread, as the agent sees it.
//
// From 3.11 on PyThreadState has it, as a number of the thread's own pid namespace. Before, it has
// only pthread_self(), which is the address of the C library's struct pthread; that structure
// holds the kernel id at an offset that depends on the library. The offset is found, without a
// stop, as the one at which all threads have the id of a thread that exists.
class ThreadIds {
 public:
  ThreadIds(pid_t pid, RemoteMemory& memory, const Layout& layout)
      : pid_(pid), memory_(memory), layout_(layout) {}

  struct Ids {
    pid_t tid = 0;               // as the agent sees it; 0: not known
    uint64_t namespace_tid = 0;  // as the thread itself sees it; 0: not known
    uint64_t python_id = 0;      // threading.get_ident()
  };

  // One entry a thread, in the same order.
  std::vector<Ids> read(std::span<const ThreadAddress> threads);

  // True while a thread state holds these ids. Until a new thread runs, its state holds 0 (3.12+),
  // or the ids of the thread that started it; then it is given its own, one after the other.
  bool still_has(Address tstate, uint64_t python_id, uint64_t namespace_tid) const;
  // Where a thread's kernel id stands, as four bytes, from which Ids::namespace_tid was read; 0
  // where it is not known.
  Address native_id_address(Address tstate, uint64_t python_id) const {
    if (has_native_ids()) return tstate + static_cast<Address>(layout_.tstate_native_thread_id);
    if (pthread_offset_ == Layout::kAbsent) return 0;
    return python_id + static_cast<Address>(pthread_offset_);
  }
  // PyThreadState holds a kernel id.
  bool has_native_ids() const { return layout_.tstate_native_thread_id != Layout::kAbsent; }

 private:
  void find_pthread_offset(std::span<const Ids> threads);

  pid_t pid_;
  RemoteMemory& memory_;
  const Layout& layout_;
  int32_t pthread_offset_ = Layout::kAbsent;
  std::unordered_map<uint64_t, pid_t> by_namespace_tid_;
};

}  // namespace pyspy
