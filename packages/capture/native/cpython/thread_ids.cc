// SPDX-License-Identifier: MIT
#include "cpython/thread_ids.h"

#include <algorithm>
#include <array>

#include "process/proc.h"

namespace pyspy {
namespace {

// struct pthread of glibc has the id at 720 on x86_64; none is larger than kPthreadBytes.
constexpr uint64_t kGlibcOffset = 720;
constexpr size_t kPthreadBytes = 2304;

}  // namespace

void ThreadIds::find_pthread_offset(std::span<const Ids> threads) {
  std::vector<uint64_t> candidates;  // offsets that fit all threads so far
  bool first = true;
  for (const Ids& thread : threads) {
    std::array<uint8_t, kPthreadBytes> bytes{};
    if (!memory_.read(thread.python_id, bytes.data(), bytes.size())) continue;
    const auto fits = [&](uint64_t offset) {
      return by_namespace_tid_.contains(load<uint32_t>(bytes.data() + offset));
    };
    if (first) {
      for (uint64_t offset = 0; offset + 4 <= kPthreadBytes; offset += 4) {
        if (fits(offset)) candidates.push_back(offset);
      }
      first = false;
    } else {
      std::erase_if(candidates, [&](uint64_t offset) { return !fits(offset); });
    }
  }
  if (candidates.empty()) return;
  const bool usual =
      std::find(candidates.begin(), candidates.end(), kGlibcOffset) != candidates.end();
  pthread_offset_ = static_cast<int32_t>(usual ? kGlibcOffset : candidates.front());
}

bool ThreadIds::still_has(Address tstate, uint64_t python_id, uint64_t namespace_tid) const {
  uint64_t id = 0;
  memory_.read_value(tstate + layout_.tstate_thread_id, id);
  if (id != python_id) return false;
  if (!has_native_ids()) return true;
  memory_.read_value(tstate + layout_.tstate_native_thread_id, id);
  return id == namespace_tid;
}

std::vector<ThreadIds::Ids> ThreadIds::read(std::span<const ThreadAddress> threads) {
  std::vector<Ids> ids(threads.size());
  for (size_t i = 0; i < threads.size(); ++i) {
    memory_.read_value(threads[i].tstate + layout_.tstate_thread_id, ids[i].python_id);
    if (has_native_ids()) {
      memory_.read_value(threads[i].tstate + layout_.tstate_native_thread_id, ids[i].namespace_tid);
    }
  }
  // Afterwards, so that a thread that has its ids is found.
  by_namespace_tid_.clear();
  for (const pid_t tid : list_threads(pid_)) by_namespace_tid_[read_namespace_tid(pid_, tid)] = tid;

  if (!has_native_ids()) {
    if (pthread_offset_ == Layout::kAbsent) find_pthread_offset(ids);
    for (Ids& thread : ids) {
      uint32_t tid = 0;
      if (pthread_offset_ == Layout::kAbsent) break;
      if (memory_.read_value(thread.python_id + pthread_offset_, tid)) thread.namespace_tid = tid;
    }
  }
  for (Ids& thread : ids) {
    const auto found = by_namespace_tid_.find(thread.namespace_tid);
    if (found != by_namespace_tid_.end()) {
      thread.tid = found->second;
    } else {
      pthread_offset_ = Layout::kAbsent;  // a guess from too few threads: find it anew next time
    }
  }
  return ids;
}

}  // namespace pyspy
