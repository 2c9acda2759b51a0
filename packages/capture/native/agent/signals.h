// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

namespace pyspy {

// Catches SIGINT, SIGTERM and SIGHUP, even where they were ignored by whoever started the agent,
// and ignores SIGPIPE.
void catch_signals();

// The signal that asked the agent to stop; 0: none yet.
int stop_signal();

// Passes SIGTERM and SIGHUP on to a launched program from now on. SIGINT comes from the terminal,
// which has sent it to the program too.
void forward_signals_to(pid_t pid);

}  // namespace pyspy
