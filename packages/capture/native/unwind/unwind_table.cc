// SPDX-License-Identifier: MIT
#include "unwind/unwind_table.h"

#include <algorithm>
#include <limits>

namespace pyspy {
namespace {

constexpr uint64_t kLargest = std::numeric_limits<uint32_t>::max();
constexpr size_t kNone = std::numeric_limits<size_t>::max();
// 48 MB; a whole libpython has some 60,000.
constexpr size_t kMostRows = 4U << 20U;

}  // namespace

UnwindTable::UnwindTable(EhFrame section) : section_(std::move(section)) {
  const std::vector<DescribedRange> ranges = list_frame_descriptions(section_);
  if (ranges.empty()) return;
  base_ = std::min_element(ranges.begin(), ranges.end(), [](const auto& a, const auto& b) {
            return a.start < b.start;
          })->start;
  functions_.reserve(ranges.size());
  for (const DescribedRange& range : ranges) {
    const Address start = range.start - base_;
    if (start > kLargest || range.length > kLargest - start || range.offset > kLargest) continue;
    functions_.push_back({static_cast<uint32_t>(start), static_cast<uint32_t>(range.length),
                          static_cast<uint32_t>(range.offset), 0, 0});
  }
  std::sort(functions_.begin(), functions_.end(),
            [](const Function& a, const Function& b) { return a.start < b.start; });
}

size_t UnwindTable::find_function(Address address) const {
  if (address < base_ || address - base_ > kLargest) return kNone;
  const auto at = static_cast<uint32_t>(address - base_);
  const auto after =
      std::upper_bound(functions_.begin(), functions_.end(), at,
                       [](uint32_t value, const Function& one) { return value < one.start; });
  if (after == functions_.begin()) return kNone;
  const auto found = after - 1;
  return at - found->start < found->length ? static_cast<size_t>(found - functions_.begin())
                                           : kNone;
}

const UnwindRow* UnwindTable::find(Address address) {
  const size_t at = find_function(address);
  if (at == kNone) return nullptr;
  Function& function = functions_[at];
  if (function.rows == 0) compile(function);
  if (function.rows == 0) return nullptr;
  const auto first = rows_.begin() + function.first_row;
  const auto offset = static_cast<uint32_t>(address - base_ - function.start);
  const auto after =
      std::upper_bound(first, first + function.rows, offset,
                       [](uint32_t value, const UnwindRow& row) { return value < row.address; });
  return &*(after - 1);
}

void UnwindTable::compile(Function& function) {
  const auto description = read_frame_description(section_, function.description);
  if (!description || rows_.size() >= kMostRows) return;
  function.first_row = static_cast<uint32_t>(rows_.size());
  compile_rows(*description, expressions_, rows_);
  function.rows = static_cast<uint32_t>(rows_.size() - function.first_row);
}

std::optional<UnwindTable::Range> UnwindTable::range_of(Address address) const {
  const size_t at = find_function(address);
  if (at == kNone) return std::nullopt;
  return Range{base_ + functions_[at].start, functions_[at].length};
}

size_t UnwindTable::size_bytes() const {
  return section_.bytes.capacity() + functions_.capacity() * sizeof(Function) +
         rows_.capacity() * sizeof(UnwindRow);
}

}  // namespace pyspy
