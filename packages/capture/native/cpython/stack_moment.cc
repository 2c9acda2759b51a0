// SPDX-License-Identifier: MIT
//
// What one copy of stack memory tells by itself. Two copies that agree prove a stack, and prefer
// what stands longer than they are apart: of a function that takes less, few samples would be left.
// So where only the innermost frames have changed from one copy to the other, the first one
// decides.
#include <algorithm>

#include "base/flat_map.h"
#include "cpython/stack_reader.h"
#include "wire/pspy_fields.h"

namespace pyspy {
namespace {

// Frames at the innermost end that one copy alone may tell of, see is_certain().
constexpr size_t kMaxMoving = 3;

// Bytes; larger ones are called seldom.
constexpr Address kLongestFrame = 1U << 14U;

Address load_address(const uint8_t* base, int32_t offset) { return load<Address>(base + offset); }

}  // namespace

// The beginning of a frame that lies in a chunk; null where no chunk that was read has all of it.
const uint8_t* StackReader::in_chunk(const uint8_t* copy, Address frame) {
  if (find(copy, frame) == nullptr) return nullptr;
  const Region& region = regions_[last_region_];
  if (!region.chunk || frame < region.start) return nullptr;
  return copy + region.offset + (frame - region.start);
}

// True where a frame has called the one that begins behind it: its function is still among the
// caller's values, or where it was when it was called.
bool StackReader::has_called(const uint8_t* copy, Address caller, Address callee) {
  const uint8_t* fields = in_chunk(copy, caller);
  const size_t region = last_region_;
  const uint8_t* called = in_chunk(copy, callee);
  if (fields == nullptr || called == nullptr || region != last_region_ || callee < caller) {
    return false;
  }
  const Address function = load_address(called, layout_.frame_function) & ~Address{3};
  const uint8_t* value = fields + layout_.frame_values;
  for (; value + 8 <= called; value += 8) {
    if ((load<Address>(value) & ~Address{3}) == function) return function != 0;
  }
  return false;
}

// Of the innermost frames: their size depends on their code alone.
void StackReader::learn_frame_sizes(const uint8_t* copy) {
  const size_t last = std::min(first_.frames.size(), kMaxMoving + 1);
  for (size_t i = 1; i < last; ++i) {
    if (first_.frames[i - 1].owner != 0 || first_.frames[i].owner != 0) continue;
    const Address size = first_.places[i - 1] - first_.places[i];
    if (size > kLongestFrame || !in_chunk(copy, first_.places[i])) continue;
    // The next chunk may lie right behind this one.
    const size_t chunk = last_region_;
    if (!in_chunk(copy, first_.places[i - 1]) || last_region_ != chunk) continue;
    const Address code = first_.frames[i].code;
    frame_sizes_[mix_bits(code) % frame_sizes_.size()] = {code, static_cast<uint32_t>(size)};
  }
}

// Where a frame puts those that it calls; 0: not known.
Address StackReader::end_of(const RawFrame& frame, Address place) const {
  const FrameSize& known = frame_sizes_[mix_bits(frame.code) % frame_sizes_.size()];
  return known.code == frame.code && frame.owner == 0 ? place + known.size : 0;
}

// The frame that the innermost one of the first copy had called by the time it was read; 0: none
// that is known of.
Address StackReader::callee_of_innermost(const uint8_t* copy) {
  const Address caller = first_.places[0];
  const Address place = end_of(first_.frames[0], caller);
  if (place == 0 || !has_called(copy, caller, place)) return 0;
  const uint8_t* fields = in_chunk(copy, place);
  if (fields == nullptr || fields[layout_.frame_owner] != 0) return 0;
  if (layout_.frame_is_entry != Layout::kAbsent && fields[layout_.frame_is_entry] != 0) return 0;
  return load_address(fields, layout_.frame_previous) == caller ? place : 0;
}

// Adds to the first copy what its innermost frame had called by the time it was read, and returns
// how many frames that are. One that runs has called nothing.
size_t StackReader::add_callees(RemoteMemory& memory, const uint8_t* copy) {
  if (first_.frames.empty() || first_.stale || first_.truncated) return 0;
  learn_frame_sizes(copy);
  size_t added = 0;
  while (added < kMaxMoving && !first_.running) {
    const Address place = callee_of_innermost(copy);
    if (place == 0) break;
    Walk callee;
    if (!add_frame(memory, find(copy, place), place, callee) || callee.frames.empty()) break;
    first_.frames.insert(first_.frames.begin(), callee.frames[0]);
    first_.places.insert(first_.places.begin(), place);
    first_.running = callee.running;
    ++added;
  }
  if (first_.running) return added;
  drop_innermost(added);  // somebody runs, and was not found
  return 0;
}

void StackReader::drop_innermost(size_t count) {
  const auto end = static_cast<std::ptrdiff_t>(count);
  first_.frames.erase(first_.frames.begin(), first_.frames.begin() + end);
  first_.places.erase(first_.places.begin(), first_.places.begin() + end);
}

// True where the first copy tells by itself what the stack was when it was read, but for the part
// at the root that both copies agree on.
//
// A frame says whether it runs (3.11 to 3.13), and while it does its callers stand. An interrupt
// may tear one copy too: so each link that the other copy does not have must be proven, by the
// function that a caller holds of what it called.
bool StackReader::is_certain(const uint8_t* copy) {
  const size_t size = first_.frames.size();
  if (size == 0 || first_.stale || !first_.complete || !second_.complete) return false;
  if (!first_.running) return false;
  const size_t other_size = second_.frames.size();
  const auto stands = [&](size_t depth) {
    return depth < other_size &&
           second_.places[other_size - 1 - depth] == first_.places[size - 1 - depth] &&
           second_.frames[other_size - 1 - depth].code == first_.frames[size - 1 - depth].code;
  };
  if (!stands(0)) return false;
  const size_t common = common_frames();
  if (size - common > kMaxMoving) return false;
  for (size_t depth = std::max(common, size_t{1}); depth < size; ++depth) {
    const size_t at = size - 1 - depth;
    if (stands(depth) && stands(depth - 1)) continue;
    if (first_.frames[at].owner == kFrameOwnedByGenerator) return false;
    if ((first_.frames[at].flags & fields::kFrameEntry) != 0) return false;
    if (!has_called(copy, first_.places[at + 1], first_.places[at])) return false;
  }
  return true;
}

}  // namespace pyspy
