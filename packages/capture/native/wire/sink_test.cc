// SPDX-License-Identifier: MIT
#include "wire/sink.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "base/temporary_directory.h"

namespace pyspy {
namespace {

constexpr std::string_view kCapture = "\n\x1a\n\x18\n\x04pspy\x10\x01 and more of a capture";

std::span<const uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

class SinkTest : public testing::Test {
 protected:
  TemporaryDirectory directory_;
  std::string path_ = directory_ / "out.pspy";

  std::string content() const { return read_whole_file(path_.c_str()); }
};

TEST_F(SinkTest, CreatesAFileForItsOwnerAlone) {
  const mode_t mask = ::umask(0);
  Result<Sink> sink = Sink::create_file(path_, false);
  ::umask(mask);
  ASSERT_TRUE(sink);
  ASSERT_TRUE(sink->write(bytes_of("one")));
  ASSERT_TRUE(sink->write({}));
  ASSERT_TRUE(sink->write(bytes_of("two")));
  EXPECT_EQ(sink->bytes_written(), 6U);
  EXPECT_EQ(content(), "onetwo");
  struct stat found {};
  ASSERT_EQ(::stat(path_.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777U, 0600U);
}

TEST_F(SinkTest, RefusesAForeignFile) {
  for (const std::string_view foreign :
       {std::string_view("print('mine')\n"), std::string_view("\n\n\n\n"), std::string_view("x"),
        std::string_view("pspy\n"),
        std::string_view("\x7f"
                         "ELF\n\x04pspy"),
        std::string_view("\n                      \n\x04pspy")}) {
    TemporaryDirectory::write(path_, foreign);
    const Result<Sink> sink = Sink::create_file(path_, false);
    ASSERT_FALSE(sink) << foreign;
    EXPECT_EQ(sink.error().code, ErrorCode::kOutput);
    EXPECT_NE(sink.error().message.find(path_), std::string::npos);
    EXPECT_EQ(content(), foreign);
  }
  ASSERT_TRUE(Sink::create_file(path_, true));
}

TEST_F(SinkTest, ReplacesWithTheFirstWriteAlone) {
  TemporaryDirectory::write(path_, "print('mine')\n");
  Result<Sink> sink = Sink::create_file(path_, true);
  ASSERT_TRUE(sink);
  EXPECT_TRUE(sink->replaces());
  EXPECT_EQ(content(), "print('mine')\n");
  ASSERT_TRUE(sink->write(bytes_of("new")));
  EXPECT_EQ(content(), "new");
}

TEST_F(SinkTest, IsNotTakenFromAnother) {
  const Result<Sink> first = Sink::create_file(path_, false);
  ASSERT_TRUE(first);
  const Result<Sink> second = Sink::create_file(path_, true);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kOutput);
}

TEST_F(SinkTest, ReplacesACaptureAndAnEmptyFile) {
  for (const std::string_view before : {kCapture, std::string_view()}) {
    TemporaryDirectory::write(path_, before);
    Result<Sink> sink = Sink::create_file(path_, false);
    ASSERT_TRUE(sink);
    ASSERT_TRUE(sink->write(bytes_of("new")));
    EXPECT_EQ(content(), "new");
  }
}

TEST_F(SinkTest, SaysWhyAFileCannotBeCreated) {
  const Result<Sink> missing = Sink::create_file(directory_ / "none/out.pspy", false);
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().message.find("No such file"), std::string::npos);
  const Result<Sink> directory = Sink::create_file(directory_ / ".", true);
  ASSERT_FALSE(directory);
  EXPECT_EQ(directory.error().code, ErrorCode::kOutput);
}

TEST_F(SinkTest, FailsForGoodWhereTheDiskIsFull) {
  Result<Sink> sink = Sink::create_file("/dev/full", false);
  ASSERT_TRUE(sink);
  for (int i = 0; i < 3; ++i) {
    const Status status = sink->write(bytes_of("x"));
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, ErrorCode::kOutput);
    EXPECT_NE(status.error().message.find("No space left"), std::string::npos);
  }
  EXPECT_EQ(sink->bytes_written(), 0U);
}

// A limit on the size of files stands for a disk that fills up in the middle of a write.
TEST_F(SinkTest, KeepsWhatWasWrittenBeforeTheDiskIsFull) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit = {1000, 1000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    Result<Sink> sink = Sink::create_file(path_, false);
    const std::string text(600, 'x');
    const bool first = static_cast<bool>(sink->write(bytes_of(text)));
    const bool second = static_cast<bool>(sink->write(bytes_of(text)));
    const bool third = static_cast<bool>(sink->write(bytes_of("y")));
    ::_exit(first && !second && !third && sink->bytes_written() == 1000 ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(content().size(), 1000U);
}

// As the agent does: a reader that has gone is an error, not the end of the process. A pipe that
// was opened for reading too would fill up, and then block for ever.
TEST_F(SinkTest, NoticesThatTheReaderOfANamedPipeHasGone) {
  ::signal(SIGPIPE, SIG_IGN);
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  UniqueFd reader(::open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  Result<Sink> sink = Sink::create_file(path_, false);
  ASSERT_TRUE(sink);
  ASSERT_TRUE(sink->write(bytes_of("data")));
  char buffer[8] = {};
  EXPECT_EQ(::read(reader.get(), buffer, sizeof buffer), 4);
  reader.reset();
  const Status status = sink->write(bytes_of("data"));
  ASSERT_FALSE(status);
  EXPECT_NE(status.error().message.find("Broken pipe"), std::string::npos);
  EXPECT_EQ(sink->bytes_written(), 4U);
}

TEST_F(SinkTest, WaitsForTheReaderOfANonblockingPipe) {
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  UniqueFd reader(::open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  // Another process may have made it so; here, standard output is that pipe for a moment.
  const UniqueFd before(::dup(STDOUT_FILENO));
  {
    const UniqueFd writer(::open(path_.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC));
    std::fflush(stdout);
    ::dup2(writer.get(), STDOUT_FILENO);
  }
  Sink sink = Sink::standard_output();
  ::dup2(before.get(), STDOUT_FILENO);
  constexpr size_t kLength = 1 << 20;
  ::fcntl(reader.get(), F_SETFL, 0);
  size_t got = 0;
  std::thread reading([&] {
    char buffer[4096];
    while (got < kLength) {
      const ssize_t some = ::read(reader.get(), buffer, sizeof buffer);
      if (some <= 0) return;
      got += static_cast<size_t>(some);
    }
  });
  EXPECT_TRUE(sink.write(std::vector<uint8_t>(kLength)));
  reading.join();
  EXPECT_EQ(got, kLength);
}

// What has to be done while a reader does not read is done, and the write can be given up.
TEST(SlowReader, IsWaitedForNoLongerThanWanted) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const int standard_output = ::dup(STDOUT_FILENO);
  ::dup2(ends[1], STDOUT_FILENO);
  Sink sink = Sink::standard_output();
  ::dup2(standard_output, STDOUT_FILENO);
  ::close(standard_output);
  ::close(ends[1]);
  int asked = 0;
  sink.set_while_waiting([&] { return ++asked < 3; });
  const std::vector<uint8_t> much(1U << 20U);  // more than a pipe holds
  const Status written = sink.write(much);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kOutput);
  EXPECT_EQ(asked, 3);
  EXPECT_GT(sink.bytes_written(), 0U);
  EXPECT_FALSE(sink.write(much));
  EXPECT_EQ(asked, 3);
  ::close(ends[0]);
}

}  // namespace
}  // namespace pyspy
