// SPDX-License-Identifier: MIT
#pragma once

#include "base/result.h"
#include "cpython/interpreter_module.h"
#include "cpython/runtime.h"

namespace pyspy {

// True of a module with an interpreter from before 3.7, where the state of the runtime is not in
// one structure but in variables.
bool is_old_interpreter(const InterpreterModule& module);

// Adds what the module's symbols say of the other variables to an old runtime whose interp_head is
// known. The GIL's holder is exported; what threads wait on for it, and whether garbage is
// collected, only a module that is not stripped tells.
void add_old_variables(const InterpreterModule& module, Runtime& runtime);

// Finds interp_head by its symbol, or where the module is stripped by what the exported
// PyInterpreterState_Head() returns. False where neither tells.
bool find_old_runtime(const InterpreterModule& module, RemoteMemory& memory, Runtime& runtime);

}  // namespace pyspy
