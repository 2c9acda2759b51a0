// SPDX-License-Identifier: MIT
#include <cstdio>

#include "agent/command_line_host.h"
#include "agent/core_recording.h"
#include "agent/diagnostics.h"
#include "agent/explain.h"
#include "agent/options.h"
#include "agent/progress.h"
#include "agent/recording.h"
#include "process/proc.h"

int main(int argc, char** argv) {
  const pyspy::Result<pyspy::CaptureOptions> options = pyspy::parse_options(argc, argv);
  if (!options) {
    pyspy::print_error(options.error().message, pyspy::advice(options.error(), 0));
    return pyspy::exit_code(options.error());
  }
  if (options->show_help) {
    std::fputs(pyspy::kUsageText, stdout);
    return pyspy::kExitOk;
  }
  if (options->show_version) {
    std::puts("pyspy-capture " PYSPY_VERSION);
    return pyspy::kExitOk;
  }
  if (const pyspy::Status proc = pyspy::require_proc(); !proc) {
    pyspy::print_error(proc.error().message, "");
    return options->program.empty() ? pyspy::exit_code(proc.error()) : pyspy::kExitLaunchFailure;
  }
  if (options->explain) return pyspy::explain(options->pids.front());
  pyspy::CommandLineHost host;
  if (!options->core.empty()) return pyspy::record_core(*options, host);
  return pyspy::Recording(*options, host).run();
}
