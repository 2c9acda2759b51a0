// SPDX-License-Identifier: MIT
#include "process/core_mappings.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <string_view>
#include <utility>

#include "process/elf_image.h"

namespace pyspy {
namespace {

constexpr size_t kPageBytes = 4096;
constexpr int kMostPieces = 4096;
constexpr size_t kMostFiles = 1U << 14U;
constexpr Address kPageMask = ~Address{kPageBytes - 1};
constexpr const char* kNotFound = "was not found";
constexpr const char* kNoElf = "is no ELF file";

// Never a device or a pipe, whose name a core might have too: to open one may do something.
UniqueFd open_regular(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0 || !S_ISREG(found.st_mode)) return {};
  return open_readonly(path.c_str());
}

std::string hexadecimal(const std::vector<uint8_t>& bytes) {
  constexpr const char* kDigits = "0123456789abcdef";
  std::string text;
  for (const uint8_t byte : bytes) {
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 15U];
  }
  return text;
}

bool is_before(const MappedRegion& a, const MappedRegion& b) { return a.start < b.start; }

const MappedRegion* first_of(const MappedFile& file) {
  const auto first = std::find_if(file.regions.begin(), file.regions.end(),
                                  [](const MappedRegion& one) { return one.file_offset == 0; });
  return first == file.regions.end() ? nullptr : &*first;
}

// Whether a file is the one that the process had mapped.
struct Comparison {
  bool same = false;
  bool possible = true;  // false: the core has nothing to tell it by
  std::string difference;
};

Comparison compare(CoreFile& core, const MappedFile& mapped, const ElfFile& elf) {
  const auto image = ElfImage::open(core, mapped);
  const std::vector<uint8_t> expected = image ? image->build_id() : std::vector<uint8_t>();
  if (!expected.empty()) {
    const std::vector<uint8_t> found = elf.build_id();
    const std::string id = found.empty() ? "none" : hexadecimal(found);
    return {found == expected, true,
            "is another file: its build id is " + id + ", the core's is " + hexadecimal(expected)};
  }
  const MappedRegion* first = first_of(mapped);
  std::array<uint8_t, kPageBytes> loaded{};
  std::array<uint8_t, kPageBytes> stored{};
  if (first == nullptr || core.read_some(first->start, loaded.data(), kPageBytes) != kPageBytes) {
    return {false, false, "cannot be checked: the core has nothing of it"};
  }
  const bool same = elf.read_start(stored.data(), kPageBytes) && loaded == stored;
  return {same, true, "is another file: it begins with other bytes than that of the core"};
}

}  // namespace

Result<std::unique_ptr<CoreMappings>> CoreMappings::find(CoreFile& core, const CorePlaces& places) {
  std::unique_ptr<CoreMappings> found(new CoreMappings(core));
  found->group_files();
  File* program = found->program();
  if (program != nullptr) found->executable_ = program->mapped.path;
  if (!places.executable.empty()) {
    if (program == nullptr) {
      return Error{ErrorCode::kMismatch, "the core does not say which executable it is of"};
    }
    const std::string problem = found->take(*program, places.executable, true);
    if (!problem.empty()) return Error{ErrorCode::kMismatch, places.executable + " " + problem};
  }
  for (File& file : found->files_) {
    if (!file.fd) found->find_file(file, places);
  }
  found->add_regions();
  return found;
}

// Two files may have had one path, one after the other.
void CoreMappings::group_files() {
  std::map<std::pair<std::string_view, bool>, size_t> known;
  for (const CoreMapping& mapping : core_.mappings()) {
    const auto [entry, is_new] = known.try_emplace({mapping.path, mapping.deleted}, files_.size());
    if (is_new) {
      if (files_.size() == kMostFiles) return;
      File& added = files_.emplace_back();
      added.mapped = {mapping.path, 0, files_.size(), {}};
    }
    MappedFile& file = files_[entry->second].mapped;
    MappedRegion region;
    region.start = mapping.start;
    region.end = mapping.end;
    region.file_offset = mapping.file_offset;
    region.inode = file.inode;
    region.path = mapping.path;
    region.deleted = mapping.deleted;
    file.regions.push_back(std::move(region));
  }
}

CoreMappings::File* CoreMappings::program() {
  const Address entry = core_.auxiliary(AT_ENTRY);
  for (File& file : files_) {
    for (const MappedRegion& region : file.mapped.regions) {
      if (region.start <= entry && entry < region.end) return &file;
    }
  }
  return nullptr;
}

// Takes a file at a place for one of the core's. Returns why not; empty where it was taken.
std::string CoreMappings::take(File& file, const std::string& place, bool unchecked) {
  UniqueFd fd = open_regular(place);
  if (!fd) return kNotFound;
  UniqueFd kept(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 0));
  const std::optional<ElfFile> elf = ElfFile::open(std::move(fd));
  if (!elf) return kNoElf;
  Comparison comparison = compare(core_, file.mapped, *elf);
  if (!comparison.same && (comparison.possible || !unchecked)) return comparison.difference;
  file.fd = std::move(kept);
  file.headers = elf->segments();
  return "";
}

void CoreMappings::find_file(File& file, const CorePlaces& places) {
  const std::string& path = file.mapped.path;
  const std::string name = path.substr(path.rfind('/') + 1);
  std::vector<std::string> candidates;
  if (!places.sysroot.empty()) candidates.push_back(places.sysroot + "/" + path);
  for (const std::string& directory : places.search_directories) {
    candidates.push_back(directory + "/" + name);
  }
  candidates.push_back(path);
  std::string why = kNotFound;
  for (const std::string& candidate : candidates) {
    const std::string problem = take(file, candidate, false);
    if (problem.empty()) return;
    // The most telling reason is that of a file which is there.
    if (problem != kNotFound) why = (candidate == path ? "" : "(" + candidate + ") ") + problem;
  }
  const auto image = ElfImage::open(core_, file.mapped);
  if (image) file.headers = image->segments();
  // Of fonts, translations and data nothing is needed.
  if (image || (why != kNotFound && why != kNoElf)) missing_.push_back(path + " " + why);
}

UniqueFd CoreMappings::open(const MappedFile& file) const {
  if (file.inode == 0 || file.inode > files_.size()) return {};
  const File& found = files_[file.inode - 1];
  return found.fd ? UniqueFd(::fcntl(found.fd.get(), F_DUPFD_CLOEXEC, 0)) : UniqueFd();
}

// PF_R, PF_W and PF_X. gdb leaves out of a core what the core has nothing of: then the file says
// how it is loaded.
uint32_t CoreMappings::access_of(const File& file, const MappedRegion& region) const {
  if (const CoreSegment* segment = core_.segment_at(region.start)) return segment->flags;
  uint32_t flags = PF_R;
  for (const Elf64_Phdr& header : file.headers) {
    if (header.p_type == PT_LOAD && (header.p_offset & kPageMask) <= region.file_offset &&
        region.file_offset < header.p_offset + header.p_filesz) {
      flags = header.p_flags;
    }
  }
  return flags;
}

void CoreMappings::add_regions() {
  const auto add = [&](MappedRegion region, uint32_t flags) {
    region.readable = (flags & PF_R) != 0;
    region.writable = (flags & PF_W) != 0;
    region.executable = (flags & PF_X) != 0;
    regions_.push_back(std::move(region));
  };
  for (File& file : files_) {
    for (const MappedRegion& region : file.mapped.regions) add(region, access_of(file, region));
  }
  std::sort(regions_.begin(), regions_.end(), is_before);
  const size_t of_files = regions_.size();
  const Address vdso = core_.auxiliary(AT_SYSINFO_EHDR);
  for (const CoreSegment& segment : core_.segments()) {
    const std::span mapped(regions_.data(), of_files);
    const auto after = std::upper_bound(
        mapped.begin(), mapped.end(), segment.start,
        [](Address value, const MappedRegion& region) { return value < region.start; });
    if (after != mapped.begin() && segment.start < (after - 1)->end) continue;
    MappedRegion region;
    region.start = segment.start;
    region.end = segment.end;
    if (vdso != 0 && segment.start == vdso) region.path = "[vdso]";
    add(std::move(region), segment.flags);
  }
  std::sort(regions_.begin(), regions_.end(), is_before);
}

size_t CoreMappings::read_some(Address address, void* destination, size_t length) const {
  const auto after = std::upper_bound(
      regions_.begin(), regions_.end(), address,
      [](Address value, const MappedRegion& region) { return value < region.start; });
  if (after == regions_.begin()) return 0;
  const MappedRegion& region = *(after - 1);
  if (address >= region.end || region.inode == 0 || !files_[region.inode - 1].fd) return 0;
  const uint64_t offset = region.file_offset + (address - region.start);
  const size_t there =
      std::min<uint64_t>({length, region.end - address, core_.next_after(address) - address});
  const ssize_t got =
      ::pread(files_[region.inode - 1].fd.get(), destination, there, static_cast<off_t>(offset));
  return got > 0 ? static_cast<size_t>(got) : 0;
}

bool CoreMemory::read(Address address, void* destination, size_t length) {
  ++reads_;
  auto* to = static_cast<uint8_t*>(destination);
  for (int piece = 0; length > 0; ++piece) {
    if (piece == kMostPieces) return false;
    size_t got = core_.read_some(address, to, length);
    if (got == 0) got = files_.read_some(address, to, length);
    if (got == 0) return false;
    to += got;
    address += got;
    length -= got;
    bytes_read_ += got;
  }
  return true;
}

}  // namespace pyspy
