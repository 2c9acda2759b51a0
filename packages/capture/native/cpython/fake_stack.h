// SPDX-License-Identifier: MIT
//
// For tests only.
#pragma once

#include <vector>

#include "cpython/layout.h"
#include "cpython/stack_reader.h"
#include "process/fake_memory.h"

namespace pyspy {

// A thread state and its Python stack in a FakeMemory, as one version of the interpreter has them.
// Calls and returns change them as the interpreter does, and in its order.
class FakeStack {
 public:
  static constexpr uint64_t kChunkBytes = 16384;
  static constexpr uint64_t kFrameBytes = 128;

  FakeStack(FakeMemory& memory, const Layout& layout) : memory_(memory), layout_(layout) {
    tstate_ = memory_.map(1024);
    if (layout_.has_cframe()) {
      set_cframe(memory_.map(64));
    }
    if (layout_.tstate_exc_info != Layout::kAbsent) {
      memory_.put<Address>(tstate_ + layout_.tstate_exc_info,
                           tstate_ + static_cast<Address>(layout_.tstate_exc_state));
    }
    if (layout_.has_chunks()) add_chunk();
  }

  Address tstate() const { return tstate_; }
  Address cframe() const { return cframe_; }
  Address chunk() const { return chunk_; }
  Address frame() const { return frames_.empty() ? 0 : frames_.back().address; }
  size_t depth() const { return codes().size(); }
  // From the outermost; without the marks of C code.
  Address frame_at(size_t depth) const {
    for (const Frame& frame : frames_) {
      if (frame.owner < kFrameOwnedByC && depth-- == 0) return frame.address;
    }
    return 0;
  }

  // The n-th code object. Nothing reads it.
  static Address code(uint64_t n) { return 0x500000 + n * 0x200; }

  static Address function(uint64_t code_number) { return 0x900000 + code_number * 0x100; }
  static constexpr Address kCFunction = 0x800000;

  // Calls a function: Python to Python, without C in between. The outermost one is called by C.
  void call(uint64_t code_number) {
    if (frames_.empty()) {
      call_from_c(code_number);
    } else {
      hold(2, function(code_number));
      push(code_number, 0, place_on_stack());
    }
  }
  // From C: 3.12+ marks that by a frame of its own, 3.11 by a flag.
  void call_from_c(uint64_t code_number) {
    const Address caller = frame();
    if (caller != 0) hold(2, kCFunction);
    const Address c_frame = cframe_;
    if (layout_.has_cframe() && !frames_.empty()) set_cframe(memory_.map(64));
    if (layout_.has_entry_frames()) push(0, kFrameOwnedByC, memory_.map(kFrameBytes + 8) + 8);
    push(code_number, 0, place_on_stack());
    frames_.back().callers_cframe = c_frame;
    if (layout_.frame_is_entry == Layout::kAbsent) return;
    memory_.put<uint8_t>(frame() + static_cast<Address>(layout_.frame_is_entry), 1);
    if (caller != 0) set_running(caller, true);
  }
  // The innermost frame calls C code, which runs until run_to().
  void call_c(int32_t instruction) {
    hold(2, kCFunction);
    put_instruction(frames_.back(), instruction);
  }
  // Resumes a generator, whose frame lies in it.
  void resume(uint64_t code_number, Address generator_frame) {
    hold(1, generator_frame - static_cast<Address>(layout_.generator_frame));
    push(code_number, kFrameOwnedByGenerator, generator_frame);
  }
  Address make_generator() { return memory_.map(512) + 64; }

  void return_() {
    const Frame gone = frames_.back();
    frames_.pop_back();
    set_state(gone, false);
    set_running(gone.address, false);
    empty(gone);
    if (gone.chunk != 0) {
      if (gone.chunk != chunk_) leave_chunk(gone.chunk);
      set_top(gone.address);
    }
    if (gone.callers_cframe != 0) set_cframe(gone.callers_cframe);
    set_current(frame());
    if (frames_.empty()) return;
    if (frames_.back().owner < kFrameOwnedByC) return set_running(frame(), true);
    // The mark that C code was entered goes with the frame above it.
    frames_.pop_back();
    set_current(frame());
  }

  // The innermost frame runs on to another instruction.
  void run_to(int32_t instruction) {
    put_instruction(frames_.back(), instruction);
    set_running(frame(), true);
  }

  // Codes from the innermost to the outermost.
  std::vector<Address> codes() const {
    std::vector<Address> codes;
    for (size_t i = frames_.size(); i-- > 0;) {
      if (frames_[i].owner < kFrameOwnedByC) codes.push_back(code(frames_[i].code_number));
    }
    return codes;
  }

  // Puts the next frames into a new chunk.
  void add_chunk() {
    const Address chunk = memory_.map(kChunkBytes);
    memory_.put<Address>(chunk, chunk_);
    memory_.put<uint64_t>(chunk + 8, kChunkBytes);
    if (chunk_ != 0) memory_.put<uint64_t>(chunk_ + 16, (top_ - chunk_ - 24) / 8);
    chunk_ = chunk;
    memory_.put<Address>(tstate_ + layout_.tstate_datastack_chunk, chunk_);
    set_top(chunk_ + 24);
  }

 private:
  struct Frame {
    Address address = 0;
    uint64_t code_number = 0;
    uint8_t owner = 0;
    Address chunk = 0;           // 0: in none
    Address callers_cframe = 0;  // of a frame that C code called: 3.11, 3.12
  };

  bool is_in_chunk(Address frame) const { return frame >= chunk_ && frame < chunk_ + kChunkBytes; }

  Address place_on_stack() {
    if (!layout_.has_chunks()) return memory_.map(512);
    if (top_ + kFrameBytes > chunk_ + kChunkBytes) add_chunk();
    const Address place = top_;
    set_top(top_ + kFrameBytes);
    return place;
  }

  void leave_chunk(Address chunk) {
    memory_.unmap(chunk_);
    chunk_ = chunk;
    memory_.put<Address>(tstate_ + layout_.tstate_datastack_chunk, chunk_);
  }

  void push(uint64_t code_number, uint8_t owner, Address address) {
    const Frame frame = {address, code_number, owner,
                         layout_.has_chunks() && is_in_chunk(address) ? chunk_ : 0};
    uint64_t tag = 0;
    if (layout_.has_tagged_references()) tag = 1;
    memory_.put<Address>(address + layout_.frame_code, code(code_number) + tag);
    memory_.put<Address>(address + layout_.frame_previous, this->frame());
    if (layout_.has_chunks()) {
      memory_.put<Address>(address + static_cast<Address>(layout_.frame_function),
                           function(code_number));
      memory_.put<uint8_t>(address + layout_.frame_owner, owner);
    } else if (layout_.frame_generator != Layout::kAbsent) {
      memory_.put<Address>(address + layout_.frame_generator, owner == 0 ? 0 : address);
    }
    put_instruction(frame, 20);
    set_running(address, true);
    set_state(frame, true);
    // C code in between runs, as far as the frame that called it is concerned.
    if (!frames_.empty() && owner < kFrameOwnedByC) set_running(this->frame(), false);
    frames_.push_back(frame);
    set_current(address);
  }

  // What a frame loses when it returns, where it does.
  void empty(const Frame& gone) {
    if (layout_.has_tagged_references() && gone.owner == 0) {
      memory_.put<Address>(gone.address + static_cast<Address>(layout_.frame_code), 1);
    } else if (!layout_.has_chunks()) {
      memory_.put<Address>(gone.address + static_cast<Address>(layout_.frame_previous), 0);
    }
  }

  void put_instruction(const Frame& frame, int32_t instruction) {
    const Address at = frame.address + static_cast<Address>(layout_.frame_instruction);
    if (layout_.has_chunks()) {
      memory_.put<Address>(at, code(frame.code_number) +
                                   static_cast<Address>(layout_.code_instructions + instruction));
    } else {
      memory_.put<int32_t>(at, layout_.minor() >= 10 ? instruction / 2 : instruction);
    }
  }

  void set_running(Address frame, bool running) {
    if (layout_.frame_stack_top == Layout::kAbsent) return;
    const Address at = frame + static_cast<Address>(layout_.frame_stack_top);
    if (layout_.marks_running()) {
      memory_.put<int32_t>(at, running ? -1 : 3);
    } else {
      memory_.put<Address>(at, frame + 100);
    }
  }

  // Whoever calls a function, or resumes a generator, has a reference to it among its values.
  void hold(uint64_t place, Address object) {
    if (!layout_.has_chunks()) return;
    for (size_t i = frames_.size(); i-- > 0;) {
      if (frames_[i].owner >= kFrameOwnedByC) continue;
      memory_.put<Address>(
          frames_[i].address + static_cast<Address>(layout_.frame_values) + 8 * place, object);
      return;
    }
  }

  // Before 3.11 every frame is an object that says whether it is on a stack; later, generators are.
  void set_state(const Frame& frame, bool executing) {
    if (layout_.frame_state == Layout::kAbsent) return;
    if (layout_.has_chunks() && frame.owner != kFrameOwnedByGenerator) return;
    const auto other = static_cast<uint8_t>(layout_.frame_executing ^ 1U);
    memory_.put<uint8_t>(frame.address + static_cast<Address>(layout_.frame_state),
                         executing ? layout_.frame_executing : other);
  }

  void set_top(Address top) {
    top_ = top;
    memory_.put<Address>(tstate_ + layout_.tstate_datastack_chunk + 8, top);
  }

  void set_cframe(Address cframe) {
    cframe_ = cframe;
    memory_.put<Address>(tstate_ + layout_.tstate_cframe, cframe_);
  }

  void set_current(Address frame) {
    if (layout_.has_cframe()) {
      memory_.put<Address>(cframe_ + layout_.cframe_current_frame, frame);
    } else {
      memory_.put<Address>(tstate_ + layout_.tstate_frame, frame);
    }
  }

  FakeMemory& memory_;
  const Layout& layout_;
  Address tstate_ = 0;
  Address cframe_ = 0;
  Address chunk_ = 0;
  Address top_ = 0;
  std::vector<Frame> frames_;
};

// One attempt to read a stack: a plan, and what the reader says of it.
inline StackReader::Outcome read_stack(StackReader& reader, FakeMemory& memory, ReadPlan& plan,
                                       bool stopped = false) {
  plan.clear();
  reader.add_to(plan);
  if (!memory.read(plan)) {
    reader.forget();
    return StackReader::Outcome::kFailed;
  }
  return reader.evaluate(memory, plan, stopped);
}

inline std::vector<Address> codes_of(std::span<const RawFrame> frames) {
  std::vector<Address> codes;
  for (const RawFrame& frame : frames) codes.push_back(frame.code);
  return codes;
}

}  // namespace pyspy
