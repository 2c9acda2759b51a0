// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "process/child_process.h"
#include "process/process_events_linux.h"

namespace pyspy {
namespace {

TEST(ProcessEvents, TellOfAChildThatIsGone) {
  ProcessEvents events;
  if (!events.is_open()) GTEST_SKIP() << "not root of the machine";
  const uint64_t before = monotonic_nanos();
  ChildProcess child([] { ::_exit(3); });
  const pid_t pid = child.pid();
  EXPECT_EQ(child.wait(), 3 << 8);
  std::vector<ProcessEvent> seen;
  EXPECT_TRUE(wait_until([&] {
    for (const ProcessEvent& event : events.read()) {
      if (event.pid == pid) seen.push_back(event);
    }
    return seen.size() >= 2;
  }));
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0].kind, ProcessEvent::Kind::kBorn);
  EXPECT_EQ(seen[0].parent_pid, ::getpid());
  EXPECT_EQ(seen[1].kind, ProcessEvent::Kind::kEnded);
  EXPECT_EQ(seen[1].wait_status, 3 << 8);
  EXPECT_LE(before, seen[0].time_nanos);
  EXPECT_LE(seen[0].time_nanos, seen[1].time_nanos);
}

}  // namespace
}  // namespace pyspy
