// SPDX-License-Identifier: MIT
#include "sampler/process_tree.h"

#include <signal.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <limits>

#include "base/clock.h"
#include "process/proc.h"

namespace pyspy {
namespace {

constexpr uint64_t kMillisecond = 1'000'000;
// How often is looked for new processes: where there was one a moment ago, others may follow.
constexpr uint64_t kBirthNanos = 5 * kMillisecond;
constexpr uint64_t kBurstNanos = kMillisecond;
constexpr uint64_t kBurstEndNanos = 100 * kMillisecond;
// Looks must not eat up the ticks of what is sampled.
constexpr uint64_t kLookBudgetNanos = 4 * kMillisecond;
constexpr int kMostWakes = 64;
// For how long children of those that have ended are waited for.
constexpr uint64_t kGoneNanos = kNanosPerSecond;
// How long those that are asked to end are given for it.
constexpr uint64_t kTerminateNanos = 5 * kNanosPerSecond;

// SIGKILL is how the kernel ends those that take too much memory.
bool is_crash(int signal) {
  constexpr std::array kCrashes = {SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGFPE, SIGSYS, SIGKILL};
  return std::find(kCrashes.begin(), kCrashes.end(), signal) != kCrashes.end();
}

}  // namespace

ProcessTree::ProcessTree(const TreeOptions& options, const Access& access)
    : options_(options), access_(access), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (options_.subprocesses) told_.emplace();
  if (told_ && !told_->is_open()) told_.reset();
}

FollowedProcess* ProcessTree::find(pid_t pid) const {
  const auto found = processes_.find(pid);
  return found == processes_.end() ? nullptr : found->second.get();
}

FollowedProcess* ProcessTree::follow(pid_t pid, bool if_python) {
  std::unique_ptr<FollowedProcess> found = FollowedProcess::find(pid, access_, if_python);
  if (!found) return nullptr;
  if (const int end = found->exit_watch().fd(); end >= 0) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = pid;
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, end, &event);
  }
  ++seen_;
  return (processes_[pid] = std::move(found)).get();
}

Result<FollowedProcess*> ProcessTree::add_root(pid_t pid) {
  if (FollowedProcess* known = find(pid)) return known;
  if (FollowedProcess* found = follow(pid, false)) return found;
  if (Result<ProcessInfo> info = read_process_info(pid); !info) return info.error();
  return not_a_process(pid);
}

void ProcessTree::look_at(FollowedProcess& process, Recorder& recorder, uint64_t now_nanos) {
  process.look(recorder, find(process.parent_pid()), now_nanos);
}

// Parents may have larger ids than their children, so until nothing is found any more.
void ProcessTree::add_present() {
  if (!options_.subprocesses && !options_.all) return;
  unborn_ = list_processes();
}

bool ProcessTree::is_child(pid_t parent) const {
  if (find(parent) != nullptr) return true;
  // An orphan of the launched tree, which came to us.
  return options_.launched != 0 && parent == ::getpid();
}

// True where a new id is dealt with: followed, or none of ours.
bool ProcessTree::consider(pid_t pid, Recorder& recorder, uint64_t now_nanos) {
  const std::optional<ProcessStat> stat = read_process_stat(pid);
  if (!stat || pid == ::getpid()) return true;
  if (FollowedProcess* known = find(pid)) {
    if (known->start_boot_nanos() == stat->start_boot_nanos) return true;
    look_at(*known, recorder, now_nanos);  // its id is another's now: it has ended
    processes_.erase(pid);
  }
  // Who made it, also after that one has ended.
  const std::optional<pid_t> told = told_ ? told_->parent_of(pid) : std::nullopt;
  const pid_t parent_pid = told.value_or(stat->parent_pid);
  const bool is_ours = told || (options_.subprocesses && is_child(parent_pid));
  if (!is_ours && !options_.all) return false;
  FollowedProcess* found = follow(pid, !is_ours);
  if (found == nullptr) return true;
  if (told_) told_->forget(pid);
  found->track().info.parent_pid = parent_pid;
  if (const FollowedProcess* parent = find(parent_pid)) found->inherit(*parent);
  return true;
}

bool ProcessTree::was_followed(pid_t pid) const {
  return find(pid) != nullptr || gone_.contains(pid);
}

// What had ended before it was looked for. It was what its parent is, unless it executed a program,
// of which nobody tells.
void ProcessTree::record_unseen(Recorder& recorder) {
  for (const ToldBirths::Birth& birth : told_->take_ended()) {
    if (was_followed(birth.pid)) continue;
    ProcessTrack track;
    FollowedProcess* parent = find(birth.parent_pid);
    if (parent != nullptr && !birth.has_executed) track = parent->track();
    track.chunk = 0;
    track.exec_count = 0;
    track.worker_name.clear();
    track.info.pid = birth.pid;
    track.info.parent_pid = birth.parent_pid;
    const uint64_t boot_offset = clock_nanos(CLOCK_BOOTTIME) - monotonic_nanos();
    track.info.start_boot_nanos = birth.born_nanos + boot_offset;
    recorder.add_process_started(track, std::max(birth.born_nanos, first_look_nanos_));
    recorder.add_process_exited(track, std::max(birth.ended_nanos, first_look_nanos_),
                                &*birth.wait_status);
    ++seen_;
  }
}

void ProcessTree::consider_births(Recorder& recorder, uint64_t now_nanos) {
  if (!options_.subprocesses && !options_.all) return;
  if (first_look_nanos_ == 0) first_look_nanos_ = now_nanos;
  std::erase_if(gone_, [&](const auto& entry) { return entry.second + kGoneNanos < now_nanos; });
  std::vector<pid_t> born = births_.look(now_nanos);
  if (told_) {
    const auto is_ours = [this](pid_t parent) { return was_followed(parent); };
    const std::vector<pid_t> told = told_->read(is_ours);
    born.insert(born.end(), told.begin(), told.end());
  }
  if (!born.empty()) last_birth_nanos_ = now_nanos;
  born.insert(born.begin(), unborn_.begin(), unborn_.end());
  unborn_.clear();
  // Ids go around, so that a parent may come after its child.
  for (size_t before = 0; before != born.size() && !born.empty();) {
    before = born.size();
    std::erase_if(born, [&](pid_t pid) { return consider(pid, recorder, now_nanos); });
  }
  if (told_) record_unseen(recorder);
}

void ProcessTree::look_at_ended(Recorder& recorder, uint64_t now_nanos) {
  epoll_event events[kMostWakes];
  const int count = ::epoll_wait(epoll_.get(), events, kMostWakes, 0);
  for (int i = 0; i < count; ++i) {
    FollowedProcess* ended = find(events[i].data.fd);
    if (ended == nullptr) continue;
    look_at(*ended, recorder, now_nanos);
    // It stays readable while it is waited for what its parent is told.
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, ended->exit_watch().fd(), nullptr);
  }
}

void ProcessTree::remove_ended() {
  std::erase_if(processes_, [&](const auto& entry) {
    if (!entry.second->has_ended()) return false;
    const std::optional<int>& status = entry.second->wait_status();
    if (status && WIFSIGNALED(*status) && is_crash(WTERMSIG(*status))) {
      crash_ = Crash{entry.first, WTERMSIG(*status)};
    }
    if (options_.launched == entry.first) {
      refusal_ = entry.second->refusal();
    } else if (options_.launched != 0) {
      entry.second->exit_watch().reap();  // where it was an orphan that came to us
    }
    if (told_) gone_[entry.first] = monotonic_nanos();
    return true;
  });
}

void ProcessTree::look(Recorder& recorder, uint64_t now_nanos) {
  look_at_ended(recorder, now_nanos);
  consider_births(recorder, now_nanos);
  const bool burst = now_nanos - last_birth_nanos_ < kBurstEndNanos;
  next_look_nanos_ = options_.subprocesses || options_.all
                         ? now_nanos + (burst ? kBurstNanos : kBirthNanos)
                         : std::numeric_limits<uint64_t>::max();
  for (auto& [pid, process] : processes_) {
    if (process->next_look_nanos() <= now_nanos &&
        monotonic_nanos() - now_nanos < kLookBudgetNanos) {
      look_at(*process, recorder, now_nanos);
    }
    next_look_nanos_ = std::min(next_look_nanos_, process->next_look_nanos());
  }
  remove_ended();
}

bool ProcessTree::has_looked_at_all() const {
  return unborn_.empty() &&
         std::all_of(processes_.begin(), processes_.end(),
                     [](const auto& entry) { return entry.second->next_look_nanos() != 0; });
}

void ProcessTree::sample(Recorder& recorder, uint64_t now_nanos) {
  // Each chunk says for itself who there is, and whose child each is.
  if (chunk_ != recorder.chunk()) {
    chunk_ = recorder.chunk();
    for (auto& [pid, process] : processes_) {
      if (process->is_announced()) recorder.describe(process->track());
    }
  }
  for (auto& [pid, process] : processes_) {
    process->sample(recorder, find(process->parent_pid()), now_nanos);
    next_look_nanos_ = std::min(next_look_nanos_, process->next_look_nanos());
  }
  remove_ended();
}

bool ProcessTree::have_all_ended() const {
  return std::all_of(processes_.begin(), processes_.end(),
                     [](const auto& entry) { return entry.second->exit_watch().has_ended(); });
}

void ProcessTree::terminate() {
  for (const int signal : {SIGTERM, SIGKILL}) {
    if (have_all_ended()) break;
    for (const auto& [pid, process] : processes_) {
      process->exit_watch().send(signal);
      process->exit_watch().send(SIGCONT);  // one that is suspended is told only then
    }
    const uint64_t deadline = monotonic_nanos() + kTerminateNanos;
    while (!have_all_ended() && monotonic_nanos() < deadline) {
      if (access_.stopper->has_late())
        access_.stopper->release_late(monotonic_nanos() + kMillisecond);
      sleep_until(monotonic_nanos() + kMillisecond);
    }
  }
  for (const auto& [pid, process] : processes_) {
    if (pid != options_.launched) process->exit_watch().reap();
  }
}

size_t ProcessTree::thread_count() const {
  size_t count = 0;
  for (const auto& [pid, process] : processes_) count += process->thread_count();
  return count;
}

std::vector<FollowedProcess*> ProcessTree::processes() const {
  std::vector<FollowedProcess*> all;
  for (const auto& [pid, process] : processes_) all.push_back(process.get());
  return all;
}

}  // namespace pyspy
