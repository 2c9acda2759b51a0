// SPDX-License-Identifier: MIT
#include "symbols/dwarf_lines.h"

#include <algorithm>

#include "symbols/dwarf_entry.h"

namespace pyspy::dwarf {
namespace {

constexpr size_t kMostFiles = 1U << 16U;
constexpr uint64_t kContentPath = 1, kContentDirectory = 2;

// Standard and extended opcodes (DWARF 5, sections 6.2.5.2 and 6.2.5.3).
enum Opcode : uint8_t {
  kExtended = 0,
  kCopy = 1,
  kAdvancePc = 2,
  kAdvanceLine = 3,
  kSetFile = 4,
  kConstAddPc = 8,
  kFixedAdvancePc = 9,
};
constexpr uint8_t kEndSequence = 1, kSetAddress = 2;

std::string joined(const std::string& directory, const std::string& path) {
  if (path.starts_with('/') || directory.empty()) return path;
  return directory.ends_with('/') ? directory + path : directory + '/' + path;
}

}  // namespace

std::optional<LineProgram> LineProgram::open(Sections& sections, uint64_t offset,
                                             unsigned address_bytes, std::string unit_directory) {
  LineProgram program;
  ByteCursor head(sections.line.at(offset, 12));
  uint64_t length = head.fixed<uint32_t>();
  if (length == 0xffffffffU) {
    program.offset_bytes_ = 8;
    length = head.fixed<uint64_t>();
  }
  program.start_ = offset + head.position();
  if (head.failed() || !sections.spend(length)) return std::nullopt;
  const auto window = sections.line.at(program.start_, length);
  if (window.size() != length) return std::nullopt;
  program.address_bytes_ = address_bytes;
  program.unit_directory_ = std::move(unit_directory);
  const std::vector<uint8_t> bytes(window.begin(), window.end());
  if (!program.read_head(sections, bytes)) return std::nullopt;
  return program;
}

bool LineProgram::read_head(Sections& sections, std::span<const uint8_t> bytes) {
  ByteCursor cursor(bytes);
  version_ = cursor.fixed<uint16_t>();
  if (version_ < 2 || version_ > 5) return false;
  if (version_ >= 5) {
    address_bytes_ = cursor.fixed<uint8_t>();
    cursor.fixed<uint8_t>();
  }
  const uint64_t head_bytes =
      offset_bytes_ == 8 ? cursor.fixed<uint64_t>() : cursor.fixed<uint32_t>();
  if (cursor.failed() || head_bytes > cursor.left()) return false;
  const auto instructions = bytes.subspan(cursor.position() + head_bytes);
  instructions_.assign(instructions.begin(), instructions.end());
  minimum_instruction_ = cursor.fixed<uint8_t>();
  if (version_ >= 4) cursor.fixed<uint8_t>();
  cursor.fixed<uint8_t>();
  line_base_ = cursor.fixed<int8_t>();
  line_range_ = cursor.fixed<uint8_t>();
  opcode_base_ = cursor.fixed<uint8_t>();
  if (cursor.failed() || line_range_ == 0 || opcode_base_ == 0) return false;
  const auto counts = cursor.take(opcode_base_ - 1);
  argument_counts_.assign(counts.begin(), counts.end());
  if (version_ < 5) return read_old_files(cursor);
  return read_entries(sections, cursor, start_, directories_) &&
         read_entries(sections, cursor, start_, files_);
}

bool LineProgram::read_old_files(ByteCursor& cursor) {
  directories_.push_back({unit_directory_, 0});
  while (directories_.size() < kMostFiles) {
    const std::string_view path = cursor.text();
    if (path.empty()) break;
    directories_.push_back({std::string(path), 0});
  }
  while (files_.size() < kMostFiles) {
    const std::string_view path = cursor.text();
    if (path.empty()) break;
    files_.push_back({std::string(path), cursor.uleb()});
    cursor.uleb();
    cursor.uleb();
  }
  return !cursor.failed();
}

bool LineProgram::read_entries(Sections& sections, ByteCursor& cursor, uint64_t base,
                               std::vector<File>& entries) const {
  struct Format {
    uint64_t content;
    uint16_t form;
  };
  std::vector<Format> formats(cursor.fixed<uint8_t>());
  for (Format& format : formats) {
    format.content = cursor.uleb();
    format.form = static_cast<uint16_t>(std::min<uint64_t>(cursor.uleb(), 0xffff));
  }
  const uint64_t count = cursor.uleb();
  if (cursor.failed() || count > kMostFiles || (formats.empty() && count > 0)) return false;
  const Encoding encoding = {version_, offset_bytes_, address_bytes_};
  for (uint64_t i = 0; i < count && !cursor.failed(); ++i) {
    File& entry = entries.emplace_back();
    for (const Format& format : formats) {
      const uint64_t value = read_form(cursor, format.form, 0, encoding);
      if (format.content == kContentDirectory) entry.directory = value;
      if (format.content != kContentPath) continue;
      if (format.form == kLineStrp) entry.path = sections.line_strings.text_at(value);
      if (format.form == kStrp) entry.path = sections.strings.text_at(value);
      if (format.form == kString) entry.path = sections.line.text_at(base + value);
    }
  }
  return !cursor.failed();
}

std::string LineProgram::file(uint64_t number) const {
  const uint64_t index = version_ >= 5 ? number : number - 1;
  if (index >= files_.size()) return {};
  const File& file = files_[index];
  const std::string directory =
      file.directory < directories_.size() ? directories_[file.directory].path : std::string();
  return joined(unit_directory_, joined(directory, file.path));
}

// Runs the instructions; each row reaches up to the address of the next.
class LineProgram::Runner {
 public:
  Runner(const LineProgram& program, std::span<const Address> addresses,
         std::vector<SourceLine>& lines)
      : program_(program), addresses_(addresses), lines_(lines) {}

  void run() {
    ByteCursor cursor(program_.instructions_);
    while (!cursor.at_end()) {
      const auto opcode = cursor.fixed<uint8_t>();
      if (opcode >= program_.opcode_base_) {
        advance_specially(opcode);
        row_.line += static_cast<uint64_t>(
            program_.line_base_ + (opcode - program_.opcode_base_) % program_.line_range_);
        add_row(false);
      } else {
        step(opcode, cursor);
      }
    }
  }

 private:
  void advance_specially(unsigned opcode) {
    row_.address += uint64_t{(opcode - program_.opcode_base_) / program_.line_range_} *
                    program_.minimum_instruction_;
  }

  void step(uint8_t opcode, ByteCursor& cursor) {
    switch (opcode) {
      case kExtended:
        step_extended(cursor);
        break;
      case kCopy:
        add_row(false);
        break;
      case kAdvancePc:
        row_.address += cursor.uleb() * program_.minimum_instruction_;
        break;
      case kAdvanceLine:
        row_.line += static_cast<uint64_t>(cursor.sleb());
        break;
      case kSetFile:
        row_.file = cursor.uleb();
        break;
      case kConstAddPc:
        advance_specially(255);
        break;
      case kFixedAdvancePc:
        row_.address += cursor.fixed<uint16_t>();
        break;
      default:
        for (unsigned i = program_.argument_counts_[opcode - 1U]; i > 0; --i) cursor.uleb();
    }
  }

  void step_extended(ByteCursor& cursor) {
    ByteCursor operands(cursor.take(cursor.uleb()));
    const auto opcode = operands.fixed<uint8_t>();
    if (operands.failed()) return;
    if (opcode == kEndSequence) {
      add_row(true);
      row_ = {};
    } else if (opcode == kSetAddress) {
      row_.address = operands.left() == 4 ? operands.fixed<uint32_t>() : operands.fixed<uint64_t>();
    }
  }

  void add_row(bool ends_sequence) {
    if (is_open_ && row_.address > open_.address) {
      auto at = std::lower_bound(addresses_.begin(), addresses_.end(), open_.address);
      for (; at != addresses_.end() && *at < row_.address && steps_left_ > 0; ++at) {
        --steps_left_;
        SourceLine& line = lines_[static_cast<size_t>(at - addresses_.begin())];
        if (line.line != 0) continue;
        line = {program_.file(open_.file), static_cast<uint32_t>(open_.line)};
      }
    }
    is_open_ = !ends_sequence;
    open_ = row_;
  }

  const LineProgram& program_;
  std::span<const Address> addresses_;
  std::vector<SourceLine>& lines_;
  Row row_;
  Row open_;
  bool is_open_ = false;
  // One row for each address would do; a damaged program may have millions.
  uint64_t steps_left_ = 1U << 24U;
};

std::vector<SourceLine> LineProgram::lines_of(std::span<const Address> addresses) const {
  std::vector<SourceLine> lines(addresses.size());
  Runner(*this, addresses, lines).run();
  return lines;
}

}  // namespace pyspy::dwarf
