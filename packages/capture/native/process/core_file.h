// SPDX-License-Identifier: MIT
#pragma once

#include <elf.h>
#include <sys/types.h>
#include <sys/user.h>

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "process/remote_memory.h"
#include "process/thread_probe.h"

namespace pyspy {

// A thread as a core file has it.
struct CoreThread {
  pid_t tid = 0;               // in the process's own pid namespace; gdb writes that of its own
  int signal = 0;              // that ended the process; 0: none did
  Address thread_pointer = 0;  // what pthread_self() returns in it; 0: not known
  std::optional<user_regs_struct> registers;  // empty: of another processor than the agent's

  // As the kernel would have told it. A thread that slept was woken up to be written down: what its
  // system call was to return says that it slept.
  ThreadStatus status() const;
};

// A part of a file that the process had mapped: what the kernel or gdb noted of it (NT_FILE).
struct CoreMapping {
  Address start = 0;
  Address end = 0;
  uint64_t file_offset = 0;
  std::string path;
  bool deleted = false;
};

// Memory that a core file describes; it need not have all bytes of it.
struct CoreSegment {
  Address start = 0;
  Address end = 0;
  uint64_t file_bytes = 0;  // that the core has of it, from its start
  uint64_t file_offset = 0;
  uint32_t flags = 0;  // PF_R, PF_W, PF_X
};

// A core file: what a process was when a signal ended it, or when a debugger wrote it down. This is
// the memory that stands in it: what was left out because a file has it is not there. Nothing in it
// is trusted, and it may be cut off.
class CoreFile final : public RemoteMemory {
 public:
  // Error codes: kInput, kPermission.
  static Result<CoreFile> open(const std::string& path);

  bool read(Address address, void* destination, size_t length) override;
  bool read(ReadPlan& plan) override { return read_each(plan); }
  // Reads at most `length` bytes; returns how many are there in one piece. 0: none at the address.
  size_t read_some(Address address, void* destination, size_t length);
  // Where the next segment begins behind an address; the highest address: there is none.
  Address next_after(Address address) const;

  // By address.
  const std::vector<CoreSegment>& segments() const { return segments_; }
  // Null: the core does not describe memory at that address.
  const CoreSegment* segment_at(Address address) const;
  const std::vector<CoreMapping>& mappings() const { return mappings_; }
  // The one that was ended by the signal, or that the debugger was at, comes first.
  const std::vector<CoreThread>& threads() const { return threads_; }
  pid_t pid() const { return pid_; }
  pid_t parent_pid() const { return parent_pid_; }
  const std::string& name() const { return name_; }        // up to 15 bytes, as the kernel knows it
  const std::string& command() const { return command_; }  // up to 80 bytes, words joined by spaces
  // That ended the process; 0: none did, as far as is said.
  int signal() const { return threads_.empty() ? 0 : threads_.front().signal; }
  // A value of the auxiliary vector (AT_ENTRY ...); 0: not there.
  uint64_t auxiliary(uint64_t type) const;
  const std::vector<Elf64_auxv_t>& auxiliary_vector() const { return auxiliary_; }
  // How many bytes of memory the file should have and has not, since it was cut off.
  uint64_t missing_bytes() const { return missing_bytes_; }
  // When it was last written, since 1970.
  uint64_t written_nanos() const { return written_nanos_; }

 private:
  explicit CoreFile(UniqueFd fd) : fd_(std::move(fd)) {}

  bool read_at(uint64_t offset, void* destination, size_t length) const;
  bool read_headers(std::vector<Elf64_Phdr>& headers);
  void add_segment(const Elf64_Phdr& header);
  void read_notes(const Elf64_Phdr& header);
  void read_note(uint32_t type, std::span<const uint8_t> content);
  void read_thread(std::span<const uint8_t> content);
  void read_process(std::span<const uint8_t> content);
  void read_mappings(std::span<const uint8_t> content);

  UniqueFd fd_;
  uint64_t file_size_ = 0;
  uint64_t written_nanos_ = 0;
  uint16_t machine_ = 0;
  std::vector<CoreSegment> segments_;
  std::vector<CoreMapping> mappings_;
  std::vector<CoreThread> threads_;
  std::vector<Elf64_auxv_t> auxiliary_;
  pid_t pid_ = 0;
  pid_t parent_pid_ = 0;
  std::string name_;
  std::string command_;
  uint64_t missing_bytes_ = 0;
};

}  // namespace pyspy
