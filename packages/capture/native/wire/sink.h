// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "base/file.h"
#include "base/result.h"

namespace pyspy {

// Where a capture is written: a file of its own, or standard output. Error code: kOutput.
class Sink {
 public:
  // Creates the file, readable by its owner alone. An existing file is replaced only if it is
  // empty or a capture, or with `force`; not before the first write, and not while another agent
  // writes it. `user`: see open_output_file().
  static Result<Sink> create_file(const std::string& path, bool force,
                                  std::optional<uid_t> user = std::nullopt);
  static Sink standard_output();
  // Hands all bytes to a function, which takes them, and may wait for as long as `goes_on` says so;
  // false where it did not.
  using Take = std::function<bool(std::span<const uint8_t>, const std::function<bool()>& goes_on)>;
  static Sink to_function(Take take);

  // Gives the file to a user, if it is one, and has no other name.
  void give_to(uid_t uid, gid_t gid);

  // Of a pipe or socket: called again and again while its reader is slow, a hundred times a second;
  // when it returns false, the bytes are given up, and the write fails.
  void set_while_waiting(std::function<bool()> goes_on) { goes_on_ = std::move(goes_on); }

  // Writes all bytes, or fails; after a failure every call fails.
  Status write(std::span<const uint8_t> bytes);

  // A capture stands in it still.
  bool replaces() const { return replaces_; }
  uint64_t bytes_written() const { return written_; }

 private:
  Sink(UniqueFd fd, std::string name) : fd_(std::move(fd)), name_(std::move(name)) {}

  bool wait_for_reader() const;

  UniqueFd fd_;
  std::string name_;
  bool replaces_ = false;  // what stands in the file goes with the first write
  uint64_t written_ = 0;
  std::optional<Error> failure_;
  std::function<bool()> goes_on_;
  Take take_;  // empty: it is a file
};

}  // namespace pyspy
