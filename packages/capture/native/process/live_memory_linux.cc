// SPDX-License-Identifier: MIT
#include "process/live_memory_linux.h"

#include <elf.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>

namespace pyspy {
namespace {

// UIO_MAXIOV: the kernel takes no more regions in one call.
constexpr size_t kMaxRegions = 1024;

// Where a program finds the random bytes that it was given, by proc_pid_auxv(5).
Address find_mark(pid_t pid) {
  const std::string vector = read_whole_file(("/proc/" + std::to_string(pid) + "/auxv").c_str());
  for (size_t at = 0; at + 16 <= vector.size(); at += 16) {
    const auto* entry = reinterpret_cast<const uint8_t*>(vector.data()) + at;
    if (load<uint64_t>(entry) == AT_RANDOM) return load<Address>(entry + 8);
  }
  return 0;
}

}  // namespace

// An open /proc/PID/mem stays with the address space that the process had then, and reads as empty
// once that is gone; reads by process id go to the present one.
LiveMemory::LiveMemory(pid_t pid)
    : pid_(pid), first_program_(open_readonly(("/proc/" + std::to_string(pid) + "/mem").c_str())) {
  mark_address_ = find_mark(pid);
  check_mark();
}

void LiveMemory::check_mark() {
  if (mark_address_ != 0 && !read(mark_address_, mark_.data(), mark_.size())) mark_address_ = 0;
}

void LiveMemory::add_mark(ReadPlan& plan) {
  if (mark_address_ != 0) mark_offset_ = plan.add(mark_address_, mark_.size());
}

bool LiveMemory::has_mark(const ReadPlan& plan) const {
  return mark_address_ != 0 && plan.regions().size() <= kMaxRegions &&
         std::equal(mark_.begin(), mark_.end(), plan.at(mark_offset_));
}

bool LiveMemory::is_of_same_program(Address address) const {
  if (!first_program_) return true;  // not to be told
  char byte = 0;
  return ::pread(first_program_.get(), &byte, 1, static_cast<off_t>(address)) != 0;
}

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
