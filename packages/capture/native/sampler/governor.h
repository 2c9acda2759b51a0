// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "wire/counters.h"

namespace pyspy {

// Keeps the agent within its share of a CPU. It sheds load in the open: by a lower rate, which the
// capture states, and never by falling behind.
class Governor {
 public:
  Governor(double rate_hertz, double max_cpu_percent, uint64_t now_nanos);

  // True when a look is due: once a second.
  bool is_due(uint64_t now_nanos) const { return now_nanos >= next_nanos_; }

  // Looks at what the agent took since the last look. A new rate, where the old is too much.
  std::optional<double> look(const Counters& counters, uint64_t now_nanos);

  // In words, why the last look wanted a new rate.
  const std::string& reason() const { return reason_; }

 private:
  double rate_hertz_;
  double max_share_;
  uint64_t last_nanos_;
  uint64_t next_nanos_;
  uint64_t last_cpu_nanos_ = 0;
  std::string reason_;
};

}  // namespace pyspy
