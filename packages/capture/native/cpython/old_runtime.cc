// SPDX-License-Identifier: MIT
//
// Python/pystate.c, ceval.c, ceval_gil.h and Modules/gcmodule.c of 2.3 to 3.6.
#include "cpython/old_runtime.h"

#include <algorithm>
#include <array>

namespace pyspy {
namespace {

// PyInterpreterState_Head() is "return interp_head;": a function of a few instructions, at most
// with a frame set up before.
constexpr size_t kHeadCode = 32;
// mov rax, [rip + displacement]
constexpr std::array<uint8_t, 3> kLoadOfVariable = {0x48, 0x8b, 0x05};
constexpr size_t kLengthOfLoad = 7;
// The variables of the GIL stand near each other.
constexpr uint64_t kLargestGil = 1024;

Address interp_head_in_code(const InterpreterModule& module, RemoteMemory& memory) {
  const auto function = module.symbol("PyInterpreterState_Head");
  std::array<uint8_t, kHeadCode> code{};
  if (!function || !memory.read(function->address, code.data(), code.size())) return 0;
  const auto load_at =
      std::search(code.begin(), code.end(), kLoadOfVariable.begin(), kLoadOfVariable.end());
  const auto at = static_cast<size_t>(load_at - code.begin());
  if (at + kLengthOfLoad > code.size()) return 0;
  const auto displacement = load<int32_t>(code.data() + at + kLoadOfVariable.size());
  return function->address + at + kLengthOfLoad + static_cast<Address>(int64_t{displacement});
}

}  // namespace

bool is_old_interpreter(const InterpreterModule& module) {
  return module.symbol("PyInterpreterState_Head") && module.symbol("_PyThreadState_Current");
}

void add_old_variables(const InterpreterModule& module, Runtime& runtime) {
  const auto address = [&](std::string_view name) -> Address {
    const auto symbol = module.symbol(name);
    return symbol ? symbol->address : 0;
  };
  runtime.gil = address("_PyThreadState_Current");
  runtime.gil_lock_pointer = address("interpreter_lock");  // up to 2.7
  runtime.gc_collecting = address("collecting");
  // 3.2+
  const auto condition = module.symbol("gil_cond");
  const auto mutex = module.symbol("gil_mutex");
  if (!condition || !mutex) return;
  const Address start = std::min(condition->address, mutex->address);
  const Address end = std::max(condition->address + condition->size, mutex->address + mutex->size);
  if (end - start > kLargestGil) return;
  runtime.gil_waits = start;
  runtime.gil_waits_size = static_cast<uint32_t>(end - start);
}

bool find_old_runtime(const InterpreterModule& module, RemoteMemory& memory, Runtime& runtime) {
  if (const auto symbol = module.symbol("interp_head")) {
    runtime.address = symbol->address;
    runtime.found_by = FoundBy::kSymbol;
  } else {
    runtime.address = interp_head_in_code(module, memory);
    runtime.found_by = FoundBy::kCode;
  }
  runtime.interpreters_head = runtime.address;
  return runtime.address != 0;
}

}  // namespace pyspy
