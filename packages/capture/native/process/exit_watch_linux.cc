// SPDX-License-Identifier: MIT
#include "process/exit_watch_linux.h"

#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "process/proc.h"

namespace pyspy {
namespace {

// include/uapi/linux/pidfd.h of Linux 6.15, which is younger than the headers that we build with.
struct PidfdInfo {
  uint64_t mask;
  uint64_t cgroup_id;
  uint32_t ids[11];
  int32_t exit_code;
};
static_assert(sizeof(PidfdInfo) == 64);  // PIDFD_INFO_SIZE_VER0
constexpr uint64_t kInfoExit = 8;        // PIDFD_INFO_EXIT
constexpr unsigned long kGetInfo = _IOWR(0xFF, 11, PidfdInfo);

// waitid(2) gives the parts of what waitpid(2) gives in one.
int wait_status_of(const siginfo_t& info) {
  if (info.si_code == CLD_EXITED) return (info.si_status & 0xff) << 8;
  return info.si_status | (info.si_code == CLD_DUMPED ? 0x80 : 0);
}

}  // namespace

ExitWatch::ExitWatch(pid_t pid, uint64_t start_boot_nanos)
    : pid_(pid),
      start_boot_nanos_(start_boot_nanos),
      pidfd_(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0U))) {
  has_pidfds_ = pidfd_ || errno != ENOSYS;
}

bool ExitWatch::has_ended() const {
  if (!pidfd_) return !is_alive(pid_, start_boot_nanos_);
  pollfd end = {pidfd_.get(), POLLIN, 0};
  return ::poll(&end, 1, 0) == 1;
}

std::optional<int> ExitWatch::wait_status() const {
  // WNOWAIT: a launched program's status is for the launcher to take.
  siginfo_t child{};
  if (::waitid(P_PID, static_cast<id_t>(pid_), &child, WEXITED | WNOHANG | WNOWAIT) == 0 &&
      child.si_pid == pid_) {
    return wait_status_of(child);
  }
  const std::optional<ProcessStat> stat = read_process_stat(pid_);
  const bool is_zombie = stat && stat->has_ended() && stat->start_boot_nanos == start_boot_nanos_;
  // 0 may also mean that we are not told.
  if (is_zombie && (stat->exit_code != 0 || ::geteuid() == 0)) return stat->exit_code;
  PidfdInfo info{};
  info.mask = kInfoExit;
  const bool told = pidfd_ && ::ioctl(pidfd_.get(), kGetInfo, &info) == 0;
  if (told && (info.mask & kInfoExit) != 0) return info.exit_code;
  return std::nullopt;
}

void ExitWatch::send(int signal) const {
  if (pidfd_) {
    ::syscall(SYS_pidfd_send_signal, pidfd_.get(), signal, nullptr, 0U);
  } else if (is_alive(pid_, start_boot_nanos_)) {
    ::kill(pid_, signal);
  }
}

void ExitWatch::reap() const {
  siginfo_t child{};
  ::waitid(P_PID, static_cast<id_t>(pid_), &child, WEXITED | WNOHANG);
}

}  // namespace pyspy
