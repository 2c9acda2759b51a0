// SPDX-License-Identifier: MIT
#pragma once

#include "agent/options.h"
#include "wire/proto_buffer.h"

namespace pyspy {

// The fields of message Header for a recording that starts now; *zero_nanos is its time zero on
// CLOCK_MONOTONIC. `core_nanos`: when the core file that is recorded was written; 0: it is none.
ProtoBuffer make_header(const CaptureOptions& options, uint64_t* zero_nanos,
                        uint64_t core_nanos = 0);

}  // namespace pyspy
