// SPDX-License-Identifier: MIT
#pragma once

#include <sys/uio.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/bytes.h"

namespace pyspy {

// Regions of the target that are read by one system call into one buffer, in this order. Reused
// from tick to tick: clear() keeps the memory.
class ReadPlan {
 public:
  void clear() {
    remote_.clear();
    size_ = 0;
  }

  // Adds a region and returns its offset in the buffer.
  size_t add(Address address, size_t length) {
    remote_.push_back({reinterpret_cast<void*>(address), length});
    const size_t offset = size_;
    size_ += length;
    return offset;
  }

  // Like add(), but as a part of the region that was added last, where that ends in the page in
  // which this one begins: each region costs the kernel a quarter of a microsecond, and what lies
  // between the two next to nothing. Both are then read at one moment.
  size_t join(Address address, size_t length) {
    if (remote_.empty()) return add(address, length);
    iovec& last = remote_.back();
    const auto start = reinterpret_cast<Address>(last.iov_base);
    const Address last_byte = start + last.iov_len - 1;
    if (last.iov_len == 0 || address < start || address / kPage != last_byte / kPage) {
      return add(address, length);
    }
    const size_t offset = size_ - last.iov_len + (address - start);
    const size_t joined = std::max<size_t>(last.iov_len, address - start + length);
    size_ += joined - last.iov_len;
    last.iov_len = joined;
    return offset;
  }

  size_t size() const { return size_; }
  const std::vector<iovec>& regions() const { return remote_; }

  // Makes room for all regions; pointers into the buffer hold until the next call.
  uint8_t* reserve() {
    if (buffer_.size() < size_) buffer_.resize(size_ + size_ / 2);
    return buffer_.data();
  }
  const uint8_t* at(size_t offset) const { return buffer_.data() + offset; }

 private:
  static constexpr Address kPage = 4096;

  std::vector<iovec> remote_;
  std::vector<uint8_t> buffer_;
  size_t size_ = 0;
};

// Memory of a target: a live process, or a core file; a fake in tests. Nothing read from it is to
// be trusted.
class RemoteMemory {
 public:
  virtual ~RemoteMemory() = default;

  // Reads `length` bytes, all or nothing.
  virtual bool read(Address address, void* destination, size_t length) = 0;

  // Reads all regions of the plan, in order, into its buffer; false where any byte is missing.
  virtual bool read(ReadPlan& plan) = 0;

  template <typename T>
  bool read_value(Address address, T& value) {
    return read(address, &value, sizeof value);
  }

  uint64_t reads() const { return reads_; }
  uint64_t bytes_read() const { return bytes_read_; }

 protected:
  // The regions of a plan one by one, for memory that does not change meanwhile.
  bool read_each(ReadPlan& plan) {
    uint8_t* buffer = plan.reserve();
    for (const iovec& region : plan.regions()) {
      if (!read(reinterpret_cast<Address>(region.iov_base), buffer, region.iov_len)) return false;
      buffer += region.iov_len;
    }
    return true;
  }

  uint64_t reads_ = 0;
  uint64_t bytes_read_ = 0;
};

}  // namespace pyspy
