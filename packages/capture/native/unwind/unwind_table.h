// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "unwind/eh_frame.h"
#include "unwind/row_compiler.h"
#include "unwind/unwind_row.h"

namespace pyspy {

// Unwind rows of one file. Which functions there are is found once; the rows of a function are
// compiled when it is first met, and kept: a recording meets few of the functions of a large file.
class UnwindTable {
 public:
  explicit UnwindTable(EhFrame section);

  // The row for an address in the file's own numbering; null where the file says nothing.
  const UnwindRow* find(Address address);

  std::span<const uint8_t> expression(size_t number) const { return expressions_[number]; }

  // Start and length of the described code that an address lies in.
  struct Range {
    Address start = 0;
    uint64_t length = 0;
  };
  std::optional<Range> range_of(Address address) const;

  size_t function_count() const { return functions_.size(); }
  size_t row_count() const { return rows_.size(); }
  // Memory that it holds, roughly.
  size_t size_bytes() const;

 private:
  struct Function {
    uint32_t start = 0;  // from base_
    uint32_t length = 0;
    uint32_t description = 0;  // offset in the section
    uint32_t first_row = 0;
    uint32_t rows = 0;  // 0: not compiled yet
  };

  size_t find_function(Address address) const;
  void compile(Function& function);

  EhFrame section_;
  Address base_ = 0;
  std::vector<Function> functions_;
  std::vector<UnwindRow> rows_;
  ExpressionPool expressions_;
};

}  // namespace pyspy
