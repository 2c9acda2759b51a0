// SPDX-License-Identifier: MIT
//
// For tests only.
#pragma once

#include <elf.h>
#include <sys/procfs.h>
#include <sys/user.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace pyspy {

// Puts core files together, as Linux writes them: headers, notes, memory.
class FakeCore {
 public:
  // `memory`: as many bytes as the core has of it, of `size`.
  void add_segment(Address start, std::string memory, uint64_t size, uint32_t flags) {
    segments_.push_back({start, std::move(memory), size, flags});
  }

  void add_process(pid_t pid, pid_t parent, const char* name, const char* command) {
    elf_prpsinfo info{};
    info.pr_pid = pid;
    info.pr_ppid = parent;
    copy_text(info.pr_fname, name);
    copy_text(info.pr_psargs, command);
    add_note(NT_PRPSINFO, bytes_of(info));
  }

  void add_thread(pid_t tid, int signal, const user_regs_struct& registers) {
    elf_prstatus status{};
    status.pr_pid = tid;
    status.pr_cursig = static_cast<short>(signal);
    std::memcpy(&status.pr_reg, &registers, sizeof registers);
    add_note(NT_PRSTATUS, bytes_of(status));
  }

  void add_auxiliary(const std::vector<Elf64_auxv_t>& vector) {
    std::string content;
    for (const Elf64_auxv_t& entry : vector) content += bytes_of(entry);
    add_note(NT_AUXV, content);
  }

  struct Mapping {
    Address start, end;
    uint64_t file_offset;
    std::string path;
  };
  void add_mappings(const std::vector<Mapping>& mappings) {
    constexpr uint64_t kPageBytes = 4096;
    std::string content = bytes_of(uint64_t{mappings.size()}) + bytes_of(kPageBytes);
    std::string names;
    for (const Mapping& mapping : mappings) {
      content += bytes_of(mapping.start) + bytes_of(mapping.end) +
                 bytes_of(mapping.file_offset / kPageBytes);
      names += mapping.path + '\0';
    }
    add_note(NT_FILE, content + names);
  }

  std::string bytes() const {
    Elf64_Ehdr header{};
    std::memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = ELFCLASS64;
    header.e_ident[EI_DATA] = ELFDATA2LSB;
    header.e_type = ET_CORE;
    header.e_machine = EM_X86_64;
    header.e_phoff = sizeof header;
    header.e_phentsize = sizeof(Elf64_Phdr);
    header.e_phnum = static_cast<uint16_t>(segments_.size() + 1);
    uint64_t offset = sizeof header + header.e_phnum * sizeof(Elf64_Phdr);
    Elf64_Phdr notes{};
    notes.p_type = PT_NOTE;
    notes.p_offset = offset;
    notes.p_filesz = notes_.size();
    std::string out = bytes_of(header) + bytes_of(notes);
    std::string memory = notes_;
    for (const Segment& segment : segments_) {
      Elf64_Phdr load{};
      load.p_type = PT_LOAD;
      load.p_flags = segment.flags;
      load.p_vaddr = segment.start;
      load.p_memsz = segment.size;
      load.p_filesz = segment.memory.size();
      load.p_offset = offset + memory.size();
      out += bytes_of(load);
      memory += segment.memory;
    }
    return out + memory;
  }

 private:
  struct Segment {
    Address start;
    std::string memory;
    uint64_t size;
    uint32_t flags;
  };

  template <typename T>
  static std::string bytes_of(const T& value) {
    return std::string(reinterpret_cast<const char*>(&value), sizeof value);
  }

  template <size_t kSize>
  static void copy_text(char (&to)[kSize], const char* text) {
    std::memcpy(to, text, std::min(std::strlen(text), kSize));
  }

  void add_note(uint32_t type, std::string content) {
    const Elf64_Nhdr note = {5, static_cast<uint32_t>(content.size()), type};
    content.resize((content.size() + 3) & ~size_t{3});
    notes_ += bytes_of(note) + std::string("CORE\0\0\0\0", 8) + content;
  }

  std::string notes_;
  std::vector<Segment> segments_;
};

}  // namespace pyspy
