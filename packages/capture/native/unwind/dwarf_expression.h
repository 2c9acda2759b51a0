// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "unwind/machine.h"
#include "unwind/stack_copy.h"

namespace pyspy {

// Evaluates a DWARF expression (DWARF 5, section 2.5) over registers and a copy of the stack.
// `initial`: what lies on its stack at first. Empty where it uses a register or memory that is not
// known, or an operation that unwind tables have no use for. Ends for any bytes: it does not jump.
std::optional<uint64_t> evaluate_expression(std::span<const uint8_t> expression,
                                            const machine::Registers& registers,
                                            const StackCopy& stack,
                                            std::optional<uint64_t> initial = std::nullopt);

}  // namespace pyspy
