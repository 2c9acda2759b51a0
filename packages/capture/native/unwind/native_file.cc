// SPDX-License-Identifier: MIT
#include "unwind/native_file.h"

#include <sys/mman.h>
#include <unistd.h>

#include "process/debug_file.h"

namespace pyspy {

NativeFile::NativeFile(std::string path, uint64_t device, uint64_t inode,
                       std::optional<ElfFile> elf, std::optional<ElfFile> debug)
    : path_(std::move(path)),
      device_(device),
      inode_(inode),
      elf_(std::move(elf)),
      debug_(std::move(debug)) {
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

NativeFile& NativeFiles::open(const Mappings& mappings, const MappedFile& file) {
  std::unique_ptr<NativeFile>& known = files_[{file.device, file.inode}];
  if (known == nullptr) {
    auto elf = ElfFile::open(mappings.open(file));
    // Now: when names are asked for, the process and its file root may be gone.
    std::optional<ElfFile> debug;
    if (elf) debug = open_debug_file(*elf, mappings.root(), file.path);
    known = std::make_unique<NativeFile>(file.path, file.device, file.inode, std::move(elf),
                                         std::move(debug));
  }
  return *known;
}

// It lies in no file: its image is put into one.
NativeFile* NativeFiles::set_vdso(std::span<const uint8_t> image) {
  UniqueFd fd(::memfd_create("vdso", MFD_CLOEXEC));
  if (!fd || ::write(fd.get(), image.data(), image.size()) != static_cast<ssize_t>(image.size())) {
    return nullptr;
  }
  vdso_ = std::make_unique<NativeFile>("[vdso]", 0, 0, ElfFile::open(std::move(fd)),
                                       std::nullopt);
  return vdso_.get();
}

}  // namespace pyspy
