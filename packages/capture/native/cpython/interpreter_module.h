// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "process/elf_file.h"
#include "process/elf_image.h"
#include "process/mappings.h"
#include "process/remote_memory.h"

namespace pyspy {

// A file that a process has mapped and that may hold an interpreter: the executable, a libpython,
// or any other. All addresses are the process's.
class InterpreterModule {
 public:
  // Reads the file itself where it can be opened and still is the one that was mapped, what the
  // process has loaded of it otherwise. Empty where neither is a 64-bit ELF file.
  static std::optional<InterpreterModule> open(const Mappings& mappings, RemoteMemory& memory,
                                               const MappedFile& file);

  const std::string& path() const { return path_; }
  // The file could not be opened, or has no sections: there are only dynamic symbols.
  bool is_from_memory() const { return !file_; }

  std::optional<ElfSymbol> symbol(std::string_view name) const;
  std::optional<ElfSection> section(std::string_view name) const;
  // Where its variables are.
  std::vector<ElfSegment> variables() const;

 private:
  std::string path_;
  std::optional<ElfFile> file_;
  std::optional<ElfImage> image_;
  Address bias_ = 0;
};

}  // namespace pyspy
