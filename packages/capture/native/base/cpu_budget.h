// SPDX-License-Identifier: MIT
#pragma once

#include "base/clock.h"

namespace pyspy {

// CPU time that this thread may spend on something that nobody can say the length of: what it looks
// at is somebody else's, who may have made it endless.
class CpuBudget {
 public:
  explicit CpuBudget(uint64_t nanos) : end_nanos_(now() + nanos) {}

  bool is_spent() const { return now() >= end_nanos_; }

 private:
  static uint64_t now() { return clock_nanos(CLOCK_THREAD_CPUTIME_ID); }

  uint64_t end_nanos_;
};

}  // namespace pyspy
