// SPDX-License-Identifier: MIT
#include "agent/header.h"

#include <sys/random.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <vector>

#include "base/clock.h"
#include "base/file.h"
#include "wire/pspy_fields.h"

namespace pyspy {
namespace {

constexpr uint32_t kMajorVersion = 1;
constexpr uint32_t kMinorVersion = 1;

ProtoBuffer clock_fields(uint64_t* zero_nanos, uint64_t core_nanos) {
  *zero_nanos = monotonic_nanos();
  ProtoBuffer clock;
  clock.add_uint(fields::kClockMonotonicNanos, *zero_nanos);
  if (core_nanos != 0) {
    clock.add_uint(fields::kClockRealtimeNanos, core_nanos);
    return clock;
  }
  clock.add_uint(fields::kClockRealtimeNanos, clock_nanos(CLOCK_REALTIME));
  clock.add_uint(fields::kClockBoottimeNanos, clock_nanos(CLOCK_BOOTTIME));
  return clock;
}

// The boot's id, by which recordings of one machine know each other's processes.
std::vector<uint8_t> read_boot_id() {
  const std::string text = read_whole_file("/proc/sys/kernel/random/boot_id", 64);
  std::string digits;
  for (const char c : text) {
    if (c != '-' && c != '\n') digits += c;
  }
  std::vector<uint8_t> id;
  for (size_t i = 0; i + 1 < digits.size(); i += 2) {
    id.push_back(static_cast<uint8_t>(parse_number(std::string_view(digits).substr(i, 2), 16)));
  }
  return id;
}

// A core file tells nothing of the machine that it was made on, but its processor.
ProtoBuffer host_fields(Redaction redaction, bool is_core) {
  utsname kernel{};
  ::uname(&kernel);
  ProtoBuffer host;
  host.add_text(fields::kHostOs, "linux");
  host.add_text(fields::kHostArchitecture, kernel.machine);
  if (is_core) return host;
  host.add_text(fields::kHostKernelRelease, kernel.release);
  host.add_uint(fields::kHostCpuCount, static_cast<uint64_t>(::sysconf(_SC_NPROCESSORS_ONLN)));
  if (redaction == Redaction::kNone) {
    host.add_text(fields::kHostName, kernel.nodename);
    host.add_entry(fields::kHostBootId, read_boot_id());
  }
  return host;
}

uint32_t strategy_field(Strategy strategy) {
  switch (strategy) {
    case Strategy::kAdaptive:
      return fields::kStrategyAdaptive;
    case Strategy::kNonblocking:
      return fields::kStrategyNonblocking;
    case Strategy::kBlocking:
    case Strategy::kStandstill:
      return fields::kStrategyBlocking;
  }
  return fields::kStrategyUnspecified;
}

uint32_t redaction_field(Redaction redaction) {
  switch (redaction) {
    case Redaction::kDefault:
      return fields::kRedactionDefault;
    case Redaction::kNone:
      return fields::kRedactionNone;
    case Redaction::kStrict:
      return fields::kRedactionStrict;
  }
  return fields::kRedactionUnspecified;
}

ProtoBuffer option_fields(const CaptureOptions& given) {
  ProtoBuffer options;
  options.add_double(fields::kOptionsRateHertz, given.rate_hertz);
  options.add_uint(fields::kOptionsDurationNanos,
                   static_cast<uint64_t>(given.duration_seconds * double{kNanosPerSecond}));
  options.add_uint(fields::kOptionsStrategy, strategy_field(given.strategy));
  options.add_uint(fields::kOptionsSubprocesses, given.subprocesses || given.all);
  options.add_uint(fields::kOptionsNative, given.native);
  options.add_uint(fields::kOptionsRedaction, redaction_field(given.privacy.redaction));
  if (given.privacy.redaction == Redaction::kStrict) return options;
  for (const std::string& argument : given.arguments) {
    options.add_entry(fields::kOptionsArgument, std::string_view(valid_utf8(argument)));
  }
  return options;
}

}  // namespace

ProtoBuffer make_header(const CaptureOptions& options, uint64_t* zero_nanos, uint64_t core_nanos) {
  std::array<uint8_t, 16> id{};
  [[maybe_unused]] const ssize_t got = ::getrandom(id.data(), id.size(), 0);
  ProtoBuffer header;
  header.add_text(fields::kHeaderFormat, "pspy");
  header.add_uint(fields::kHeaderMajorVersion, kMajorVersion);
  header.add_uint(fields::kHeaderMinorVersion, kMinorVersion);
  header.add_entry(fields::kHeaderCaptureId, id);
  header.add_text(fields::kHeaderAgentVersion, PYSPY_VERSION);
  header.add_message(fields::kHeaderClock, clock_fields(zero_nanos, core_nanos));
  header.add_message(fields::kHeaderHost, host_fields(options.privacy.redaction, core_nanos != 0));
  header.add_message(fields::kHeaderOptions, option_fields(options));
  return header;
}

}  // namespace pyspy
