// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

namespace pyspy {

// Catches SIGINT, SIGTERM, SIGHUP and SIGQUIT, even where they were ignored by whoever started the
// agent, and ignores SIGPIPE.
void catch_signals();

// In a child that is to become another program: ignores again what was ignored when we were
// started, as nohup(1) wants it. Everything else is as for a new program after exec.
void restore_ignored_signals();

// The signal that asked the agent to stop; 0: none yet.
int stop_signal();

// Catches SIGTSTP (Ctrl-Z), unless it was ignored: who is suspended while a thread is stopped for
// it leaves that thread standing.
void catch_suspension();
// True once after each such signal.
bool take_suspend_request();

// From now on SIGUSR1 asks for what a ring holds.
void catch_write_signal();
// True once after each such request.
bool take_write_request();

// Passes on to a launched program, from now on, what is sent to us: what comes from the terminal
// was sent to the program too. SIGUSR1 and SIGUSR2 mean nothing to us, but for a ring.
void forward_signals_to(pid_t pid);

}  // namespace pyspy
