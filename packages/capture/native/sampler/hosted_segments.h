// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "unwind/unwinder.h"

namespace pyspy {

// What an activation of the interpreter's evaluation loop keeps on its C stack, and which Python
// frames it runs: those from the last record's `end` (0 at first) up to `end`, innermost first.
struct ActivationRecord {
  Address address = 0;
  uint32_t end = 0;
};

// A native frame that stands for Python frames: those with indexes [first, end).
struct HostedSegment {
  uint32_t native_frame = 0;
  uint32_t first = 0;
  uint32_t end = 0;
};

// Finds the native frames that host Python frames (3.11+): a record lies in the stack of exactly
// one of them. Both go innermost first. False where they do not fit: then `hosted` is empty. Where
// the native stack is not `whole`, records beyond its end are left over.
bool pair_by_records(std::span<const NativeFrame> native, std::span<const ActivationRecord> records,
                     bool whole, std::vector<HostedSegment>& hosted);

// Code in [start, end).
struct CodeSpan {
  Address start = 0;
  Address end = 0;
};

// The same before 3.11, where each activation runs one Python frame: one to one, from the root. The
// innermost activation may not have its frame yet, or any more.
bool pair_by_count(std::span<const NativeFrame> native, std::span<const CodeSpan> evaluation,
                   uint32_t python_frames, bool whole, std::vector<HostedSegment>& hosted);

}  // namespace pyspy
