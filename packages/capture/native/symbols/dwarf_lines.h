// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "symbols/dwarf_sections.h"
#include "unwind/byte_cursor.h"

namespace pyspy::dwarf {

// A place in source text.
struct SourceLine {
  std::string file;   // empty: unknown
  uint32_t line = 0;  // from 1 on; 0: unknown
};

// The lines of one unit: its files, and a program that makes a table of rows. The table is never
// made: the program is run, and rows that addresses lie in are kept.
class LineProgram {
 public:
  // Empty where it is damaged. `unit_directory`: what relative files refer to.
  static std::optional<LineProgram> open(Sections& sections, uint64_t offset,
                                         unsigned address_bytes, std::string unit_directory);

  // The path of a file by its number; empty where there is none.
  std::string file(uint64_t number) const;

  // The lines of addresses, which are ascending; the answers stand in their places.
  std::vector<SourceLine> lines_of(std::span<const Address> addresses) const;

 private:
  struct File {
    std::string path;
    uint64_t directory = 0;
  };
  struct Row {
    Address address = 0;
    uint64_t file = 1;
    uint64_t line = 1;
  };
  class Runner;

  bool read_head(Sections& sections, std::span<const uint8_t> bytes);
  bool read_old_files(ByteCursor& cursor);
  bool read_entries(Sections& sections, ByteCursor& cursor, uint64_t base,
                    std::vector<File>& entries) const;

  uint64_t start_ = 0;
  unsigned version_ = 0;
  unsigned offset_bytes_ = 4;
  unsigned address_bytes_ = 8;
  uint8_t minimum_instruction_ = 1;
  int8_t line_base_ = 0;
  uint8_t line_range_ = 1;
  uint8_t opcode_base_ = 1;
  std::vector<uint8_t> argument_counts_;
  std::string unit_directory_;
  std::vector<File> directories_;
  std::vector<File> files_;
  std::vector<uint8_t> instructions_;
};

}  // namespace pyspy::dwarf
