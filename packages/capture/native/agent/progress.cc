// SPDX-License-Identifier: MIT
#include "agent/progress.h"

#include <cinttypes>
#include <cstdio>

#include "base/clock.h"
#include "sampler/redaction.h"

namespace pyspy {
namespace {

constexpr uint64_t kUpdateNanos = kNanosPerSecond / 4;

double seconds(uint64_t nanos) { return static_cast<double>(nanos) / double{kNanosPerSecond}; }

// What runs, for a line of text.
std::string describe(const ProcessTrack& process) {
  std::string text;
  for (const std::string& word : redacted_command(process.info.command)) {
    if (!text.empty()) text += ' ';
    for (const char c : word) text += static_cast<unsigned char>(c) < ' ' ? '?' : c;
  }
  return text.empty() ? process.info.executable : text;
}

}  // namespace

void Progress::clear_line() {
  if (line_open_) std::fputs("\r\x1b[K", stderr);
  line_open_ = false;
}

void Progress::note(const std::string& text) {
  if (quiet_) return;
  clear_line();
  std::fprintf(stderr, "pyspy-capture: %s\n", text.c_str());
}

void Progress::started(const ProcessTrack& process, double rate_hertz, double duration_seconds) {
  char limit[64] = "until it ends or Ctrl-C";
  if (duration_seconds > 0) std::snprintf(limit, sizeof limit, "for %g s", duration_seconds);
  char text[160];
  std::snprintf(text, sizeof text, ", CPython %u.%u, %g times a second, %s", process.layout.major(),
                process.layout.minor(), rate_hertz, limit);
  note("recording " + std::to_string(process.info.pid) + " (" + describe(process) + ")" + text);
}

void Progress::update(const Counters& counters, uint64_t elapsed_nanos, double duration_seconds,
                      size_t threads) {
  if (!live_ || elapsed_nanos - last_update_nanos_ < kUpdateNanos) return;
  last_update_nanos_ = elapsed_nanos;
  line_open_ = true;
  std::fprintf(stderr, "\r\x1b[K%.1f s", seconds(elapsed_nanos));
  if (duration_seconds > 0) {
    std::fprintf(stderr, ", %.0f s left", duration_seconds - seconds(elapsed_nanos));
  }
  std::fprintf(stderr, "  %zu threads  %" PRIu64 " samples  %" PRIu64 " errors", threads,
               counters.samples, counters.samples_failed);
}

void Progress::finished(const Counters& counters, uint64_t elapsed_nanos, const char* why,
                        const std::string& output, uint64_t bytes) {
  if (quiet_) return;
  clear_line();
  const double elapsed = seconds(elapsed_nanos);
  const double rate = elapsed > 0 ? static_cast<double>(counters.ticks_taken) / elapsed : 0;
  std::fprintf(stderr,
               "pyspy-capture: %s after %.1f s: %" PRIu64 " samples, %.1f ticks a second, %" PRIu64
               " missed, %" PRIu64 " unstable, %" PRIu64 " errors\n",
               why, elapsed, counters.samples, rate, counters.ticks_missed,
               counters.samples_unstable, counters.samples_failed);
  if (output == "-") return;
  std::fprintf(stderr, "pyspy-capture: wrote %s (%" PRIu64 " bytes); next: pyspy-analyze %s\n",
               output.c_str(), bytes, output.c_str());
}

std::string error_text(const std::string& message, const std::string& advice) {
  return "pyspy-capture: error: " + message + "\n" + (advice.empty() ? "" : "  " + advice + "\n");
}

void print_error(const std::string& message, const std::string& advice) {
  std::fputs(error_text(message, advice).c_str(), stderr);
}

}  // namespace pyspy
