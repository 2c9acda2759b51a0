// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace pyspy {

// The content of a section that is compressed by zlib (System V ABI, "Section Compression"); empty
// where it is damaged, larger than what is worth the memory, or compressed in another way.
std::vector<uint8_t> decompressed_section(std::span<const uint8_t> bytes);

}  // namespace pyspy
