// SPDX-License-Identifier: MIT
#include "cpython/stack_reader.h"

#include <algorithm>

#include "base/flat_map.h"
#include "wire/pspy_fields.h"

namespace pyspy {
namespace {

// Deeper stacks lose their root side, flagged. CPython's own default limit is 1000.
constexpr size_t kMaxFrames = 8192;
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
// Reads in a row that have to agree on who calls a generator, beside the first.
constexpr uint32_t kConfirmations = 3;

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

const uint8_t* StackReader::find(const uint8_t* copy, Address frame) {
  const Address low = frame + static_cast<Address>(frame_low_);
  // By differences: sums could wrap around at the end of the address space.
  const auto holds = [&](const Region& region) {
    return low >= region.start && low - region.start <= region.length &&
           region.length - (low - region.start) >= outside_.size();
  };
  if (last_region_ >= regions_.size() || !holds(regions_[last_region_])) {
    const auto after = std::upper_bound(
        regions_.begin(), regions_.end(), low,
        [](Address address, const Region& region) { return address < region.start; });
    if (after == regions_.begin()) return nullptr;
    const size_t at = static_cast<size_t>(after - regions_.begin()) - 1;
    if (!holds(regions_[at])) return nullptr;
    last_region_ = at;
  }
  Region& region = regions_[last_region_];
  region.last_used = evaluation_;
  return copy + region.offset + (low - region.start);
}

int32_t StackReader::instruction_offset(RemoteMemory& memory, const uint8_t* fields, Address code) {
  constexpr int32_t kLongestCode = 1 << 28;
  const uint8_t* at = fields + (layout_.frame_instruction - frame_low_);
  if (!layout_.has_chunks()) {
    const auto last = load<int32_t>(at);
    if (last < 0 || last > kLongestCode) return -1;
    // f_lasti counts code units of two bytes in 3.10, bytes before.
    return layout_.minor() >= 10 ? last * 2 : last;
  }
  // Unsigned, since it may be anything. What has not started stands just before the first one.
  Address first = code + static_cast<Address>(layout_.code_instructions);
  if (layout_.frame_copy_index != Layout::kAbsent) {
    const auto copy = load<int32_t>(fields + (layout_.frame_copy_index - frame_low_));
    if (copy != 0) first = bytecode_.start(memory, code, copy, load<Address>(at));
  }
  const Address offset = load<Address>(at) + 2 - first;
  return offset > kLongestCode ? -1 : static_cast<int32_t>(offset) - 2;
}

// A frame saves its stack pointer when it calls a Python function, and takes it back to run on.
// What has returned stays in memory as it was, so that both copies may hold it; this tells it
// apart.
bool StackReader::is_running(const uint8_t* fields) const {
  if (layout_.frame_stack_top == Layout::kAbsent) return false;
  const uint8_t* at = fields + (layout_.frame_stack_top - frame_low_);
  return layout_.has_tagged_references() ? load<Address>(at) == 0 : load<int32_t>(at) == -1;
}

// Generators keep their frames while they are suspended, and before 3.11 functions theirs for the
// next call, with no link or one to somebody else's caller. A walk that a moving thread leads into
// such a frame ends early, or goes astray, and does so in both copies alike.
bool StackReader::is_off_stack(const uint8_t* fields, uint8_t owner, bool innermost) const {
  if (layout_.has_chunks() && owner != kFrameOwnedByGenerator) return false;
  if (layout_.frame_state == Layout::kAbsent) return false;  // up to 3.3
  if (fields[layout_.frame_state - frame_low_] == layout_.frame_executing) return false;
  // The innermost one may be about to begin, or to leave: then it has its caller still.
  return !innermost || load_address(fields, layout_.frame_previous - frame_low_) == 0;
}

// Adds the frame whose fields were read; false where it cannot be one.
bool StackReader::add_frame(RemoteMemory& memory, const uint8_t* fields, Walk& walk) {
  RawFrame frame;
  frame.code = load_address(fields, layout_.frame_code - frame_low_);
  if (layout_.has_tagged_references()) frame.code &= ~Address{3};
  if (layout_.has_chunks()) {
    frame.owner = fields[layout_.frame_owner - frame_low_];
    walk.at_entry = frame.owner >= kFrameOwnedByC;
    if (frame.owner >= kFrameOwnedByC) {
      // C code entered the interpreter here: the frame that it called ends a segment.
      if (!walk.frames.empty()) walk.frames.back().flags |= fields::kFrameEntry;
      return frame.owner <= kFrameOwnedByC + 1;
    }
    if (frame.code == 0) return true;  // being cleared: not a frame any more
    const bool called =
        !walk.frames.empty() && (walk.frames.back().flags & fields::kFrameEntry) == 0;
    if (called && is_running(fields)) {
      walk.frames.clear();
      walk.stale = true;
    }
    if (layout_.frame_is_entry != Layout::kAbsent &&
        fields[layout_.frame_is_entry - frame_low_] != 0) {
      frame.flags |= fields::kFrameEntry;
      walk.at_entry = true;
    }
    if (frame.owner == kFrameOwnedByGenerator) frame.flags |= fields::kFrameGenerator;
  } else {
    frame.flags = fields::kFrameEntry;  // each frame is an activation of its own
    if (layout_.frame_generator != Layout::kAbsent &&
        load_address(fields, layout_.frame_generator - frame_low_) != 0) {
      frame.flags |= fields::kFrameGenerator;
    }
  }
  if (frame.code == 0 || frame.code % 8 != 0) return false;
  if (is_off_stack(fields, frame.owner, walk.frames.empty())) {
    walk.frames.clear();
    walk.stale = true;
    return true;
  }
  frame.instruction = instruction_offset(memory, fields, frame.code);
  walk.frames.push_back(frame);
  return true;
}

void StackReader::walk(RemoteMemory& memory, const uint8_t* copy, Address frame, Walk& walk,
                       bool learn) {
  walk.frames.clear();
  walk.complete = walk.truncated = walk.stale = false;
  // Where C code enters the interpreter it leaves a frame (3.12+), or a mark in one (3.11). Every
  // stack ends there.
  walk.at_entry = frame == 0 || !layout_.has_chunks();
  walk.doubtful_links.clear();
  walk.generator = walk.above = 0;
  for (size_t steps = 0; frame != 0; ++steps) {
    if (steps == kMaxFrames) {
      walk.truncated = walk.complete = true;
      return;
    }
    if (frame % 8 != 0) return;
    const uint8_t* fields = find(copy, frame);
    if (fields == nullptr) {
      if (!learn) return;
      if (!memory.read(frame + static_cast<Address>(frame_low_), outside_.data(),
                       outside_.size())) {
        return;
      }
      missing_.push_back(frame);
      fields = outside_.data();
    }
    if (!add_frame(memory, fields, walk)) return;
    if (layout_.has_chunks() && fields != outside_.data()) check_link(copy, frame, walk);
    frame = load_address(fields, layout_.frame_previous - frame_low_);
  }
  if (!walk.frames.empty()) walk.frames.back().flags |= fields::kFrameEntry;
  walk.stale |= !walk.at_entry;
  walk.complete = true;
}

// Where the values of a calling frame end, as an offset; beyond them are those of former calls.
// From 3.14 on each call saves it, before only one of Python by Python.
Address StackReader::values_end(const uint8_t* fields, Address frame) const {
  const uint8_t* at = fields + layout_.frame_stack_top;
  if (layout_.has_tagged_references()) {
    const Address top = load<Address>(at);
    return top == 0 ? 0 : top - frame;
  }
  const auto count = load<int32_t>(at);
  return count < 0 ? ~Address{0}
                   : static_cast<Address>(layout_.frame_values) + 8 * static_cast<Address>(count);
}

// The frames of calls lie in a chunk, one in the place of the other, and that of a generator
// elsewhere. So a chunk that was read before a switch from one generator to another and a generator
// that was read after it may both hold frames that link to each other, and in both copies if the
// switches keep time with the reads. What tells is that a caller holds the generator that it calls,
// mostly: it iterates over it, awaits it or sends to it, by a reference among its values.
void StackReader::check_link(const uint8_t* copy, Address frame, Walk& walk) const {
  const Region& region = regions_[last_region_];
  const uint8_t* fields = copy + region.offset + (frame - region.start);
  const uint8_t owner = fields[layout_.frame_owner];
  if (owner == kFrameOwnedByGenerator) walk.generator = frame;
  if (owner != 0 || !region.chunk) return;
  if (walk.generator != 0) {
    const Address held = walk.generator - static_cast<Address>(layout_.generator_frame);
    Address end = std::min(region.length - (frame - region.start), values_end(fields, frame));
    if (walk.above > frame) end = std::min(end, walk.above - frame);
    bool found = false;
    for (Address at = static_cast<Address>(layout_.frame_values); !found && at + 8 <= end;
         at += 8) {
      found = (load<Address>(fields + at) & ~Address{3}) == held;
    }
    if (!found) {
      const Address code = load<Address>(fields + layout_.frame_code);
      const Address instruction = load<Address>(fields + layout_.frame_instruction);
      walk.doubtful_links.push_back(mix_bits(mix_bits(frame ^ code) ^ instruction) ^
                                    walk.generator);
    }
  }
  walk.generator = 0;
  walk.above = frame;
}

// A stack of which that is not known is believed when it is seen some times in a row, since the
// time from one read to the next is never the same, or once while the thread is stopped; and from
// then on.
bool StackReader::is_believed(bool stopped) {
  const auto is_known = [&](uint64_t link) {
    return std::find(known_links_.begin(), known_links_.end(), link) != known_links_.end();
  };
  const auto& links = first_.doubtful_links;
  if (std::all_of(links.begin(), links.end(), is_known)) return true;
  confirmations_ = links == unconfirmed_links_ ? confirmations_ + 1 : 0;
  unconfirmed_links_ = links;
  if (!stopped && confirmations_ < kConfirmations) return false;
  for (const uint64_t link : links) {
    if (!is_known(link)) known_links_[next_known_link_++ % known_links_.size()] = link;
  }
  return true;
}

// The innermost instruction alone may differ: the thread ran on within its frame.
bool StackReader::equal_chains() const {
  const auto& a = first_.frames;
  const auto& b = second_.frames;
  if (!first_.complete || !second_.complete || a.size() != b.size()) return false;
  if (first_.stale || second_.stale) return false;
  if (first_.doubtful_links != second_.doubtful_links) return false;
  if (a.empty()) return true;
  return a[0].code == b[0].code && std::equal(a.begin() + 1, a.end(), b.begin() + 1);
}

void StackReader::keep_common_root() {
  auto& a = first_.frames;
  const auto& b = second_.frames;
  if (!first_.complete || !second_.complete) {
    a.clear();
    return;
  }
  size_t common = 0;
  while (common < a.size() && common < b.size() &&
         a[a.size() - 1 - common] == b[b.size() - 1 - common]) {
    ++common;
  }
  a.erase(a.begin(), a.end() - static_cast<std::ptrdiff_t>(common));
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
  walk(memory, plan.at(copy_1_), top_a, first_, true);
  const bool learned = !missing_.empty();
  if (learned && stopped) {
    learn_regions();
    if (!first_.complete) return Outcome::kFailed;
    return first_.stale ? Outcome::kMoved : Outcome::kAccepted;
  }
  walk(memory, plan.at(copy_2_), top_b, second_, learned);
  if (!learned && same_cframe && top_a == top_b && equal_chains()) {
    drop_stale_frames();
    return is_believed(stopped) ? Outcome::kAccepted : Outcome::kUnconfirmed;
  }
  unconfirmed_links_.clear();
  const bool readable = first_.complete && second_.complete;
  keep_common_root();
  if (learned) learn_regions();
  if (!readable) return Outcome::kFailed;
  return learned ? Outcome::kLearned : Outcome::kMoved;
}

}  // namespace pyspy
