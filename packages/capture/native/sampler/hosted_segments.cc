// SPDX-License-Identifier: MIT
#include "sampler/hosted_segments.h"

#include <algorithm>

namespace pyspy {

bool pair_by_records(std::span<const NativeFrame> native, std::span<const ActivationRecord> records,
                     bool whole, std::vector<HostedSegment>& hosted) {
  hosted.clear();
  size_t next = 0;
  uint32_t first = 0;
  for (size_t i = 0; i < native.size() && next < records.size(); ++i) {
    const NativeFrame& frame = native[i];
    const auto holds = [&](Address address) {
      return address >= frame.stack_pointer && address < frame.cfa;
    };
    if (!holds(records[next].address)) continue;
    const uint32_t end = records[next].end;
    hosted.push_back({static_cast<uint32_t>(i), first, end});
    first = end;
    if (++next < records.size() && holds(records[next].address)) {
      hosted.clear();
      return false;
    }
  }
  if (next == records.size() || !whole) return true;
  hosted.clear();
  return false;
}

bool pair_by_count(std::span<const NativeFrame> native, std::span<const CodeSpan> evaluation,
                   uint32_t python_frames, bool whole, std::vector<HostedSegment>& hosted) {
  hosted.clear();
  std::vector<uint32_t> activations;
  for (size_t i = 0; i < native.size(); ++i) {
    const Address at = native[i].lookup_address();
    const bool evaluates =
        std::any_of(evaluation.begin(), evaluation.end(),
                    [&](const CodeSpan& span) { return at >= span.start && at < span.end; });
    if (evaluates) activations.push_back(static_cast<uint32_t>(i));
  }
  // Which Python frames the activations beyond the end of the stack ran is not known: those at the
  // root. The innermost activation is taken to run the innermost frame.
  const size_t without_frame = activations.size() == python_frames + 1U ? 1 : 0;
  const size_t running = activations.size() - without_frame;
  if (running > python_frames || (whole && running != python_frames)) return false;
  for (size_t i = 0; i < running; ++i) {
    const auto frame = static_cast<uint32_t>(i);
    hosted.push_back({activations[without_frame + i], frame, frame + 1});
  }
  return true;
}

}  // namespace pyspy
