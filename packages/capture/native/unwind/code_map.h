// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/flat_map.h"
#include "process/mappings.h"
#include "process/remote_memory.h"
#include "unwind/native_file.h"

namespace pyspy {

// Executable memory of a process: of a file, or made at run time.
struct CodeRange {
  Address start = 0;
  Address end = 0;
  Address bias = 0;            // runtime address - address in the file's own numbering
  NativeFile* file = nullptr;  // null: of no file

  bool operator==(const CodeRange&) const = default;
};

// Where a process has which code. Ranges that were handed out hold until the next refresh().
class CodeMap {
 public:
  CodeMap(const Mappings& mappings, RemoteMemory& memory, NativeFiles& files)
      : mappings_(mappings), memory_(memory), files_(files) {}

  // Takes over the process's mappings.
  void refresh(const std::vector<MappedRegion>& regions);

  // Null: nothing executable is mapped there, as far as is known.
  const CodeRange* find(Address address) const;

  // Null where there is none.
  UnwindTable* table(const CodeRange& range) {
    return range.file == nullptr ? nullptr : range.file->table();
  }

  // Look at the code itself, which is constant as far as anybody knows.
  bool is_signal_trampoline(Address address);
  bool is_after_call(Address return_address);

  const std::vector<CodeRange>& ranges() const { return ranges_; }

 private:
  NativeFile* vdso_file(const MappedRegion& region);

  const Mappings& mappings_;
  RemoteMemory& memory_;
  NativeFiles& files_;
  std::vector<CodeRange> ranges_;  // by address
};

}  // namespace pyspy
