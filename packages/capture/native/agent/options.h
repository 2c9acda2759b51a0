// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "process/core_mappings.h"
#include "sampler/redaction.h"
#include "sampler/target.h"

namespace pyspy {

// What becomes of a launched program that still runs when the recording ends.
enum class AtEnd {
  kWait,       // for its end, whose status is passed on
  kLeave,      // let it run, and end at once
  kTerminate,  // end it, and all of its tree that is followed
};

// The command line.
struct CaptureOptions {
  std::vector<pid_t> pids;
  bool subprocesses = false;         // also what they start
  bool all = false;                  // every Python process
  std::vector<std::string> program;  // to launch; empty with pids
  std::string core;                  // a core file, in place of a process
  CorePlaces core_places;            // where the files are that it names
  double rate_hertz = 100;
  double duration_seconds = 0;  // 0: until the target ends, or Ctrl-C
  double ring_seconds = 0;      // keep only the last; 0: all
  std::string output;           // "-": standard output; empty: a name of our own
  Strategy strategy = Strategy::kAdaptive;
  bool native = false;
  bool realtime = false;
  double max_cpu_percent = 50;    // of one CPU
  uint64_t max_size_bytes = 0;    // of the file; 0: no limit
  uint64_t max_memory_bytes = 0;  // of the agent; 0: no limit
  Privacy privacy;
  AtEnd at_end = AtEnd::kWait;
  bool as_root = false;  // not as the user who called sudo
  bool force = false;
  bool quiet = false;
  bool snapshot = false;        // one moment, or several, not a stretch of time
  uint32_t snapshot_count = 1;  // how many
  double snapshot_seconds = 1;  // from one to the next
  bool locals = false;          // of each moment, local variables too
  ValueLimits value_limits;
  bool explain = false;  // say what stands in the way of a recording, and record nothing
  bool show_help = false;
  bool show_version = false;
  std::vector<std::string> arguments;  // as given, without the program's own
};

// Error code: kUsage.
Result<CaptureOptions> parse_options(int argc, char** argv);

extern const char kUsageText[];

}  // namespace pyspy
