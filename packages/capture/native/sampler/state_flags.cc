// SPDX-License-Identifier: MIT
#include "sampler/state_flags.h"

#include "wire/pspy_fields.h"

namespace pyspy {
namespace {

constexpr int32_t kFutexCall = 202;  // SYS_futex on x86_64

}  // namespace

GilHolder gil_holder(const Layout& layout, const uint8_t* bytes) {
  const auto tstate = load<Address>(bytes + layout.gil_last_holder);
  if (!layout.has_gil_switches()) return {tstate, tstate != 0};
  return {tstate, load<int32_t>(bytes + layout.gil_locked) > 0};
}

uint32_t gil_flags(const InterpreterAddress& interpreter, const GilHolder& gil, bool collecting,
                   Address tstate, const ThreadStatus& status) {
  if (interpreter.gil == 0) return 0;
  uint32_t flags = fields::kStateGilKnown;
  const bool holds = gil.locked && gil.tstate == tstate;
  if (holds) flags |= fields::kStateGilHeld;
  if (holds && collecting) flags |= fields::kStateGc;
  // A thread that waits for the GIL sleeps on the condition variable, or the mutex, in it.
  if (!holds && status.syscall == kFutexCall &&
      status.first_argument - interpreter.gil_waits < interpreter.gil_waits_size) {
    flags |= fields::kStateGilWaiting;
  }
  return flags;
}

// What an except block handles may be None, which is no exception. Before 3.11 it is the
// exception's type.
bool ExceptionFlags::is_exception(Address object) {
  if (object == 0 || object == none_) return false;
  const uint64_t flags = objects_.type_flags(object);
  const bool is_instance = objects_.layout().has_chunks();
  if ((flags & (is_instance ? kTypeIsException : kTypeIsType)) != 0) return true;
  if (flags != 0 && (flags & kTypeIsHeapType) == 0) none_ = object;
  return false;
}

uint32_t ExceptionFlags::of(const StackReader& reader) {
  uint32_t flags = 0;
  if (reader.raised_exception() != 0) flags |= fields::kStateExceptionRaised;
  if (is_exception(reader.handled_exception())) flags |= fields::kStateExceptionHandled;
  return flags;
}

}  // namespace pyspy
