// SPDX-License-Identifier: MIT
#include "agent/permission_advice.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace pyspy {
namespace {

bool contains(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

TEST(PermissionAdvice, NamesWhatForbidsAnOrdinaryUser) {
  Privileges ordinary;
  ordinary.agent_uid = ordinary.target_uid = 1000;
  EXPECT_TRUE(contains(permission_advice(ordinary), "not dumpable"));
  ordinary.ptrace_scope = "1";
  EXPECT_TRUE(contains(permission_advice(ordinary), "kernel.yama.ptrace_scope is 1"));
  EXPECT_TRUE(contains(permission_advice(ordinary), "pyspy-capture -- PROGRAM"));
  ordinary.ptrace_scope = "2";
  EXPECT_TRUE(contains(permission_advice(ordinary), "only root"));
  ordinary.ptrace_scope = "3";
  EXPECT_TRUE(contains(permission_advice(ordinary), "until the next boot"));
  ordinary.ptrace_scope = "0";
  ordinary.same_user = false;
  ordinary.target_uid = 0;
  EXPECT_TRUE(contains(permission_advice(ordinary), "uid 0, you are 1000"));
  EXPECT_TRUE(contains(permission_advice(ordinary), "setcap cap_sys_ptrace"));
}

TEST(PermissionAdvice, NamesWhatForbidsRootInAContainer) {
  Privileges root;
  root.root = true;
  EXPECT_TRUE(contains(permission_advice(root), "SYS_PTRACE"));
  root.container = "Kubernetes";
  EXPECT_TRUE(contains(permission_advice(root), "kubectl debug"));
  root.container = "Docker";
  EXPECT_TRUE(contains(permission_advice(root), "docker run --cap-add SYS_PTRACE"));
  root.container = "Podman";
  EXPECT_TRUE(contains(permission_advice(root), "podman run --cap-add SYS_PTRACE"));
  root.ptrace_capability = true;
  root.seccomp = "2";
  EXPECT_TRUE(contains(permission_advice(root), "seccomp=unconfined"));
  root.seccomp = "0";
  EXPECT_TRUE(contains(permission_advice(root), "SELinux"));
  root.same_user_namespace = false;
  EXPECT_TRUE(contains(permission_advice(root), "user namespace"));
}

TEST(Privileges, AreReadOfThisProcess) {
  const Privileges own = read_privileges(::getpid());
  EXPECT_EQ(own.root, ::geteuid() == 0);
  EXPECT_TRUE(own.same_user);
  EXPECT_TRUE(own.same_user_namespace);
  EXPECT_EQ(own.agent_uid, own.target_uid);
  EXPECT_EQ(describe(own).size(), 3U);
}

}  // namespace
}  // namespace pyspy
