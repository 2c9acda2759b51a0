// SPDX-License-Identifier: MIT
//
// What Linux writes: fs/binfmt_elf.c; core(5), elf(5). Structures of notes: <sys/procfs.h>.
#include "process/core_file.h"

#include <sys/procfs.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/clock.h"

namespace pyspy {
namespace {

// Limits that no real core comes near; a damaged one must not make us allocate, or read for ever.
constexpr uint64_t kMostSegments = 1U << 20U;
constexpr uint64_t kMostNoteBytes = 256U << 20U;
constexpr size_t kMostThreads = 1U << 17U;
constexpr size_t kMostAuxiliary = 256;
constexpr size_t kMostMappings = 1U << 20U;
constexpr int kMostPieces = 4096;
constexpr std::string_view kDeleted = " (deleted)";

uint64_t padded(uint64_t length) { return (length + 3) & ~uint64_t{3}; }

// Up to its terminator, or to the end of its room.
template <size_t kSize>
std::string text_of(const char (&field)[kSize]) {
  return std::string(field, ::strnlen(field, kSize));
}

Error no_core(const std::string& path, const char* why) {
  return {ErrorCode::kInput, path + " " + why};
}

auto first_after(const std::vector<CoreSegment>& segments, Address address) {
  return std::upper_bound(
      segments.begin(), segments.end(), address,
      [](Address value, const CoreSegment& segment) { return value < segment.start; });
}

}  // namespace

ThreadStatus CoreThread::status() const {
  ThreadStatus status;
  if (!registers) return status;
  // include/linux/errno.h: ERESTARTSYS to ERESTART_RESTARTBLOCK, and EINTR.
  constexpr long kRestart[] = {-512, -513, -514, -516, -EINTR};
  const auto call = static_cast<long>(registers->orig_rax);
  const auto result = static_cast<long>(registers->rax);
  status.known = true;
  status.runnable =
      call < 0 || std::find(std::begin(kRestart), std::end(kRestart), result) == std::end(kRestart);
  if (status.runnable) return status;
  status.syscall = static_cast<int32_t>(call);
  status.first_argument = registers->rdi;
  status.stack_pointer = registers->rsp;
  status.instruction = registers->rip;
  return status;
}

Result<CoreFile> CoreFile::open(const std::string& path) {
  UniqueFd fd = open_readonly(path.c_str());
  if (!fd) {
    const bool denied = errno == EACCES || errno == EPERM;
    return Error{denied ? ErrorCode::kPermission : ErrorCode::kInput,
                 path + " cannot be opened: " + std::strerror(errno)};
  }
  struct stat found {};
  if (::fstat(fd.get(), &found) != 0 || !S_ISREG(found.st_mode)) {
    return no_core(path, "is not a file");
  }
  CoreFile core(std::move(fd));
  core.file_size_ = static_cast<uint64_t>(found.st_size);
  core.written_nanos_ = static_cast<uint64_t>(found.st_mtim.tv_sec) * kNanosPerSecond +
                        static_cast<uint64_t>(found.st_mtim.tv_nsec);
  std::vector<Elf64_Phdr> headers;
  if (!core.read_headers(headers)) return no_core(path, "is not a core file of a 64-bit process");
  for (const Elf64_Phdr& header : headers) {
    if (header.p_type == PT_LOAD) core.add_segment(header);
    if (header.p_type == PT_NOTE) core.read_notes(header);
  }
  std::stable_sort(core.segments_.begin(), core.segments_.end(),
                   [](const CoreSegment& a, const CoreSegment& b) { return a.start < b.start; });
  if (core.segments_.empty()) return no_core(path, "has no memory in it");
  return core;
}

bool CoreFile::read_at(uint64_t offset, void* destination, size_t length) const {
  if (offset > file_size_ || length > file_size_ - offset) return false;
  auto* to = static_cast<uint8_t*>(destination);
  while (length > 0) {
    const ssize_t got = ::pread(fd_.get(), to, length, static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    to += got;
    offset += static_cast<uint64_t>(got);
    length -= static_cast<size_t>(got);
  }
  return true;
}

// As many of the program headers as are there.
bool CoreFile::read_headers(std::vector<Elf64_Phdr>& headers) {
  Elf64_Ehdr header;
  if (!read_at(0, &header, sizeof header) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
      header.e_type != ET_CORE || header.e_ident[EI_CLASS] != ELFCLASS64 ||
      header.e_ident[EI_DATA] != ELFDATA2LSB || header.e_phentsize != sizeof(Elf64_Phdr)) {
    return false;
  }
  machine_ = header.e_machine;
  uint64_t count = header.e_phnum;
  if (count == PN_XNUM) {
    // Too many to be said in the header: the first section header says it.
    Elf64_Shdr section;
    if (!read_at(header.e_shoff, &section, sizeof section)) return false;
    count = section.sh_info;
  }
  if (header.e_phoff > file_size_) return false;
  count = std::min({count, kMostSegments, (file_size_ - header.e_phoff) / sizeof(Elf64_Phdr)});
  headers.resize(count);
  return read_at(header.e_phoff, headers.data(), headers.size() * sizeof(Elf64_Phdr));
}

void CoreFile::add_segment(const Elf64_Phdr& header) {
  const uint64_t size = std::max(header.p_memsz, header.p_filesz);
  if (size == 0 || size > UINT64_MAX - header.p_vaddr) return;
  const uint64_t there =
      header.p_offset < file_size_ ? std::min(header.p_filesz, file_size_ - header.p_offset) : 0;
  missing_bytes_ += header.p_filesz - there;
  segments_.push_back(
      {header.p_vaddr, header.p_vaddr + size, there, header.p_offset, header.p_flags});
}

void CoreFile::read_notes(const Elf64_Phdr& header) {
  if (header.p_offset >= file_size_) return;
  std::vector<uint8_t> notes(
      std::min({header.p_filesz, kMostNoteBytes, file_size_ - header.p_offset}));
  if (!read_at(header.p_offset, notes.data(), notes.size())) return;
  for (uint64_t at = 0; at + sizeof(Elf64_Nhdr) <= notes.size();) {
    const auto note = load<Elf64_Nhdr>(notes.data() + at);
    const uint64_t name = at + sizeof note;
    const uint64_t content = name + padded(note.n_namesz);
    if (content > notes.size() || note.n_descsz > notes.size() - content) return;
    // "LINUX" has other numbers, for registers that are of no use here.
    const bool is_core =
        note.n_namesz == sizeof "CORE" && std::memcmp(notes.data() + name, "CORE", 5) == 0;
    if (is_core) read_note(note.n_type, {notes.data() + content, note.n_descsz});
    at = content + padded(note.n_descsz);
  }
}

void CoreFile::read_note(uint32_t type, std::span<const uint8_t> content) {
  switch (type) {
    case NT_PRSTATUS:
      return read_thread(content);
    case NT_PRPSINFO:
      return read_process(content);
    case NT_FILE:
      return read_mappings(content);
    case NT_AUXV:
      auxiliary_.resize(std::min(content.size() / sizeof(Elf64_auxv_t), kMostAuxiliary));
      if (!auxiliary_.empty()) {
        std::memcpy(auxiliary_.data(), content.data(), auxiliary_.size() * sizeof(Elf64_auxv_t));
      }
      return;
    default:
      return;
  }
}

void CoreFile::read_thread(std::span<const uint8_t> content) {
  if (content.size() < offsetof(elf_prstatus, pr_reg) || threads_.size() == kMostThreads) return;
  CoreThread& thread = threads_.emplace_back();
  thread.tid = load<pid_t>(content.data() + offsetof(elf_prstatus, pr_pid));
  thread.signal = load<int16_t>(content.data() + offsetof(elf_prstatus, pr_cursig));
#if defined(__x86_64__)
  static_assert(sizeof(elf_gregset_t) == sizeof(user_regs_struct));
  if (machine_ == EM_X86_64 && content.size() == sizeof(elf_prstatus)) {
    thread.registers = load<user_regs_struct>(content.data() + offsetof(elf_prstatus, pr_reg));
    thread.thread_pointer = thread.registers->fs_base;
  }
#endif
}

void CoreFile::read_process(std::span<const uint8_t> content) {
  if (content.size() != sizeof(elf_prpsinfo)) return;
  const auto info = load<elf_prpsinfo>(content.data());
  pid_ = info.pr_pid;
  parent_pid_ = info.pr_ppid;
  name_ = text_of(info.pr_fname);
  command_ = text_of(info.pr_psargs);
  while (command_.ends_with(' ')) command_.pop_back();
}

// Count and page size, then start, end and offset (in pages) of each, then their names.
void CoreFile::read_mappings(std::span<const uint8_t> content) {
  constexpr uint64_t kEntryBytes = 3 * sizeof(uint64_t);
  if (content.size() < 2 * sizeof(uint64_t)) return;
  const auto count = load<uint64_t>(content.data());
  const auto page_bytes = load<uint64_t>(content.data() + sizeof(uint64_t));
  content = content.subspan(2 * sizeof(uint64_t));
  if (count > std::min(content.size() / kEntryBytes, kMostMappings)) return;
  std::span<const uint8_t> names = content.subspan(count * kEntryBytes);
  for (uint64_t i = 0; i < count; ++i) {
    const auto end = std::find(names.begin(), names.end(), 0);
    if (end == names.end()) break;
    const uint8_t* entry = content.data() + i * kEntryBytes;
    CoreMapping mapping;
    mapping.start = load<uint64_t>(entry);
    mapping.end = load<uint64_t>(entry + 8);
    mapping.file_offset = load<uint64_t>(entry + 16) * page_bytes;
    mapping.path.assign(names.begin(), end);
    names = names.subspan(static_cast<size_t>(end - names.begin()) + 1);
    if (mapping.path.ends_with(kDeleted)) {
      mapping.deleted = true;
      mapping.path.resize(mapping.path.size() - kDeleted.size());
    }
    if (mapping.end > mapping.start) mappings_.push_back(std::move(mapping));
  }
  std::stable_sort(mappings_.begin(), mappings_.end(),
                   [](const CoreMapping& a, const CoreMapping& b) { return a.start < b.start; });
}

uint64_t CoreFile::auxiliary(uint64_t type) const {
  for (const Elf64_auxv_t& entry : auxiliary_) {
    if (entry.a_type == type) return entry.a_un.a_val;
  }
  return 0;
}

const CoreSegment* CoreFile::segment_at(Address address) const {
  const auto after = first_after(segments_, address);
  if (after == segments_.begin()) return nullptr;
  const CoreSegment& segment = *(after - 1);
  return address < segment.end ? &segment : nullptr;
}

Address CoreFile::next_after(Address address) const {
  const auto after = first_after(segments_, address);
  return after == segments_.end() ? UINT64_MAX : after->start;
}

size_t CoreFile::read_some(Address address, void* destination, size_t length) {
  const CoreSegment* segment = segment_at(address);
  if (segment == nullptr) return 0;
  const uint64_t offset = address - segment->start;
  if (offset >= segment->file_bytes) return 0;
  const size_t there = std::min<uint64_t>(length, segment->file_bytes - offset);
  return read_at(segment->file_offset + offset, destination, there) ? there : 0;
}

bool CoreFile::read(Address address, void* destination, size_t length) {
  ++reads_;
  auto* to = static_cast<uint8_t*>(destination);
  for (int piece = 0; length > 0; ++piece) {
    const size_t got = piece < kMostPieces ? read_some(address, to, length) : 0;
    if (got == 0) return false;
    to += got;
    address += got;
    length -= got;
    bytes_read_ += got;
  }
  return true;
}

}  // namespace pyspy
