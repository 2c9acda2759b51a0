// SPDX-License-Identifier: MIT
#include "cpython/runtime_scan.h"

#include "cpython/old_runtime.h"
#include "cpython/thread_lists.h"
#include "cpython/version_text.h"

namespace pyspy {
namespace {

constexpr size_t kWord = sizeof(Address);
// Addresses of the user half, aligned as malloc(3) does, beyond the first pages.
constexpr Address kLowest = 65536;
constexpr Address kHighest = Address{1} << 47U;

bool is_plausible(Address pointer) {
  return pointer % kWord == 0 && pointer >= kLowest && pointer < kHighest;
}

// A cheap look before the lists are walked: the interpreter's first thread points back at it.
bool leads_to_interpreter(const Layout& layout, RemoteMemory& memory, Address interp) {
  Address tstate = 0;
  Address owner = 0;
  return is_plausible(interp) && memory.read_value(interp + layout.interp_threads_head, tstate) &&
         is_plausible(tstate) && memory.read_value(tstate + layout.tstate_interp, owner) &&
         owner == interp;
}

// A thread whose current frame has a code object that says its line, as any thread that runs has.
// An interpreter of which none has one is idle in C, or none.
bool has_frame(const Layout& layout, RemoteMemory& memory, const RuntimeThreads& found) {
  for (const ThreadAddress& thread : found.threads) {
    Address frame = 0;
    if (layout.has_cframe()) {
      Address cframe = 0;
      if (!memory.read_value(thread.tstate + layout.tstate_cframe, cframe) ||
          !memory.read_value(cframe + layout.cframe_current_frame, frame)) {
        continue;
      }
    } else if (!memory.read_value(thread.tstate + layout.tstate_frame, frame)) {
      continue;
    }
    Address code = 0;
    int32_t first_line = 0;
    if (is_plausible(frame) && memory.read_value(frame + layout.frame_code, code) &&
        is_plausible(code) && memory.read_value(code + layout.code_first_line, first_line) &&
        first_line >= 0) {
      return true;
    }
  }
  return false;
}

std::optional<Runtime> scan_for_cookie(const InterpreterModule& module, RemoteMemory& memory,
                                       const CpuBudget& budget) {
  std::optional<Runtime> runtime;
  scan_variables(memory, module.variables(), kDebugOffsetsSize, budget,
                 [&](std::span<const uint8_t> bytes, Address address) {
                   for (size_t at = (0 - address) % kWord; at + kWord <= bytes.size();
                        at += kWord) {
                     if (!has_debug_offsets_cookie(bytes.subspan(at))) continue;
                     const auto layout = layout_from_debug_offsets(bytes.subspan(at));
                     if (!layout) continue;
                     runtime = runtime_at(address + at, *layout);
                     return true;
                   }
                   return false;
                 });
  return runtime;
}

// From 3.7 on the pointer to the main interpreter follows that to the newest one.
bool has_main_interpreter(const Runtime& runtime, RemoteMemory& memory,
                          const RuntimeThreads& found) {
  Address main = 0;
  return memory.read_value(runtime.interpreters_head + kWord, main) &&
         main == found.interpreters.back().interp;
}

std::optional<Runtime> scan_for_lists(const InterpreterModule& module, const Layout& layout,
                                      RemoteMemory& memory, const CpuBudget& budget) {
  // Before 3.7 another variable points to the main interpreter: what leads to most is the list.
  std::optional<Runtime> runtime;
  size_t most = 0;
  scan_variables(memory, module.variables(), kWord, budget,
                 [&](std::span<const uint8_t> bytes, Address address) {
                   for (size_t at = (0 - address) % kWord; at + kWord <= bytes.size();
                        at += kWord) {
                     if (!leads_to_interpreter(layout, memory, load<Address>(bytes.data() + at)))
                       continue;
                     if (budget.is_spent()) return true;
                     const Address head = address + at;
                     Runtime candidate;
                     if (layout.has_runtime()) {
                       candidate = runtime_at(head - layout.runtime_interpreters_head, layout);
                     } else {
                       candidate.layout = layout;
                       candidate.address = candidate.interpreters_head = head;
                     }
                     const Result<RuntimeThreads> found = read_threads(candidate, memory);
                     if (!found || !has_frame(layout, memory, *found)) continue;
                     if (layout.has_runtime() && !has_main_interpreter(candidate, memory, *found))
                       continue;
                     if (found->interpreters.size() <= most) continue;
                     most = found->interpreters.size();
                     runtime = std::move(candidate);
                   }
                   return false;
                 });
  return runtime;
}

}  // namespace

std::optional<Runtime> scan_for_runtime(const InterpreterModule& module, RemoteMemory& memory,
                                        const CpuBudget& budget, uint32_t& version) {
  const std::vector<ElfSegment> variables = module.variables();
  std::optional<Runtime> runtime = scan_for_cookie(module, memory, budget);
  if (runtime) {
    version = runtime->layout.hex_version;
  } else {
    version = find_version_text(memory, variables, budget).value_or(0);
    const auto layout = layout_from_table(version >> 24U, (version >> 16U) & 0xffU);
    if (!layout) return std::nullopt;
    runtime = scan_for_lists(module, *layout, memory, budget);
    if (!runtime) return std::nullopt;
    runtime->layout.hex_version = version;
    if (!layout->has_runtime()) add_old_variables(module, *runtime);
  }
  runtime->found_by = FoundBy::kScan;
  return runtime;
}

}  // namespace pyspy
