// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "unwind/eh_frame.h"
#include "unwind/unwind_row.h"

namespace pyspy {

// DWARF expressions that rows refer to by number, each once.
class ExpressionPool {
 public:
  // The number of an expression; -1 where there are too many.
  int32_t add(std::span<const uint8_t> expression);
  std::span<const uint8_t> operator[](size_t number) const { return expressions_[number]; }

 private:
  std::vector<std::vector<uint8_t>> expressions_;
};

// Runs the program of a description (DWARF 5, section 6.4) and appends its rows, in the order of
// their addresses; the first is at 0. From an instruction on that is not understood, the code is
// `CfaRule::kUnknown`.
void compile_rows(const FrameDescription& description, ExpressionPool& expressions,
                  std::vector<UnwindRow>& rows);

}  // namespace pyspy
