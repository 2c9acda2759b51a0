// SPDX-License-Identifier: MIT
#include "unwind/code_map.h"

#include <algorithm>

#include "unwind/machine.h"

namespace pyspy {
namespace {

constexpr size_t kLargestVdso = 1U << 20U;

}  // namespace

NativeFile* CodeMap::vdso_file(const MappedRegion& region) {
  if (NativeFile* known = files_.vdso()) return known;
  const size_t length = region.end - region.start;
  if (length > kLargestVdso) return nullptr;
  std::vector<uint8_t> image(length);
  return memory_.read(region.start, image.data(), length) ? files_.set_vdso(image) : nullptr;
}

void CodeMap::refresh(const std::vector<MappedRegion>& regions) {
  ranges_.clear();
  for (const MappedFile& mapped : mapped_files(regions)) {
    if (!mapped.has_code()) continue;
    NativeFile& file = files_.open(mappings_, mapped);
    const auto bias = file.elf() == nullptr ? std::nullopt : file.elf()->load_bias(mapped.regions);
    for (const MappedRegion& region : mapped.regions) {
      if (!region.executable) continue;
      // Without an ELF file addresses are those in the file.
      const Address from = bias ? *bias : region.start - region.file_offset;
      ranges_.push_back({region.start, region.end, from, &file});
    }
  }
  for (const MappedRegion& region : regions) {
    if (!region.executable || region.inode != 0) continue;
    CodeRange range = {region.start, region.end, 0, nullptr};
    if (region.path == "[vdso]") {
      range.file = vdso_file(region);
      range.bias = region.start;
    }
    ranges_.push_back(range);
  }
  std::sort(ranges_.begin(), ranges_.end(),
            [](const CodeRange& a, const CodeRange& b) { return a.start < b.start; });
}

const CodeRange* CodeMap::find(Address address) const {
  const auto after = std::upper_bound(
      ranges_.begin(), ranges_.end(), address,
      [](Address value, const CodeRange& range) { return value < range.start; });
  if (after == ranges_.begin()) return nullptr;
  const CodeRange& range = *(after - 1);
  return address < range.end ? &range : nullptr;
}

bool CodeMap::is_signal_trampoline(Address address) {
  std::array<uint8_t, machine::kSignalTrampolineBytes> code{};
  return memory_.read(address, code.data(), code.size()) && machine::is_signal_trampoline(code);
}

bool CodeMap::is_after_call(Address return_address) {
  if (return_address < machine::kLongestCall || find(return_address - 1) == nullptr) return false;
  std::array<uint8_t, machine::kLongestCall> code{};
  return memory_.read(return_address - code.size(), code.data(), code.size()) &&
         machine::ends_with_call(code);
}

}  // namespace pyspy
