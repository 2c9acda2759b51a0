// SPDX-License-Identifier: MIT
#include "addon/outbox.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace pyspy {
namespace {

std::vector<uint8_t> numbered(size_t count) {
  std::vector<uint8_t> bytes(count);
  for (size_t i = 0; i < count; ++i) bytes[i] = static_cast<uint8_t>(i * 7 + i / 251);
  return bytes;
}

TEST(Outbox, KeepsWhatIsPutInOrderUntilItIsTaken) {
  int news = 0;
  Outbox outbox([&] { ++news; });
  EXPECT_TRUE(outbox.put(std::vector<uint8_t>{1, 2}, nullptr));
  outbox.tell("a word");
  EXPECT_TRUE(outbox.put(std::vector<uint8_t>{3}, nullptr));
  outbox.end(6);
  EXPECT_EQ(news, 1);
  EXPECT_EQ(outbox.status(), std::nullopt);
  EXPECT_EQ(outbox.take_bytes(), (std::vector<uint8_t>{1, 2, 3}));
  EXPECT_EQ(outbox.take_messages(), std::vector<std::string>{"a word"});
  EXPECT_EQ(outbox.status(), 6);
}

TEST(Outbox, WaitsForASlowReaderAndKeepsNoMoreThanItMay) {
  Outbox outbox([] {});
  const std::vector<uint8_t> bytes = numbered(3 * Outbox::kMostBytes);
  std::thread recorder([&] {
    EXPECT_TRUE(outbox.put(bytes, [] { return true; }));
    outbox.end(0);
  });
  std::vector<uint8_t> taken;
  while (!outbox.status()) {
    const std::vector<uint8_t> part = outbox.take_bytes();
    EXPECT_LE(part.size(), Outbox::kMostBytes);
    taken.insert(taken.end(), part.begin(), part.end());
  }
  recorder.join();
  EXPECT_EQ(taken, bytes);
}

TEST(Outbox, GivesUpWhenItIsTold) {
  Outbox outbox([] {});
  const std::vector<uint8_t> bytes = numbered(Outbox::kMostBytes + 1);
  int asked = 0;
  EXPECT_FALSE(outbox.put(bytes, [&] { return ++asked < 3; }));
  EXPECT_EQ(asked, 3);
}

TEST(Outbox, TakesNothingWhenItIsClosed) {
  Outbox outbox([] {});
  const std::vector<uint8_t> bytes = numbered(2 * Outbox::kMostBytes);
  std::atomic<bool> waits = false;
  std::thread recorder([&] {
    EXPECT_FALSE(outbox.put(bytes, [&] {
      waits = true;
      return true;
    }));
  });
  while (!waits) std::this_thread::yield();
  outbox.close();
  recorder.join();
  EXPECT_FALSE(outbox.put(numbered(1), nullptr));
}

}  // namespace
}  // namespace pyspy
