// SPDX-License-Identifier: MIT
#include <cxxabi.h>

#include <cstdlib>
#include <memory>
#include <string_view>

#include "symbols/rust_demangled.h"
#include "symbols/symbolizer.h"

namespace pyspy {
namespace {

// The library's demangler takes time that grows faster than the name.
constexpr size_t kLongestMangled = 2048;
constexpr size_t kLongestDemangled = 4096;

}  // namespace

std::string demangled(const std::string& name) {
  if (name.size() > kLongestMangled) return name;
  if (name.starts_with("_R")) return rust_demangled(name).value_or(name);
  if (!name.starts_with("_Z")) return name;
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> text(
      abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status), &std::free);
  if (status != 0 || text == nullptr) return name;
  const std::string_view plain(text.get());
  if (plain.size() > kLongestDemangled) return name;
  return legacy_rust_name(plain).value_or(std::string(plain));
}

}  // namespace pyspy
