// SPDX-License-Identifier: MIT
#pragma once

#include "agent/options.h"
#include "wire/proto_buffer.h"

namespace pyspy {

// The fields of message Header for a recording that starts now; *zero_nanos is its time zero on
// CLOCK_MONOTONIC.
ProtoBuffer make_header(const CaptureOptions& options, uint64_t* zero_nanos);

}  // namespace pyspy
