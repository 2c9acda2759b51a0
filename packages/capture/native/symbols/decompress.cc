// SPDX-License-Identifier: MIT
#include "symbols/decompress.h"

#include <elf.h>
#include <zlib.h>

#include "base/bytes.h"

namespace pyspy {
namespace {

// Larger ones are named later, by pyspy-analyze symbolize.
constexpr uint64_t kMostBytes = 64U << 20U;
// The best that deflate can do; a size beyond it is a lie.
constexpr uint64_t kBestRatio = 1032;

}  // namespace

std::vector<uint8_t> decompressed_section(std::span<const uint8_t> bytes) {
  if (bytes.size() < sizeof(Elf64_Chdr)) return {};
  const auto header = load<Elf64_Chdr>(bytes.data());
  const auto packed = bytes.subspan(sizeof header);
  if (header.ch_type != ELFCOMPRESS_ZLIB || header.ch_size > kMostBytes ||
      header.ch_size > packed.size() * kBestRatio) {
    return {};
  }
  std::vector<uint8_t> plain(header.ch_size);
  uLongf length = plain.size();
  if (::uncompress(plain.data(), &length, packed.data(), packed.size()) != Z_OK ||
      length != plain.size()) {
    return {};
  }
  return plain;
}

}  // namespace pyspy
