// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace pyspy {

// What went wrong, for a person to be told. Reads of single samples do not use this: they fail
// often, and are counted.
enum class ErrorCode {
  kInternal,
  kUsage,
  kPermission,     // the kernel does not let us
  kNoSuchProcess,  // no such pid, or it has ended
  kNotPython,      // no interpreter in it
  kUnsupported,    // an interpreter that this agent cannot read
  kNotReady,       // an interpreter that has not started up yet
  kOutput,         // the capture cannot be written
  kInput,          // a file that was given cannot be read, or is not what it should be
  kMismatch,       // files that were given do not belong together
};

struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;  // states facts; advice is added by the agent
};

// A value or an error. `T` must not be `Error`.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  explicit operator bool() const { return std::holds_alternative<T>(state_); }
  T& operator*() { return *std::get_if<T>(&state_); }
  const T& operator*() const { return *std::get_if<T>(&state_); }
  T* operator->() { return std::get_if<T>(&state_); }
  const T* operator->() const { return std::get_if<T>(&state_); }
  const Error& error() const { return *std::get_if<Error>(&state_); }

 private:
  std::variant<T, Error> state_;
};

struct Nothing {};
using Status = Result<Nothing>;

}  // namespace pyspy
