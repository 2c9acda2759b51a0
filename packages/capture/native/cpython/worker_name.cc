// SPDX-License-Identifier: MIT
//
// Lib/multiprocessing/process.py: _current_process, an object whose _name is a str; in a process
// that multiprocessing did not start it is a _MainProcess.
#include "cpython/worker_name.h"

namespace pyspy {
namespace {

constexpr size_t kLongestName = 256;
constexpr std::string_view kMainName = "MainProcess";

}  // namespace

std::string read_worker_name(ObjectReader& objects, Address interp) {
  Address modules = 0;
  if (!objects.memory().read_value(interp + objects.layout().interp_modules, modules)) return {};
  const Address module = objects.dict_value(modules, "multiprocessing.process");
  const Address process = module == 0 ? 0 : objects.attribute(module, "_current_process");
  const Address name = process == 0 ? 0 : objects.attribute(process, "_name");
  if (name == 0) return {};
  const std::string text = objects.string(name, kLongestName).value_or(std::string());
  return text == kMainName ? std::string() : text;
}

}  // namespace pyspy
