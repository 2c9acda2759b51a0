// SPDX-License-Identifier: MIT
//
// The registers of the machine that the agent runs on, which is that of the target.
#pragma once

#if defined(__x86_64__)
#include "unwind/machine_x86_64.h"
#else
#error "native stacks: a machine_*.h for this processor is to be written"
#endif
