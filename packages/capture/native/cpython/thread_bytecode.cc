// SPDX-License-Identifier: MIT
//
// Include/cpython/code.h (3.14+): co_tlbc is a _PyCodeArray {Py_ssize_t size; char *entries[]}.
#include "cpython/thread_bytecode.h"

namespace pyspy {
namespace {

constexpr int32_t kMostCopies = 65536;
constexpr uint64_t kLongestCode = 1U << 28U;  // bytes
constexpr size_t kMostKnown = 4096;
constexpr Address kCodeUnit = 2;

}  // namespace

void ThreadBytecode::set_generation(uint64_t generation) {
  if (generation == generation_) return;
  generation_ = generation;
  copies_.clear();
}

ThreadBytecode::Copy ThreadBytecode::read(RemoteMemory& memory, Address code, int32_t index) const {
  Address array = 0;
  int64_t count = 0;
  uint64_t units = 0;
  Copy copy;
  if (index <= 0 || index >= kMostCopies ||
      !memory.read_value(code + layout_.code_unit_count, units) ||
      units > kLongestCode / kCodeUnit || !memory.read_value(code + layout_.code_copies, array) ||
      !memory.read_value(array, count) || index >= count ||
      !memory.read_value(array + sizeof count + static_cast<Address>(index) * sizeof(Address),
                         copy.start)) {
    return {};
  }
  copy.size = units * kCodeUnit;
  return copy;
}

Address ThreadBytecode::start(RemoteMemory& memory, Address code, int32_t index,
                              Address instruction) {
  // What has not started yet stands just before the first instruction.
  const auto holds = [&](const Copy& copy) {
    return copy.start != 0 && instruction + kCodeUnit - copy.start <= copy.size;
  };
  if (index != index_ || copies_.size() > kMostKnown) copies_.clear();
  index_ = index;
  Copy& known = copies_[code];
  if (!holds(known)) known = read(memory, code, index);
  return holds(known) ? known.start : 0;
}

}  // namespace pyspy
