// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "sampler/target.h"
#include "wire/counters.h"

namespace pyspy {

// Tells a person on stderr how the recording goes.
class Progress {
 public:
  // `live`: keep a line up to date, on a terminal that nobody else writes to.
  Progress(bool quiet, bool live) : quiet_(quiet), live_(live && !quiet) {}

  void started(const ProcessTrack& process, double rate_hertz, double duration_seconds);
  // Called each tick; prints some times a second.
  void update(const Counters& counters, uint64_t elapsed_nanos, double duration_seconds,
              size_t threads);
  void finished(const Counters& counters, uint64_t elapsed_nanos, const char* why,
                const std::string& output, uint64_t bytes);
  void note(const std::string& text);

 private:
  void clear_line();

  bool quiet_;
  bool live_;
  bool line_open_ = false;
  uint64_t last_update_nanos_ = 0;
};

// "pyspy-capture: error: ..." and, on a line of its own, what to do about it.
std::string error_text(const std::string& message, const std::string& advice);
void print_error(const std::string& message, const std::string& advice);

}  // namespace pyspy
