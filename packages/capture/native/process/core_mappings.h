// SPDX-License-Identifier: MIT
#pragma once

#include <elf.h>

#include <memory>
#include <string>
#include <vector>

#include "process/core_file.h"
#include "process/elf_file.h"
#include "process/mappings.h"

namespace pyspy {

// Where to look for the files that a core names. The core may be of another machine.
struct CorePlaces {
  std::string executable;                       // of the process; empty: as the core names it
  std::string sysroot;                          // a copy of that machine's file system
  std::vector<std::string> search_directories;  // directories with files of those names
};

// What the process of a core file had mapped. Of a program and its libraries a core has only what
// the process had changed: the rest is in the files themselves. A file is taken for one of the
// core's only if it is the very one, by its build id, or where it has none by its first page; an
// executable that is given by name is believed where neither is in the core.
class CoreMappings final : public Mappings {
 public:
  // Error code: kMismatch, where the executable that was given is not that of the core.
  static Result<std::unique_ptr<CoreMappings>> find(CoreFile& core, const CorePlaces& places);

  Result<std::vector<MappedRegion>> regions() const override { return regions_; }
  UniqueFd open(const MappedFile& file) const override;

  // Reads bytes that are in a file; as CoreFile::read_some().
  size_t read_some(Address address, void* destination, size_t length) const;

  // Path of the program as the process knew it; empty where the core does not tell.
  const std::string& executable() const { return executable_; }
  // Programs and libraries that were not found: "PATH: why".
  const std::vector<std::string>& missing() const { return missing_; }

 private:
  // One file that the core names.
  struct File {
    MappedFile mapped;
    UniqueFd fd;                      // empty: it was not found
    std::vector<Elf64_Phdr> headers;  // empty: not known
  };

  explicit CoreMappings(CoreFile& core) : core_(core) {}

  void group_files();
  File* program();
  std::string take(File& file, const std::string& place, bool unchecked);
  void find_file(File& file, const CorePlaces& places);
  uint32_t access_of(const File& file, const MappedRegion& region) const;
  void add_regions();

  CoreFile& core_;
  std::vector<File> files_;  // File n has inode n + 1, and no device
  std::vector<MappedRegion> regions_;
  std::string executable_;
  std::vector<std::string> missing_;
};

// All memory of the process of a core: what stands in the core itself, else what is in files.
class CoreMemory final : public RemoteMemory {
 public:
  CoreMemory(CoreFile& core, const CoreMappings& files) : core_(core), files_(files) {}

  bool read(Address address, void* destination, size_t length) override;
  bool read(ReadPlan& plan) override { return read_each(plan); }

 private:
  CoreFile& core_;
  const CoreMappings& files_;
};

}  // namespace pyspy
