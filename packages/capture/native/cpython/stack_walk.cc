// SPDX-License-Identifier: MIT
//
// From a copy of stack memory to a chain of frames, and whether two copies agree.
#include <algorithm>
#include <cstring>

#include "base/flat_map.h"
#include "cpython/stack_reader.h"
#include "wire/pspy_fields.h"

namespace pyspy {
namespace {

// Deeper stacks lose their root side, flagged. CPython's own default limit is 1000.
constexpr size_t kMaxFrames = 8192;
// Reads in a row that have to agree on who calls a generator, beside the first.
constexpr uint32_t kConfirmations = 3;
Address load_address(const uint8_t* base, int32_t offset) { return load<Address>(base + offset); }

}  // namespace

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

// Up to 3.13 a frame saves the height of its stack when it calls a Python function, and takes it
// back to run on. What has returned stays in memory as it was, so that both copies may hold it;
// this tells it apart.
bool StackReader::is_running(const uint8_t* fields) const {
  if (!layout_.marks_running()) return false;
  return load<int32_t>(fields + (layout_.frame_stack_top - frame_low_)) == -1;
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
bool StackReader::add_frame(RemoteMemory& memory, const uint8_t* fields, Address place,
                            Walk& walk) {
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
    if (frame.code == 0) {  // emptied: it has returned, and whatever it had called
      walk.drop_frames();
      return true;
    }
    const bool called =
        !walk.frames.empty() && (walk.frames.back().flags & fields::kFrameEntry) == 0;
    if (called && is_running(fields)) walk.drop_frames();  // what it had called has returned
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
    walk.drop_frames();
    walk.stale = true;
    return true;
  }
  frame.instruction = instruction_offset(memory, fields, frame.code);
  if (walk.frames.empty()) walk.running = is_running(fields);
  walk.frames.push_back(frame);
  walk.places.push_back(place);
  return true;
}

void StackReader::walk(RemoteMemory& memory, const uint8_t* copy, Address frame, Walk& walk,
                       bool learn) {
  walk.drop_frames();
  walk.complete = walk.truncated = walk.stale = walk.running = false;
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
    if (!add_frame(memory, fields, frame, walk)) return;
    if (layout_.has_entry_frames() && walk.at_entry) {
      const bool runs = !walk.frames.empty() && walk.frames.size() != walk.activated;
      walk.activated = walk.frames.size();
      walk.activations.push_back({frame, runs});
    }
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

// True where the memory of the first walk is the same in both copies, up to what the innermost
// frame alone says: a second walk would find the same. Mostly so, and to compare is much cheaper.
bool StackReader::stood_still(const uint8_t* copy_1, const uint8_t* copy_2, Address top) {
  if (!first_.complete || first_.stale || first_.places.empty() || first_.places[0] != top) {
    return false;
  }
  const uint8_t* frame_1 = in_chunk(copy_1, top);
  if (frame_1 == nullptr || !regions_[last_region_].newest) return false;
  const size_t newest = last_region_;
  for (size_t i = 0; i < regions_.size(); ++i) {
    const Region& region = regions_[i];
    const size_t length = i == newest ? top - region.start : region.length;
    if (std::memcmp(copy_1 + region.offset, copy_2 + region.offset, length) != 0) return false;
  }
  const uint8_t* frame_2 = copy_2 + (frame_1 - copy_1);
  const auto same = [&](int32_t offset, size_t width) {
    return offset == Layout::kAbsent || std::memcmp(frame_1 + offset, frame_2 + offset, width) == 0;
  };
  return same(layout_.frame_code, sizeof(Address)) &&
         same(layout_.frame_previous, sizeof(Address)) && same(layout_.frame_owner, 1) &&
         same(layout_.frame_is_entry, 1);
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

}  // namespace pyspy
