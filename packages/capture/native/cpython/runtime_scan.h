// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "base/cpu_budget.h"
#include "cpython/interpreter_module.h"
#include "cpython/runtime.h"

namespace pyspy {

// Looks for an interpreter among the variables of a module whose symbols do not tell: the cookie of
// an interpreter that describes itself, else a pointer that leads to interpreters and threads which
// refer to each other as those of the version in the module's version text do. Empty where there is
// none, or the budget was spent before; with `version` set where there is a version text all the
// same.
std::optional<Runtime> scan_for_runtime(const InterpreterModule& module, RemoteMemory& memory,
                                        const CpuBudget& budget, uint32_t& version);

}  // namespace pyspy
