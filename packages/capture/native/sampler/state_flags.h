// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "cpython/objects.h"
#include "cpython/stack_reader.h"
#include "cpython/thread_lists.h"
#include "process/thread_probe.h"

namespace pyspy {

// Who has a GIL, or had it last.
struct GilHolder {
  Address tstate = 0;
  bool locked = false;
};

// From the bytes at an interpreter's GIL, Layout::gil_read_size() of them.
GilHolder gil_holder(const Layout& layout, const uint8_t* bytes);

// StateFlag values about the GIL of a thread with this state; none where its interpreter has no
// GIL. `collecting`: garbage, by whoever holds it.
uint32_t gil_flags(const InterpreterAddress& interpreter, const GilHolder& gil, bool collecting,
                   Address tstate, const ThreadStatus& status);

// StateFlag values about the exceptions of a thread.
class ExceptionFlags {
 public:
  explicit ExceptionFlags(ObjectReader& objects) : objects_(objects) {}

  // As of the reader's last evaluation.
  uint32_t of(const StackReader& reader);

 private:
  bool is_exception(Address object);

  ObjectReader& objects_;
  Address none_ = 0;  // Py_None, once it was met
};

}  // namespace pyspy
