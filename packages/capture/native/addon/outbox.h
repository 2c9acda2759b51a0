// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace pyspy {

// What a recording hands to the program that it is a part of, from thread to thread: bytes, for
// whose reader it waits when there are too many, what it has to say, and how it ended.
class Outbox {
 public:
  // More than that is not kept for a reader who does not read.
  static constexpr size_t kMostBytes = 4U << 20U;

  // `on_news` is called by the thread that records when there is something where there was nothing.
  explicit Outbox(std::function<void()> on_news) : on_news_(std::move(on_news)) {}

  // Called by the thread that records.

  // False where the bytes were not taken: the outbox is closed, or `goes_on`, which is asked a
  // hundred times a second while there is no room, said no.
  bool put(std::span<const uint8_t> bytes, const std::function<bool()>& goes_on);
  void tell(std::string message);
  // Nothing comes after it. `status`: an exit code.
  void end(int status);

  // Called by whoever reads.

  // All bytes there are.
  std::vector<uint8_t> take_bytes();
  std::vector<std::string> take_messages();
  // How it ended; once all bytes have been taken.
  std::optional<int> status();
  // Nobody reads any more.
  void close();

 private:
  void bring_news(std::unique_lock<std::mutex>& lock);

  std::function<void()> on_news_;
  std::mutex mutex_;
  std::condition_variable has_room_;
  std::vector<uint8_t> bytes_;
  std::vector<std::string> messages_;
  std::optional<int> status_;
  bool has_news_ = false;  // that were told, and not looked at yet
  bool closed_ = false;
};

}  // namespace pyspy
