// SPDX-License-Identifier: MIT
#include "agent/options.h"

#include <getopt.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "agent/pyspy_options.h"
#include "base/file.h"

namespace pyspy {

const char kUsageText[] =
    R"(Records a running Python program, from outside, without restarting or changing it.

  pyspy-capture [options] -p PID [-p PID...]
  pyspy-capture [options] -- PROGRAM [ARGUMENT...]
  pyspy-capture [options] --core FILE

  -p, --pid PID            record this process; may be given several times
  -S, --subprocesses       record the processes that it starts too, and those that these start
      --all                record every Python process on this machine
  -d, --duration SECONDS   stop after so long (default: when the program ends, or Ctrl-C)
  -r, --rate HERTZ         samples a second (default: 100)
  -o, --output FILE        write the capture here; - is standard output (a launched program's own
                           output then goes to standard error)
                           (default: NAME-DATE.pspy in this directory)
      --ring TIME          a flight recorder: keep the last 30s, 5m or 1h in memory, and write them when
                           the program ends, on Ctrl-C, and besides on SIGUSR1 and when a process
                           crashes (FILE-1.pspy, FILE-2.pspy ...)
  -n, --native             also record what C, C++, Rust and Cython code the threads are in: stops
                           each running thread for some 30 us
      --nonblocking        never stop a thread that moves while it is read: keep the part of its
                           stack that stood still, flagged (default: stop it for some 20 us)
      --blocking           stop each running thread to read it
      --snapshot           record one moment, at which all running threads of a process stand still, and
                           end; with --nonblocking, without stopping them
      --count N            with --snapshot: so many moments
      --every TIME         with --count: from one moment to the next (default: 1s)
      --locals             with --snapshot: local variables too, told by their types alone with --redact
                           strict; no code of the program is run for it
      --value-length N     with --locals: characters of a value (default: 200)
      --value-items N      with --locals: items of a container (default: 10)
      --value-depth N      with --locals: containers in containers (default: 3)
      --core FILE          record the moment that a core file holds; with --locals and --native too
      --executable FILE    with --core: the program, where it is not at the path that the core names
      --sysroot DIRECTORY  with --core: a copy of that machine's files, to find them by their paths
      --search-dir DIRECTORY
                           with --core: find them by their names here; may be given several times
      --realtime           give the agent alone a real-time priority: an even rate on a busy machine
      --max-cpu PERCENT    lower the rate when the agent takes more of a CPU (default: 50)
      --max-size BYTES     end the recording at this size of the file (100M, 2G)
      --max-memory BYTES   end the recording when the agent has taken so much memory
      --redact LEVEL       strict: no command lines, no home directories; default: command lines up to
                           the script or module; none: whole command lines, and the host name
      --env NAME           record this environment variable of each process; may be given several times
      --at-end WHAT        of a launched program that still runs when the recording ends: wait for it
                           (default), leave it, or terminate it and what it started
      --as-root            under sudo, launch the program as root, not as the user who called sudo
      --force              replace FILE even if it is not a capture
      --explain            with -p: record nothing; print what was looked at and found in the process
  -q, --quiet              print nothing but errors
  -h, --help               print this
  -V, --version            print the version

All threads are recorded, idle ones too, with their names and who holds the GIL: what to show is
decided when the capture is read.

  pyspy-analyze FILE                      what was recorded, hottest functions, threads
  pyspy-analyze FILE --format flamegraph  a picture of it
)";

namespace {

constexpr double kMaxRate = 1'000'000;
constexpr double kMaxSeconds = 1e9;
constexpr double kMaxCount = 1e9;
constexpr double kMaxProcessId = 4194304;
constexpr double kMaxValueLimit = 10'000;
constexpr const char* kSizeProblem = "a size is a number of bytes, or like 100M or 2G, not \"";

Error usage(std::string message) { return {ErrorCode::kUsage, std::move(message)}; }

// A whole number or a decimal fraction, nothing behind it.
std::optional<double> parse_decimal(const char* text) {
  char* end = nullptr;
  const double value = std::strtod(text, &end);
  if (end == text || *end != '\0' || !std::isfinite(value)) return std::nullopt;
  return value;
}

// A whole number from 1 to `most`.
std::optional<uint32_t> parse_whole(const char* text, double most) {
  const std::optional<double> value = parse_decimal(text);
  if (!value || *value < 1 || *value > most || *value != std::floor(*value)) return std::nullopt;
  return static_cast<uint32_t>(*value);
}

// "100M": a whole number, with K, M or G for powers of 1024. 0 where it is none.
uint64_t parse_size(const char* text) {
  constexpr double kMostBytes = 1e15;
  char* end = nullptr;
  const double value = std::strtod(text, &end);
  if (end == text || !std::isfinite(value) || value < 1 || value > kMostBytes) return 0;
  const std::string_view unit = end;
  if (unit.empty()) return static_cast<uint64_t>(value);
  const size_t power = std::string_view("KMG").find(unit[0]);
  if (power == std::string_view::npos || unit.size() > 1) return 0;
  const double bytes = value * static_cast<double>(1ULL << (10 * (power + 1)));
  return bytes <= kMostBytes ? static_cast<uint64_t>(bytes) : 0;
}

// "90", "0.5s", "5m", "1h" in seconds. 0 where it is none.
double parse_time(const char* text) {
  char* end = nullptr;
  const double value = std::strtod(text, &end);
  if (end == text || !std::isfinite(value) || value <= 0) return 0;
  const std::string_view unit = end;
  const double seconds = unit == "h" ? value * 3600 : unit == "m" ? value * 60 : value;
  return seconds <= kMaxSeconds && (unit.empty() || unit == "s" || unit == "m" || unit == "h")
             ? seconds
             : 0;
}

// Empty where the value is good.
std::string parse_limit(const char* option, const char* text, size_t& limit) {
  const std::optional<uint32_t> value = parse_whole(text, kMaxValueLimit);
  if (!value) {
    return std::string(option) + " wants a whole number from 1 to 10000, not \"" + text + "\"";
  }
  limit = *value;
  return "";
}

bool parse_redaction(std::string_view level, Redaction& redaction) {
  if (level == "default") return redaction = Redaction::kDefault, true;
  if (level == "none") return redaction = Redaction::kNone, true;
  if (level == "strict") return redaction = Redaction::kStrict, true;
  return false;
}

bool parse_at_end(std::string_view what, AtEnd& at_end) {
  if (what == "wait") return at_end = AtEnd::kWait, true;
  if (what == "leave") return at_end = AtEnd::kLeave, true;
  if (what == "terminate") return at_end = AtEnd::kTerminate, true;
  return false;
}

enum LongOption : int {
  kAll = 256,
  kRing,
  kRedact,
  kEnv,
  kAtEnd,
  kAsRoot,
  kForce,
  kNonblocking,
  kBlocking,
  kRealtime,
  kMaxCpu,
  kMaxSize,
  kMaxMemory,
  kSnapshot,
  kCount,
  kEvery,
  kLocals,
  kValueLength,
  kValueItems,
  kValueDepth,
  kCore,
  kExecutable,
  kSysroot,
  kSearchDirectory,
  kExplain
};

constexpr std::array<option, 35> kLongOptions = {{
    {"pid", required_argument, nullptr, 'p'},
    {"subprocesses", no_argument, nullptr, 'S'},
    {"all", no_argument, nullptr, kAll},
    {"duration", required_argument, nullptr, 'd'},
    {"ring", required_argument, nullptr, kRing},
    {"redact", required_argument, nullptr, kRedact},
    {"env", required_argument, nullptr, kEnv},
    {"at-end", required_argument, nullptr, kAtEnd},
    {"as-root", no_argument, nullptr, kAsRoot},
    {"rate", required_argument, nullptr, 'r'},
    {"output", required_argument, nullptr, 'o'},
    {"native", no_argument, nullptr, 'n'},
    {"force", no_argument, nullptr, kForce},
    {"nonblocking", no_argument, nullptr, kNonblocking},
    {"blocking", no_argument, nullptr, kBlocking},
    {"realtime", no_argument, nullptr, kRealtime},
    {"max-cpu", required_argument, nullptr, kMaxCpu},
    {"max-size", required_argument, nullptr, kMaxSize},
    {"max-memory", required_argument, nullptr, kMaxMemory},
    {"snapshot", no_argument, nullptr, kSnapshot},
    {"count", required_argument, nullptr, kCount},
    {"every", required_argument, nullptr, kEvery},
    {"locals", no_argument, nullptr, kLocals},
    {"value-length", required_argument, nullptr, kValueLength},
    {"value-items", required_argument, nullptr, kValueItems},
    {"value-depth", required_argument, nullptr, kValueDepth},
    {"core", required_argument, nullptr, kCore},
    {"executable", required_argument, nullptr, kExecutable},
    {"sysroot", required_argument, nullptr, kSysroot},
    {"search-dir", required_argument, nullptr, kSearchDirectory},
    {"explain", no_argument, nullptr, kExplain},
    {"quiet", no_argument, nullptr, 'q'},
    {"help", no_argument, nullptr, 'h'},
    {"version", no_argument, nullptr, 'V'},
    {nullptr, 0, nullptr, 0},
}};

// Empty where the value is good.
std::string apply(int option, const char* value, CaptureOptions& options) {
  switch (option) {
    case 'p': {
      const std::optional<uint32_t> pid = parse_whole(value, kMaxProcessId);
      if (!pid) return std::string("-p wants a process id, not \"") + value + "\"";
      options.pids.push_back(static_cast<pid_t>(*pid));
      return "";
    }
    case 's':  // py-spy's letter
    case 'S':
      options.subprocesses = true;
      return "";
    case kAll:
      options.all = true;
      return "";
    case 'd': {
      const std::optional<double> seconds = parse_decimal(value);
      if (std::string_view(value) == "unlimited") return "";
      if (!seconds || *seconds <= 0 || *seconds > kMaxSeconds) {
        return std::string("-d wants a number of seconds above 0, not \"") + value + "\"";
      }
      options.duration_seconds = *seconds;
      return "";
    }
    case 'r': {
      const std::optional<double> rate = parse_decimal(value);
      if (!rate || *rate <= 0 || *rate > kMaxRate) {
        return std::string("-r wants samples a second, above 0 and up to 1000000, not \"") + value +
               "\"";
      }
      options.rate_hertz = *rate;
      return "";
    }
    case 'o':
      options.output = value;
      return options.output.empty() ? "-o wants the name of a file" : instead_of_output(value);
    case kRing:
      options.ring_seconds = parse_time(value);
      return options.ring_seconds > 0
                 ? ""
                 : std::string("--ring wants a time like 30s or 5m, not \"") + value + "\"";
    case kRedact:
      return parse_redaction(value, options.privacy.redaction)
                 ? ""
                 : std::string("--redact is strict, default or none, not \"") + value + "\"";
    case kEnv:
      options.privacy.environment.emplace_back(value);
      return "";
    case kAtEnd:
      return parse_at_end(value, options.at_end)
                 ? ""
                 : std::string("--at-end is wait, leave or terminate, not \"") + value + "\"";
    case kAsRoot:
      options.as_root = true;
      return "";
    case 'n':
      options.native = true;
      return "";
    case kForce:
      options.force = true;
      return "";
    case kNonblocking:
      options.strategy = Strategy::kNonblocking;
      return "";
    case kBlocking:
      options.strategy = Strategy::kBlocking;
      return "";
    case kRealtime:
      options.realtime = true;
      return "";
    case kMaxCpu: {
      const std::optional<double> percent = parse_decimal(value);
      if (!percent || *percent <= 0 || *percent > 100) {
        return std::string("--max-cpu wants a percentage of a CPU, above 0 and up to 100, not \"") +
               value + "\"";
      }
      options.max_cpu_percent = *percent;
      return "";
    }
    case kMaxSize:
      options.max_size_bytes = parse_size(value);
      return options.max_size_bytes != 0 ? "" : std::string(kSizeProblem) + value + "\"";
    case kMaxMemory:
      options.max_memory_bytes = parse_size(value);
      return options.max_memory_bytes != 0 ? "" : std::string(kSizeProblem) + value + "\"";
    case kSnapshot:
      options.snapshot = true;
      return "";
    case kCount: {
      const std::optional<uint32_t> count = parse_whole(value, kMaxCount);
      if (!count)
        return std::string("--count wants a whole number from 1 on, not \"") + value + "\"";
      options.snapshot_count = *count;
      return "";
    }
    case kLocals:
      options.locals = true;
      return "";
    case kValueLength:
      return parse_limit("--value-length", value, options.value_limits.length);
    case kValueItems:
      return parse_limit("--value-items", value, options.value_limits.items);
    case kValueDepth:
      return parse_limit("--value-depth", value, options.value_limits.depth);
    case kEvery:
      options.snapshot_seconds = parse_time(value);
      return options.snapshot_seconds > 0
                 ? ""
                 : std::string("--every wants a time like 1s or 5m, not \"") + value + "\"";
    case kCore:
      options.core = value;
      return options.core.empty() ? "--core wants the name of a file" : "";
    case kExecutable:
      options.core_places.executable = value;
      return "";
    case kSysroot:
      options.core_places.sysroot = value;
      return "";
    case kSearchDirectory:
      options.core_places.search_directories.emplace_back(value);
      return "";
    case kExplain:
      options.explain = true;
      return "";
    case 'q':
      options.quiet = true;
      return "";
    case 'h':
      options.show_help = true;
      return "";
    case 'V':
      options.show_version = true;
      return "";
    default:
      return "?";
  }
}

// Why the options cannot be those of a core file; empty where they can.
std::string core_problem(const CaptureOptions& options) {
  const CorePlaces& places = options.core_places;
  if (options.core.empty()) {
    const bool has_places =
        !places.executable.empty() || !places.sysroot.empty() || !places.search_directories.empty();
    return has_places ? "--executable, --sysroot and --search-dir go with --core" : "";
  }
  if (options.subprocesses || options.ring_seconds > 0 || options.duration_seconds > 0 ||
      options.snapshot_count > 1) {
    return "--core is of one process at one moment: -d, --ring, --count and --subprocesses do not "
           "go "
           "with it";
  }
  return "";
}

// Why the options cannot be those of a snapshot; empty where they can.
std::string snapshot_problem(CaptureOptions& options) {
  if (!options.core.empty()) return "";
  if (!options.snapshot) return options.locals ? "--locals are of moments: add --snapshot" : "";
  if (options.locals && options.strategy == Strategy::kNonblocking) {
    return "--locals needs threads that stand: it does not go with --nonblocking";
  }
  if (!options.program.empty()) return "--snapshot looks at processes that run: give -p PID";
  if (options.ring_seconds > 0 || options.duration_seconds > 0) {
    return "--snapshot is of moments: -d and --ring do not go with it";
  }
  if (options.strategy != Strategy::kNonblocking) options.strategy = Strategy::kStandstill;
  options.rate_hertz = 1 / options.snapshot_seconds;
  return "";
}

}  // namespace

Result<CaptureOptions> parse_options(int argc, char** argv) {
  CaptureOptions options;
  // "record" is what py-spy calls it, and what this does in any case.
  if (argc > 1 && std::string_view(argv[1]) == "record") {
    argv[1] = argv[0];
    --argc;
    ++argv;
  }
  // '+': the first word that is no option begins the program. ':': tells a missing value apart.
  constexpr const char* kShortOptions = "+:p:sSd:r:o:nqhV";
  opterr = 0;
  optind = 0;  // from the beginning, also when it was called before
  for (;;) {
    const int at = std::max(optind, 1);  // getopt makes 1 of 0 itself
    const int option = ::getopt_long(argc, argv, kShortOptions, kLongOptions.data(), nullptr);
    if (option == -1) break;
    if (option == ':') return usage(std::string(argv[at]) + " wants a value");
    if (option == '?') {
      const std::string instead = instead_of_option(argv[at], static_cast<char>(optopt));
      return usage(instead.empty() ? std::string("unknown option ") + argv[at] : instead);
    }
    if (std::string problem = apply(option, optarg, options); !problem.empty()) {
      return usage(std::move(problem));
    }
  }
  options.arguments.assign(argv + 1, argv + optind);
  options.program.assign(argv + optind, argv + argc);
  if (!options.program.empty() && std::string_view(argv[optind - 1]) != "--") {
    std::string instead = instead_of_command(options.program[0]);
    if (!instead.empty()) return usage(std::move(instead));
  }
  if (options.show_help || options.show_version) return options;
  const int targets =
      !options.pids.empty() + !options.program.empty() + !options.core.empty() + options.all;
  if (targets > 1) return usage("give process ids, a program, a core file or --all: one of them");
  if (options.explain && options.pids.size() != 1) {
    return usage("--explain looks at one process: --explain -p PID");
  }
  std::string problem = core_problem(options);
  if (problem.empty()) problem = snapshot_problem(options);
  if (!problem.empty()) {
    return usage(std::move(problem));
  }
  if (options.native && options.strategy == Strategy::kNonblocking) {
    return usage("--native needs to stop threads for a moment: it does not go with --nonblocking");
  }
  if (targets == 0) {
    return usage("what is to be recorded? Give -p PID, or -- PROGRAM ARGUMENT...");
  }
  return options;
}

}  // namespace pyspy
