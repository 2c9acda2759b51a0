// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "cpython/layout.h"
#include "cpython/objects.h"
#include "cpython/stack_reader.h"

namespace pyspy {

// What a capture says of a code object.
struct CodeInfo {
  std::string name;
  std::string qualified_name;
  std::string file;
  std::string first_argument;  // where there is no qualified name
  int32_t first_line = 0;
  uint32_t flags = 0;
  std::vector<uint8_t> line_table;
  uint32_t line_table_kind = 0;  // LineTableKind of the capture; none: it could not be read
  bool line_table_truncated = false;
  int32_t first_traceable = 0;  // byte offset; frames before it are not complete yet

  // For the recorder: where this entry stands in the chunk that is being written.
  uint64_t chunk = 0;
  uint32_t chunk_id = 0;
};

// Code objects by address. An address is used again when its code object dies, so an entry is
// verified against the target before it names a frame.
class CodeCache {
 public:
  CodeCache(ObjectReader& objects, const Layout& layout) : objects_(objects), layout_(layout) {}

  struct Moment {
    uint64_t nanos = 0;
    // PyInterpreterState's count of code objects that died (3.14+), as it stood after the frames
    // were read; 0: not known.
    uint64_t generation = 0;
  };

  // Looks up the code of each frame (innermost first); null where it is no readable code object.
  // Entries are verified by one system call for all of them: those of frames that the thread's last
  // stack (`last`, outermost first) did not have, and those not verified lately; none that were
  // verified in the same generation. The pointers hold until the next call.
  //
  // `now` is a moment before the frames were read. False where code was looked at for the first
  // time only after it: if the thread has run since, that may be code which took the place of the
  // frame's.
  bool resolve(std::span<const RawFrame> frames, std::span<const RawFrame> last, Moment now,
               std::vector<CodeInfo*>& resolved);

  // Verification by a plan that reads frames: expect() adds what verifies their likely code, behind
  // them, and take_expected() looks at it. What was as it should be needs no further read in
  // resolve(), until forget_expected().
  void expect(ReadPlan& plan, Address code);
  void take_expected(const ReadPlan& plan);
  void forget_expected() { expected_.clear(); }

  // How many entries turned out to have been replaced by another code object.
  uint64_t replaced() const { return replaced_; }

 private:
  // What identifies a code object, as it stands in the target: its pointers, and a number of its
  // own. Pointers alone are not enough: of code that is made and dropped again and again, a new
  // code object and its new names may well lie where the old ones lay.
  using Key = std::array<uint64_t, 7>;
  struct Entry {
    CodeInfo info;
    Key key{};
    // Where they are; before 3.12.
    Address name_hash = 0;
    Address file_text = 0;
    uint32_t file_text_length = 0;
    uint64_t loaded_nanos = 0;
    Moment verified;
    bool readable = false;
  };

  // An entry, and where in a plan it is read.
  struct Unverified {
    Address code = 0;
    size_t code_offset = 0, hash_offset = 0, file_offset = 0;
  };

  using Entries = std::unordered_map<Address, Entry>;

  bool has_version() const { return layout_.hex_version >= 0x030c0000; }
  Address name_hash_address(const uint8_t* code) const;
  Key key_of(const uint8_t* code, uint64_t name_hash, uint64_t file_hash) const;
  void add_texts(const uint8_t* code, Entry& entry);
  bool is_trusted(const Entry& entry, bool is_new, Moment now) const;
  void plan_key(ReadPlan& plan, const Entry& entry, Unverified& unverified) const;
  bool has_key(const ReadPlan& plan, const Entry& entry, const Unverified& unverified) const;
  bool is_expected(Address code) const;
  void verify(std::span<const RawFrame> frames, size_t new_frames, Moment now);
  Entry& load_entry(Address code, Moment now);
  void erase(Entries::iterator entry);
  bool read_info(std::span<const uint8_t> bytes, CodeInfo& info);

  ObjectReader& objects_;
  const Layout& layout_;
  Entries entries_;
  size_t info_bytes_ = 0;  // that the entries take up
  ReadPlan plan_;
  std::vector<Unverified> unverified_;
  std::vector<Unverified> expected_;  // and, once they were looked at, those that are verified
  std::vector<uint8_t> code_bytes_;
  uint64_t replaced_ = 0;
  uint64_t last_replaced_nanos_ = 0;
};

}  // namespace pyspy
