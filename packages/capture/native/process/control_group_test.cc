// SPDX-License-Identifier: MIT
#include "process/control_group.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace pyspy {
namespace {

TEST(ControlGroup, OneHierarchy) {
  EXPECT_EQ(longest_control_group("0::/system.slice/shop.service\n"), "/system.slice/shop.service");
  EXPECT_EQ(longest_control_group("0::/\n"), "/");
}

TEST(ControlGroup, SeveralOfWhichOneHasGroups) {
  EXPECT_EQ(longest_control_group("9:name=systemd:/\n4:memory:/docker/17ab\n0::/\n"),
            "/docker/17ab");
}

TEST(ControlGroup, AColonInThePath) {
  EXPECT_EQ(longest_control_group("4:cpu,cpuacct:/a:b\n"), "/a:b");
}

TEST(ControlGroup, NoneAndNonsense) {
  for (const char* text : {"", "\n\n", ":", "::", "4", "4:cpu"}) {
    EXPECT_EQ(longest_control_group(text), "") << text;
  }
}

TEST(ControlGroup, OfThisProcess) {
  EXPECT_TRUE(read_control_group(::getpid()).starts_with('/'));
  EXPECT_EQ(read_control_group(-1), "");
}

}  // namespace
}  // namespace pyspy
