// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/flat_map.h"
#include "cpython/objects.h"

namespace pyspy {

// The names that Python gives to the threads of one interpreter, as the threading module knows
// them. Before 3.14 the kernel does not know them. Threads that C code started and that Python
// does not know have none; nor has any before the program imports threading.
class ThreadNames {
 public:
  // `objects` must outlive this.
  explicit ThreadNames(ObjectReader& objects) : objects_(objects) {}

  // Looks for new threads and names: not for every tick. Costs some ten system calls, eight for
  // each new thread and for each of the few whose names are read again in turn. Of very many new
  // threads the rest is left to the next calls. True where a name is new or different.
  bool refresh(Address interp);

  // The name of a thread by its Python ident (tstate.thread_id); null where it has none. Holds
  // until the next refresh().
  const std::string* name(uint64_t ident) const;

 private:
  // An entry of threading._active.
  struct Thread {
    Address key = 0;
    Address object = 0;
    uint64_t ident = 0;
    uint64_t fingerprint = 0;
    bool read = false;
    std::string name;  // empty: it has none, or it could not be read
  };

  Address find_active(Address interp);
  void read_fingerprints();
  bool read_thread(Thread& thread);

  ObjectReader& objects_;
  Address modules_ = 0;    // sys.modules
  Address threading_ = 0;  // the module
  uint32_t uses_ = 0;      // of threading_ since it was found
  std::vector<ObjectReader::Entry> entries_;
  std::vector<uint64_t> fingerprints_;  // of entries_; 0: not known
  std::vector<Thread> threads_;         // by ident
  std::vector<Thread> next_;
  FlatMap known_;  // key and object to the position in threads_, plus one
  size_t next_fingerprint_ = 0;
  size_t next_recheck_ = 0;
  ReadPlan plan_;
};

}  // namespace pyspy
