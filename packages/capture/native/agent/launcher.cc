// SPDX-License-Identifier: MIT
#include "agent/launcher.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "agent/signals.h"
#include "base/file.h"

namespace pyspy {
namespace {

// In the child: becomes the program, or reports errno through the pipe, which exec closes.
[[noreturn]] void become(const Launch& launch, int report) {
  std::vector<char*> argv;
  for (const std::string& word : launch.program) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  restore_ignored_signals();
  if (!launch.has_output) ::dup2(STDERR_FILENO, STDOUT_FILENO);
  if (!launch.user || launch.user->become()) ::execvp(argv[0], argv.data());
  const int error = errno;
  [[maybe_unused]] const ssize_t wrote = ::write(report, &error, sizeof error);
  ::_exit(127);
}

}  // namespace

Result<LaunchedProgram> LaunchedProgram::start(const Launch& launch, int& exec_error) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    return Error{ErrorCode::kInternal, std::string("pipe: ") + std::strerror(errno)};
  }
  const UniqueFd from_child(ends[0]);
  UniqueFd to_parent(ends[1]);
  const pid_t pid = ::fork();
  if (pid < 0) return Error{ErrorCode::kInternal, std::string("fork: ") + std::strerror(errno)};
  if (pid == 0) become(launch, to_parent.get());
  to_parent.reset();
  LaunchedProgram launched(pid);
  int error = 0;
  ssize_t got = 0;
  do {
    got = ::read(from_child.get(), &error, sizeof error);
  } while (got < 0 && errno == EINTR);
  if (got != sizeof error) return launched;
  launched.wait();
  exec_error = error;
  return Error{ErrorCode::kUsage, launch.program[0] + ": " + std::strerror(error)};
}

bool LaunchedProgram::has_ended() {
  // waitid(2) without WSTOPPED leaves stops, which the sampler causes, to the sampler.
  siginfo_t info{};
  if (!ended_ &&
      ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
      info.si_pid == pid_) {
    wait();
  }
  return ended_;
}

void LaunchedProgram::wait() {
  while (!ended_) {
    const pid_t got = ::waitpid(pid_, &wait_status_, 0);
    const bool is_stop = got == pid_ && WIFSTOPPED(wait_status_);
    ended_ = (got == pid_ && !is_stop) || (got < 0 && errno != EINTR);
  }
}

int LaunchedProgram::exit_status() const {
  if (WIFSIGNALED(wait_status_)) return 128 + WTERMSIG(wait_status_);
  return WEXITSTATUS(wait_status_);
}

}  // namespace pyspy
