// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>

#include "addon/outbox.h"
#include "agent/recording_host.h"

namespace pyspy {

// A program that the agent is a part of: it leaves the process's signals, limits and children alone,
// and all that it makes goes to an outbox.
class InProcessHost final : public RecordingHost {
 public:
  explicit InProcessHost(Outbox& outbox) : outbox_(outbox) {}

  // Asks the recording to end. By any thread.
  void stop() { stopped_ = true; }

  bool owns_process() const override { return false; }
  Result<Sink> open_sink(const std::string& path, bool force) override;
  bool is_asked_to_stop() override { return stopped_; }
  uint64_t latest_wake_nanos(uint64_t now_nanos) override;
  void tell_error(const std::string& message, const std::string& advice) override;

 private:
  Outbox& outbox_;
  std::atomic<bool> stopped_ = false;
};

}  // namespace pyspy
