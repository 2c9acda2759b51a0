// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/bytes.h"
#include "base/cpu_budget.h"
#include "process/elf_file.h"
#include "process/remote_memory.h"

namespace pyspy {

// PY_VERSION_HEX of a text as Py_GetVersion() returns it: "3.8.18 (default, Nov 22 2026, ...)
// \n[GCC 12.2.0]". Empty where the text does not begin so.
std::optional<uint32_t> parse_version_text(std::span<const uint8_t> text);

// Where the variables of an interpreter hold that text: every interpreter that has started keeps
// it, as sys.version. The version, or empty where there is none.
std::optional<uint32_t> find_version_text(RemoteMemory& memory,
                                          const std::vector<ElfSegment>& variables,
                                          const CpuBudget& budget);

// Reads the variables of a module piece by piece, and calls look(bytes, address) for each piece
// until it returns true; what could not be read is left out. Pieces overlap by `overlap` bytes.
// True where one call did. Ends also when the budget is spent.
template <typename Look>
bool scan_variables(RemoteMemory& memory, const std::vector<ElfSegment>& variables, size_t overlap,
                    const CpuBudget& budget, Look look) {
  constexpr size_t kPiece = 1U << 18U;
  // Far more than the variables of any interpreter (1 MB): a damaged header may claim anything.
  constexpr uint64_t kMost = 64U << 20U;
  std::vector<uint8_t> bytes;
  for (const ElfSegment& segment : variables) {
    const uint64_t size = segment.size < kMost ? segment.size : kMost;
    for (uint64_t at = 0; at < size;) {
      if (budget.is_spent()) return false;
      const size_t length = size - at < kPiece ? size - at : kPiece;
      bytes.resize(length);
      if (memory.read(segment.address + at, bytes.data(), length) &&
          look(std::span<const uint8_t>(bytes), segment.address + at)) {
        return true;
      }
      if (length < kPiece) break;
      at += length - overlap;
    }
  }
  return false;
}

}  // namespace pyspy
