// SPDX-License-Identifier: MIT
#include "agent/diagnostics.h"

#include "agent/permission_advice.h"
#include "base/file.h"
#include "process/proc.h"

namespace pyspy {
namespace {

// Children that seem to be Python, where a wrapper was named in their place.
std::string python_children(pid_t pid) {
  std::string found;
  const std::string path = "/proc/" + std::to_string(pid) + "/task/" + std::to_string(pid);
  const std::string children = read_whole_file((path + "/children").c_str());
  std::string_view rest = children;
  while (!rest.empty()) {
    const auto child = static_cast<pid_t>(parse_number(take_field(rest, ' ')));
    const Result<ProcessInfo> info = read_process_info(child);
    if (!info || info->executable.find("python") == std::string::npos) continue;
    found += (found.empty() ? "" : ", ") + std::to_string(child);
  }
  return found;
}

std::string not_python_advice(pid_t pid) {
  const std::string children = python_children(pid);
  if (!children.empty()) {
    return "Of the processes that it started these seem to be Python: " + children +
           ". Give their ids, or --subprocesses.";
  }
  return "If it starts Python as another process, give the id of that one: pgrep -af python. What "
         "was looked at: pyspy-capture --explain -p " +
         std::to_string(pid);
}

}  // namespace

int exit_code(const Error& error) {
  switch (error.code) {
    case ErrorCode::kInternal:
      return kExitInternal;
    case ErrorCode::kUsage:
      return kExitUsage;
    case ErrorCode::kPermission:
      return kExitPermission;
    case ErrorCode::kNoSuchProcess:
    case ErrorCode::kNotPython:
    case ErrorCode::kUnsupported:
    case ErrorCode::kNotReady:
      return kExitTarget;
    case ErrorCode::kOutput:
      return kExitOutput;
    case ErrorCode::kInput:
      return kExitInput;
    case ErrorCode::kMismatch:
      return kExitMismatch;
  }
  return kExitInternal;
}

std::string advice(const Error& error, pid_t pid) {
  switch (error.code) {
    case ErrorCode::kPermission:
      return permission_advice(read_privileges(pid));
    case ErrorCode::kNoSuchProcess:
      return "Look for the process with: pgrep -af python";
    case ErrorCode::kNotPython:
      return not_python_advice(pid);
    case ErrorCode::kNotReady:
      return "If it is just starting, try again.";
    case ErrorCode::kUsage:
      return "pyspy-capture --help lists the options.";
    default:
      return "";
  }
}

}  // namespace pyspy
