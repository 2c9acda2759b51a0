// SPDX-License-Identifier: MIT
#include "agent/signals.h"

#include <signal.h>

#include <cerrno>
#include <initializer_list>

namespace pyspy {
namespace {

volatile sig_atomic_t stop_request = 0;
volatile sig_atomic_t forward_to = 0;

void on_signal(int signal) {
  const int error = errno;
  stop_request = signal;
  if (forward_to != 0 && signal != SIGINT) ::kill(forward_to, signal);
  errno = error;
}

}  // namespace

void catch_signals() {
  struct sigaction action {};
  action.sa_handler = on_signal;  // without SA_RESTART: a signal ends a sleep
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::sigaction(signal, &action, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
}

int stop_signal() { return stop_request; }

void forward_signals_to(pid_t pid) { forward_to = pid; }

}  // namespace pyspy
