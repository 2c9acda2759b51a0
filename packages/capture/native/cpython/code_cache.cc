// SPDX-License-Identifier: MIT
#include "cpython/code_cache.h"

#include <algorithm>

#include "base/flat_map.h"
#include "wire/pspy_fields.h"

namespace pyspy {
namespace {

// A frame holds its code object, so only a frame that is newer than the last look at its code can
// be misnamed. One that looks as it did in the sample before is nearly always the same one: its
// code is verified only when nobody has looked for so long. Programs that make code in a loop reuse
// the addresses of code that is young: that is trusted for a part of its age, and none is for a
// while after one was found to have been replaced.
constexpr uint64_t kTrustNanos = 100'000'000;
constexpr uint64_t kTrustPartOfAge = 64;
constexpr uint64_t kDistrustNanos = 10'000'000'000;
// Of a file's name, that is compared.
constexpr uint32_t kMaxComparedText = 256;
// Bounds on memory: a program that makes code for ever starts the cache anew.
constexpr size_t kMaxEntries = 65536;
constexpr size_t kMaxInfoBytes = 64U << 20U;
// Bounds on what one code object may claim.
constexpr size_t kMaxName = 1024;
constexpr size_t kMaxPath = 4096;
constexpr size_t kMaxLineTable = 4U << 20U;

uint32_t line_table_kind(const Layout& layout) {
  if (layout.hex_version >= 0x030b0000) return fields::kLineTableLocations;
  if (layout.hex_version >= 0x030a0000) return fields::kLineTablePep626;
  return layout.hex_version >= 0x03060000 ? fields::kLineTableLnotabSigned
                                          : fields::kLineTableLnotabUnsigned;
}

size_t size_of(const CodeInfo& info) {
  return info.name.size() + info.qualified_name.size() + info.file.size() +
         info.first_argument.size() + info.line_table.size();
}

uint64_t hash_of(const uint8_t* bytes, size_t length) {
  uint64_t hash = length;
  for (size_t i = 0; i < length; ++i) hash = mix_bits(hash ^ bytes[i]);
  return hash;
}

// How many frames, from the innermost, are not where the last stack had the same.
size_t count_new(std::span<const RawFrame> frames, std::span<const RawFrame> last) {
  size_t kept = 0;
  while (kept < frames.size() && kept < last.size() &&
         frames[frames.size() - 1 - kept] == last[kept]) {
    ++kept;
  }
  return frames.size() - kept;
}

}  // namespace

// Where the hash of a code object's name is: as good as the text, since the hash is one of 64 bits
// that the interpreter has salted. PyASCIIObject: length, hash, state. That of its file's name has
// often not been computed: there the end of the text is.
void CodeCache::add_texts(const uint8_t* code, Entry& entry) {
  entry.name_hash =
      load<Address>(code + layout_.code_name) + static_cast<Address>(layout_.string_length) + 8;
  const auto length = static_cast<uint32_t>(entry.info.file.size());
  entry.file_text_length = std::min(length, kMaxComparedText);
  entry.file_text = load<Address>(code + layout_.code_file) +
                    static_cast<Address>(layout_.string_ascii_data) + length -
                    entry.file_text_length;
}

CodeCache::Key CodeCache::key_of(const uint8_t* code, uint64_t name_hash,
                                 uint64_t file_hash) const {
  // co_version, a number that no other code object has, is the sixth int after co_firstlineno
  // (Include/cpython/code.h, 3.12 to 3.15).
  // Where a target that describes itself says that it is, it may lie outside.
  const std::span<const uint8_t> bytes(code, static_cast<size_t>(layout_.code_size));
  const auto version_offset = static_cast<size_t>(layout_.code_first_line) + 24;
  const uint64_t own = has_version() ? load_or_zero<uint32_t>(bytes, version_offset) : name_hash;
  const auto word = [&](int32_t offset) {
    return offset == Layout::kAbsent ? 0 : load<uint64_t>(code + offset);
  };
  return {word(layout_.code_file),
          word(layout_.code_name),
          word(layout_.code_qualified_name),
          word(layout_.code_line_table),
          static_cast<uint64_t>(load<uint32_t>(code + layout_.code_first_line)),
          own,
          file_hash};
}

bool CodeCache::is_trusted(const Entry& entry, bool is_new, Moment now) const {
  if (entry.verified.nanos == now.nanos) return true;
  if (now.generation != 0) return entry.verified.generation == now.generation;
  if (replaced_ != 0 && now.nanos - last_replaced_nanos_ < kDistrustNanos) return false;
  const uint64_t age = now.nanos - entry.loaded_nanos;
  const uint64_t trust = std::min(kTrustNanos, age / kTrustPartOfAge);
  return !is_new && now.nanos - entry.verified.nanos < trust;
}

void CodeCache::plan_key(ReadPlan& plan, const Entry& entry, Unverified& unverified) const {
  unverified.code_offset = plan.join(unverified.code, static_cast<size_t>(layout_.code_size));
  if (has_version()) return;
  unverified.hash_offset = plan.add(entry.name_hash, sizeof(uint64_t));
  unverified.file_offset = plan.add(entry.file_text, entry.file_text_length);
}

bool CodeCache::has_key(const ReadPlan& plan, const Entry& entry,
                        const Unverified& unverified) const {
  uint64_t name = 0;
  uint64_t file = 0;
  if (!has_version()) {
    name = load<uint64_t>(plan.at(unverified.hash_offset));
    file = hash_of(plan.at(unverified.file_offset), entry.file_text_length);
  }
  return key_of(plan.at(unverified.code_offset), name, file) == entry.key;
}

bool CodeCache::is_expected(Address code) const {
  return std::any_of(expected_.begin(), expected_.end(),
                     [&](const Unverified& one) { return one.code == code; });
}

void CodeCache::expect(ReadPlan& plan, Address code) {
  // From 3.14 on one number verifies all.
  if (layout_.interp_code_generation != Layout::kAbsent || is_expected(code)) return;
  const auto found = entries_.find(code);
  if (found == entries_.end() || !found->second.readable) return;
  plan_key(plan, found->second, expected_.emplace_back(Unverified{code}));
}

void CodeCache::take_expected(const ReadPlan& plan) {
  std::erase_if(expected_, [&](const Unverified& one) {
    return !has_key(plan, entries_.find(one.code)->second, one);
  });
}

void CodeCache::verify(std::span<const RawFrame> frames, size_t new_frames, Moment now) {
  plan_.clear();
  unverified_.clear();
  for (size_t i = 0; i < frames.size(); ++i) {
    const auto found = entries_.find(frames[i].code);
    if (found == entries_.end() || is_trusted(found->second, i < new_frames, now)) continue;
    if (!found->second.readable) {
      // Loaded anew by itself: it would make the read of all others fail.
      erase(found);
      continue;
    }
    found->second.verified = now;
    if (!is_expected(frames[i].code)) unverified_.push_back({frames[i].code});
  }
  if (unverified_.empty()) return;
  // Code that was made together lies together, so that some are one region.
  std::sort(unverified_.begin(), unverified_.end(),
            [](const Unverified& a, const Unverified& b) { return a.code < b.code; });
  for (Unverified& one : unverified_) plan_key(plan_, entries_.find(one.code)->second, one);
  const bool readable = objects_.memory().read(plan_);
  for (const Unverified& one : unverified_) {
    const auto found = entries_.find(one.code);
    if (readable && has_key(plan_, found->second, one)) continue;
    erase(found);
    ++replaced_;
    last_replaced_nanos_ = now.nanos;
  }
}

void CodeCache::erase(Entries::iterator entry) {
  info_bytes_ -= size_of(entry->second.info);
  entries_.erase(entry);
}

bool CodeCache::resolve(std::span<const RawFrame> frames, std::span<const RawFrame> last,
                        Moment now, std::vector<CodeInfo*>& resolved) {
  if (entries_.size() + frames.size() > kMaxEntries || info_bytes_ > kMaxInfoBytes) {
    entries_.clear();
    info_bytes_ = 0;
  }
  verify(frames, std::max<size_t>(count_new(frames, last), 1), now);
  resolved.clear();
  bool certain = true;
  for (const RawFrame& frame : frames) {
    const auto found = entries_.find(frame.code);
    Entry& entry = found != entries_.end() ? found->second : load_entry(frame.code, now);
    resolved.push_back(entry.readable ? &entry.info : nullptr);
    certain &= entry.loaded_nanos < now.nanos;
  }
  return certain;
}

CodeCache::Entry& CodeCache::load_entry(Address code, Moment now) {
  Entry& entry = entries_[code];  // references to elements survive a rehash
  entry.verified = now;
  entry.loaded_nanos = now.nanos;
  code_bytes_.assign(static_cast<size_t>(layout_.code_size), 0);
  if (!objects_.memory().read(code, code_bytes_.data(), code_bytes_.size())) return entry;
  entry.readable = read_info(code_bytes_, entry.info);
  info_bytes_ += size_of(entry.info);
  uint64_t name = 0;
  uint64_t file = 0;
  if (!has_version()) {
    add_texts(code_bytes_.data(), entry);
    uint8_t text[kMaxComparedText];
    entry.readable = entry.readable && objects_.memory().read_value(entry.name_hash, name) &&
                     objects_.memory().read(entry.file_text, text, entry.file_text_length);
    if (entry.readable) file = hash_of(text, entry.file_text_length);
  }
  entry.key = key_of(code_bytes_.data(), name, file);
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
  auto table =
      objects_.bytes(pointer(layout_.code_line_table), kMaxLineTable, &info.line_table_truncated);
  if (!table) return true;
  // It may be empty: before 3.10, code that is all on its first line has no more to say.
  info.line_table = std::move(*table);
  info.line_table_kind = line_table_kind(layout_);
  return true;
}

}  // namespace pyspy
