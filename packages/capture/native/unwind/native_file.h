// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "process/elf_file.h"
#include "process/mappings.h"
#include "unwind/unwind_table.h"

namespace pyspy {

// A file with code in it, once for all processes that map it.
class NativeFile {
 public:
  // `elf`: empty where it cannot be read, or is no ELF file: then nothing is known of it.
  // `debug`: its separate debug file, where it has one.
  NativeFile(std::string path, uint64_t device, uint64_t inode, std::optional<ElfFile> elf,
             std::optional<ElfFile> debug);

  const std::string& path() const { return path_; }
  uint64_t device() const { return device_; }
  uint64_t inode() const { return inode_; }
  const std::vector<uint8_t>& build_id() const { return build_id_; }
  const ElfFile* elf() const { return elf_ ? &*elf_ : nullptr; }
  const ElfFile* debug() const { return debug_ ? &*debug_ : nullptr; }

  // Its unwind table, built when it is first asked for; null where it has none.
  UnwindTable* table();

 private:
  std::string path_;
  uint64_t device_;
  uint64_t inode_;
  std::optional<ElfFile> elf_;
  std::optional<ElfFile> debug_;
  std::vector<uint8_t> build_id_;
  std::optional<UnwindTable> table_;
  bool looked_for_table_ = false;
};

// The files of all processes that are recorded, by device and inode.
class NativeFiles {
 public:
  // The file that a process has mapped. Holds for ever.
  NativeFile& open(const Mappings& mappings, const MappedFile& file);

  // The kernel's own library, which is the same in all processes; null until it is set.
  NativeFile* vdso() const { return vdso_.get(); }
  NativeFile* set_vdso(std::span<const uint8_t> image);

 private:
  std::map<std::pair<uint64_t, uint64_t>, std::unique_ptr<NativeFile>> files_;
  std::unique_ptr<NativeFile> vdso_;
};

}  // namespace pyspy
