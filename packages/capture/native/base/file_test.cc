// SPDX-License-Identifier: MIT
#include "base/file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>

#include "base/temporary_directory.h"

namespace pyspy {
namespace {

TEST(ReadWholeFile, OfAnyLength) {
  const TemporaryDirectory directory;
  const std::string path = directory / "file";
  for (const size_t length : {0U, 1U, 16383U, 16384U, 16385U, 100'000U}) {
    std::string content(length, 'x');
    for (size_t i = 0; i < length; i += 7) content[i] = static_cast<char>(i);
    TemporaryDirectory::write(path, content);
    errno = EIO;
    EXPECT_EQ(read_whole_file(path.c_str()), content);
    EXPECT_EQ(errno, 0);
  }
  EXPECT_LE(read_whole_file(path.c_str(), 20'000).size(), 2 * 16384U);
}

TEST(ReadWholeFile, ThatCannotBeRead) {
  const TemporaryDirectory directory;
  EXPECT_EQ(read_whole_file((directory / "none").c_str()), "");
  EXPECT_EQ(errno, ENOENT);
  EXPECT_EQ(read_whole_file((directory / ".").c_str()), "");
  EXPECT_EQ(errno, EISDIR);
}

// A target may put a pipe where a file of its was.
TEST(OpenReadonly, DoesNotWaitForAPipe) {
  const TemporaryDirectory directory;
  const std::string path = directory / "pipe";
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_TRUE(open_readonly(path.c_str()));
  EXPECT_EQ(read_whole_file(path.c_str()), "");
  EXPECT_FALSE(open_readonly((directory / "none").c_str()));
}

TEST(ListDirectory, WithoutItselfAndItsParent) {
  const TemporaryDirectory directory;
  EXPECT_TRUE(list_directory((directory / ".").c_str()).empty());
  TemporaryDirectory::write(directory / "b", "");
  TemporaryDirectory::write(directory / "...", "");
  std::vector<std::string> names = list_directory((directory / ".").c_str());
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names, (std::vector<std::string>{"...", "b"}));
  EXPECT_TRUE(list_directory((directory / "none").c_str()).empty());
}

TEST(TakeField, UpToASeparator) {
  std::string_view text = "a,,b";
  EXPECT_EQ(take_field(text, ','), "a");
  EXPECT_EQ(take_field(text, ','), "");
  EXPECT_EQ(take_field(text, ','), "b");
  EXPECT_EQ(text, "");
  EXPECT_EQ(take_field(text, ','), "");
}

TEST(ParseNumber, AtTheFrontOfAText) {
  EXPECT_EQ(parse_number("17 x"), 17U);
  EXPECT_EQ(parse_number("ffz", 16), 255U);
  EXPECT_EQ(parse_number("18446744073709551615"), UINT64_MAX);
  EXPECT_EQ(parse_number(""), 0U);
  EXPECT_EQ(parse_number("-1"), 0U);
  EXPECT_EQ(parse_number(" 1"), 0U);
  EXPECT_EQ(parse_number("18446744073709551616"), 0U);
}

TEST(UniqueFd, IsMoved) {
  UniqueFd first = open_readonly("/dev/null");
  const int fd = first.get();
  UniqueFd second = std::move(first);
  EXPECT_EQ(second.get(), fd);
  EXPECT_FALSE(first);  // NOLINT(bugprone-use-after-move)
  second = open_readonly("/dev/null");
  EXPECT_TRUE(second);
  second.reset();
  EXPECT_FALSE(second);
}

}  // namespace
}  // namespace pyspy
