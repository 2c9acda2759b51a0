// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>

#include "process/child_process.h"
#include "process/process_births_linux.h"

namespace pyspy {
namespace {

bool has(const std::vector<pid_t>& ids, pid_t pid) {
  return std::find(ids.begin(), ids.end(), pid) != ids.end();
}

TEST(ProcessBirths, FindsWhatWasBornSinceTheLastLook) {
  const ChildProcess before([] { ::pause(); });
  ProcessBirths births;
  const ChildProcess first([] { ::pause(); });
  const ChildProcess second([] { ::pause(); });
  const std::vector<pid_t> born = births.look(monotonic_nanos());
  EXPECT_TRUE(has(born, first.pid()));
  EXPECT_TRUE(has(born, second.pid()));
  EXPECT_FALSE(has(born, before.pid()));
  const std::vector<pid_t> later = births.look(monotonic_nanos());
  EXPECT_FALSE(has(later, first.pid()));
}

TEST(ProcessBirths, FindsTheLivingOfVeryMany) {
  ProcessBirths births;
  for (int i = 0; i < 400; ++i) ChildProcess([] {}).wait();
  const ChildProcess living([] { ::pause(); });
  EXPECT_TRUE(has(births.look(monotonic_nanos()), living.pid()));
}

}  // namespace
}  // namespace pyspy
