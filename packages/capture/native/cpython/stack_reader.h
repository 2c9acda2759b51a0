// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "cpython/layout.h"
#include "cpython/thread_bytecode.h"
#include "process/remote_memory.h"

namespace pyspy {

// A Python frame as it stands in the target.
struct RawFrame {
  Address code = 0;         // PyCodeObject *
  int32_t instruction = 0;  // byte offset of the instruction in the code; negative: not started
  uint8_t flags = 0;        // FrameFlag values of the capture
  uint8_t owner = 0;        // 3.11+

  bool operator==(const RawFrame&) const = default;
};

// What an activation of the interpreter's evaluation loop keeps on its C stack.
struct Activation {
  Address address = 0;
  bool runs_frames = false;  // else it is about to begin, or to end
};

// Reads the Python stack of one thread without stopping it.
//
// A walk from frame to frame takes longer than the target needs to return and call again, and
// accepts stacks that never existed. So all memory that the stack is expected in, known from the
// last sample, is read by one system call, and all of it twice: thread state, first copy, second
// copy, thread state. The sample is accepted when both copies hold the same chain. What turned out
// to lie elsewhere is learned for the next attempt.
class StackReader {
 public:
  enum class Outcome {
    kAccepted,
    kLearned,      // was not where it was expected: try again
    kUnconfirmed,  // whole, and may be of two moments: try again after a moment
    kMoved,        // changed between the copies: try again
    kFailed,       // makes no sense, or cannot be read
  };

  StackReader(const Layout& layout, Address tstate);

  // Adds the regions of this thread to a plan.
  void add_to(ReadPlan& plan);

  // Looks at what was read by the plan of the last add_to(). `memory` serves frames that were not
  // in the plan. A stack that needed any is not accepted, unless the thread is `stopped`: then
  // nothing moves, and all reads agree.
  Outcome evaluate(RemoteMemory& memory, const ReadPlan& plan, bool stopped);

  // PyInterpreterState's count of code objects that died, as of the next evaluate().
  void set_code_generation(uint64_t generation) { bytecode_.set_generation(generation); }

  // After a plan could not be read: expect nothing, learn anew.
  void forget();

  // Innermost first. After kMoved and kLearned: the part at the root that both copies agree on.
  std::span<const RawFrame> frames() const { return first_.frames; }
  // Where they stand, as many.
  std::span<const Address> places() const { return first_.places; }
  // The walk was cut at the root side, by its limit.
  bool truncated() const { return first_.truncated; }

  // Where C code entered the interpreter, innermost first; only for versions that mark it by a
  // frame (3.12+), and of an accepted stack.
  std::span<const Activation> activations() const { return first_.activations; }
  // The innermost _PyCFrame (3.11, 3.12); 0: none.
  Address cframe() const { return cframe_; }

  // Of the last evaluate(): PyThreadState.next; the exception that propagates, or 0; and what an
  // except or finally block is handling: an exception, None, or 0.
  Address next_thread() const { return next_thread_; }
  Address raised_exception() const { return raised_exception_; }
  Address handled_exception() const { return handled_exception_; }

 private:
  // Memory that frames are expected in. Sorted by address; none lies wholly in another.
  struct Region {
    Address start = 0;
    uint32_t length = 0;
    uint32_t offset = 0;     // in a copy
    bool chunk = false;      // a data stack chunk; else a single frame
    bool newest = false;     // the chunk that calls push to
    uint32_t last_used = 0;  // evaluation that last found a frame in it
  };
  struct Walk {
    std::vector<RawFrame> frames;
    std::vector<Address> places;  // of the frames
    bool running = false;         // the innermost one was, when it was read (3.11 to 3.13)
    std::vector<Activation> activations;
    size_t activated = 0;  // frames that belong to one of them
    bool complete = false;
    bool truncated = false;
    bool stale = false;     // had frames that were on no stack: it was torn
    bool at_entry = false;  // where it is, C code entered the interpreter
    Address generator = 0;  // the frame of a generator whose caller comes next
    Address above = 0;      // the last frame in a chunk
    // Of generators that their callers were not found to hold: who, where, and which generator.
    std::vector<uint64_t> doubtful_links;

    // What was met so far is on no stack.
    void drop_frames() {
      frames.clear();
      places.clear();
      activations.clear();
      activated = 0;
    }
  };

  struct FrameSize {
    Address code = 0;
    uint32_t size = 0;
  };

  Address current_frame(const uint8_t* tstate, const uint8_t* cframe) const;
  void read_exceptions(RemoteMemory& memory, const uint8_t* tstate);
  bool expects(const uint8_t* tstate);
  void plan_chunks(RemoteMemory& memory, const uint8_t* tstate);
  bool overlaps_chunk(Address start, uint32_t length) const;
  uint32_t chunk_length(uint32_t height) const;
  void walk(RemoteMemory& memory, const uint8_t* copy, Address frame, Walk& walk, bool learn);
  const uint8_t* find(const uint8_t* copy, Address frame);
  bool add_frame(RemoteMemory& memory, const uint8_t* fields, Address place, Walk& walk);
  Address values_end(const uint8_t* fields, Address frame) const;
  void check_link(const uint8_t* copy, Address frame, Walk& walk) const;
  bool is_believed(bool stopped);
  bool is_running(const uint8_t* fields) const;
  bool is_off_stack(const uint8_t* fields, uint8_t owner, bool innermost) const;
  int32_t instruction_offset(RemoteMemory& memory, const uint8_t* fields, Address code);
  const uint8_t* in_chunk(const uint8_t* copy, Address frame);
  bool has_called(const uint8_t* copy, Address caller, Address callee);
  void learn_frame_sizes(const uint8_t* copy);
  Address end_of(const RawFrame& frame, Address place) const;
  Address callee_of_innermost(const uint8_t* copy);
  size_t add_callees(RemoteMemory& memory, const uint8_t* copy);
  void drop_innermost(size_t count);
  bool is_certain(const uint8_t* copy);
  bool stood_still(const uint8_t* copy_1, const uint8_t* copy_2, Address top);
  bool equal_chains() const;
  size_t common_frames() const;
  void keep_common_root();
  void learn_regions();
  void drop_stale_frames();

  const Layout& layout_;
  Address tstate_;
  uint32_t tstate_size_;  // bytes of the thread state that are read
  int32_t frame_low_;     // first byte of the fields of a frame that are read, and behind the last
  int32_t frame_high_ = 0;

  // What is expected.
  Address cframe_ = 0;
  Address chunk_ = 0;    // PyThreadState.datastack_chunk
  uint32_t height_ = 0;  // bytes in use of it
  uint32_t high_water_ = 0;
  std::vector<Region> regions_;
  uint32_t copy_size_ = 0;
  uint32_t evaluation_ = 0;
  size_t last_region_ = 0;

  // Offsets of the last add_to() in its plan.
  size_t tstate_a_ = 0, tstate_b_ = 0, cframe_a_ = 0, cframe_b_ = 0, copy_1_ = 0, copy_2_ = 0;

  Walk first_;
  Walk second_;
  std::array<FrameSize, 64> frame_sizes_{};
  std::vector<uint64_t> unconfirmed_links_;
  uint32_t confirmations_ = 0;
  std::array<uint64_t, 16> known_links_{};
  size_t next_known_link_ = 0;
  ThreadBytecode bytecode_;
  std::vector<uint8_t> outside_;  // the fields of a frame met outside of all regions
  std::vector<Address> missing_;  // such frames
  Address next_thread_ = 0;
  Address raised_exception_ = 0;
  Address handled_exception_ = 0;
};

}  // namespace pyspy
