// SPDX-License-Identifier: MIT
#include "agent/diagnostics.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

namespace pyspy {
namespace {

// Why the kernel said no, as far as can be seen from here.
std::string permission_advice(pid_t pid) {
  const std::string proc = "/proc/" + std::to_string(pid);
  struct stat owner {};
  if (::geteuid() != 0 && ::stat(proc.c_str(), &owner) == 0 && owner.st_uid != ::geteuid()) {
    return "It belongs to another user (uid " + std::to_string(owner.st_uid) + ", you are " +
           std::to_string(::geteuid()) +
           "): run as that user or as root: sudo pyspy-capture ..., or give the file the "
           "capability "
           "once: sudo setcap cap_sys_ptrace+ep pyspy-capture";
  }
  const std::string scope = read_whole_file("/proc/sys/kernel/yama/ptrace_scope", 16);
  if (::geteuid() != 0 && !scope.empty() && scope[0] != '0') {
    return "kernel.yama.ptrace_scope is " + scope.substr(0, 1) +
           ": processes may only be read by their parents. Run as root (sudo pyspy-capture ...), "
           "start the program with pyspy-capture -- PROGRAM, or allow it until the next boot: "
           "sudo sysctl kernel.yama.ptrace_scope=0";
  }
  if (::geteuid() == 0) {
    return "You are root, so something else forbids it: in a container the capability SYS_PTRACE "
           "is missing (docker run --cap-add SYS_PTRACE; Kubernetes: securityContext.capabilities."
           "add: [SYS_PTRACE]), or a security module (SELinux, AppArmor) does.";
  }
  return "The process may have changed its user, or be marked as not dumpable: run as root: "
         "sudo pyspy-capture ...";
}

}  // namespace

int exit_code(const Error& error) {
  switch (error.code) {
    case ErrorCode::kInternal:
      return kExitInternal;
    case ErrorCode::kUsage:
      return kExitUsage;
    case ErrorCode::kPermission:
      return kExitPermission;
    case ErrorCode::kNoSuchProcess:
    case ErrorCode::kNotPython:
    case ErrorCode::kUnsupported:
    case ErrorCode::kNotReady:
      return kExitTarget;
    case ErrorCode::kOutput:
      return kExitOutput;
  }
  return kExitInternal;
}

std::string advice(const Error& error, pid_t pid) {
  switch (error.code) {
    case ErrorCode::kPermission:
      return permission_advice(pid);
    case ErrorCode::kNoSuchProcess:
      return "Look for the process with: pgrep -af python";
    case ErrorCode::kNotPython:
      return "If it starts Python as another process, give the id of that one: pgrep -af python";
    case ErrorCode::kNotReady:
      return "If it is just starting, try again.";
    case ErrorCode::kUsage:
      return "pyspy-capture --help lists the options.";
    default:
      return "";
  }
}

}  // namespace pyspy
