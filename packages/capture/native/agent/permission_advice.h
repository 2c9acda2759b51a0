// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace pyspy {

// What can be seen from here of who may read whom; empty texts: not to be told.
struct Privileges {
  bool root = false;
  bool same_user = true;  // the target runs as the agent does
  bool ptrace_capability = false;
  bool same_user_namespace = true;
  uid_t agent_uid = 0;
  uid_t target_uid = 0;
  std::string ptrace_scope;  // kernel.yama.ptrace_scope
  std::string seccomp;       // mode of the agent: "0" none, "2" filter
  std::string tracer;        // who traces the target already: "0" nobody
  std::string container;     // "Docker", "Kubernetes", "Podman", "a container"; empty: none
};

Privileges read_privileges(pid_t pid);

// Lines that state them, for a person.
std::vector<std::string> describe(const Privileges& privileges);

// Why the kernel said no, as far as that tells, and what to do about it.
std::string permission_advice(const Privileges& privileges);

}  // namespace pyspy
