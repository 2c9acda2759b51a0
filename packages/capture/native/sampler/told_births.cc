// SPDX-License-Identifier: MIT
#include "sampler/told_births.h"

#include <algorithm>

namespace pyspy {
namespace {

// Of those that are never found, nor said to have ended, since the kernel had to leave events out.
constexpr size_t kMostBirths = 4096;

}  // namespace

std::vector<pid_t> ToldBirths::read(const std::function<bool(pid_t)>& is_ours) {
  std::vector<pid_t> born;
  if (births_.size() > kMostBirths) births_.clear();
  for (const ProcessEvent& event : events_.read()) {
    if (event.kind == ProcessEvent::Kind::kBorn) {
      if (births_.contains(event.parent_pid) || is_ours(event.parent_pid)) {
        births_[event.pid] = {event.pid, event.parent_pid, event.time_nanos, false, {}, 0};
        born.push_back(event.pid);
      }
      continue;
    }
    const auto birth = births_.find(event.pid);
    if (birth == births_.end()) continue;
    if (event.kind == ProcessEvent::Kind::kExecuted) {
      birth->second.has_executed = true;
    } else {
      birth->second.wait_status = event.wait_status;
      birth->second.ended_nanos = event.time_nanos;
    }
  }
  return born;
}

std::optional<pid_t> ToldBirths::parent_of(pid_t pid) const {
  const auto birth = births_.find(pid);
  return birth == births_.end() ? std::nullopt : std::optional(birth->second.parent_pid);
}

std::vector<ToldBirths::Birth> ToldBirths::take_ended() {
  std::vector<Birth> ended;
  std::erase_if(births_, [&](const auto& entry) {
    if (entry.second.wait_status) ended.push_back(entry.second);
    return entry.second.wait_status.has_value();
  });
  std::sort(ended.begin(), ended.end(),
            [](const Birth& a, const Birth& b) { return a.born_nanos < b.born_nanos; });
  return ended;
}

}  // namespace pyspy
