// SPDX-License-Identifier: MIT
#include "cpython/stack_reader.h"

#include <algorithm>

#include "base/flat_map.h"
#include "wire/pspy_fields.h"

namespace pyspy {
namespace {

// Stack memory that is read per copy; 40 frames take 4 KB.
constexpr uint32_t kMaxChunkBytes = 1U << 20U;
constexpr size_t kMaxChunks = 64;
constexpr uint32_t kLeastChunk = 16384;
// A new frame fits in this much beyond the top of the stack, mostly.
constexpr uint32_t kChunkSlack = 512;
// Frames outside of chunks that are kept in the plan after they were last seen, as evaluations and
// as a number: generators resume, and before 3.11 calls of a function tend to reuse its frame.
constexpr uint32_t kKeepEvaluations = 64;
constexpr size_t kMaxSpareFrames = 24;

// struct _stack_chunk { previous; size_t size; size_t top; PyObject *data[]; } (3.11+)
constexpr uint32_t kChunkHeader = 24;
constexpr uint32_t kChunkPrevious = 0;
constexpr uint32_t kChunkTop = 16;

Address load_address(const uint8_t* base, int32_t offset) { return load<Address>(base + offset); }

}  // namespace

StackReader::StackReader(const Layout& layout, Address tstate)
    : layout_(layout), tstate_(tstate), bytecode_(layout) {
  // datastack_top follows datastack_chunk.
  tstate_size_ =
      static_cast<uint32_t>(std::max({layout.tstate_next, layout.tstate_frame, layout.tstate_cframe,
                                      layout.tstate_datastack_chunk + 8, layout.tstate_exception,
                                      layout.tstate_exc_info, layout.tstate_exc_state}) +
                            8);
  frame_low_ = layout.frame_code;
  const auto include = [&](int32_t offset, int32_t width) {
    if (offset == Layout::kAbsent) return;
    frame_low_ = std::min(frame_low_, offset & ~7);
    frame_high_ = std::max(frame_high_, (offset + width + 7) & ~7);
  };
  include(layout.frame_code, 8);
  include(layout.frame_previous, 8);
  include(layout.frame_instruction, layout.has_chunks() ? 8 : 4);
  include(layout.frame_owner, 1);
  include(layout.frame_is_entry, 1);
  include(layout.frame_stack_top, layout.has_tagged_references() ? 8 : 4);
  include(layout.frame_generator, 8);
  include(layout.frame_state, 1);
  include(layout.frame_copy_index, 4);
  outside_.resize(static_cast<size_t>(frame_high_ - frame_low_));
}

void StackReader::forget() {
  regions_.clear();
  copy_size_ = 0;
  cframe_ = 0;
  chunk_ = 0;
}

void StackReader::add_to(ReadPlan& plan) {
  copy_size_ = 0;
  for (Region& region : regions_) {
    // Here and no sooner: where a copy holds a frame depends on the lengths it was planned with.
    if (region.newest) region.length = chunk_length(height_);
    region.offset = copy_size_;
    copy_size_ += region.length;
  }
  tstate_a_ = plan.add(tstate_, tstate_size_);
  if (cframe_ != 0) cframe_a_ = plan.add(cframe_, 16);
  copy_1_ = plan.size();
  for (const Region& region : regions_) plan.add(region.start, region.length);
  copy_2_ = plan.size();
  for (const Region& region : regions_) plan.add(region.start, region.length);
  if (cframe_ != 0) cframe_b_ = plan.add(cframe_, 16);
  tstate_b_ = plan.add(tstate_, tstate_size_);
}

Address StackReader::current_frame(const uint8_t* tstate, const uint8_t* cframe) const {
  if (!layout_.has_cframe()) return load_address(tstate, layout_.tstate_frame);
  return cframe_ == 0 ? 0 : load_address(cframe, layout_.cframe_current_frame);
}

// struct _PyErr_StackItem begins with the exception (3.11+), or its type.
void StackReader::read_exceptions(RemoteMemory& memory, const uint8_t* tstate) {
  raised_exception_ = load_address(tstate, layout_.tstate_exception);
  handled_exception_ = load_address(tstate, layout_.tstate_exc_state);
  if (layout_.tstate_exc_info == Layout::kAbsent) return;
  const Address item = load_address(tstate, layout_.tstate_exc_info);
  const Address outermost = tstate_ + static_cast<Address>(layout_.tstate_exc_state);
  // A generator has an item of its own. What is handled outside of it is handled all the same.
  if (item == outermost || item == 0) return;
  Address inner = 0;
  if (memory.read_value(item, inner) && inner != 0) handled_exception_ = inner;
}

// True when the chunks and the C frame of the thread are those that the plan was made for.
bool StackReader::expects(const uint8_t* tstate) {
  if (layout_.has_cframe() && load_address(tstate, layout_.tstate_cframe) != cframe_) return false;
  if (!layout_.has_chunks()) return true;
  if (load_address(tstate, layout_.tstate_datastack_chunk) != chunk_) return false;
  if (chunk_ == 0) return true;
  const uint64_t used = load_address(tstate, layout_.tstate_datastack_chunk + 8) - chunk_;
  const auto newest = std::find_if(regions_.begin(), regions_.end(),
                                   [](const Region& region) { return region.newest; });
  if (newest == regions_.end() || used > newest->length) return used > kMaxChunkBytes;
  // The next plan follows the height of the stack: up at once, down slowly.
  height_ = static_cast<uint32_t>(used);
  high_water_ = std::max(height_, high_water_ - high_water_ / 32);
  return true;
}

// How much of the newest chunk to read: beyond what is used, since the stack may grow, but not
// beyond a chunk's least size, 16 KB, which may be the end of a mapping.
uint32_t StackReader::chunk_length(uint32_t height) const {
  return std::max(height, std::min(high_water_ + kChunkSlack, kLeastChunk));
}

// True of a list of chunks that goes in a circle: it was read while it changed.
bool StackReader::overlaps_chunk(Address start, uint32_t length) const {
  return std::any_of(regions_.begin(), regions_.end(), [&](const Region& region) {
    return region.chunk && start < region.start + region.length && region.start < start + length;
  });
}

void StackReader::plan_chunks(RemoteMemory& memory, const uint8_t* tstate) {
  cframe_ = layout_.has_cframe() ? load_address(tstate, layout_.tstate_cframe) : 0;
  std::erase_if(regions_, [](const Region& region) { return region.chunk; });
  if (!layout_.has_chunks()) return;
  chunk_ = load_address(tstate, layout_.tstate_datastack_chunk);
  const uint64_t used = load_address(tstate, layout_.tstate_datastack_chunk + 8) - chunk_;
  // A height that cannot be right is one that was read while it changed. To plan for it would make
  // the whole plan unreadable; its frames are found one by one.
  if (chunk_ != 0 && used <= kMaxChunkBytes) {
    height_ = static_cast<uint32_t>(used);
    high_water_ = std::max(height_, high_water_);
    regions_.push_back({chunk_, chunk_length(height_), 0, true, true, evaluation_});
  }
  uint32_t total = 0;
  uint8_t header[kChunkHeader];
  Address chunk = chunk_;
  for (size_t chunks = 0; chunk != 0 && chunks < kMaxChunks; ++chunks) {
    if (!memory.read(chunk, header, sizeof header)) break;
    chunk = load<Address>(header + kChunkPrevious);
    if (chunk == 0 || !memory.read(chunk, header, sizeof header)) break;
    const uint64_t words = load<uint64_t>(header + kChunkTop);
    if (words > kMaxChunkBytes / 8) break;
    const uint32_t length = kChunkHeader + static_cast<uint32_t>(words) * 8;
    total += length;
    if (total > kMaxChunkBytes || overlaps_chunk(chunk, length)) break;
    regions_.push_back({chunk, length, 0, true, false, evaluation_});
  }
}

// How many frames, from the root, both copies agree on.
size_t StackReader::common_frames() const {
  const auto& a = first_.frames;
  const auto& b = second_.frames;
  return static_cast<size_t>(std::mismatch(a.rbegin(), a.rend(), b.rbegin(), b.rend()).first -
                             a.rbegin());
}

void StackReader::keep_common_root() {
  auto& a = first_.frames;
  if (!first_.complete || !second_.complete) {
    a.clear();
    return;
  }
  a.erase(a.begin(), a.end() - static_cast<std::ptrdiff_t>(common_frames()));
}

void StackReader::learn_regions() {
  std::sort(missing_.begin(), missing_.end());
  missing_.erase(std::unique(missing_.begin(), missing_.end()), missing_.end());
  // Not only when a stack is accepted: of a thread that always moves none may be, for long.
  drop_stale_frames();
  const auto length = static_cast<uint32_t>(outside_.size());
  for (const Address frame : missing_) {
    regions_.push_back(
        {frame + static_cast<Address>(frame_low_), length, 0, false, false, evaluation_});
  }
  std::sort(regions_.begin(), regions_.end(),
            [](const Region& a, const Region& b) { return a.start < b.start; });
  // A frame that a chunk has come to cover, or that was learned twice. Not one that a chunk covers
  // in part: an older chunk may have grown since it was planned.
  Address end = 0;
  std::erase_if(regions_, [&](const Region& region) {
    const Address region_end = region.start + region.length;
    if (region.start < end && region_end <= end && !region.chunk) return true;
    end = std::max(end, region_end);
    return false;
  });
  missing_.clear();
}

void StackReader::drop_stale_frames() {
  size_t spare = 0;
  for (const Region& region : regions_) spare += !region.chunk && region.last_used != evaluation_;
  const uint32_t keep = spare > kMaxSpareFrames ? 1 : kKeepEvaluations;
  if (spare == 0) return;
  std::erase_if(regions_, [&](const Region& region) {
    return !region.chunk && evaluation_ - region.last_used > keep;
  });
}

StackReader::Outcome StackReader::evaluate(RemoteMemory& memory, const ReadPlan& plan,
                                           bool stopped) {
  ++evaluation_;
  last_region_ = 0;
  const uint8_t* a = plan.at(tstate_a_);
  const uint8_t* b = plan.at(tstate_b_);
  next_thread_ = load_address(a, layout_.tstate_next);
  read_exceptions(memory, b);
  if (!expects(a)) {
    plan_chunks(memory, b);
    learn_regions();
    first_.frames.clear();
    return Outcome::kLearned;
  }
  // Behind the copies the C frame may be another one: what the plan read of the old one is stale.
  const bool same_cframe =
      !layout_.has_cframe() || load_address(b, layout_.tstate_cframe) == cframe_;
  const Address top_a = current_frame(a, plan.at(cframe_a_));
  const Address top_b = current_frame(b, plan.at(cframe_b_));
  const uint8_t* copy = plan.at(copy_1_);
  walk(memory, copy, top_a, first_, true);
  const bool learned = !missing_.empty();
  if (learned && stopped) {
    learn_regions();
    if (!first_.complete) return Outcome::kFailed;
    return first_.stale ? Outcome::kMoved : Outcome::kAccepted;
  }
  const uint8_t* copy_2 = plan.at(copy_2_);
  const bool same_top = same_cframe && top_a == top_b;
  const bool stood = !learned && same_top && stood_still(copy, copy_2, top_a);
  if (!stood) walk(memory, copy_2, top_b, second_, learned);
  if (!learned) {
    const bool agreed = stood || (same_top && equal_chains());
    const size_t added = layout_.marks_running() ? add_callees(memory, copy) : 0;
    if (added > 0 && stood) walk(memory, copy_2, top_b, second_, false);
    const bool certain = layout_.marks_running() && (added > 0 || !agreed) && is_certain(copy);
    if (agreed && !certain) drop_innermost(added);
    if (agreed || certain) {
      drop_stale_frames();
      return is_believed(stopped) ? Outcome::kAccepted : Outcome::kUnconfirmed;
    }
  }
  unconfirmed_links_.clear();
  const bool readable = first_.complete || second_.complete;
  keep_common_root();
  if (learned) learn_regions();
  if (!readable) return Outcome::kFailed;
  return learned ? Outcome::kLearned : Outcome::kMoved;
}

}  // namespace pyspy
