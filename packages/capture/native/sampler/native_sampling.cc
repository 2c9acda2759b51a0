// SPDX-License-Identifier: MIT
#include "sampler/native_sampling.h"

#include <algorithm>

#include "symbols/function_symbols.h"
#include "wire/pspy_fields.h"

namespace pyspy {
namespace {

constexpr size_t kLongestRemembered = 16384;
constexpr size_t kMostActivations = 8192;
// Where there is the first, the second only calls it.
constexpr const char* kEvaluationFunctions[] = {"_PyEval_EvalFrameDefault", "PyEval_EvalFrameEx"};

// Empty where that is not in the copy.
std::span<const uint8_t> part_of(const KeptStack& kept, Address address, size_t length) {
  const Address offset = address - kept.extent.start;
  if (offset > kept.bytes.size() || kept.bytes.size() - offset < length) return {};
  return {kept.bytes.data() + offset, length};
}

}  // namespace

void NativeStack::forget() {
  frames.clear();
  hosted.clear();
  state_flags = fields::kStateNativeTruncated;
  settled = false;
}

bool NativeSampling::add_stack_to(ReadPlan& plan, const machine::Registers& registers,
                                  Address thread_pointer, uint64_t now_nanos, KeptStack& kept) {
  kept.extent = stacks_.extent(registers[machine::kStackPointer], thread_pointer, now_nanos);
  if (kept.extent.length == 0) return false;
  plan_offset_ = plan.add(kept.extent.start, kept.extent.length);
  return true;
}

void NativeSampling::keep_stack(const ReadPlan& plan, KeptStack& kept) const {
  const uint8_t* bytes = plan.at(plan_offset_);
  kept.bytes.assign(bytes, bytes + kept.extent.length);
}

void NativeSampling::remember(const KeptStack& kept, const machine::Registers& registers,
                              BlockedRegisters& blocked) {
  const Address from = registers[machine::kStackPointer];
  const Address length = registers[machine::kFramePointer] + 2 * sizeof(Address) - from;
  blocked.stack.clear();
  if (length > kLongestRemembered) return;
  blocked.registers = registers;
  const auto bytes = part_of(kept, from, length);
  blocked.stack.assign(bytes.begin(), bytes.end());
}

void NativeSampling::recall(const KeptStack& kept, const BlockedRegisters& blocked,
                            machine::Registers& registers) {
  if (blocked.stack.empty() ||
      blocked.registers[machine::kStackPointer] != registers[machine::kStackPointer] ||
      blocked.registers[machine::kReturnAddress] != registers[machine::kReturnAddress]) {
    return;
  }
  const auto now = part_of(kept, registers[machine::kStackPointer], blocked.stack.size());
  if (std::equal(now.begin(), now.end(), blocked.stack.begin(), blocked.stack.end())) {
    registers = blocked.registers;
  }
}

UnwindEnd NativeSampling::unwind_kept(const KeptStack& kept, const machine::Registers& registers,
                                      const StackReader* python, NativeStack& native,
                                      uint64_t now_nanos) {
  const StackCopy copy = {kept.extent.start, kept.bytes};
  const UnwindEnd end = stacks_.unwind_copy(registers, copy, frames_, now_nanos);
  const bool whole = end == UnwindEnd::kComplete;
  native.state_flags = whole ? 0 : fields::kStateNativeTruncated;
  native.hosted.clear();
  if (python != nullptr && !pair(*python, copy, whole, native)) {
    native.state_flags |= fields::kStateMergeMismatch;
  }
  native.settled = true;
  native.frames.clear();
  for (const NativeFrame& frame : frames_) {
    const CodeRange* code = frame.code;
    NativePlace& place = native.frames.emplace_back();
    place.address = frame.instruction;
    place.flags = frame.flags;
    if (code == nullptr || code->file == nullptr) continue;
    place.file = code->file;
    place.bias = code->bias;
    place.address -= code->bias;
  }
  return end;
}

bool NativeSampling::pair(const StackReader& python, const StackCopy& copy, bool whole,
                          NativeStack& native) {
  const Layout& layout = runtime_.layout;
  if (layout.has_chunks()) {
    if (layout.has_entry_frames()) {
      find_entry_frames(python);
    } else {
      find_cframes(python, copy);
    }
    return assign_segments(python) && pair_by_records(frames_, records_, whole, native.hosted);
  }
  if (!evaluation_) evaluation_ = find_evaluation();
  if (!evaluation_) return false;
  return pair_by_count(frames_, *evaluation_, static_cast<uint32_t>(python.frames().size()), whole,
                       native.hosted);
}

void NativeSampling::find_entry_frames(const StackReader& python) {
  records_.clear();
  for (const Activation& activation : python.activations()) {
    // The last frame of a thread's chain may belong to its state (3.15), and lie on no stack.
    if (activation.runs_frames) records_.push_back({activation.address, 0});
  }
}

// In 3.11 each activation has a _PyCFrame { use_tracing, current_frame, previous } on its stack;
// the outermost one is in the thread's state.
void NativeSampling::find_cframes(const StackReader& python, const StackCopy& copy) {
  const auto previous = static_cast<Address>(runtime_.layout.cframe_current_frame) + 8;
  records_.clear();
  Address next = 0;
  for (Address at = python.cframe(); copy.read(at + previous, next); at = next) {
    if (records_.size() == kMostActivations) return;
    records_.push_back({at, 0});
  }
}

// Gives each record its segment of frames. False where they are not as many.
bool NativeSampling::assign_segments(const StackReader& python) {
  const auto frames = python.frames();
  size_t segments = 0;
  for (const RawFrame& frame : frames) segments += (frame.flags & fields::kFrameEntry) != 0;
  // The innermost activation may not have its frame yet.
  const bool without_frame = records_.size() == segments + 1;
  if (records_.size() != segments && !without_frame) return false;
  size_t record = without_frame ? 1 : 0;
  for (size_t i = 0; i < frames.size(); ++i) {
    if ((frames[i].flags & fields::kFrameEntry) == 0) continue;
    records_[record++].end = static_cast<uint32_t>(i + 1);
  }
  return record == records_.size();
}

// Before 3.11 an activation leaves no record on its stack: it is known by its function.
std::optional<std::vector<CodeSpan>> NativeSampling::find_evaluation() {
  for (const CodeRange& range : stacks_.code().ranges()) {
    if (range.file == nullptr || range.file->path() != runtime_.file) continue;
    std::vector<CodeSpan> found;
    if (range.file->elf() == nullptr) return found;
    for (const char* name : kEvaluationFunctions) {
      for (const FunctionSymbol& symbol : functions_named(*range.file->elf(), name)) {
        const Address start = symbol.start + range.bias;
        found.push_back({start, start + symbol.size});
      }
      if (!found.empty()) break;
    }
    return found;
  }
  return std::nullopt;
}

}  // namespace pyspy
