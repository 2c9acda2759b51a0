// SPDX-License-Identifier: MIT
//
// System V ABI, AMD64 supplement, figure 3.9: argc, pointers to the arguments, 0, pointers to the
// environment, 0, the auxiliary vector; above them what they point to. Linux says in the vector
// where sixteen bytes of that are (AT_RANDOM).
#include "process/core_arguments.h"

#include <cstring>

namespace pyspy {
namespace {

constexpr size_t kLongestSearch = 8192;
constexpr size_t kMostWords = 1U << 20U;  // of arguments and environment
constexpr size_t kMostArguments = 4096;
constexpr size_t kLongestArgument = 4096;

// Where the auxiliary vector stands; 0: not found. It begins with what the core notes of it.
Address find_vector(CoreFile& core) {
  const auto& vector = core.auxiliary_vector();
  const Address above = core.auxiliary(AT_RANDOM) & ~Address{7};
  if (vector.size() < 4 || above <= kLongestSearch) return 0;
  for (Address at = above; at > above - kLongestSearch; at -= sizeof(uint64_t)) {
    Elf64_auxv_t found[4];
    if (!core.read_value(at, found)) return 0;
    if (std::memcmp(found, vector.data(), sizeof found) == 0) return at;
  }
  return 0;
}

// From the 0 behind some pointers to the one before them; 0: not found.
Address zero_before(CoreFile& core, Address zero) {
  uint64_t word = 1;
  for (size_t i = 0; i < kMostWords; ++i) {
    zero -= sizeof word;
    if (!core.read_value(zero, word)) return 0;
    if (word == 0) return zero;
  }
  return 0;
}

std::string read_text(CoreFile& core, Address address) {
  std::string text(kLongestArgument, '\0');
  text.resize(core.read_some(address, text.data(), text.size()));
  return text.substr(0, text.find('\0'));
}

}  // namespace

std::vector<std::string> read_core_arguments(CoreFile& core) {
  const Address vector = find_vector(core);
  if (vector == 0) return {};
  const Address end = zero_before(core, vector - sizeof(uint64_t));  // behind the arguments
  if (end == 0) return {};
  // Before them stands how many they are.
  for (uint64_t count = 0; count <= kMostArguments; ++count) {
    uint64_t word = 0;
    const Address first = end - count * sizeof word;
    if (!core.read_value(first - sizeof word, word)) return {};
    if (word != count) continue;
    std::vector<std::string> arguments;
    for (Address at = first; at < end; at += sizeof word) {
      if (!core.read_value(at, word)) return {};
      arguments.push_back(read_text(core, word));
    }
    return arguments;
  }
  return {};
}

}  // namespace pyspy
