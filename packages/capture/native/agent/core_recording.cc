// SPDX-License-Identifier: MIT
#include "agent/core_recording.h"

#include "agent/default_output.h"
#include "agent/diagnostics.h"
#include "agent/header.h"
#include "agent/progress.h"
#include "base/clock.h"
#include "sampler/core_target.h"
#include "wire/pspy_fields.h"

namespace pyspy {
namespace {

const char* core_advice(const Error& error) {
  switch (error.code) {
    case ErrorCode::kPermission:
      return "Read it as its owner, or as root.";
    case ErrorCode::kMismatch:
      return "Give the executable that the process ran: --executable, or leave that out, and say "
             "with --sysroot or --search-dir where the files of that machine are.";
    case ErrorCode::kNotPython:
    case ErrorCode::kNotReady:
    case ErrorCode::kUnsupported:
      return "Of a program and its libraries a core has only what the process had changed: say "
             "with "
             "--executable, --sysroot or --search-dir where these files are.";
    default:
      return "";
  }
}

int fail(const Error& error, RecordingHost& host) {
  host.tell_error(error.message, core_advice(error));
  return exit_code(error);
}

}  // namespace

int record_core(const CaptureOptions& options, RecordingHost& host) {
  NativeFiles native_files;
  CoreAccess access;
  access.places = options.core_places;
  if (options.native) access.native_files = &native_files;
  if (options.locals) access.variables = options.value_limits;
  Result<std::unique_ptr<CoreTarget>> target = CoreTarget::open(options.core, access);
  if (!target) {
    Error error = target.error();
    if (error.code != ErrorCode::kInput && error.code != ErrorCode::kPermission) {
      error.message = options.core + " cannot be read: " + error.message;
    }
    return fail(error, host);
  }
  const ProcessInfo& process = (*target)->process().info;
  const std::string output =
      options.output.empty() ? default_output(process.command, process.pid) : options.output;
  Result<Sink> sink = host.open_sink(output, options.force);
  if (!sink) return fail(sink.error(), host);
  CaptureWriter writer(std::move(*sink));
  uint64_t zero_nanos = 0;
  const ProtoBuffer header = make_header(options, &zero_nanos, (*target)->written_nanos());
  Status written = writer.write_header(header);
  Recorder recorder(writer, zero_nanos, options.rate_hertz, 0);
  recorder.set_privacy(options.privacy);
  recorder.set_flush_nanos(0);
  const uint64_t now = monotonic_nanos();
  ++recorder.counters().ticks_asked;
  bool has_threads = true;
  if (written) {
    has_threads = (*target)->record(recorder, now);
    written = recorder.end_tick();
  }
  if (written) written = recorder.finish(fields::kEndDuration, "done", now);
  if (!written) return fail(written.error(), host);
  if (!has_threads) {
    return fail({ErrorCode::kNotReady, options.core + " has no thread that can be read"}, host);
  }
  Progress(options.quiet, false)
      .finished(recorder.counters(), 0, "done", output, writer.bytes_written());
  return kExitOk;
}

}  // namespace pyspy
