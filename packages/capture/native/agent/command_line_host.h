// SPDX-License-Identifier: MIT
#pragma once

#include "agent/recording_host.h"

namespace pyspy {

// The executable: asked by signals, told on stderr, writing to files or standard output.
class CommandLineHost final : public RecordingHost {
 public:
  // Catches the signals that end a recording.
  CommandLineHost();

  bool owns_process() const override { return true; }
  void prepare_process() override;
  Result<Sink> open_sink(const std::string& path, bool force) override;
  bool is_asked_to_stop() override;
  uint64_t latest_wake_nanos(uint64_t now_nanos) override;
  void tell_error(const std::string& message, const std::string& advice) override;
  void accept_write_requests() override;
  bool take_write_request() override;
  bool take_suspend_request() override;
};

}  // namespace pyspy
