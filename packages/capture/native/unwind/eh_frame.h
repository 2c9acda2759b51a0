// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.h"

namespace pyspy {

// A section .eh_frame (Linux Standard Base, Core, 10.6): for ranges of code, small programs that
// say where a function's caller left its registers. Addresses are in the file's own numbering.
struct EhFrame {
  std::vector<uint8_t> bytes;
  Address address = 0;  // of the first byte
};

// What many functions have in common (a CIE).
struct CommonInformation {
  uint64_t code_alignment = 1;
  int64_t data_alignment = 1;
  uint8_t pointer_encoding = 0;
  bool augmented = false;
  bool signal_frame = false;
  std::span<const uint8_t> instructions;
};

// A stretch of code, mostly a function (an FDE).
struct FrameDescription {
  CommonInformation common;
  Address start = 0;
  uint64_t length = 0;
  std::span<const uint8_t> instructions;
  Address instructions_address = 0;
};

// The description at an offset; empty where there is none that makes sense.
std::optional<FrameDescription> read_frame_description(const EhFrame& section, uint64_t offset);

// Where the code of a description begins and how long it is, and its offset.
struct DescribedRange {
  Address start = 0;
  uint64_t length = 0;
  uint64_t offset = 0;
};

// All descriptions, in the order of the section. Stops at what makes no sense.
std::vector<DescribedRange> list_frame_descriptions(const EhFrame& section);

// A pointer in one of the encodings DW_EH_PE_*, at `address`. Those that are not relative to where
// they stand, or lead through memory, do not occur here and read as 0.
class ByteCursor;
uint64_t read_encoded_pointer(ByteCursor& cursor, uint8_t encoding, Address address);

}  // namespace pyspy
