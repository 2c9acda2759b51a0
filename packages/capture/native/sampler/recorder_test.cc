// SPDX-License-Identifier: MIT
#include "sampler/recorder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>

#include "base/clock.h"
#include "wire/recorded_capture.h"

namespace pyspy {
namespace {

constexpr uint64_t kZero = 5'000'000'000'000;
constexpr uint64_t kTick = 10'000'000;
constexpr uint32_t kFlags = fields::kStateStackKnown;

// A recorder, and code objects that it is given as a code cache would.
class RecorderTest : public testing::Test {
 protected:
  RecordedCapture capture_;
  Recorder recorder_{capture_.writer(), kZero, 100};
  ProcessTrack process_;
  ThreadTrack thread_;
  std::vector<CodeInfo> codes_ = std::vector<CodeInfo>(10);
  uint64_t now_ = kZero;

  void SetUp() override {
    process_.info.pid = 42;
    process_.info.command = {"python", "app.py", "--password=hunter2"};
    thread_.tid = 43;
    thread_.python_name = "MainThread";
    for (size_t i = 0; i < codes_.size(); ++i) {
      codes_[i].name = "f" + std::to_string(i);
      codes_[i].file = "app.py";
    }
  }

  // Observes the thread with this stack, innermost first: code numbers; -1 is unreadable.
  void observe(const std::vector<int>& stack, const ThreadStatus& status = {},
               uint32_t flags = kFlags) {
    std::vector<RawFrame> frames;
    std::vector<CodeInfo*> code;
    for (const int number : stack) {
      frames.push_back({0x1000 + static_cast<Address>(number) * 64, 20, 0, 0});
      code.push_back(number < 0 ? nullptr : &codes_[static_cast<size_t>(number)]);
    }
    recorder_.observe(process_, thread_, {frames, code, flags, status});
  }
  void tick(const std::vector<int>& stack, const ThreadStatus& status = {},
            uint32_t flags = kFlags) {
    recorder_.begin_tick(now_ += kTick);
    observe(stack, status, flags);
    ASSERT_TRUE(recorder_.end_tick());
  }
  void finish() { ASSERT_TRUE(recorder_.finish(fields::kEndDuration, "done", now_)); }

  // The stacks of all runs in order, as names from the root: "f1;f2". A chunk is read by itself.
  std::vector<std::string> stacks() const {
    std::vector<std::string> found;
    std::vector<std::string> strings, codes, frames, stacks;
    uint32_t stack = 0;
    for (const RecordedCapture::Record& record : capture_.records()) {
      if (record.kind == fields::kRecordChunkStart) {
        strings = codes = frames = stacks = {""};
      } else if (record.kind == fields::kRecordTables) {
        read_tables(record.body, strings, codes, frames, stacks);
      } else if (record.kind == fields::kRecordSamples) {
        const auto deltas = record.body.packed_sint(fields::kSampleBlockPythonStack);
        size_t next = 0;
        stack = 0;
        for (const uint64_t run : record.body.packed(fields::kSampleBlockRun)) {
          if ((run & fields::kRunPythonStack) != 0) stack += static_cast<uint32_t>(deltas[next++]);
          found.push_back(stacks.at(stack));
        }
      }
    }
    return found;
  }

  static void read_tables(const DecodedMessage& tables, std::vector<std::string>& strings,
                          std::vector<std::string>& codes, std::vector<std::string>& frames,
                          std::vector<std::string>& stacks) {
    for (const std::string& text : tables.texts(fields::kTablesString)) strings.push_back(text);
    for (const DecodedMessage& code : tables.messages(fields::kTablesCode)) {
      codes.push_back(strings.at(code.number(fields::kCodeObjectName)));
    }
    const DecodedMessage new_frames = tables.message(fields::kTablesPythonFrames);
    for (const uint64_t code : new_frames.packed(fields::kPythonFramesCode)) {
      frames.push_back(codes.at(code));
    }
    const DecodedMessage new_stacks = tables.message(fields::kTablesPythonStacks);
    const auto parents = new_stacks.packed(fields::kStacksParentDelta);
    const auto of = new_stacks.packed(fields::kStacksFrame);
    for (size_t i = 0; i < of.size(); ++i) {
      const std::string& parent = stacks.at(stacks.size() - parents[i]);
      stacks.push_back((parent.empty() ? "" : parent + ";") + frames.at(of[i]));
    }
  }
};

TEST_F(RecorderTest, RecordsStacksFromTheRoot) {
  tick({3, 2, 1});
  tick({4, 2, 1});
  tick({2, 1});
  tick({2, 1});
  tick({});
  tick({3, 2, 1});
  finish();
  EXPECT_EQ(stacks(), (std::vector<std::string>{"f1;f2;f3", "f1;f2;f4", "f1;f2", "", "f1;f2;f3"}));
  EXPECT_TRUE(capture_.valid());
  const DecodedMessage tables = capture_.bodies(fields::kRecordTables)[0];
  EXPECT_EQ(tables.messages(fields::kTablesOwner).size(), 1U);
  EXPECT_EQ(tables.messages(fields::kTablesProcess).size(), 1U);
  EXPECT_EQ(tables.messages(fields::kTablesCode).size(), 4U);
  EXPECT_EQ(capture_.bytes().find("hunter2"), std::string::npos);
  EXPECT_EQ(capture_.bodies(fields::kRecordFooter)[0].number(fields::kFooterReason),
            fields::kEndDuration);
}

TEST_F(RecorderTest, UnreadableCodeIsOneCodeObject) {
  tick({3, -1, 1});
  tick({-1, -1, 2});
  finish();
  EXPECT_EQ(stacks(),
            (std::vector<std::string>{"f1;<unreadable>;f3", "f2;<unreadable>;<unreadable>"}));
  EXPECT_EQ(capture_.bodies(fields::kRecordTables)[0].messages(fields::kTablesCode).size(), 4U);
}

TEST_F(RecorderTest, LeavesOutWhatHasNotBegun) {
  codes_[3].first_traceable = 22;
  tick({3, 2});
  codes_[3].first_traceable = 20;
  tick({3, 2});
  finish();
  EXPECT_EQ(stacks(), (std::vector<std::string>{"f2", "f2;f3"}));
}

// An address that has come to hold another code object, which another thread met first.
TEST_F(RecorderTest, AnAddressThatIsUsedAgain) {
  tick({3, 1});
  codes_[3] = CodeInfo();
  codes_[3].name = "other";
  recorder_.begin_tick(now_ += kTick);
  ThreadTrack second;
  second.tid = 44;
  std::swap(second, thread_);
  observe({3});
  std::swap(second, thread_);
  observe({3, 1});
  ASSERT_TRUE(recorder_.end_tick());
  finish();
  EXPECT_EQ(stacks(), (std::vector<std::string>{"f1;f3", "f1;other", "other"}));
}

TEST_F(RecorderTest, AThreadThatHasNotRun) {
  tick({3, 1});
  recorder_.begin_tick(now_ += kTick);
  ASSERT_TRUE(recorder_.knows(thread_));
  recorder_.observe_unchanged(process_, thread_, kFlags, {});
  finish();
  EXPECT_EQ(stacks(), (std::vector<std::string>{"f1;f3"}));
  EXPECT_EQ(recorder_.counters().samples, 2U);
}

TEST_F(RecorderTest, CountsCpuTimeSinceTheObservationBefore) {
  ThreadStatus status;
  status.known = status.cpu_known = status.runnable = true;
  for (const uint64_t cpu : {7'000'000U, 9'000'000U, 9'500'000U, 1'000'000U, 4'000'000U}) {
    status.cpu_nanos = cpu;  // the fourth: another thread with the same ids
    tick({1}, status);
  }
  finish();
  uint64_t units = 0;
  const DecodedMessage block = capture_.bodies(fields::kRecordSamples)[0];
  for (const uint64_t cpu : block.packed(fields::kSampleBlockCpu)) units += cpu;
  EXPECT_EQ(units, 5'500U);
  const DecodedMessage state =
      capture_.bodies(fields::kRecordTables)[0].message(fields::kTablesState);
  EXPECT_NE(state.number(fields::kStateFlags) & fields::kStateCpuKnown, 0U);
  EXPECT_EQ(state.number(fields::kStateOsState), uint64_t{'R'});
}

TEST_F(RecorderTest, KeepsTheBooks) {
  tick({1});
  tick({}, {}, 0);
  tick({1}, {}, kFlags | fields::kStateUnstable);
  tick({1}, {}, kFlags | fields::kStateTruncated);
  finish();
  const Counters& counters = recorder_.counters();
  EXPECT_EQ(counters.ticks_taken, 4U);
  EXPECT_EQ(counters.samples, 4U);
  EXPECT_EQ(counters.samples_failed, 1U);
  EXPECT_EQ(counters.samples_unstable, 1U);
  EXPECT_EQ(counters.samples_truncated, 1U);
}

// Each chunk stands by itself, and their counters add up to the footer's.
TEST_F(RecorderTest, CutsChunks) {
  recorder_.add_process_started(process_, now_);
  for (int i = 0; i < 6000; ++i) {
    if (i == 100) recorder_.counters().pause_nanos.add(30'000);
    tick({i / 700 % 10, 2, 1});
  }
  finish();
  const auto starts = capture_.bodies(fields::kRecordChunkStart);
  const auto ends = capture_.bodies(fields::kRecordChunkEnd);
  ASSERT_GE(starts.size(), 3U);
  ASSERT_LE(starts.size(), 4U);
  ASSERT_EQ(ends.size(), starts.size());
  uint64_t ticks = 0;
  for (const DecodedMessage& end : ends) {
    ticks += end.message(fields::kChunkEndCounters).number(fields::kCountersTicksTaken);
  }
  EXPECT_EQ(ticks, 6000U);
  EXPECT_TRUE(ends[0].message(fields::kChunkEndCounters).has(fields::kCountersPauseNanos));
  EXPECT_FALSE(ends[1].message(fields::kChunkEndCounters).has(fields::kCountersPauseNanos));
  const DecodedMessage total =
      capture_.bodies(fields::kRecordFooter)[0].message(fields::kFooterCounters);
  EXPECT_EQ(total.number(fields::kCountersTicksTaken), 6000U);
  std::vector<std::string> found = stacks();
  found.erase(std::unique(found.begin(), found.end()), found.end());
  EXPECT_EQ(found.size(), 9U);
  EXPECT_EQ(found[8], "f1;f2;f8");
  EXPECT_EQ(capture_.bodies(fields::kRecordEvents).size(), 1U);
}

// The rate may change right after a tick that has ended a chunk, and between chunks.
TEST_F(RecorderTest, AChangeOfRateStartsAChunk) {
  tick({1});
  ASSERT_TRUE(recorder_.set_rate(50, "too much"));
  tick({1});
  now_ += 30 * kNanosPerSecond;
  tick({1});  // ends the chunk
  ASSERT_TRUE(recorder_.set_rate(25, "still too much"));
  tick({1});
  finish();
  bool inside = false;
  std::vector<double> rates;
  std::vector<uint64_t> sequence;
  for (const RecordedCapture::Record& record : capture_.records()) {
    if (record.kind == fields::kRecordChunkStart) {
      EXPECT_FALSE(inside);
      inside = true;
      rates.push_back(std::bit_cast<double>(record.body.number(fields::kChunkStartRateHertz)));
      sequence.push_back(record.body.number(fields::kChunkStartSequence));
    } else if (record.kind == fields::kRecordChunkEnd) {
      EXPECT_TRUE(inside);
      EXPECT_EQ(record.body.number(fields::kChunkEndSequence), sequence.back());
      inside = false;
    } else if (record.kind != fields::kRecordFooter) {
      EXPECT_TRUE(inside) << record.kind;
    }
  }
  EXPECT_FALSE(inside);
  EXPECT_EQ(rates.front(), 100);
  EXPECT_EQ(rates.back(), 25);
  for (size_t i = 0; i < sequence.size(); ++i) EXPECT_EQ(sequence[i], i);
  EXPECT_EQ(capture_.bodies(fields::kRecordEvents).size(), 2U);
}

TEST_F(RecorderTest, ARecordingWithoutTicks) {
  finish();
  EXPECT_EQ(capture_.kinds(), (std::vector<uint32_t>{fields::kRecordFooter}));
}

TEST_F(RecorderTest, HowAProcessEnded) {
  const int killed = 9;
  recorder_.add_process_exited(process_, now_, &killed);
  finish();
  const DecodedMessage exited =
      capture_.bodies(fields::kRecordEvents)[0].message(1).message(fields::kEventProcessExited);
  EXPECT_EQ(exited.number(fields::kProcessExitedStatusKnown), 1U);
  EXPECT_EQ(exited.number(fields::kProcessExitedSignal), 9U);
  EXPECT_EQ(exited.number(fields::kProcessExitedProcess), 1U);
}

}  // namespace
}  // namespace pyspy
