// SPDX-License-Identifier: MIT
#include "wire/capture_writer.h"

#include <gtest/gtest.h>

#include <set>

#include "wire/crc32.h"
#include "wire/recorded_capture.h"

namespace pyspy {
namespace {

using Kinds = std::vector<uint32_t>;

SampleColumns one_sample() {
  SampleColumns columns;
  columns.start_nanos = 5000;
  columns.tick_delta = {0};
  columns.run = {fields::kRunOwner};
  columns.owner = {1};
  return columns;
}

ProtoBuffer header() {
  ProtoBuffer header;
  header.add_text(fields::kHeaderFormat, "pspy");
  return header;
}

TEST(CaptureWriter, HandsOutIdsFromOne) {
  RecordedCapture capture;
  CaptureWriter& writer = capture.writer();
  writer.start_chunk(0, 1000, 100);
  EXPECT_EQ(writer.add_string(""), 0U);
  EXPECT_EQ(writer.add_string("a"), 1U);
  EXPECT_EQ(writer.add_string("b"), 2U);
  EXPECT_EQ(writer.add_string("a"), 1U);
  EXPECT_EQ(writer.add_process(ProtoBuffer()), 1U);
  EXPECT_EQ(writer.add_owner(ProtoBuffer()), 1U);
  EXPECT_EQ(writer.add_owner(ProtoBuffer()), 2U);  // two owners that look alike
  EXPECT_EQ(writer.add_code(ProtoBuffer()), 1U);
  EXPECT_EQ(writer.add_state(0, 0, -1), 1U);  // a state of zeros is one too
  EXPECT_EQ(writer.add_state(1, 'S', 202), 2U);
  EXPECT_EQ(writer.add_state(1, 'S', 203), 3U);
  EXPECT_EQ(writer.add_state(1, 'R', 202), 4U);
  EXPECT_EQ(writer.add_state(1, 'S', 202), 2U);
  EXPECT_EQ(writer.add_python_frame(1, -1, 0), 1U);
  EXPECT_EQ(writer.add_python_frame(1, 4, 0), 2U);
  EXPECT_EQ(writer.add_python_frame(1, 4, 1), 3U);
  EXPECT_EQ(writer.add_python_frame(1, -1, 0), 1U);
  EXPECT_EQ(writer.add_python_stack(0, 1), 1U);
  EXPECT_EQ(writer.add_python_stack(1, 1), 2U);
  EXPECT_EQ(writer.add_python_stack(1, 2), 3U);
  EXPECT_EQ(writer.add_python_stack(0, 1), 1U);
}

TEST(CaptureWriter, WritesTablesBeforeWhatRefersToThem) {
  RecordedCapture capture;
  CaptureWriter& writer = capture.writer();
  ASSERT_TRUE(writer.write_header(header()));
  writer.start_chunk(7000, 1000, 99.5);
  writer.add_string("name");
  writer.add_python_frame(1, -1, 1);
  writer.add_python_frame(1, 10, 0);
  writer.add_python_stack(0, 1);
  writer.add_python_stack(1, 2);
  ProtoBuffer event;
  event.add_uint(fields::kEventTimeNanos, 9);
  writer.add_event(event);
  ASSERT_TRUE(writer.flush(one_sample()));
  writer.add_string("later");
  ASSERT_TRUE(writer.flush(one_sample()));
  ASSERT_TRUE(writer.flush(SampleColumns()));  // nothing new: no record
  Counters counters;
  counters.samples = 2;
  ASSERT_TRUE(writer.end_chunk(8000, counters));
  ASSERT_TRUE(writer.write_footer(ProtoBuffer()));

  EXPECT_EQ(capture.kinds(),
            (Kinds{fields::kRecordHeader, fields::kRecordChunkStart, fields::kRecordTables,
                   fields::kRecordEvents, fields::kRecordSamples, fields::kRecordTables,
                   fields::kRecordSamples, fields::kRecordChunkEnd, fields::kRecordFooter}));
  EXPECT_TRUE(capture.valid());
  EXPECT_EQ(writer.bytes_written(), capture.bytes().size());

  const DecodedMessage start = capture.bodies(fields::kRecordChunkStart)[0];
  EXPECT_EQ(start.number(fields::kChunkStartMarker), 0x4B4E484359505350U);
  EXPECT_EQ(start.number(fields::kChunkStartTimeNanos), 7000U);
  EXPECT_EQ(start.number(fields::kChunkStartTickUnitNanos), 1000U);
  const DecodedMessage tables = capture.bodies(fields::kRecordTables)[0];
  EXPECT_EQ(tables.texts(fields::kTablesString), (std::vector<std::string>{"name"}));
  const DecodedMessage frames = tables.message(fields::kTablesPythonFrames);
  EXPECT_EQ(frames.packed_sint(fields::kPythonFramesInstruction), (std::vector<int64_t>{-1, 10}));
  EXPECT_EQ(frames.packed(fields::kPythonFramesFlags), (std::vector<uint64_t>{1, 0}));
  // A root refers to itself, by as many as its own id is.
  const DecodedMessage stacks = tables.message(fields::kTablesPythonStacks);
  EXPECT_EQ(stacks.packed(fields::kStacksParentDelta), (std::vector<uint64_t>{1, 1}));
  const DecodedMessage end = capture.bodies(fields::kRecordChunkEnd)[0];
  EXPECT_EQ(end.message(fields::kChunkEndCounters).number(fields::kCountersSamples), 2U);
  EXPECT_EQ(end.number(fields::kChunkEndTimeNanos), 8000U);
}

TEST(CaptureWriter, StartsEachChunkAnew) {
  RecordedCapture capture;
  CaptureWriter& writer = capture.writer();
  EXPECT_EQ(writer.chunk(), 0U);
  for (uint64_t chunk = 1; chunk <= 3; ++chunk) {
    writer.start_chunk(chunk * 1000, 1000, 100);
    EXPECT_EQ(writer.chunk(), chunk);
    EXPECT_EQ(writer.chunk_bytes(), 0U);
    EXPECT_EQ(writer.add_string("other than chunk " + std::to_string(chunk)), 1U);
    EXPECT_EQ(writer.add_string("name"), 2U);
    EXPECT_EQ(writer.add_state(3, 'R', -1), 1U);
    EXPECT_EQ(writer.add_python_frame(1, 2, 3), 1U);
    EXPECT_EQ(writer.add_python_stack(0, 1), 1U);
    EXPECT_EQ(writer.add_process(ProtoBuffer()), 1U);
    EXPECT_EQ(writer.add_owner(ProtoBuffer()), 1U);
    EXPECT_EQ(writer.add_code(ProtoBuffer()), 1U);
    ASSERT_TRUE(writer.flush(one_sample()));
    EXPECT_GT(writer.chunk_bytes(), 0U);
    ASSERT_TRUE(writer.end_chunk(chunk * 1000 + 1, Counters()));
  }
  const auto starts = capture.bodies(fields::kRecordChunkStart);
  const auto ends = capture.bodies(fields::kRecordChunkEnd);
  ASSERT_EQ(starts.size(), 3U);
  ASSERT_EQ(ends.size(), 3U);
  for (uint64_t i = 0; i < 3; ++i) {
    EXPECT_EQ(starts[i].number(fields::kChunkStartSequence), i);
    EXPECT_EQ(ends[i].number(fields::kChunkEndSequence), i);
  }
}

// From the first byte of the ChunkStart record to the last before the ChunkEnd record.
TEST(CaptureWriter, ChecksumsTheBytesOfAChunk) {
  RecordedCapture capture;
  CaptureWriter& writer = capture.writer();
  ASSERT_TRUE(writer.write_header(header()));
  for (int chunk = 0; chunk < 3; ++chunk) {
    writer.start_chunk(1, 1000, 100);
    writer.add_string(std::string(200, static_cast<char>('a' + chunk)));
    ASSERT_TRUE(writer.flush(one_sample()));
    writer.add_string("b");
    ASSERT_TRUE(writer.flush(one_sample()));
    ASSERT_TRUE(writer.end_chunk(2, Counters()));
  }
  const std::string bytes = capture.bytes();
  size_t start = 0;
  std::set<uint64_t> seen;
  for (const RecordedCapture::Record& record : capture.records()) {
    if (record.kind == fields::kRecordChunkStart) start = record.start;
    if (record.kind != fields::kRecordChunkEnd) continue;
    const auto* first = reinterpret_cast<const uint8_t*>(bytes.data()) + start;
    const uint64_t stated = record.body.number(fields::kChunkEndCrc32);
    EXPECT_EQ(stated, crc32(0, {first, record.start - start}));
    seen.insert(stated);
  }
  EXPECT_EQ(seen.size(), 3U);
}

TEST(CaptureWriter, KeepsManyEntriesApart) {
  RecordedCapture capture;
  CaptureWriter& writer = capture.writer();
  writer.start_chunk(0, 1000, 100);
  constexpr uint32_t kMany = 20'000;
  for (int pass = 0; pass < 2; ++pass) {
    for (uint32_t i = 0; i < kMany; ++i) {
      const uint32_t id = i + 1;
      ASSERT_EQ(writer.add_string("s" + std::to_string(i)), id);
      ASSERT_EQ(writer.add_python_frame(i % 100, static_cast<int32_t>(i / 100), 0), id);
      ASSERT_EQ(writer.add_python_stack(i / 2, i % 2 + 1), id);
    }
  }
  ASSERT_TRUE(writer.flush(SampleColumns()));
  const DecodedMessage tables = capture.bodies(fields::kRecordTables)[0];
  EXPECT_EQ(tables.texts(fields::kTablesString).size(), kMany);
  EXPECT_EQ(tables.message(fields::kTablesPythonStacks).packed(fields::kStacksFrame).size(), kMany);
}

}  // namespace
}  // namespace pyspy
