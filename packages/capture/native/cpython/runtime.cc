// SPDX-License-Identifier: MIT
#include "cpython/runtime.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "cpython/implementations.h"
#include "cpython/interpreter_module.h"
#include "cpython/old_runtime.h"
#include "cpython/runtime_scan.h"
#include "cpython/thread_lists.h"
#include "cpython/version_text.h"

namespace pyspy {
namespace {

// sizeof(_PyRuntimeState) of versions that have no other mark of their version in their symbols.
struct Fingerprint {
  uint64_t runtime_size;
  uint32_t minor;
};
constexpr std::array kFingerprints = {Fingerprint{1432, 7}, Fingerprint{1520, 7},
                                      Fingerprint{1464, 8}, Fingerprint{656, 9},
                                      Fingerprint{672, 10}};

// A scan of all variables takes a twentieth of that.
constexpr uint64_t kSearchNanos = 2 * kNanosPerSecond;

std::string hexadecimal(Address address) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%lx", address);
  return text;
}

// The search for the interpreter of one process.
class Search {
 public:
  Search(const Mappings& mappings, RemoteMemory& memory, Explanation* explanation)
      : mappings_(mappings), memory_(memory), explanation_(explanation) {}

  Result<Runtime> run(std::vector<MappedFile> files, Effort effort);

 private:
  enum class Stage { kRuntime, kOldRuntime, kScan };

  void explain(std::string line) {
    if (explanation_ != nullptr) explanation_->add(std::move(line));
  }
  std::optional<Result<Runtime>> look_at(const MappedFile& file, Stage stage);
  std::optional<Result<Runtime>> in_runtime(const InterpreterModule& module);
  std::optional<Result<Runtime>> in_variables(const InterpreterModule& module);
  std::optional<Result<Runtime>> by_scan(const InterpreterModule& module);
  Result<Layout> read_layout(const InterpreterModule& module, Address runtime, uint64_t size);
  Result<Layout> layout_of(uint32_t version, const InterpreterModule& module);
  uint32_t version_without_offsets(const InterpreterModule& module, uint64_t runtime_size);
  Error unsupported(uint32_t version, const std::string& path, const char* why) const;

  const Mappings& mappings_;
  RemoteMemory& memory_;
  Explanation* explanation_;
  CpuBudget budget_{kSearchNanos};
};

Error Search::unsupported(uint32_t version, const std::string& path, const char* why) const {
  return {ErrorCode::kUnsupported,
          "its interpreter, " + version_name(version) + " (" + path + "), " + why};
}

// Version of an interpreter before 3.13: Py_Version (3.11+), else the text of sys.version, else the
// size of its runtime.
uint32_t Search::version_without_offsets(const InterpreterModule& module, uint64_t runtime_size) {
  uint32_t version = 0;
  if (const auto symbol = module.symbol("Py_Version")) {
    if (memory_.read_value(symbol->address, version) && version != 0) {
      explain("  version by the symbol Py_Version: " + version_name(version));
      return version;
    }
  }
  if (const auto text = find_version_text(memory_, module.variables(), budget_)) {
    explain("  version by the text in its variables: " + version_name(*text));
    return *text;
  }
  for (const Fingerprint& known : kFingerprints) {
    if (known.runtime_size != runtime_size) continue;
    version = 0x03000000U | known.minor << 16U;
    explain("  version by the size of _PyRuntime: " + version_name(version));
    return version;
  }
  explain("  its version cannot be told");
  return 0;
}

Result<Layout> Search::layout_of(uint32_t version, const InterpreterModule& module) {
  if (version == 0) {
    return Error{ErrorCode::kNotReady,
                 "its interpreter (" + module.path() + ") does not say which version it is"};
  }
  std::optional<Layout> layout = layout_from_table(version >> 24U, (version >> 16U) & 0xffU);
  if (!layout) {
    return unsupported(version, module.path(), "is not supported: 2.3 to 2.7 and 3.3 to 3.15 are");
  }
  // Each object begins with two more pointers there (up to 3.7 all debug builds are such).
  if (module.symbol("_Py_AddToAllObjects") || module.symbol("_Py_PrintReferences")) {
    return unsupported(version, module.path(),
                       "is built to trace references (Py_TRACE_REFS), which is not supported");
  }
  layout->hex_version = version;
  return *layout;
}

Result<Layout> Search::read_layout(const InterpreterModule& module, Address runtime,
                                   uint64_t size) {
  std::array<uint8_t, kDebugOffsetsSize> start{};
  const size_t length = std::min<uint64_t>(start.size(), size);
  if (!memory_.read(runtime, start.data(), length)) {
    return Error{ErrorCode::kPermission, "its memory may not be read"};
  }
  const std::span<const uint8_t> bytes(start.data(), length);
  if (!has_debug_offsets_cookie(bytes)) {
    return layout_of(version_without_offsets(module, size), module);
  }
  const auto version = load_or_zero<uint32_t>(bytes, 8);
  explain("  it describes itself (_Py_DebugOffsets): " + version_name(version));
  const std::optional<Layout> layout = layout_from_debug_offsets(bytes);
  if (!layout) {
    return unsupported(version, module.path(),
                       "describes itself with offsets that this agent does not know or that "
                       "cannot be right");
  }
  if (layout->free_threaded) explain("  it is a free-threaded build");
  return *layout;
}

std::optional<Result<Runtime>> Search::in_runtime(const InterpreterModule& module) {
  const auto symbol = module.symbol("_PyRuntime");
  const auto section = module.section(".PyRuntime");
  if (!symbol && !section) return std::nullopt;
  const Address address = section ? section->address : symbol->address;
  explain("  _PyRuntime by " + std::string(section ? "section .PyRuntime" : "its symbol") +
          ", at " + hexadecimal(address));
  const Result<Layout> layout = read_layout(module, address, symbol ? symbol->size : section->size);
  if (!layout) return layout.error();
  Runtime runtime = runtime_at(address, *layout);
  runtime.found_by = section ? FoundBy::kSection : FoundBy::kSymbol;
  return runtime;
}

std::optional<Result<Runtime>> Search::in_variables(const InterpreterModule& module) {
  if (!is_old_interpreter(module)) return std::nullopt;
  Runtime runtime;
  if (!find_old_runtime(module, memory_, runtime)) {
    explain(
        "  an interpreter from before 3.7, but neither interp_head nor "
        "PyInterpreterState_Head() says where");
    return std::nullopt;
  }
  explain("  interp_head by " +
          std::string(runtime.found_by == FoundBy::kCode ? "the code of PyInterpreterState_Head()"
                                                         : "its symbol") +
          ", at " + hexadecimal(runtime.address));
  const Result<Layout> layout = layout_of(version_without_offsets(module, 0), module);
  if (!layout) return layout.error();
  runtime.layout = *layout;
  add_old_variables(module, runtime);
  return runtime;
}

std::optional<Result<Runtime>> Search::by_scan(const InterpreterModule& module) {
  uint32_t version = 0;
  std::optional<Runtime> runtime = scan_for_runtime(module, memory_, budget_, version);
  if (!runtime) {
    if (version != 0) {
      explain("  its variables say " + version_name(version) +
              ", but hold no list of interpreters");
    }
    return std::nullopt;
  }
  explain("  " + version_name(version) + " by a scan of its variables, at " +
          hexadecimal(runtime->address));
  return *runtime;
}

std::optional<Result<Runtime>> Search::look_at(const MappedFile& file, Stage stage) {
  const auto module = InterpreterModule::open(mappings_, memory_, file);
  if (!module) {
    if (stage == Stage::kRuntime) explain(file.path + ": not a 64-bit ELF file, or not readable");
    return std::nullopt;
  }
  if (stage == Stage::kRuntime) {
    explain(file.path + (module->is_from_memory()
                             ? ": the file is out of reach; looked at in the process's memory"
                             : ": looked at"));
  } else {
    explain(file.path + (stage == Stage::kScan ? ": variables scanned" : ": looked at once more"));
  }
  std::optional<Result<Runtime>> found;
  if (stage == Stage::kRuntime) found = in_runtime(*module);
  if (stage == Stage::kOldRuntime) found = in_variables(*module);
  if (stage == Stage::kScan) found = by_scan(*module);
  if (found && *found) (**found).file = file.path;
  return found;
}

// Likely files first: most processes map a hundred libraries, one of which is Python.
int likelihood(const MappedFile& file) {
  if (file.path.find("libpython") != std::string::npos) return 0;
  return file.path.find("python") != std::string::npos ? 1 : 2;
}

Result<Runtime> Search::run(std::vector<MappedFile> files, Effort effort) {
  const size_t without_code =
      std::erase_if(files, [](const MappedFile& f) { return !f.has_code(); });
  explain(std::to_string(files.size()) + " mapped files with code, " +
          std::to_string(without_code) + " without");
  std::stable_sort(files.begin(), files.end(), [](const MappedFile& a, const MappedFile& b) {
    return likelihood(a) < likelihood(b);
  });
  // A process may hold an interpreter that it never starts: extension modules of old versions bring
  // their libpython into a program that embeds its own. The one that runs is meant.
  std::optional<Result<Runtime>> other;
  for (const Stage stage : {Stage::kRuntime, Stage::kOldRuntime, Stage::kScan}) {
    if (stage == Stage::kScan && effort != Effort::kScan) break;
    if (stage == Stage::kOldRuntime)
      explain("No _PyRuntime in use. An interpreter from before 3.7?");
    if (stage == Stage::kScan) explain("None. A stripped or embedded interpreter?");
    for (const MappedFile& file : files) {
      if (stage == Stage::kScan && other && *other && (*other)->file == file.path) continue;
      if (budget_.is_spent()) {
        return Error{ErrorCode::kNotPython,
                     "no Python interpreter was found in it within 2 s of CPU time"};
      }
      std::optional<Result<Runtime>> found = look_at(file, stage);
      if (!found) continue;
      if (*found && read_threads(**found, memory_)) return *found;
      if (*found) explain("  but it has no threads yet");
      if (!other || (*found && !*other)) other = std::move(found);
    }
  }
  if (other) return *other;
  if (const char* name = other_implementation(files)) {
    return Error{ErrorCode::kNotPython,
                 std::string("it runs ") + name + ", and only CPython can be read"};
  }
  return Error{ErrorCode::kNotPython, "none of its " + std::to_string(files.size()) +
                                          " mapped files with code holds a Python interpreter"};
}

}  // namespace

std::string version_name(uint32_t hex_version) {
  if (hex_version == 0) return "CPython of an unknown version";
  std::string name = "CPython " + std::to_string(hex_version >> 24U) + "." +
                     std::to_string((hex_version >> 16U) & 0xffU);
  if ((hex_version & 0xffffU) != 0) name += "." + std::to_string((hex_version >> 8U) & 0xffU);
  return name;
}

Runtime runtime_at(Address address, const Layout& layout) {
  const auto at = [&](int32_t offset) {
    return offset == Layout::kAbsent ? 0 : address + static_cast<Address>(offset);
  };
  Runtime runtime;
  runtime.address = address;
  runtime.interpreters_head = at(layout.runtime_interpreters_head);
  runtime.gil = runtime.gil_waits = at(layout.runtime_gil);
  runtime.gil_waits_size = static_cast<uint32_t>(layout.gil_size);
  runtime.gc_collecting = at(layout.runtime_gc_collecting);
  runtime.layout = layout;
  return runtime;
}

Result<Runtime> find_runtime(const Mappings& mappings, RemoteMemory& memory,
                             const std::vector<MappedRegion>& regions, Effort effort,
                             Explanation* explanation) {
  return Search(mappings, memory, explanation).run(mapped_files(regions), effort);
}

}  // namespace pyspy
