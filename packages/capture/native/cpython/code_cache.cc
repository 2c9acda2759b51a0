// SPDX-License-Identifier: MIT
#include "cpython/code_cache.h"

#include <algorithm>

#include "wire/pspy_fields.h"

namespace pyspy {
namespace {

// An entry older than this is verified before it is used. A frame holds its code object, so only a
// frame that is newer than its entry can be misnamed; programs that create code in a loop do so in
// their innermost frame, which is verified at each sample.
constexpr uint64_t kTrustNanos = 100'000'000;
// Bounds on memory: a program that makes code for ever starts the cache anew.
constexpr size_t kMaxEntries = 65536;
constexpr size_t kMaxLineTableBytes = 32U << 20U;
// Bounds on what one code object may claim.
constexpr size_t kMaxName = 1024;
constexpr size_t kMaxPath = 4096;
constexpr size_t kMaxLineTable = 4U << 20U;
constexpr size_t kLargestCodeObject = 1024;

uint32_t line_table_kind(const Layout& layout) {
  if (layout.hex_version >= 0x030b0000) return fields::kLineTableLocations;
  if (layout.hex_version >= 0x030a0000) return fields::kLineTablePep626;
  return layout.hex_version >= 0x03060000 ? fields::kLineTableLnotabSigned
                                          : fields::kLineTableLnotabUnsigned;
}

}  // namespace

CodeCache::Key CodeCache::key_of(const uint8_t* code) const {
  const auto word = [&](int32_t offset) {
    return offset == Layout::kAbsent ? 0 : load<uint64_t>(code + offset);
  };
  return {word(layout_.code_file), word(layout_.code_name), word(layout_.code_qualified_name),
          word(layout_.code_line_table),
          static_cast<uint64_t>(load<uint32_t>(code + layout_.code_first_line))};
}

void CodeCache::verify(std::span<const RawFrame> frames, uint64_t now_nanos) {
  plan_.clear();
  unverified_.clear();
  for (size_t i = 0; i < frames.size(); ++i) {
    const auto found = entries_.find(frames[i].code);
    if (found == entries_.end()) continue;
    if (i != 0 && now_nanos - found->second.verified_nanos < kTrustNanos) continue;
    if (found->second.verified_nanos == now_nanos) continue;
    found->second.verified_nanos = now_nanos;
    unverified_.push_back(frames[i].code);
    plan_.add(frames[i].code, static_cast<size_t>(layout_.code_size));
  }
  if (unverified_.empty()) return;
  const bool readable = objects_.memory().read(plan_);
  for (size_t i = 0; i < unverified_.size(); ++i) {
    const uint8_t* code = plan_.at(i * static_cast<size_t>(layout_.code_size));
    const auto found = entries_.find(unverified_[i]);
    if (readable && key_of(code) == found->second.key) continue;
    line_table_bytes_ -= found->second.info.line_table.size();
    entries_.erase(found);
    ++replaced_;
  }
}

void CodeCache::resolve(std::span<const RawFrame> frames, uint64_t now_nanos,
                        std::vector<CodeInfo*>& resolved) {
  if (entries_.size() + frames.size() > kMaxEntries || line_table_bytes_ > kMaxLineTableBytes) {
    entries_.clear();
    line_table_bytes_ = 0;
  }
  verify(frames, now_nanos);
  resolved.clear();
  for (const RawFrame& frame : frames) {
    const auto found = entries_.find(frame.code);
    Entry& entry = found != entries_.end() ? found->second : load_entry(frame.code, now_nanos);
    resolved.push_back(entry.readable ? &entry.info : nullptr);
  }
}

CodeCache::Entry& CodeCache::load_entry(Address code, uint64_t now_nanos) {
  Entry& entry = entries_[code];  // references to elements survive a rehash
  entry.verified_nanos = now_nanos;
  code_bytes_.assign(std::min<size_t>(layout_.code_size, kLargestCodeObject), 0);
  if (!objects_.memory().read(code, code_bytes_.data(), code_bytes_.size())) return entry;
  entry.key = key_of(code_bytes_.data());
  entry.readable = read_info(code_bytes_, entry.info);
  line_table_bytes_ += entry.info.line_table.size();
  return entry;
}

bool CodeCache::read_info(std::span<const uint8_t> bytes, CodeInfo& info) {
  const auto pointer = [&](int32_t offset) {
    return load_or_zero<Address>(bytes, static_cast<size_t>(offset));
  };
  const auto name = objects_.string(pointer(layout_.code_name), kMaxName);
  const auto file = objects_.string(pointer(layout_.code_file), kMaxPath);
  if (!name || !file) return false;
  info.name = *name;
  info.file = *file;
  info.first_line = load_or_zero<int32_t>(bytes, static_cast<size_t>(layout_.code_first_line));
  info.flags = load_or_zero<uint32_t>(bytes, static_cast<size_t>(layout_.code_flags));
  if (layout_.code_first_traceable != Layout::kAbsent) {
    info.first_traceable =
        2 * load_or_zero<int32_t>(bytes, static_cast<size_t>(layout_.code_first_traceable));
  }
  if (layout_.code_qualified_name != Layout::kAbsent) {
    info.qualified_name =
        objects_.string(pointer(layout_.code_qualified_name), kMaxName).value_or("");
  } else if (load_or_zero<int32_t>(bytes, static_cast<size_t>(layout_.code_argcount)) > 0) {
    const auto names = objects_.tuple_items(pointer(layout_.code_variable_names), 1);
    if (names && !names->empty()) {
      info.first_argument = objects_.string(names->front(), kMaxName).value_or("");
    }
  }
  auto table = objects_.bytes(pointer(layout_.code_line_table), kMaxLineTable,
                              &info.line_table_truncated);
  if (table) info.line_table = std::move(*table);
  info.line_table_kind = line_table_kind(layout_);
  return true;
}

}  // namespace pyspy
