// SPDX-License-Identifier: MIT
#include "unwind/native_file.h"

namespace pyspy {

NativeFile::NativeFile(std::string path, std::optional<ElfFile> elf)
    : path_(std::move(path)), elf_(std::move(elf)) {
  if (elf_) build_id_ = elf_->build_id();
}

UnwindTable* NativeFile::table() {
  if (!looked_for_table_) {
    looked_for_table_ = true;
    const auto section = elf_ ? elf_->section(".eh_frame") : std::nullopt;
    if (section) {
      UnwindTable table({elf_->read_section(*section), section->address});
      if (table.function_count() > 0) table_.emplace(std::move(table));
    }
  }
  return table_ ? &*table_ : nullptr;
}

NativeFile& NativeFiles::open(pid_t pid, const MappedFile& file) {
  std::unique_ptr<NativeFile>& known = files_[{file.device, file.inode}];
  if (known == nullptr) {
    known = std::make_unique<NativeFile>(file.path, ElfFile::open(open_mapped_file(pid, file)));
  }
  return *known;
}

}  // namespace pyspy
