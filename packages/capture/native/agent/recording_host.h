// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "wire/sink.h"

namespace pyspy {

// Whoever has a recording made: the command line, to which the process belongs, or a program that
// the agent is a part of. All is called by the thread that records.
class RecordingHost {
 public:
  virtual ~RecordingHost() = default;

  // Signals, limits and children of the process are the agent's alone. They may be made ready for a
  // recording by prepare_process(), which comes after a program was launched.
  virtual bool owns_process() const = 0;
  virtual void prepare_process() {}

  // Where a capture goes: a file, or "-", the host's stream. Error code: kOutput.
  virtual Result<Sink> open_sink(const std::string& path, bool force) = 0;

  // Somebody wants the recording to end.
  virtual bool is_asked_to_stop() = 0;
  // Up to when the recording may sleep without asking again, on CLOCK_MONOTONIC.
  virtual uint64_t latest_wake_nanos(uint64_t now_nanos) = 0;

  // What is wrong, and what to do about it; "" where there is nothing to say.
  virtual void tell_error(const std::string& message, const std::string& advice) = 0;

  // From now on somebody may want what a ring holds. True once after each request.
  virtual void accept_write_requests() {}
  virtual bool take_write_request() { return false; }
  // The process is to be suspended. True once after each request.
  virtual bool take_suspend_request() { return false; }
};

}  // namespace pyspy
