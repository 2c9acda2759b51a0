// SPDX-License-Identifier: MIT
//
// Lib/threading.py: the module's _active maps idents to Thread objects, whose _name is a str.
#include "cpython/thread_names.h"

#include <algorithm>
#include <utility>

namespace pyspy {
namespace {

constexpr size_t kLongestName = 256;
// A program may take threading out of sys.modules and import it anew; that is rare, and to look
// through sys.modules takes long.
constexpr uint32_t kMostUses = 64;
// Threads that are read in full by one refresh, because they are new or look different...
constexpr size_t kMostReads = 128;
// ... those that are looked at for that...
constexpr size_t kMostFingerprints = 512;
// ... and those that are read again in turn, for what a fingerprint does not show.
constexpr size_t kRechecks = 8;

// What a fingerprint is made of: words before an object (3.11+) that point to its attributes; the
// same, or the first values, behind its header; and the value of its key, an int.
constexpr size_t kWordsBefore = 32;
constexpr size_t kSizeOfWordsBefore = 16;
constexpr size_t kSizeOfValues = 160;
constexpr size_t kSizeOfPointers = 16;
constexpr size_t kSizeOfInteger = 16;

uint64_t hash_words(uint64_t seed, const uint8_t* data, size_t size) {
  for (size_t i = 0; i + sizeof(uint64_t) <= size; i += sizeof(uint64_t)) {
    seed = mix_bits(seed ^ load<uint64_t>(data + i)) + i;
  }
  return seed;
}

}  // namespace

Address ThreadNames::find_active(Address interp) {
  Address modules = 0;
  if (!objects_.memory().read_value(interp + objects_.layout().interp_modules, modules)) return 0;
  if (modules != modules_ || threading_ == 0 || ++uses_ > kMostUses) {
    modules_ = modules;
    threading_ = objects_.dict_value(modules, "threading");
    uses_ = 0;
  }
  if (threading_ == 0) return 0;
  const Address active = objects_.attribute(threading_, "_active");
  if (active == 0) threading_ = 0;
  return active;
}

// By one system call, what shows that an entry's objects have been replaced by others at the same
// addresses, or (3.13+) that an attribute has been set. Reference counts and links of the garbage
// collector change all the time and are left out.
void ThreadNames::read_fingerprints() {
  const Layout& layout = objects_.layout();
  const auto header = static_cast<size_t>(layout.object_type) + sizeof(Address);
  const size_t values = layout.has_values_header() ? kSizeOfValues : kSizeOfPointers;
  const bool managed = layout.managed_dict_before != Layout::kAbsent;
  const size_t before = managed ? kWordsBefore : 0;
  const size_t size = kSizeOfInteger + before + header + values;
  const size_t count = std::min(entries_.size(), kMostFingerprints);
  const size_t first = next_fingerprint_;
  fingerprints_.assign(entries_.size(), 0);
  plan_.clear();
  for (size_t i = 0; i < count; ++i) {
    const ObjectReader::Entry& entry = entries_[(first + i) % entries_.size()];
    plan_.add(entry.key + header, kSizeOfInteger);
    plan_.add(entry.value - before, before + header + values);
  }
  next_fingerprint_ += count;
  if (!objects_.memory().read(plan_)) return;
  for (size_t i = 0; i < count; ++i) {
    const uint8_t* integer = plan_.at(i * size);
    const uint8_t* words = integer + kSizeOfInteger;
    uint64_t hash = hash_words(1, integer, kSizeOfInteger);
    if (managed) hash = hash_words(hash, words, kSizeOfWordsBefore);
    fingerprints_[(first + i) % entries_.size()] =
        hash_words(hash, words + before + header, values);
  }
}

// Reads the ident and the name of a thread. True where the name is new or different.
bool ThreadNames::read_thread(Thread& thread) {
  thread.read = true;
  const std::optional<int64_t> ident = objects_.integer(thread.key);
  // Private names are mangled: self.__name of 2.x.
  const Address name_object = objects_.attribute(
      thread.object, objects_.layout().is_python_2() ? "_Thread__name" : "_name");
  std::optional<std::string> name = objects_.string(name_object, kLongestName);
  if (!ident || *ident <= 0 || !name) return false;
  const bool changed = thread.name != *name || thread.ident != static_cast<uint64_t>(*ident);
  thread.ident = static_cast<uint64_t>(*ident);
  thread.name = std::move(*name);
  return changed;
}

bool ThreadNames::refresh(Address interp) {
  const Address active = find_active(interp);
  // A dict that changes while it is read: what is known stays, and the next call tries again.
  if (active == 0 || !objects_.dict_entries(active, entries_)) return false;
  read_fingerprints();

  known_.clear();
  for (size_t i = 0; i < threads_.size(); ++i) {
    known_(threads_[i].key, threads_[i].object) = static_cast<uint32_t>(i + 1);
  }
  bool changed = false;
  size_t reads = 0;
  next_.clear();
  for (size_t i = 0; i < entries_.size(); ++i) {
    Thread thread;
    thread.key = entries_[i].key;
    thread.object = entries_[i].value;
    const uint32_t at = std::exchange(known_(thread.key, thread.object), 0);
    if (at != 0) thread = std::move(threads_[at - 1]);
    if (thread.read && thread.fingerprint == 0) thread.fingerprint = fingerprints_[i];
    const bool differs = fingerprints_[i] != 0 && thread.fingerprint != fingerprints_[i];
    if ((!thread.read || differs) && reads < kMostReads) {
      ++reads;
      thread.fingerprint = fingerprints_[i];
      changed |= read_thread(thread);
    }
    next_.push_back(std::move(thread));
  }
  for (size_t i = 0; i < std::min(kRechecks, next_.size()); ++i) {
    changed |= read_thread(next_[next_recheck_++ % next_.size()]);
  }
  threads_.swap(next_);
  std::sort(threads_.begin(), threads_.end(),
            [](const Thread& a, const Thread& b) { return a.ident < b.ident; });
  return changed;
}

const std::string* ThreadNames::name(uint64_t ident) const {
  const auto thread =
      std::lower_bound(threads_.begin(), threads_.end(), ident,
                       [](const Thread& a, uint64_t wanted) { return a.ident < wanted; });
  if (thread == threads_.end() || thread->ident != ident || thread->name.empty()) return nullptr;
  return &thread->name;
}

}  // namespace pyspy
