// SPDX-License-Identifier: MIT
#pragma once

#include <elf.h>

#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "process/elf_file.h"
#include "process/memory_map.h"
#include "process/remote_memory.h"

namespace pyspy {

// A 64-bit ELF file as a process has it loaded, for when the file itself cannot be opened: it was
// deleted or replaced, or its mount namespace is out of reach. Sections and local symbols are not
// in memory. Nothing in it is trusted.
class ElfImage {
 public:
  // Empty where the regions do not begin with the headers of such a file.
  static std::optional<ElfImage> open(RemoteMemory& memory, const MappedFile& file);

  // Looks a defined dynamic symbol up by the file's hash table. The address is the file's own.
  std::optional<ElfSymbol> symbol(std::string_view name) const;

  // As far as it is in the first part of the file that is loaded, which it is in practice.
  std::vector<uint8_t> build_id() const;

  // What to add to the file's own addresses.
  Address load_bias() const { return bias_; }
  const std::vector<Elf64_Phdr>& segments() const { return segments_; }
  std::vector<ElfSegment> writable_segments() const;

 private:
  explicit ElfImage(RemoteMemory& memory) : memory_(&memory) {}

  bool read_headers(Address base);
  void read_dynamic(const Elf64_Phdr& dynamic);
  std::optional<ElfSymbol> find_by_gnu_hash(std::string_view name) const;
  std::optional<ElfSymbol> find_by_hash(std::string_view name) const;
  std::optional<ElfSymbol> symbol_at(uint32_t index, std::string_view name) const;

  RemoteMemory* memory_;
  Address bias_ = 0;
  std::vector<Elf64_Phdr> segments_;
  // In the process; 0: absent.
  Address symbols_ = 0, strings_ = 0, gnu_hash_ = 0, hash_ = 0;
};

}  // namespace pyspy
