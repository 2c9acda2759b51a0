// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace pyspy {

// Owns a file descriptor.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept;
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;
  ~UniqueFd() { reset(); }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  void reset();

 private:
  int fd_ = -1;
};

// Opens for reading, without ever waiting; an empty UniqueFd and errno where that fails.
UniqueFd open_readonly(const char* path);

// Reads a file of unknown length, such as those in /proc, up to `limit` bytes. Empty and errno
// where it cannot be opened or read; errno is 0 where it is just empty.
std::string read_whole_file(const char* path, size_t limit = 16U << 20U);

// Names of the entries of a directory, without "." and "..".
std::vector<std::string> list_directory(const char* path);

// Takes the text up to `separator` off the front of `text`; the whole of it where there is none.
std::string_view take_field(std::string_view& text, char separator);

// An unsigned number at the front of `text`; 0 where there is none.
uint64_t parse_number(std::string_view text, int base = 10);

}  // namespace pyspy
