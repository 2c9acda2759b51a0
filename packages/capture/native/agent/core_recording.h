// SPDX-License-Identifier: MIT
#pragma once

#include "agent/options.h"
#include "agent/recording_host.h"

namespace pyspy {

// Records the one moment that a core file holds. Returns the exit code.
int record_core(const CaptureOptions& options, RecordingHost& host);

}  // namespace pyspy
