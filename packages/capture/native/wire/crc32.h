// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>

namespace pyspy {

// CRC-32 as gzip and PNG have it (IEEE 802.3). Continues from `crc`, 0 at the start.
uint32_t crc32(uint32_t crc, std::span<const uint8_t> bytes);

}  // namespace pyspy
