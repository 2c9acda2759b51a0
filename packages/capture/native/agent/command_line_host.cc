// SPDX-License-Identifier: MIT
#include "agent/command_line_host.h"

#include <sys/resource.h>

#include <limits>
#include <optional>

#include "agent/progress.h"
#include "agent/signals.h"
#include "agent/sudo_user.h"

namespace pyspy {

CommandLineHost::CommandLineHost() { catch_signals(); }

void CommandLineHost::prepare_process() {
  catch_suspension();
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;  // two files stay open per thread
    ::setrlimit(RLIMIT_NOFILE, &files);
  }
}

Result<Sink> CommandLineHost::open_sink(const std::string& path, bool force) {
  if (path == "-") return Sink::standard_output();
  const std::optional<SudoUser> user = SudoUser::find();
  Result<Sink> sink =
      Sink::create_file(path, force, user ? std::optional(user->uid) : std::nullopt);
  if (sink && user) sink->give_to(user->uid, user->gid);
  return sink;
}

bool CommandLineHost::is_asked_to_stop() { return stop_signal() != 0; }

// A signal ends every sleep.
uint64_t CommandLineHost::latest_wake_nanos(uint64_t) {
  return std::numeric_limits<uint64_t>::max();
}

void CommandLineHost::tell_error(const std::string& message, const std::string& advice) {
  print_error(message, advice);
}

void CommandLineHost::accept_write_requests() { catch_write_signal(); }

bool CommandLineHost::take_write_request() { return pyspy::take_write_request(); }

bool CommandLineHost::take_suspend_request() { return pyspy::take_suspend_request(); }

}  // namespace pyspy
