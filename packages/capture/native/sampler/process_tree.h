// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "process/process_births_linux.h"
#include "sampler/followed_process.h"
#include "sampler/told_births.h"

namespace pyspy {

// Which processes are recorded.
struct TreeOptions {
  bool subprocesses = false;  // what the roots start, and what that starts
  bool all = false;           // every Python process that can be seen
  pid_t launched = 0;         // a root that is ours to wait for, elsewhere
};

// The processes that are recorded: roots, and with TreeOptions::subprocesses all that they start,
// from birth to end. Where the kernel tells of all births, none is missed. Elsewhere a process
// whose parent ended before it was found belongs to nobody any more and is missed, unless it came
// to us: an agent that launches a program adopts its orphans.
class ProcessTree {
 public:
  ProcessTree(const TreeOptions& options, const Access& access);

  // Adds a process, by whoever asked for it. Error code: kNoSuchProcess.
  Result<FollowedProcess*> add_root(pid_t pid);
  // Forgets a process that cannot be recorded.
  void remove(pid_t pid) { processes_.erase(pid); }
  // Adds what there is already of the roots' descendants, or of all Python processes.
  void add_present();

  // Finds what was born, has become another program, come to run Python, or ended.
  void look(Recorder& recorder, uint64_t now_nanos);
  // When that is due at the latest.
  uint64_t next_look_nanos() const { return next_look_nanos_; }

  // False while there are processes that were found and not looked at yet: each takes a while, and
  // one look must not take too long.
  bool has_looked_at_all() const;

  // One sample of each.
  void sample(Recorder& recorder, uint64_t now_nanos);

  bool is_empty() const { return processes_.empty(); }
  // How many there were up to now.
  size_t seen() const { return seen_; }
  // Why the launched program could not be recorded, once it has ended.
  const std::optional<Error>& refusal() const { return refusal_; }
  size_t thread_count() const;
  // A process that was ended by a signal as crashes are, since the last call.
  struct Crash {
    pid_t pid = 0;
    int signal = 0;
  };
  std::optional<Crash> take_crash() { return std::exchange(crash_, std::nullopt); }
  // Asks all to end, and ends those that have not after some seconds.
  void terminate();
  // In no order.
  std::vector<FollowedProcess*> processes() const;

 private:
  FollowedProcess* find(pid_t pid) const;
  FollowedProcess* follow(pid_t pid, bool if_python);
  void look_at(FollowedProcess& process, Recorder& recorder, uint64_t now_nanos);
  void consider_births(Recorder& recorder, uint64_t now_nanos);
  bool consider(pid_t pid, Recorder& recorder, uint64_t now_nanos);
  bool is_child(pid_t parent) const;
  bool was_followed(pid_t pid) const;
  void record_unseen(Recorder& recorder);
  void look_at_ended(Recorder& recorder, uint64_t now_nanos);
  void remove_ended();
  bool have_all_ended() const;

  TreeOptions options_;
  Access access_;
  ProcessBirths births_;
  std::optional<ToldBirths> told_;
  UniqueFd epoll_;
  std::unordered_map<pid_t, std::unique_ptr<FollowedProcess>> processes_;
  std::unordered_map<pid_t, uint64_t> gone_;  // those that ended lately, and when that was seen
  std::vector<pid_t> unborn_;                 // new ids whose parents were not known at once
  size_t seen_ = 0;
  std::optional<Error> refusal_;
  std::optional<Crash> crash_;
  uint64_t chunk_ = 0;  // in which all processes are described
  uint64_t next_look_nanos_ = 0;
  uint64_t last_birth_nanos_ = 0;
  uint64_t first_look_nanos_ = 0;
};

}  // namespace pyspy
