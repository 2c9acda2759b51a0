// SPDX-License-Identifier: MIT
//
// Code in C++ between two Python functions: templates, calls that are inlined, exceptions that are
// thrown and caught on the way. It uses no header of Python's, so that one build runs on every version;
// the interpreter that loads it (ctypes.PyDLL) has the functions.
//
//     g++ -O2 -g -shared -fPIC -o crossings_cpp.so crossings_cpp.cc

#include <algorithm>
#include <stdexcept>
#include <vector>

extern "C" {
struct _object;
_object* PyObject_CallFunctionObjArgs(_object* callable, ...);
void Py_DecRef(_object* object);
}

namespace crossings {

class Refusal : public std::runtime_error {
 public:
  explicit Refusal(int depth) : std::runtime_error("refused"), depth(depth) {}
  int depth;
};

class Caller {
 public:
  explicit Caller(_object* callable) : callable_(callable) {}

  // Always inlined: its callers' frames are the only ones that there are.
  [[gnu::always_inline]] inline void call() const {
    if (_object* result = PyObject_CallFunctionObjArgs(callable_, nullptr)) Py_DecRef(result);
  }

 private:
  _object* callable_;
};

[[gnu::always_inline]] inline void call_twice(const Caller& caller) {
  caller.call();
  caller.call();
}

template <typename Number>
[[gnu::noinline]] Number sort_and_call(std::vector<Number> numbers, const Caller& caller) {
  int calls = 0;
  std::sort(numbers.begin(), numbers.end(), [&](Number left, Number right) {
    if (++calls == 5) call_twice(caller);
    return left < right;
  });
  return numbers.front();
}

[[gnu::noinline]] int descend(int depth, const Caller& caller) {
  if (depth == 0) throw Refusal(sort_and_call<int>({5, 3, 4, 1, 2}, caller));
  // The sum keeps this from becoming a jump.
  return descend(depth - 1, caller) + depth;
}

}  // namespace crossings

extern "C" int cross_cpp(_object* callable, int depth) {
  const crossings::Caller caller(callable);
  try {
    return crossings::descend(depth, caller);
  } catch (const crossings::Refusal& refusal) {
    crossings::call_twice(caller);
    return refusal.depth;
  }
}
