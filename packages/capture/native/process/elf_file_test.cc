// SPDX-License-Identifier: MIT
#include "process/elf_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <random>

#include "base/clock.h"
#include "base/temporary_directory.h"
#include "process/mappings.h"

namespace pyspy {
namespace {

// A file in memory that is written over and over.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view content = {}) { replace(content); }

  void replace(std::string_view content) {
    EXPECT_EQ(::ftruncate(fd_.get(), 0), 0);
    write(0, content);
  }
  void write(size_t at, std::string_view bytes) {
    EXPECT_EQ(::pwrite(fd_.get(), bytes.data(), bytes.size(), static_cast<off_t>(at)),
              static_cast<ssize_t>(bytes.size()));
  }
  std::optional<ElfFile> open() const { return ElfFile::open(UniqueFd(::dup(fd_.get()))); }

 private:
  UniqueFd fd_{::memfd_create("elf", MFD_CLOEXEC)};
};

template <typename T>
void append(std::string& text, const T& value) {
  text.append(reinterpret_cast<const char*>(&value), sizeof value);
}

Elf64_Sym symbol_of(uint32_t name, Address value, uint64_t size, uint16_t section = 1) {
  Elf64_Sym symbol{};
  symbol.st_name = name;
  symbol.st_value = value;
  symbol.st_size = size;
  symbol.st_shndx = section;
  return symbol;
}

// The ELF file of an interpreter, as far as the agent looks at it.
std::string small_elf() {
  constexpr size_t kSegments = sizeof(Elf64_Ehdr);
  constexpr size_t kTables = kSegments + 2 * sizeof(Elf64_Phdr);
  const std::string names("\0.dynsym\0.dynstr\0.symtab\0.strtab\0.PyRuntime\0.shstrtab\0", 54);
  const std::string text("\0_PyRuntime\0undefined\0Py_Version\0_PyRuntim\0", 43);
  std::string symbols;
  append(symbols, Elf64_Sym{});
  append(symbols, symbol_of(12, 0x1111, 1, SHN_UNDEF));  // "undefined"
  append(symbols, symbol_of(33, 0x2222, 1));             // "_PyRuntim"
  append(symbols, symbol_of(1, 0x5000, 672));
  std::string more;
  append(more, symbol_of(22, 0x6000, 4));

  std::string file;
  Elf64_Ehdr header{};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_phoff = kSegments;
  header.e_phentsize = sizeof(Elf64_Phdr);
  header.e_phnum = 2;
  header.e_shoff = kTables + names.size() + text.size() + symbols.size() + more.size();
  header.e_shentsize = sizeof(Elf64_Shdr);
  header.e_shnum = 7;
  header.e_shstrndx = 6;
  append(file, header);
  for (const Address offset : {0x0U, 0x3000U}) {
    Elf64_Phdr segment{};
    segment.p_type = PT_LOAD;
    segment.p_offset = offset + 0x10;
    segment.p_vaddr = 0x400000 + offset + 0x10;
    append(file, segment);
  }
  const size_t text_at = file.size() + names.size();
  const size_t symbols_at = text_at + text.size();
  const size_t more_at = symbols_at + symbols.size();
  file += names + text + symbols + more;
  const auto add_section = [&](uint32_t name, uint32_t type, Address address, size_t offset,
                               size_t size, uint32_t link) {
    Elf64_Shdr section{};
    section.sh_name = name;
    section.sh_type = type;
    section.sh_addr = address;
    section.sh_offset = offset;
    section.sh_size = size;
    section.sh_link = link;
    append(file, section);
  };
  add_section(0, SHT_NULL, 0, 0, 0, 0);
  add_section(1, SHT_DYNSYM, 0, symbols_at, symbols.size(), 2);
  add_section(9, SHT_STRTAB, 0, text_at, text.size(), 0);
  add_section(17, SHT_SYMTAB, 0, more_at, more.size(), 4);
  add_section(25, SHT_STRTAB, 0, text_at, text.size(), 0);
  add_section(33, SHT_PROGBITS, 0x5000, 0, 700, 0);
  add_section(44, SHT_STRTAB, 0, kTables, names.size(), 0);
  return file;
}

// All that is asked of a file.
void ask(const std::optional<ElfFile>& elf) {
  if (!elf) return;
  elf->section(".PyRuntime");
  elf->symbol("_PyRuntime");
  elf->symbol("Py_Version");
  MappedRegion region;
  region.start = 0x7f0000003000;
  region.file_offset = 0x3000;
  elf->load_bias({region});
}

TEST(ElfFileTest, SectionsAndSymbols) {
  const MemoryFile file(small_elf());
  const std::optional<ElfFile> elf = file.open();
  ASSERT_TRUE(elf);
  const auto section = elf->section(".PyRuntime");
  ASSERT_TRUE(section);
  EXPECT_EQ(section->address, 0x5000U);
  EXPECT_EQ(section->size, 700U);
  EXPECT_FALSE(elf->section(".PyRuntim"));
  EXPECT_FALSE(elf->section(".PyRuntime2"));
  const auto runtime = elf->symbol("_PyRuntime");
  ASSERT_TRUE(runtime);
  EXPECT_EQ(runtime->address, 0x5000U);
  EXPECT_EQ(runtime->size, 672U);
  ASSERT_TRUE(elf->symbol("Py_Version"));  // in .symtab alone
  EXPECT_EQ(elf->symbol("Py_Version")->address, 0x6000U);
  EXPECT_FALSE(elf->symbol("undefined"));
  EXPECT_FALSE(elf->symbol("PyRuntime_"));
}

TEST(ElfFileTest, LoadBias) {
  const MemoryFile file(small_elf());
  const std::optional<ElfFile> elf = file.open();
  ASSERT_TRUE(elf);
  MappedRegion region;
  region.start = 0x7f0000003000;
  region.file_offset = 0x3000;
  EXPECT_EQ(elf->load_bias({region}), 0x7f0000003000U - 0x403000U);
  region.file_offset = 0x1000;
  EXPECT_FALSE(elf->load_bias({region}));
  EXPECT_FALSE(elf->load_bias({}));
}

TEST(ElfFileTest, OtherFilesAreRefused) {
  EXPECT_FALSE(ElfFile::open(UniqueFd()));
  EXPECT_FALSE(ElfFile::open(open_readonly("/tmp")));
  EXPECT_FALSE(ElfFile::open(open_readonly("/dev/zero")));
  EXPECT_FALSE(MemoryFile("").open());
  EXPECT_FALSE(MemoryFile(std::string(1000, 'x')).open());
  for (const auto& [at, value] :
       {std::pair<size_t, char>{0, 'x'}, {EI_CLASS, ELFCLASS32}, {EI_DATA, ELFDATA2MSB}}) {
    std::string bytes = small_elf();
    bytes[at] = value;
    EXPECT_FALSE(MemoryFile(bytes).open());
  }
}

TEST(ElfFileTest, TruncatedAnywhere) {
  const std::string bytes = small_elf();
  MemoryFile file;
  for (size_t length = 0; length < bytes.size(); ++length) {
    file.replace(std::string_view(bytes).substr(0, length));
    ask(file.open());
  }
}

TEST(ElfFileTest, AnyBytes) {
  const std::string bytes = small_elf();
  std::mt19937_64 random(2);
  MemoryFile file(bytes);
  for (int round = 0; round < 30'000; ++round) {
    std::string mutated = bytes;
    for (uint64_t i = random() % 4 + 1; i > 0; --i) {
      const size_t at = random() % mutated.size();
      const uint64_t value = random() % 2 == 0 ? random() >> (random() % 64) : ~uint64_t{0};
      const size_t length = std::min<size_t>(mutated.size() - at, size_t{1} << random() % 4);
      std::memcpy(mutated.data() + at, &value, length);
    }
    file.write(0, mutated);
    ask(file.open());
  }
}

// Tables that claim to be large, names that do not end, thousands of symbol tables: no time and no
// memory is spent on them.
TEST(ElfFileTest, IsReadInBoundedTime) {
  std::string bytes = small_elf();
  Elf64_Ehdr header;
  std::memcpy(&header, bytes.data(), sizeof header);
  constexpr size_t kLarge = 8U << 20U;
  constexpr uint16_t kSections = 60'000;
  Elf64_Shdr text{};
  text.sh_offset = bytes.size();
  text.sh_size = kLarge;
  bytes.append(kLarge, 'x');
  Elf64_Shdr symbols = text;
  symbols.sh_type = SHT_DYNSYM;
  symbols.sh_link = 1;
  header.e_shoff = bytes.size();
  header.e_shnum = kSections;
  header.e_shstrndx = 1;
  append(bytes, Elf64_Shdr{});
  append(bytes, text);
  for (int i = 2; i < kSections; ++i) append(bytes, symbols);
  std::memcpy(bytes.data(), &header, sizeof header);
  // Symbols whose names are the whole of the text.
  for (size_t at = text.sh_offset; at + 24 <= text.sh_offset + kLarge; at += 24) {
    std::memset(bytes.data() + at, 0, 4);
    bytes[at] = 1;
  }
  const uint64_t start = monotonic_nanos();
  ask(MemoryFile(bytes).open());
  EXPECT_LT(monotonic_nanos() - start, 20 * kNanosPerSecond);
}

// A real one: the C++ library that this test has loaded, or the test itself.
TEST(ElfFileTest, ARealFileWithDamagedTables) {
  const Result<std::vector<MappedRegion>> regions = LiveMappings(::getpid()).regions();
  ASSERT_TRUE(regions);
  const auto here = reinterpret_cast<Address>(&::getpid);
  for (const MappedFile& file : mapped_files(*regions)) {
    const bool is_libc = std::any_of(
        file.regions.begin(), file.regions.end(),
        [&](const MappedRegion& region) { return here >= region.start && here < region.end; });
    if (!is_libc) continue;
    const std::optional<ElfFile> elf = ElfFile::open(LiveMappings(::getpid()).open(file));
    ASSERT_TRUE(elf);
    const std::string content = read_whole_file(file.path.c_str(), 64U << 20U);
    MemoryFile copy(content);
    std::mt19937_64 random(3);
    Elf64_Ehdr header;
    std::memcpy(&header, content.data(), sizeof header);
    const size_t tables = header.e_shoff;
    for (int round = 0; round < 300; ++round) {
      const size_t at = round % 3 == 0 ? random() % 1024
                                       : tables + random() % (header.e_shnum * sizeof(Elf64_Shdr));
      const std::string before = content.substr(at, 8);
      std::string after = before;
      for (char& byte : after) {
        if (random() % 2 == 0) byte = static_cast<char>(random());
      }
      copy.write(at, after);
      ask(copy.open());
      copy.write(at, before);
    }
    ASSERT_TRUE(copy.open());
    EXPECT_EQ(copy.open()->symbol("getpid").has_value(), elf->symbol("getpid").has_value());
    return;
  }
  FAIL() << "no file holds getpid()";
}

TEST(OpenMappedFile, TheVeryFile) {
  const TemporaryDirectory directory;
  MappedFile file;
  file.path = directory / "lib.so";
  file.regions.resize(1);
  TemporaryDirectory::write(file.path, small_elf());
  struct stat found {};
  ASSERT_EQ(::stat(file.path.c_str(), &found), 0);
  file.device = found.st_dev;
  file.inode = found.st_ino;
  EXPECT_TRUE(LiveMappings(::getpid()).open(file));
  // Another one in its place, and then a pipe that nobody writes to.
  const std::string moved = directory / "moved";
  ASSERT_EQ(::rename(file.path.c_str(), moved.c_str()), 0);
  TemporaryDirectory::write(file.path, small_elf());
  EXPECT_FALSE(LiveMappings(::getpid()).open(file));
  ASSERT_EQ(::unlink(file.path.c_str()), 0);
  ASSERT_EQ(::mkfifo(file.path.c_str(), 0600), 0);
  EXPECT_FALSE(LiveMappings(::getpid()).open(file));
}

}  // namespace
}  // namespace pyspy
