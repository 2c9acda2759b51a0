// SPDX-License-Identifier: MIT
//
// One moment of a whole process. Its running threads are stopped together, and let go when
// everything is read. A blocked thread is left alone, since a stop might interrupt its system call:
// should it wake up meanwhile, it stops at the next thing that needs the GIL, which a thread that
// stands has or nobody took; what moved all the same is seen by the copies.
//
// All that can be known beforehand is read while the process still runs: where its stacks lie, and
// what their code is called. So the process stands for no longer than it takes to read them again.
#include "base/clock.h"
#include "sampler/target.h"

namespace pyspy {
namespace {

// How long threads are waited for that want a CPU to stop on.
constexpr uint64_t kStandstillNanos = 20'000'000;

}  // namespace

void Target::stand_still(Counters& counters, uint64_t now_nanos) {
  if (!read_lists_and_stacks(counters, now_nanos)) return;
  retry_moved(counters);
  for (SampledThread& thread : threads_) {
    const CodeCache::Moment read = {now_nanos, interpreters_[thread.interpreter].code_generation};
    code_.resolve(thread.reader.frames(), {}, read, resolved_);
  }
  probe_threads(now_nanos);
  // With native stacks each is read as soon as it stands, and held then.
  if (native_ != nullptr) return;
  for (const SampledThread& thread : threads_) {
    const bool runs = !thread.status.known || thread.status.runnable;
    if (runs && thread.track.tid != 0) access_.stopper->request(thread.track.tid);
  }
  const uint64_t deadline = monotonic_nanos() + kStandstillNanos;
  while (const pid_t tid = access_.stopper->next_stopped(deadline)) {
    access_.stopper->hold();
    ++counters.stops;
    for (SampledThread& thread : threads_) {
      if (thread.track.tid == tid) thread.stopped = thread.held = true;
    }
  }
  for (const SampledThread& thread : threads_) {
    counters.stops_timed_out += thread.status.runnable && !thread.held;
  }
}

void Target::go_on(Counters& counters) {
  access_.stopper->release_held([&](uint64_t nanos) { counters.pause_nanos.add(nanos); });
  for (SampledThread& thread : threads_) thread.held = false;
}

}  // namespace pyspy
