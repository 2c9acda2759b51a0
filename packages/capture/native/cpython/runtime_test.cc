// SPDX-License-Identifier: MIT
#include "cpython/runtime.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "process/fake_memory.h"

namespace pyspy {
namespace {

TEST(FindRuntime, ThisTestIsNoPython) {
  FakeMemory memory;
  const LiveMappings mappings(::getpid());
  const Result<std::vector<MappedRegion>> regions = mappings.regions();
  ASSERT_TRUE(regions);
  const Result<Runtime> runtime = find_runtime(mappings, memory, *regions, Effort::kScan);
  ASSERT_FALSE(runtime);
  EXPECT_EQ(runtime.error().code, ErrorCode::kNotPython);
}

}  // namespace
}  // namespace pyspy
