// SPDX-License-Identifier: MIT
#include "cpython/runtime.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "process/elf_file.h"

namespace pyspy {
namespace {

constexpr size_t kMaxInterpreters = 4096;
constexpr size_t kMaxThreads = 65536;
// PyThreadState.interp stands here in every version from 3.6 on.
constexpr int32_t kTstateInterp = 16;

// sizeof(_PyRuntimeState) of versions that have no other mark of their version.
struct Fingerprint {
  uint64_t runtime_size;
  uint32_t minor;
};
constexpr std::array kFingerprints = {Fingerprint{1520, 7}, Fingerprint{1464, 8},
                                      Fingerprint{656, 9}, Fingerprint{672, 10}};

std::string version_text(uint32_t hex_version) {
  return std::to_string(hex_version >> 24U) + "." + std::to_string((hex_version >> 16U) & 0xffU);
}

// "python3.10" or "libpython3.10.so.1.0" to 10; 0 where the name has no version.
uint32_t minor_from_name(const std::string& path) {
  const size_t at = path.rfind("python3.");
  if (at == std::string::npos) return 0;
  return static_cast<uint32_t>(parse_number(std::string_view(path).substr(at + 8)));
}

// A file of the process that holds an interpreter, open.
struct Candidate {
  ElfFile elf;
  Address bias = 0;
  Address runtime = 0;
  uint64_t runtime_size = 0;
};

std::optional<Candidate> open_candidate(pid_t pid, const MappedFile& file) {
  std::optional<ElfFile> elf = ElfFile::open(open_mapped_file(pid, file));
  if (!elf) return std::nullopt;
  const std::optional<Address> bias = elf->load_bias(file.regions);
  if (!bias) return std::nullopt;
  const auto symbol = elf->symbol("_PyRuntime");
  const auto section = elf->section(".PyRuntime");
  if (!symbol && !section) return std::nullopt;
  const Address runtime = *bias + (section ? section->address : symbol->address);
  const uint64_t size = symbol ? symbol->size : section->size;
  return Candidate{std::move(*elf), *bias, runtime, size};
}

// Version of an interpreter before 3.13: Py_Version (3.11+), else the size of its runtime, else
// the name of its file.
uint32_t version_without_offsets(const Candidate& candidate, const std::string& path,
                                 RemoteMemory& memory) {
  if (const auto symbol = candidate.elf.symbol("Py_Version")) {
    uint32_t version = 0;
    if (memory.read_value(candidate.bias + symbol->address, version)) return version;
  }
  for (const Fingerprint& known : kFingerprints) {
    if (known.runtime_size == candidate.runtime_size) return 0x03000000U | (known.minor << 16U);
  }
  return 0x03000000U | (minor_from_name(path) << 16U);
}

Result<Layout> read_layout(const Candidate& candidate, const std::string& path,
                           RemoteMemory& memory) {
  std::array<uint8_t, kDebugOffsetsSize> start{};
  const size_t size = std::min<uint64_t>(start.size(), candidate.runtime_size);
  if (!memory.read(candidate.runtime, start.data(), size)) {
    return Error{ErrorCode::kPermission, "its memory may not be read"};
  }
  const std::span<const uint8_t> bytes(start.data(), size);
  const bool describes_itself = has_debug_offsets_cookie(bytes);
  std::optional<Layout> layout;
  uint32_t version = 0;
  if (describes_itself) {
    version = load_or_zero<uint32_t>(bytes, 8);
    layout = layout_from_debug_offsets(bytes);
  } else {
    version = version_without_offsets(candidate, path, memory);
    layout = layout_from_table(version >> 24U, (version >> 16U) & 0xffU);
  }
  const std::string name = "its interpreter, CPython " + version_text(version) + " (" + path + "),";
  if (!layout) {
    return Error{ErrorCode::kUnsupported,
                 describes_itself ? name +
                                        " describes itself with offsets that this agent does "
                                        "not know or that cannot be right"
                                  : name + " is not supported: 3.9 to 3.15 are"};
  }
  if (layout->free_threaded) {
    return Error{ErrorCode::kUnsupported, name + " is a free-threaded build: not supported yet"};
  }
  return *layout;
}

// Likely files first: most processes map a hundred libraries, one of which is Python.
constexpr int kUnlikely = 2;
int likelihood(const MappedFile& file) {
  if (file.path.find("libpython") != std::string::npos) return 0;
  return file.path.find("python") != std::string::npos ? 1 : kUnlikely;
}

// An interpreter from the time before _PyRuntime.
bool is_old_python(pid_t pid, const MappedFile& file) {
  const std::optional<ElfFile> elf = ElfFile::open(open_mapped_file(pid, file));
  return elf && elf->symbol("Py_GetVersion") && elf->symbol("PyEval_EvalFrameEx");
}

bool read_interpreter(const Runtime& runtime, RemoteMemory& memory, Address interp,
                      RuntimeThreads& found) {
  const Layout& layout = runtime.layout;
  InterpreterAddress& interpreter = found.interpreters.emplace_back();
  interpreter.interp = interp;
  Address head = 0;
  Address main = 0;
  if (!memory.read_value(interp + layout.interp_id, interpreter.id) ||
      !memory.read_value(interp + layout.interp_threads_head, head)) {
    return false;
  }
  if (layout.interp_ceval_gil == Layout::kAbsent) {
    interpreter.gil = runtime.address + layout.runtime_gil;
  } else if (!memory.read_value(interp + layout.interp_ceval_gil, interpreter.gil)) {
    return false;
  }
  if (layout.interp_threads_main != Layout::kAbsent) {
    memory.read_value(interp + layout.interp_threads_main, main);
  }
  const size_t first = found.threads.size();
  for (Address tstate = head; tstate != 0;) {
    Address owner = 0;
    Address next = 0;
    if (!memory.read_value(tstate + kTstateInterp, owner) || owner != interp ||
        !memory.read_value(tstate + layout.tstate_next, next)) {
      return false;
    }
    if (found.threads.size() >= kMaxThreads) return false;
    found.threads.push_back({tstate, interp, tstate == main});
    tstate = next;
  }
  // Before 3.14 the main thread is the oldest of the main interpreter: the last of its list.
  if (main == 0 && interpreter.id == 0 && found.threads.size() > first) {
    found.threads.back().main = true;
  }
  return true;
}

}  // namespace

Result<Runtime> find_runtime(pid_t pid, RemoteMemory& memory,
                             const std::vector<MappedRegion>& regions) {
  std::vector<MappedFile> files = mapped_files(regions);
  std::stable_sort(files.begin(), files.end(), [](const MappedFile& a, const MappedFile& b) {
    return likelihood(a) < likelihood(b);
  });
  for (const MappedFile& file : files) {
    const std::optional<Candidate> candidate = open_candidate(pid, file);
    if (!candidate) continue;
    Result<Layout> layout = read_layout(*candidate, file.path, memory);
    if (!layout) return layout.error();
    return Runtime{candidate->runtime, *layout, file.path};
  }
  for (const MappedFile& file : files) {
    if (likelihood(file) < kUnlikely && is_old_python(pid, file)) {
      return Error{ErrorCode::kUnsupported, "its interpreter (" + file.path +
                                                ") is older than CPython 3.7 and not supported: "
                                                "3.9 to 3.15 are"};
    }
  }
  return Error{ErrorCode::kNotPython, "none of its " + std::to_string(files.size()) +
                                          " mapped files holds a Python interpreter"};
}

Result<RuntimeThreads> read_threads(const Runtime& runtime, RemoteMemory& memory) {
  RuntimeThreads found;
  Address interp = 0;
  if (!memory.read_value(runtime.address + runtime.layout.runtime_interpreters_head, interp)) {
    return Error{ErrorCode::kNotReady, "its interpreter cannot be read any more"};
  }
  while (interp != 0 && found.interpreters.size() < kMaxInterpreters) {
    Address next = 0;
    if (!read_interpreter(runtime, memory, interp, found) ||
        !memory.read_value(interp + runtime.layout.interp_next, next)) {
      return Error{ErrorCode::kNotReady, "its thread list does not add up"};
    }
    interp = next;
  }
  if (found.threads.empty()) {
    return Error{ErrorCode::kNotReady, "its interpreter has no thread yet"};
  }
  return found;
}

}  // namespace pyspy
