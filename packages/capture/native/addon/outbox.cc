// SPDX-License-Identifier: MIT
#include "addon/outbox.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace pyspy {
namespace {

constexpr std::chrono::milliseconds kWait(10);

}  // namespace

void Outbox::bring_news(std::unique_lock<std::mutex>& lock) {
  if (closed_ || std::exchange(has_news_, true)) return;
  lock.unlock();
  on_news_();
  lock.lock();
}

bool Outbox::put(std::span<const uint8_t> bytes, const std::function<bool()>& goes_on) {
  std::unique_lock lock(mutex_);
  while (!bytes.empty()) {
    while (!closed_ && bytes_.size() >= kMostBytes) {
      has_room_.wait_for(lock, kWait);
      // What is asked may take a while, and needs no lock.
      lock.unlock();
      const bool is_over = goes_on && !goes_on();
      lock.lock();
      if (is_over && bytes_.size() >= kMostBytes) return false;
    }
    if (closed_) return false;
    const size_t size = std::min(bytes.size(), kMostBytes - bytes_.size());
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    bytes = bytes.subspan(size);
    bring_news(lock);
  }
  return true;
}

void Outbox::tell(std::string message) {
  std::unique_lock lock(mutex_);
  messages_.push_back(std::move(message));
  bring_news(lock);
}

void Outbox::end(int status) {
  std::unique_lock lock(mutex_);
  status_ = status;
  bring_news(lock);
}

std::vector<uint8_t> Outbox::take_bytes() {
  const std::lock_guard lock(mutex_);
  has_news_ = false;
  has_room_.notify_one();
  return std::exchange(bytes_, {});
}

std::vector<std::string> Outbox::take_messages() {
  const std::lock_guard lock(mutex_);
  has_news_ = false;
  return std::exchange(messages_, {});
}

std::optional<int> Outbox::status() {
  const std::lock_guard lock(mutex_);
  return bytes_.empty() ? status_ : std::nullopt;
}

void Outbox::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  has_room_.notify_one();
}

}  // namespace pyspy
