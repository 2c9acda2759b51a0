// SPDX-License-Identifier: MIT
//
// Python/sysmodule.c.
#include "cpython/interpreter_info.h"

#include <algorithm>

namespace pyspy {
namespace {

constexpr size_t kLongestText = 4096;

constexpr std::string_view kPrefixes[] = {"prefix", "base_prefix", "exec_prefix",
                                          "base_exec_prefix"};

std::string read_text(ObjectReader& objects, Address object) {
  if (object == 0) return {};
  return objects.string(object, kLongestText).value_or(std::string());
}

}  // namespace

InterpreterInfo read_interpreter_info(ObjectReader& objects, Address interp) {
  InterpreterInfo info;
  Address sys = 0;
  if (!objects.memory().read_value(interp + objects.layout().interp_sysdict, sys)) return info;

  const auto hex_version = objects.integer(objects.dict_value(sys, "hexversion"));
  if (hex_version && *hex_version > 0 && *hex_version <= UINT32_MAX) {
    info.hex_version = static_cast<uint32_t>(*hex_version);
  }
  // "3.11.7 (main, Dec  4 2023, 18:10:11) [GCC 12.2.0]"
  info.version = read_text(objects, objects.dict_value(sys, "version"));
  info.version.resize(std::min(info.version.size(), info.version.find(' ')));

  // A SimpleNamespace.
  const Address implementation = objects.dict_value(sys, "implementation");
  if (implementation != 0) {
    info.implementation = read_text(objects, objects.attribute(implementation, "name"));
  }
  for (const std::string_view key : kPrefixes) {
    std::string prefix = read_text(objects, objects.dict_value(sys, key));
    if (prefix.empty()) continue;
    if (std::find(info.prefixes.begin(), info.prefixes.end(), prefix) == info.prefixes.end()) {
      info.prefixes.push_back(std::move(prefix));
    }
  }
  info.library_directory = read_text(objects, objects.dict_value(sys, "platlibdir"));
  return info;
}

}  // namespace pyspy
