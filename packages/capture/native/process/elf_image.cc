// SPDX-License-Identifier: MIT
//
// System V ABI, "Dynamic Linking"; the GNU hash table as binutils and glibc have it.
#include "process/elf_image.h"

#include <algorithm>
#include <cstring>

namespace pyspy {
namespace {

// Limits that no real file comes near.
constexpr size_t kMaxSegments = 256;
constexpr size_t kMaxDynamicEntries = 4096;
constexpr uint32_t kMaxChain = 65536;
constexpr size_t kLongestName = 128;
constexpr Address kPageMask = ~Address{4095};

uint32_t gnu_hash_of(std::string_view name) {
  uint32_t hash = 5381;
  for (const char character : name) hash = hash * 33 + static_cast<uint8_t>(character);
  return hash;
}

uint32_t hash_of(std::string_view name) {
  uint32_t hash = 0;
  for (const char character : name) {
    hash = (hash << 4U) + static_cast<uint8_t>(character);
    const uint32_t high = hash & 0xf0000000U;
    hash = (hash ^ high >> 24U) & ~high;
  }
  return hash;
}

}  // namespace

std::optional<ElfImage> ElfImage::open(RemoteMemory& memory, const MappedFile& file) {
  const auto first =
      std::find_if(file.regions.begin(), file.regions.end(),
                   [](const MappedRegion& region) { return region.file_offset == 0; });
  if (first == file.regions.end()) return std::nullopt;
  ElfImage image(memory);
  if (!image.read_headers(first->start)) return std::nullopt;
  return image;
}

bool ElfImage::read_headers(Address base) {
  Elf64_Ehdr header;
  if (!memory_->read_value(base, header)) return false;
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != ELFCLASS64 ||
      header.e_ident[EI_DATA] != ELFDATA2LSB || header.e_phentsize != sizeof(Elf64_Phdr) ||
      header.e_phnum > kMaxSegments) {
    return false;
  }
  segments_.resize(header.e_phnum);
  if (!memory_->read(base + header.e_phoff, segments_.data(),
                     segments_.size() * sizeof(Elf64_Phdr))) {
    return false;
  }
  const auto first = std::find_if(segments_.begin(), segments_.end(), [](const Elf64_Phdr& one) {
    return one.p_type == PT_LOAD && (one.p_offset & kPageMask) == 0;
  });
  if (first == segments_.end()) return false;
  bias_ = base - (first->p_vaddr & kPageMask);
  const auto dynamic = std::find_if(segments_.begin(), segments_.end(),
                                    [](const Elf64_Phdr& one) { return one.p_type == PT_DYNAMIC; });
  if (dynamic != segments_.end()) read_dynamic(*dynamic);
  return true;
}

void ElfImage::read_dynamic(const Elf64_Phdr& dynamic) {
  std::vector<Elf64_Dyn> entries(
      std::min<size_t>(dynamic.p_memsz / sizeof(Elf64_Dyn), kMaxDynamicEntries));
  if (!memory_->read(bias_ + dynamic.p_vaddr, entries.data(), entries.size() * sizeof(Elf64_Dyn))) {
    return;
  }
  // glibc has replaced the file's addresses by those in the process; musl has not.
  const auto in_process = [&](Address address) {
    return address < bias_ ? address + bias_ : address;
  };
  for (const Elf64_Dyn& entry : entries) {
    if (entry.d_tag == DT_NULL) break;
    if (entry.d_tag == DT_SYMTAB) symbols_ = in_process(entry.d_un.d_ptr);
    if (entry.d_tag == DT_STRTAB) strings_ = in_process(entry.d_un.d_ptr);
    if (entry.d_tag == DT_GNU_HASH) gnu_hash_ = in_process(entry.d_un.d_ptr);
    if (entry.d_tag == DT_HASH) hash_ = in_process(entry.d_un.d_ptr);
  }
}

std::vector<ElfSegment> ElfImage::writable_segments() const { return writable_of(segments_); }

std::vector<uint8_t> ElfImage::build_id() const {
  return build_id_of(segments_, [&](const Elf64_Phdr& segment, void* to) {
    return memory_->read(bias_ + segment.p_vaddr, to, segment.p_filesz);
  });
}

std::optional<ElfSymbol> ElfImage::symbol(std::string_view name) const {
  if (symbols_ == 0 || strings_ == 0 || name.size() > kLongestName) return std::nullopt;
  return gnu_hash_ != 0 ? find_by_gnu_hash(name) : find_by_hash(name);
}

std::optional<ElfSymbol> ElfImage::symbol_at(uint32_t index, std::string_view name) const {
  Elf64_Sym symbol;
  char text[kLongestName + 1];
  if (!memory_->read_value(symbols_ + Address{index} * sizeof symbol, symbol) ||
      symbol.st_shndx == SHN_UNDEF ||
      !memory_->read(strings_ + symbol.st_name, text, name.size() + 1) ||
      std::string_view(text, name.size()) != name || text[name.size()] != '\0') {
    return std::nullopt;
  }
  return ElfSymbol{symbol.st_value, symbol.st_size};
}

std::optional<ElfSymbol> ElfImage::find_by_gnu_hash(std::string_view name) const {
  struct {
    uint32_t buckets, first_symbol, bloom_words, bloom_shift;
  } header;
  if (!memory_->read_value(gnu_hash_, header) || header.buckets == 0) return std::nullopt;
  const uint32_t hash = gnu_hash_of(name);
  const Address buckets = gnu_hash_ + sizeof header + Address{header.bloom_words} * 8;
  const Address chains = buckets + Address{header.buckets} * 4;
  uint32_t index = 0;
  if (!memory_->read_value(buckets + Address{hash % header.buckets} * 4, index))
    return std::nullopt;
  for (uint32_t steps = 0; index >= header.first_symbol && steps < kMaxChain; ++steps, ++index) {
    uint32_t entry = 0;
    if (!memory_->read_value(chains + Address{index - header.first_symbol} * 4, entry)) break;
    if ((entry | 1U) == (hash | 1U)) {
      if (const auto found = symbol_at(index, name)) return found;
    }
    if ((entry & 1U) != 0) break;  // the last of its bucket
  }
  return std::nullopt;
}

std::optional<ElfSymbol> ElfImage::find_by_hash(std::string_view name) const {
  struct {
    uint32_t buckets, chains;
  } header;
  if (hash_ == 0 || !memory_->read_value(hash_, header) || header.buckets == 0) return std::nullopt;
  const Address buckets = hash_ + sizeof header;
  const Address chains = buckets + Address{header.buckets} * 4;
  uint32_t index = 0;
  if (!memory_->read_value(buckets + Address{hash_of(name) % header.buckets} * 4, index)) {
    return std::nullopt;
  }
  for (uint32_t steps = 0; index != 0 && steps < kMaxChain; ++steps) {
    if (const auto found = symbol_at(index, name)) return found;
    if (!memory_->read_value(chains + Address{index} * 4, index)) break;
  }
  return std::nullopt;
}

}  // namespace pyspy
