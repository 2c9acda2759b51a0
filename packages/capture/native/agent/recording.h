// SPDX-License-Identifier: MIT
#pragma once

#include "agent/options.h"

namespace pyspy {

// Does what the options ask for. Returns the exit code.
int run_recording(const CaptureOptions& options);

}  // namespace pyspy
