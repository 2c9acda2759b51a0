// SPDX-License-Identifier: MIT
#include "cpython/thread_lists.h"

namespace pyspy {
namespace {

constexpr size_t kMaxInterpreters = 4096;
constexpr size_t kMaxThreads = 65536;
// sem_t, or a mutex and a condition variable: what a PyThread_type_lock points to.
constexpr uint32_t kLockSize = 104;

// Which GIL the threads of an interpreter take.
bool read_gil(const Runtime& runtime, RemoteMemory& memory, InterpreterAddress& interpreter) {
  const Layout& layout = runtime.layout;
  if (layout.interp_ceval_gil == Layout::kAbsent) {
    interpreter.gil = runtime.gil;
    interpreter.gil_waits = runtime.gil_waits;
    interpreter.gil_waits_size = runtime.gil_waits_size;
    if (runtime.gil_lock_pointer != 0 &&
        memory.read_value(runtime.gil_lock_pointer, interpreter.gil_waits)) {
      interpreter.gil_waits_size = kLockSize;
    }
    return true;
  }
  if (!memory.read_value(interpreter.interp + layout.interp_ceval_gil, interpreter.gil))
    return false;
  if (layout.gil_enabled != Layout::kAbsent) {
    // Free-threaded: there is one, which is not used unless it was asked for.
    int32_t enabled = 0;
    if (!memory.read_value(interpreter.gil + layout.gil_enabled, enabled)) return false;
    if (enabled == 0) interpreter.gil = 0;
  }
  interpreter.gil_waits = interpreter.gil;
  interpreter.gil_waits_size = static_cast<uint32_t>(layout.gil_size);
  return true;
}

bool read_interpreter(const Runtime& runtime, RemoteMemory& memory, Address interp,
                      RuntimeThreads& found) {
  const Layout& layout = runtime.layout;
  InterpreterAddress& interpreter = found.interpreters.emplace_back();
  interpreter.interp = interp;
  interpreter.collecting = layout.interp_gc_collecting == Layout::kAbsent
                               ? runtime.gc_collecting
                               : interp + layout.interp_gc_collecting;
  Address head = 0;
  Address main = 0;
  if (!memory.read_value(interp + layout.interp_threads_head, head) ||
      !read_gil(runtime, memory, interpreter)) {
    return false;
  }
  if (layout.interp_id != Layout::kAbsent &&
      !memory.read_value(interp + layout.interp_id, interpreter.id)) {
    return false;
  }
  // From 3.14 on each interpreter has one; that of the process is in the first interpreter.
  if (layout.interp_threads_main != Layout::kAbsent && interpreter.id == 0) {
    memory.read_value(interp + layout.interp_threads_main, main);
  }
  const size_t first = found.threads.size();
  for (Address tstate = head; tstate != 0;) {
    Address owner = 0;
    Address next = 0;
    if (!memory.read_value(tstate + layout.tstate_interp, owner) || owner != interp ||
        !memory.read_value(tstate + layout.tstate_next, next)) {
      return false;
    }
    if (found.threads.size() >= kMaxThreads) return false;
    found.threads.push_back({tstate, interp, tstate == main});
    tstate = next;
  }
  // Before 3.14 the main thread is the oldest of the main interpreter: the last of its list.
  if (main == 0 && interpreter.id == 0 && found.threads.size() > first) {
    found.threads.back().main = true;
  }
  return true;
}

// Before 3.7 interpreters have no ids. They are given those that they would have there: the oldest,
// which comes last, is 0.
void number_interpreters(RuntimeThreads& found) {
  auto id = static_cast<int64_t>(found.interpreters.size());
  for (InterpreterAddress& interpreter : found.interpreters) interpreter.id = --id;
  for (ThreadAddress& thread : found.threads) thread.main = false;
  if (!found.threads.empty()) found.threads.back().main = true;
}

}  // namespace

Result<RuntimeThreads> read_threads(const Runtime& runtime, RemoteMemory& memory) {
  RuntimeThreads found;
  Address interp = 0;
  if (!memory.read_value(runtime.interpreters_head, interp)) {
    return Error{ErrorCode::kNotReady, "its interpreter cannot be read any more"};
  }
  while (interp != 0 && found.interpreters.size() < kMaxInterpreters) {
    Address next = 0;
    if (!read_interpreter(runtime, memory, interp, found) ||
        !memory.read_value(interp + runtime.layout.interp_next, next)) {
      return Error{ErrorCode::kNotReady, "its thread list does not add up"};
    }
    interp = next;
  }
  if (found.threads.empty()) {
    return Error{ErrorCode::kNotReady, "its interpreter has no thread yet"};
  }
  if (runtime.layout.interp_id == Layout::kAbsent) number_interpreters(found);
  return found;
}

}  // namespace pyspy
