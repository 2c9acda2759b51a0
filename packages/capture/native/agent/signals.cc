// SPDX-License-Identifier: MIT
#include "agent/signals.h"

#include <signal.h>

#include <cerrno>
#include <initializer_list>

namespace pyspy {
namespace {

// Those that whoever started us ignored.
sigset_t ignored_signals;

volatile sig_atomic_t stop_request = 0;
volatile sig_atomic_t write_request = 0;
volatile sig_atomic_t suspend_request = 0;
volatile sig_atomic_t forward_to = 0;

void forward(int signal, const siginfo_t* info) {
  const int error = errno;
  const bool from_process = info->si_code <= 0;  // else from the kernel: the terminal
  if (forward_to != 0 && from_process && info->si_pid != forward_to) ::kill(forward_to, signal);
  errno = error;
}

void on_stop_signal(int signal, siginfo_t* info, void*) {
  stop_request = signal;
  forward(signal, info);
}

void on_other_signal(int signal, siginfo_t* info, void*) { forward(signal, info); }

void on_suspend_signal(int, siginfo_t*, void*) { suspend_request = 1; }

void on_write_signal(int, siginfo_t*, void*) { write_request = 1; }

// Without SA_RESTART: a signal ends a sleep.
void catch_signal(int signal, void (*handler)(int, siginfo_t*, void*)) {
  struct sigaction action {};
  struct sigaction before {};
  action.sa_sigaction = handler;
  action.sa_flags = SA_SIGINFO;
  ::sigaction(signal, &action, &before);
  if (before.sa_handler == SIG_IGN) ::sigaddset(&ignored_signals, signal);
}

}  // namespace

void catch_signals() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
    catch_signal(signal, on_stop_signal);
  }
  if (::signal(SIGPIPE, SIG_IGN) == SIG_IGN) ::sigaddset(&ignored_signals, SIGPIPE);
}

void restore_ignored_signals() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE}) {
    ::signal(signal, ::sigismember(&ignored_signals, signal) == 1 ? SIG_IGN : SIG_DFL);
  }
}

void catch_write_signal() { catch_signal(SIGUSR1, on_write_signal); }

bool take_write_request() {
  const bool requested = write_request != 0;
  write_request = 0;
  return requested;
}

void catch_suspension() {
  catch_signal(SIGTSTP, on_suspend_signal);
  if (::sigismember(&ignored_signals, SIGTSTP) == 1) ::signal(SIGTSTP, SIG_IGN);
}

bool take_suspend_request() {
  const bool requested = suspend_request != 0;
  suspend_request = 0;
  return requested;
}

int stop_signal() { return stop_request; }

void forward_signals_to(pid_t pid) {
  forward_to = pid;
  for (const int signal : {SIGUSR1, SIGUSR2}) catch_signal(signal, on_other_signal);
}

}  // namespace pyspy
