// SPDX-License-Identifier: MIT
#include "process/elf_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

namespace pyspy {
namespace {

// Limits that no real file comes near; a damaged one must not make us allocate.
constexpr size_t kMaxHeaders = 65536;
constexpr size_t kMaxTableBytes = 256U << 20U;
constexpr size_t kSymbolsAtOnce = 4096;
constexpr Address kPageMask = ~Address{4095};

// True when the string at `offset` of a string table is `name`. Compares no more than that: a
// damaged table may be one string of megabytes.
bool is_name_at(std::span<const uint8_t> table, size_t offset, std::string_view name) {
  if (offset >= table.size() || table.size() - offset < name.size()) return false;
  const size_t end = offset + name.size();
  return std::memcmp(table.data() + offset, name.data(), name.size()) == 0 &&
         (end == table.size() || table[end] == 0);
}

}  // namespace

std::vector<ElfSegment> writable_of(const std::vector<Elf64_Phdr>& segments) {
  std::vector<ElfSegment> writable;
  for (const Elf64_Phdr& segment : segments) {
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) == 0) continue;
    writable.push_back({segment.p_vaddr, segment.p_memsz});
  }
  return writable;
}

std::optional<ElfFile> ElfFile::open(UniqueFd fd) {
  if (!fd) return std::nullopt;
  ElfFile file(std::move(fd));
  if (!file.read_headers()) return std::nullopt;
  return file;
}

bool ElfFile::read_at(uint64_t offset, void* destination, size_t length) const {
  if (offset > file_size_ || length > file_size_ - offset) return false;
  return ::pread(fd_.get(), destination, length, static_cast<off_t>(offset)) ==
         static_cast<ssize_t>(length);
}

bool ElfFile::read_headers() {
  struct stat found {};
  if (::fstat(fd_.get(), &found) != 0 || !S_ISREG(found.st_mode)) return false;
  file_size_ = static_cast<uint64_t>(found.st_size);
  Elf64_Ehdr header;
  if (!read_at(0, &header, sizeof header)) return false;
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) return false;
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB)
    return false;
  if (header.e_phentsize == sizeof(Elf64_Phdr) && header.e_phnum < kMaxHeaders) {
    segments_.resize(header.e_phnum);
    if (!read_at(header.e_phoff, segments_.data(), segments_.size() * sizeof(Elf64_Phdr))) {
      return false;
    }
  }
  if (header.e_shentsize != sizeof(Elf64_Shdr) || header.e_shnum >= kMaxHeaders) return true;
  sections_.resize(header.e_shnum);
  if (!read_at(header.e_shoff, sections_.data(), sections_.size() * sizeof(Elf64_Shdr)) ||
      header.e_shstrndx >= sections_.size()) {
    sections_.clear();
    return true;
  }
  const Elf64_Shdr& names = sections_[header.e_shstrndx];
  if (names.sh_size > kMaxTableBytes || names.sh_size > file_size_) return true;
  section_names_.resize(names.sh_size);
  if (!read_at(names.sh_offset, section_names_.data(), section_names_.size())) {
    section_names_.clear();
  }
  return true;
}

std::optional<ElfSection> ElfFile::section(std::string_view name) const {
  const std::span names(reinterpret_cast<const uint8_t*>(section_names_.data()),
                        section_names_.size());
  for (const Elf64_Shdr& section : sections_) {
    if (!is_name_at(names, section.sh_name, name)) continue;
    return ElfSection{std::string(name),
                      section.sh_addr,
                      section.sh_size,
                      section.sh_offset,
                      section.sh_type != SHT_NOBITS,
                      (section.sh_flags & SHF_COMPRESSED) != 0};
  }
  return std::nullopt;
}

std::vector<uint8_t> ElfFile::read_section(const ElfSection& section) const {
  if (!section.has_bytes || section.size > kMaxTableBytes || section.size > file_size_) return {};
  std::vector<uint8_t> bytes(section.size);
  if (!read_at(section.file_offset, bytes.data(), bytes.size())) return {};
  return bytes;
}

std::vector<uint8_t> ElfFile::read_part(const ElfSection& section, uint64_t offset,
                                        uint64_t length) const {
  if (!section.has_bytes || offset > section.size || length > section.size - offset) return {};
  if (length > kMaxTableBytes || length > file_size_) return {};
  std::vector<uint8_t> bytes(length);
  if (!read_at(section.file_offset + offset, bytes.data(), bytes.size())) return {};
  return bytes;
}

std::vector<uint8_t> ElfFile::build_id() const {
  return build_id_of(segments_, [&](const Elf64_Phdr& segment, void* to) {
    return read_at(segment.p_offset, to, segment.p_filesz);
  });
}

std::optional<ElfSymbol> ElfFile::symbol(std::string_view name) const {
  for (const uint32_t type : {SHT_DYNSYM, SHT_SYMTAB}) {
    const Elf64_Shdr* table = symbol_table(type);
    if (table == nullptr) continue;
    if (const auto found = find_symbol(*table, name)) return found;
  }
  return std::nullopt;
}

std::optional<ElfSymbol> ElfFile::find_symbol(const Elf64_Shdr& table,
                                              std::string_view name) const {
  const std::vector<uint8_t> names = read_names(table);
  for (uint64_t first = 0; !names.empty();) {
    const std::vector<Elf64_Sym> symbols = read_symbols(table, first);
    if (symbols.empty()) break;
    for (const Elf64_Sym& symbol : symbols) {
      if (symbol.st_shndx == SHN_UNDEF || !is_name_at(names, symbol.st_name, name)) continue;
      return ElfSymbol{symbol.st_value, symbol.st_size};
    }
    first += symbols.size();
  }
  return std::nullopt;
}

const Elf64_Shdr* ElfFile::symbol_table(uint32_t type) const {
  const auto table = std::find_if(sections_.begin(), sections_.end(),
                                  [&](const Elf64_Shdr& one) { return one.sh_type == type; });
  return table == sections_.end() ? nullptr : &*table;
}

std::vector<uint8_t> ElfFile::read_names(const Elf64_Shdr& table) const {
  if (table.sh_link >= sections_.size()) return {};
  const Elf64_Shdr& names = sections_[table.sh_link];
  return read_section({"", 0, names.sh_size, names.sh_offset, names.sh_type != SHT_NOBITS, false});
}

std::vector<Elf64_Sym> ElfFile::read_symbols(const Elf64_Shdr& table, uint64_t first) const {
  const uint64_t all = table.sh_size / sizeof(Elf64_Sym);
  if (first >= all || table.sh_offset > file_size_) return {};
  std::vector<Elf64_Sym> symbols(std::min<uint64_t>(all - first, kSymbolsAtOnce));
  const uint64_t offset = table.sh_offset + first * sizeof(Elf64_Sym);
  if (!read_at(offset, symbols.data(), symbols.size() * sizeof(Elf64_Sym))) return {};
  return symbols;
}

std::optional<Address> ElfFile::load_bias(const std::vector<MappedRegion>& regions) const {
  for (const Elf64_Phdr& segment : segments_) {
    if (segment.p_type != PT_LOAD) continue;
    const uint64_t offset = segment.p_offset & kPageMask;
    for (const MappedRegion& region : regions) {
      if (region.file_offset == offset) return region.start - (segment.p_vaddr & kPageMask);
    }
  }
  return std::nullopt;
}

}  // namespace pyspy
