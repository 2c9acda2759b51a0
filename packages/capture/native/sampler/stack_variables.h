// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <vector>

#include "cpython/stack_reader.h"
#include "cpython/values.h"
#include "sampler/recorder.h"

namespace pyspy {

// The local variables of the frames that a reader has accepted, while they stand: a frame that
// moves might have other variables by now. `code`: of each frame, as it is recorded.
std::vector<FrameVariables> read_stack_variables(ObjectReader& objects, const StackReader& reader,
                                                 std::span<CodeInfo* const> code,
                                                 const ValueLimits& limits);

}  // namespace pyspy
