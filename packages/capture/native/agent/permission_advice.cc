// SPDX-License-Identifier: MIT
//
// Who may read the memory of whom: ptrace(2), "Ptrace access mode checking".
#include "agent/permission_advice.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "base/file.h"
#include "process/namespaces.h"
#include "process/proc.h"

namespace pyspy {
namespace {

constexpr unsigned kSysPtrace = 19;  // CAP_SYS_PTRACE

bool exists(const char* path) { return ::access(path, F_OK) == 0; }

// What the agent runs in, by the marks that container engines leave.
std::string container_name() {
  if (exists("/var/run/secrets/kubernetes.io") ||
      std::getenv("KUBERNETES_SERVICE_HOST") != nullptr) {
    return "Kubernetes";
  }
  if (exists("/.dockerenv")) return "Docker";
  if (exists("/run/.containerenv")) return "Podman";
  // The first process of a machine is in the first pid namespace, whose number is fixed.
  constexpr uint64_t kFirstPidNamespace = 0xEFFFFFFC;
  const uint64_t own = read_namespace(::getpid(), "pid");
  return own != 0 && own != kFirstPidNamespace ? "a container" : "";
}

std::string how_to_add_capability(const std::string& container) {
  if (container == "Kubernetes") {
    return "in Kubernetes add it to the container (securityContext.capabilities.add: "
           "[SYS_PTRACE]), "
           "or use an ephemeral one: kubectl debug --profile=general --target=CONTAINER ...";
  }
  if (container == "Docker" || container == "Podman") {
    const char* command = container == "Docker" ? "docker" : "podman";
    return std::string("start the container with ") + command +
           " run --cap-add SYS_PTRACE, or run "
           "pyspy-capture on the host";
  }
  return "in a container it has to be added (docker run --cap-add SYS_PTRACE; Kubernetes: "
         "securityContext.capabilities.add: [SYS_PTRACE]), or run pyspy-capture on the host";
}

}  // namespace

Privileges read_privileges(pid_t pid) {
  Privileges privileges;
  privileges.agent_uid = ::geteuid();
  privileges.root = privileges.agent_uid == 0;
  struct stat owner {};
  if (::stat(("/proc/" + std::to_string(pid)).c_str(), &owner) == 0) {
    privileges.target_uid = owner.st_uid;
    privileges.same_user = owner.st_uid == privileges.agent_uid;
  }
  const std::string effective = read_status_field(::getpid(), "CapEff");
  privileges.ptrace_capability = (parse_number(effective, 16) >> kSysPtrace & 1U) != 0;
  const uint64_t users = read_namespace(pid, "user");
  privileges.same_user_namespace = users == 0 || users == read_namespace(::getpid(), "user");
  privileges.ptrace_scope = read_whole_file("/proc/sys/kernel/yama/ptrace_scope", 16).substr(0, 1);
  privileges.seccomp = read_status_field(::getpid(), "Seccomp");
  privileges.tracer = read_status_field(pid, "TracerPid");
  privileges.container = container_name();
  return privileges;
}

std::vector<std::string> describe(const Privileges& given) {
  std::vector<std::string> lines;
  lines.push_back(
      "agent: uid " + std::to_string(given.agent_uid) + ", CAP_SYS_PTRACE " +
      (given.ptrace_capability ? "yes" : "no") + ", seccomp " +
      (given.seccomp.empty() || given.seccomp == "0" ? "none" : "mode " + given.seccomp) +
      (given.container.empty() ? "" : ", in " + given.container));
  lines.push_back("target: uid " + std::to_string(given.target_uid) +
                  (given.same_user_namespace ? "" : ", in another user namespace") +
                  (given.tracer.empty() || given.tracer == "0" ? ", traced by nobody"
                                                               : ", traced by " + given.tracer));
  lines.push_back("kernel.yama.ptrace_scope: " +
                  (given.ptrace_scope.empty() ? "none" : given.ptrace_scope));
  return lines;
}

std::string permission_advice(const Privileges& given) {
  if (given.ptrace_scope == "3") {
    return "kernel.yama.ptrace_scope is 3: nobody may read another process until the next boot.";
  }
  if (!given.root && !given.ptrace_capability) {
    if (!given.same_user) {
      return "It belongs to another user (uid " + std::to_string(given.target_uid) + ", you are " +
             std::to_string(given.agent_uid) +
             "): run as that user or as root: sudo pyspy-capture ..., or give the file the "
             "capability once: sudo setcap cap_sys_ptrace+ep pyspy-capture";
    }
    if (given.ptrace_scope == "1") {
      return "kernel.yama.ptrace_scope is 1: processes may only be read by their parents. Run as "
             "root (sudo pyspy-capture ...), start the program with pyspy-capture -- PROGRAM, or "
             "allow it until the next boot: sudo sysctl kernel.yama.ptrace_scope=0";
    }
    if (given.ptrace_scope == "2") {
      return "kernel.yama.ptrace_scope is 2: only root may read processes. Run as root (sudo "
             "pyspy-capture ...), or allow more: sudo sysctl kernel.yama.ptrace_scope=0";
    }
    return "The process may have changed its user, have a capability, or be marked as not "
           "dumpable: run as root: sudo pyspy-capture ...";
  }
  if (!given.same_user_namespace) {
    return "It is in another user namespace (a rootless container): run pyspy-capture in that "
           "container, or as root of the host.";
  }
  if (!given.ptrace_capability) {
    return "You are root without the capability SYS_PTRACE: " +
           how_to_add_capability(given.container) + ".";
  }
  if (given.seccomp == "2") {
    return "You have the capability SYS_PTRACE, so the seccomp filter of this container may forbid "
           "process_vm_readv: start it with --security-opt seccomp=unconfined, or run "
           "pyspy-capture "
           "on the host.";
  }
  return "You are allowed to, so something else forbids it: a security module (SELinux: ausearch "
         "-m "
         "avc; AppArmor: dmesg).";
}

}  // namespace pyspy
