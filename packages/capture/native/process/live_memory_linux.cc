// SPDX-License-Identifier: MIT
#include "process/live_memory_linux.h"

#include <sys/uio.h>

#include <algorithm>
#include <cerrno>

namespace pyspy {
namespace {

// UIO_MAXIOV: the kernel takes no more regions in one call.
constexpr size_t kMaxRegions = 1024;

}  // namespace

bool LiveMemory::read(Address address, void* destination, size_t length) {
  const iovec local{destination, length};
  const iovec remote{reinterpret_cast<void*>(address), length};
  ++reads_;
  bytes_read_ += length;
  const ssize_t got = ::process_vm_readv(pid_, &local, 1, &remote, 1, 0);
  if (got == static_cast<ssize_t>(length)) return true;
  last_error_ = got < 0 ? errno : EFAULT;
  return false;
}

bool LiveMemory::read(ReadPlan& plan) {
  uint8_t* buffer = plan.reserve();
  const std::vector<iovec>& regions = plan.regions();
  for (size_t first = 0; first < regions.size(); first += kMaxRegions) {
    const size_t count = std::min(kMaxRegions, regions.size() - first);
    size_t length = 0;
    for (size_t i = first; i < first + count; ++i) length += regions[i].iov_len;
    const iovec local{buffer, length};
    ++reads_;
    bytes_read_ += length;
    const ssize_t got = ::process_vm_readv(pid_, &local, 1, regions.data() + first, count, 0);
    if (got != static_cast<ssize_t>(length)) {
      last_error_ = got < 0 ? errno : EFAULT;
      return false;
    }
    buffer += length;
  }
  return true;
}

}  // namespace pyspy
