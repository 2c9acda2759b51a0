// SPDX-License-Identifier: MIT
#include "process/elf_image.h"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>

#include "process/fake_memory.h"
#include "process/live_memory_linux.h"
#include "process/mappings.h"

namespace pyspy {
namespace {

// The C library that this test has loaded itself.
class LoadedLibrary : public testing::Test {
 protected:
  LoadedLibrary() {
    const std::vector<MappedFile> files = mapped_files(*LiveMappings(::getpid()).regions());
    const auto found = std::find_if(files.begin(), files.end(), [](const MappedFile& file) {
      return file.path.find("libc.so.6") != std::string::npos;
    });
    if (found != files.end()) file_ = *found;
  }

  LiveMemory memory_{::getpid()};
  MappedFile file_;
};

TEST_F(LoadedLibrary, HasItsSymbolsInMemory) {
  const auto image = ElfImage::open(memory_, file_);
  ASSERT_TRUE(image);
  // Of the library itself: a sanitizer puts functions of its own before it.
  void* library = ::dlopen(file_.path.c_str(), RTLD_LAZY | RTLD_NOLOAD);
  ASSERT_NE(library, nullptr);
  for (const char* name : {"malloc", "qsort", "getenv", "environ"}) {
    const auto symbol = image->symbol(name);
    ASSERT_TRUE(symbol) << name;
    EXPECT_EQ(image->load_bias() + symbol->address,
              reinterpret_cast<Address>(::dlsym(library, name)))
        << name;
  }
  EXPECT_FALSE(image->symbol("no_such_function"));
  EXPECT_FALSE(image->symbol(""));
  EXPECT_FALSE(image->symbol(std::string(4096, 'x')));
}

TEST_F(LoadedLibrary, HasWhatItsFileHas) {
  const auto image = ElfImage::open(memory_, file_);
  const auto file = ElfFile::open(LiveMappings(::getpid()).open(file_));
  ASSERT_TRUE(image && file);
  EXPECT_EQ(image->load_bias(), *file->load_bias(file_.regions));
  const std::vector<ElfSegment> in_memory = image->writable_segments();
  const std::vector<ElfSegment> in_file = file->writable_segments();
  ASSERT_EQ(in_memory.size(), in_file.size());
  for (size_t i = 0; i < in_file.size(); ++i) {
    EXPECT_EQ(in_memory[i].address, in_file[i].address);
    EXPECT_EQ(in_memory[i].size, in_file[i].size);
  }
}

// Whatever stands in the headers and tables: no crash, no endless search.
TEST_F(LoadedLibrary, MayBeDamaged) {
  const MappedRegion& first = file_.regions.front();
  std::vector<uint8_t> start(std::min<size_t>(first.end - first.start, 65536));
  ASSERT_TRUE(memory_.read(first.start, start.data(), start.size()));
  for (size_t at = 0; at < 1024; ++at) {
    FakeMemory memory;
    MappedFile file = file_;
    file.regions = {first};
    file.regions[0].start = memory.map(start.size());
    std::vector<uint8_t> damaged = start;
    damaged[at] ^= 0xFFU;
    memory.put_bytes(file.regions[0].start, damaged);
    const auto image = ElfImage::open(memory, file);
    EXPECT_FALSE(image && image->symbol("malloc"));
    EXPECT_LT(memory.reads(), 200'000U);
  }
}

TEST(ElfImage, IsNoOtherFile) {
  FakeMemory memory;
  MappedFile file;
  EXPECT_FALSE(ElfImage::open(memory, file));
  MappedRegion region;
  region.start = memory.map(4096);
  region.end = region.start + 4096;
  file.regions.push_back(region);
  EXPECT_FALSE(ElfImage::open(memory, file));
  file.regions[0].start = 0x10;
  EXPECT_FALSE(ElfImage::open(memory, file));
}

}  // namespace
}  // namespace pyspy
