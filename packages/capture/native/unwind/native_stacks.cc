// SPDX-License-Identifier: MIT
#include "unwind/native_stacks.h"

#include <algorithm>

#include "base/clock.h"

namespace pyspy {
namespace {

// 60 frames take some 20 KB; a deep recursion of C code is cut, and flagged.
constexpr size_t kLongestCopy = 512U << 10U;
// Mappings are read again when something is met that they do not have, at most so often; and now
// and then in any case, since a library may be unloaded and another take its place.
constexpr uint64_t kLeastRefreshNanos = 20'000'000;
constexpr uint64_t kRefreshNanos = kNanosPerSecond;

}  // namespace

void NativeStacks::refresh(uint64_t now_nanos) {
  refreshed_nanos_ = now_nanos;
  Result<std::vector<MappedRegion>> regions = mappings_.regions();
  if (!regions) return;
  code_.refresh(*regions);
  writable_.clear();
  for (MappedRegion& region : *regions) {
    if (region.readable && region.writable) writable_.push_back(std::move(region));
  }
}

const MappedRegion* NativeStacks::region_of(Address address) const {
  const auto after = std::upper_bound(
      writable_.begin(), writable_.end(), address,
      [](Address value, const MappedRegion& region) { return value < region.start; });
  if (after == writable_.begin()) return nullptr;
  const MappedRegion& region = *(after - 1);
  return address < region.end ? &region : nullptr;
}

NativeStacks::Extent NativeStacks::extent(Address stack_pointer, Address thread_pointer,
                                          uint64_t now_nanos) {
  if (now_nanos - refreshed_nanos_ > kRefreshNanos) refresh(now_nanos);
  const MappedRegion* region = region_of(stack_pointer);
  // The main thread's stack grows: its mapping is longer than it was.
  if (region == nullptr && now_nanos - refreshed_nanos_ > kLeastRefreshNanos) {
    refresh(now_nanos);
    region = region_of(stack_pointer);
  }
  if (region == nullptr) return {};
  // A C library keeps what it knows of a thread at the end of the stack that it made for it.
  const bool ends_at_thread = thread_pointer > stack_pointer && thread_pointer < region->end;
  const Address end = ends_at_thread ? thread_pointer : region->end;
  const Address start = std::max(region->start, stack_pointer - machine::kRedZoneBytes);
  return {start, std::min<size_t>(end - start, kLongestCopy)};
}

UnwindEnd NativeStacks::unwind_copy(const machine::Registers& registers, const StackCopy& stack,
                                    std::vector<NativeFrame>& frames, uint64_t now_nanos) {
  const UnwindEnd end = unwind(registers, stack, code_, frames);
  const bool unknown = !frames.empty() && frames.back().code == nullptr;
  if (!unknown || now_nanos - refreshed_nanos_ < kLeastRefreshNanos) return end;
  refresh(now_nanos);
  return unwind(registers, stack, code_, frames);
}

}  // namespace pyspy
