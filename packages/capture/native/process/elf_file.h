// SPDX-License-Identifier: MIT
#pragma once

#include <elf.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/file.h"
#include "process/memory_map.h"

namespace pyspy {

struct ElfSymbol {
  Address address = 0;  // in the file's own numbering
  uint64_t size = 0;
};

struct ElfSection {
  std::string name;
  Address address = 0;  // in the file's own numbering; 0: not loaded
  uint64_t size = 0;
  uint64_t file_offset = 0;
  bool has_bytes = true;    // false: it takes memory, and no place in the file
  bool compressed = false;  // its bytes begin with an Elf64_Chdr
};

// A part of a file that is loaded.
struct ElfSegment {
  Address address = 0;  // in the file's own numbering
  uint64_t size = 0;    // in memory: what is not in the file (.bss) included
};

// Those that the program may write to: its variables.
std::vector<ElfSegment> writable_of(const std::vector<Elf64_Phdr>& segments);

// What the linker identified a file by: in a note "GNU" of type NT_GNU_BUILD_ID, whose name and
// content are padded to four bytes. `read(segment, to)` reads the bytes of a segment; false: they
// are not there. Empty where there is none.
template <typename Read>
std::vector<uint8_t> build_id_of(const std::vector<Elf64_Phdr>& segments, Read read);

// A 64-bit little-endian ELF file, read piece by piece. Nothing in it is trusted: what does not
// fit the file is treated as absent.
class ElfFile {
 public:
  // Empty where the file is no such ELF file.
  static std::optional<ElfFile> open(UniqueFd fd);

  bool has_sections() const { return !sections_.empty(); }
  std::optional<ElfSection> section(std::string_view name) const;

  // The bytes of a section; empty where they are not all there, or beyond any real one.
  std::vector<uint8_t> read_section(const ElfSection& section) const;
  // A part of them; empty where it is not all there.
  std::vector<uint8_t> read_part(const ElfSection& section, uint64_t offset, uint64_t length) const;

  std::vector<uint8_t> build_id() const;
  const std::vector<Elf64_Phdr>& segments() const { return segments_; }
  // The first bytes of the file; false where it has not so many.
  bool read_start(void* destination, size_t length) const {
    return read_at(0, destination, length);
  }

  // Looks a defined symbol up in .dynsym, then in .symtab.
  std::optional<ElfSymbol> symbol(std::string_view name) const;

  std::vector<ElfSegment> writable_segments() const { return writable_of(segments_); }
  // Calls `look(symbol, names)` for the symbols of .dynsym and of .symtab; `names`: the string
  // table that Elf64_Sym::st_name is an offset in. Reads a large table piece by piece.
  template <typename Look>
  void for_each_symbol(Look look) const;

  // What to add to the file's own addresses to get those of the process that has it mapped so;
  // empty where the regions do not fit the file.
  std::optional<Address> load_bias(const std::vector<MappedRegion>& regions) const;

 private:
  explicit ElfFile(UniqueFd fd) : fd_(std::move(fd)) {}

  bool read_headers();
  bool read_at(uint64_t offset, void* destination, size_t length) const;
  std::optional<ElfSymbol> find_symbol(const Elf64_Shdr& table, std::string_view name) const;
  // The first section of a type; null where there is none. A file has one of each type of symbol
  // table; to look through thousands of damaged ones would take minutes.
  const Elf64_Shdr* symbol_table(uint32_t type) const;
  std::vector<uint8_t> read_names(const Elf64_Shdr& table) const;
  // The symbols from number `first` on, some thousands at most; none at the end.
  std::vector<Elf64_Sym> read_symbols(const Elf64_Shdr& table, uint64_t first) const;

  UniqueFd fd_;
  uint64_t file_size_ = 0;
  std::vector<Elf64_Phdr> segments_;
  std::vector<Elf64_Shdr> sections_;
  std::string section_names_;
};

template <typename Read>
std::vector<uint8_t> build_id_of(const std::vector<Elf64_Phdr>& segments, Read read) {
  constexpr uint64_t kLongestNote = 1024;
  const auto padded = [](uint64_t length) { return (length + 3) & ~uint64_t{3}; };
  for (const Elf64_Phdr& segment : segments) {
    if (segment.p_type != PT_NOTE || segment.p_filesz > kLongestNote) continue;
    std::vector<uint8_t> notes(segment.p_filesz);
    if (!read(segment, notes.data())) continue;
    for (size_t at = 0; at + sizeof(Elf64_Nhdr) <= notes.size();) {
      const auto note = load<Elf64_Nhdr>(notes.data() + at);
      const size_t name = at + sizeof note;
      const size_t content = name + padded(note.n_namesz);
      if (content + note.n_descsz > notes.size()) break;
      if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == sizeof ELF_NOTE_GNU &&
          std::memcmp(notes.data() + name, ELF_NOTE_GNU, sizeof ELF_NOTE_GNU) == 0) {
        return {notes.begin() + static_cast<std::ptrdiff_t>(content),
                notes.begin() + static_cast<std::ptrdiff_t>(content + note.n_descsz)};
      }
      at = content + padded(note.n_descsz);
    }
  }
  return {};
}

template <typename Look>
void ElfFile::for_each_symbol(Look look) const {
  for (const uint32_t type : {SHT_DYNSYM, SHT_SYMTAB}) {
    const Elf64_Shdr* table = symbol_table(type);
    if (table == nullptr) continue;
    const std::vector<uint8_t> names = read_names(*table);
    if (names.empty()) continue;
    for (uint64_t first = 0;;) {
      const std::vector<Elf64_Sym> symbols = read_symbols(*table, first);
      if (symbols.empty()) break;
      for (const Elf64_Sym& symbol : symbols) look(symbol, names);
      first += symbols.size();
    }
  }
}

}  // namespace pyspy
