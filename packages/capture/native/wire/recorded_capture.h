// SPDX-License-Identifier: MIT
//
// For tests only.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/temporary_directory.h"
#include "wire/capture_writer.h"
#include "wire/decoded_message.h"
#include "wire/pspy_fields.h"

namespace pyspy {

// A capture that is written to a file, and what is in it.
class RecordedCapture {
 public:
  struct Record {
    uint32_t kind = 0;  // fields::kRecord...
    DecodedMessage body;
    size_t start = 0;  // in the file
    size_t end = 0;
  };

  CaptureWriter& writer() { return writer_; }

  std::string bytes() const { return read_whole_file(path_.c_str()); }

  std::vector<Record> records() const {
    std::vector<Record> records;
    const std::string text = bytes();
    const DecodedMessage capture(
        std::span(reinterpret_cast<const uint8_t*>(text.data()), text.size()));
    valid_ = capture.valid();
    size_t at = 0;
    for (const DecodedMessage::Field& field : capture.fields()) {
      const DecodedMessage record(field.bytes);
      valid_ = valid_ && field.number == fields::kCaptureRecord && record.fields().size() == 1;
      if (!valid_) return records;
      size_t length_bytes = 1;
      while (field.bytes.size() >> (7 * length_bytes) != 0) ++length_bytes;
      const size_t end = at + 1 + length_bytes + field.bytes.size();
      const DecodedMessage::Field& body = record.fields()[0];
      records.push_back({body.number, DecodedMessage(body.bytes), at, end});
      at = end;
    }
    return records;
  }

  std::vector<uint32_t> kinds() const {
    std::vector<uint32_t> kinds;
    for (const Record& record : records()) kinds.push_back(record.kind);
    return kinds;
  }

  // All records of a kind.
  std::vector<DecodedMessage> bodies(uint32_t kind) const {
    std::vector<DecodedMessage> bodies;
    for (Record& record : records()) {
      if (record.kind == kind) bodies.push_back(std::move(record.body));
    }
    return bodies;
  }

  // Of the last call of records().
  bool valid() const { return valid_; }

 private:
  TemporaryDirectory directory_;
  std::string path_ = directory_ / "test.pspy";
  CaptureWriter writer_{std::move(*Sink::create_file(path_, false))};
  mutable bool valid_ = true;
};

}  // namespace pyspy
