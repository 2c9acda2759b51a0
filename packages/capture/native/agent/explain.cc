// SPDX-License-Identifier: MIT
#include "agent/explain.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <cstdio>

#include "agent/diagnostics.h"
#include "agent/permission_advice.h"
#include "cpython/interpreter_info.h"
#include "cpython/runtime.h"
#include "cpython/thread_ids.h"
#include "cpython/thread_lists.h"
#include "cpython/thread_names.h"
#include "process/exit_watch_linux.h"
#include "process/live_memory_linux.h"
#include "process/mappings.h"
#include "process/namespaces.h"
#include "process/proc.h"
#include "sampler/redaction.h"

namespace pyspy {
namespace {

void say(const std::string& line) { std::printf("%s\n", line.c_str()); }

// A part of the report: "Memory map" and what is said of it.
void part(const char* title, const std::vector<std::string>& lines) {
  std::printf("\n%s\n", title);
  for (const std::string& line : lines) std::printf("  %s\n", line.c_str());
}

int refuse(const Error& error, pid_t pid) {
  std::printf("\nIt cannot be recorded: %s\n", error.message.c_str());
  const std::string what_to_do = advice(error, pid);
  if (!what_to_do.empty()) std::printf("%s\n", what_to_do.c_str());
  return exit_code(error);
}

std::vector<std::string> process_lines(const ProcessInfo& info) {
  std::vector<std::string> lines;
  lines.push_back("executable: " + (info.executable.empty() ? "not readable" : info.executable));
  std::string command;
  for (const std::string& word : redacted_command(info.command)) command += " " + word;
  lines.push_back("command:" + command);
  lines.push_back(std::string("state: ") + info.state + ", parent " +
                  std::to_string(info.parent_pid));
  return lines;
}

std::vector<std::string> namespace_lines(const ProcessInfo& info) {
  std::vector<std::string> lines;
  const pid_t own = ::getpid();
  for (const char* kind : {"pid", "mnt", "user"}) {
    const uint64_t theirs = read_namespace(info.pid, kind);
    const char* relation = theirs == 0                           ? "not readable"
                           : theirs == read_namespace(own, kind) ? "the agent's"
                                                                 : "another than the agent's";
    lines.push_back(std::string(kind) + ": " + relation);
  }
  std::string ids;
  for (const uint32_t id : info.namespace_pids)
    ids += (ids.empty() ? "" : " = ") + std::to_string(id);
  lines.push_back("process id, from outside to inside: " + ids);
  return lines;
}

std::string map_line(const std::vector<MappedRegion>& regions) {
  return std::to_string(regions.size()) + " regions of " +
         std::to_string(mapped_files(regions).size()) + " files";
}

const char* how_found(FoundBy found_by) {
  switch (found_by) {
    case FoundBy::kSection:
      return "by section";
    case FoundBy::kSymbol:
      return "by symbol";
    case FoundBy::kCode:
      return "by code";
    case FoundBy::kScan:
      return "by a scan of variables";
  }
  return "";
}

std::vector<std::string> thread_lines(pid_t pid, LiveMemory& memory, const Runtime& runtime,
                                      const RuntimeThreads& found) {
  std::vector<std::string> lines;
  ObjectReader objects(memory, runtime.layout);
  ThreadIds ids(pid, memory, runtime.layout);
  const std::vector<ThreadIds::Ids> known = ids.read(found.threads);
  for (const InterpreterAddress& interpreter : found.interpreters) {
    ThreadNames names(objects);
    names.refresh(interpreter.interp);
    lines.push_back("interpreter " + std::to_string(interpreter.id) +
                    (interpreter.gil == 0 ? ", no GIL in use or not known" : ""));
    for (size_t i = 0; i < found.threads.size(); ++i) {
      if (found.threads[i].interp != interpreter.interp) continue;
      const std::string* name = names.name(known[i].python_id);
      std::string line = "  thread " + std::to_string(known[i].tid);
      if (known[i].namespace_tid != static_cast<uint64_t>(known[i].tid)) {
        line += " (inside " + std::to_string(known[i].namespace_tid) + ")";
      }
      if (name != nullptr) line += " " + *name;
      if (found.threads[i].main) line += ", the main thread";
      lines.push_back(std::move(line));
    }
  }
  return lines;
}

}  // namespace

int explain(pid_t pid) {
  utsname kernel{};
  ::uname(&kernel);
  say("pyspy-capture " PYSPY_VERSION " looks at process " + std::to_string(pid) + ", on Linux " +
      kernel.release + " " + kernel.machine);
  LiveMemory memory(pid);
  const Result<ProcessInfo> info = read_process_info(pid);
  if (!info) return refuse(info.error(), pid);
  if (!ExitWatch(pid, info->start_boot_nanos).is_open()) return refuse(not_a_process(pid), pid);
  part("Process", process_lines(*info));
  part("Permission", describe(read_privileges(pid)));
  part("Namespaces", namespace_lines(*info));

  const LiveMappings mappings(pid);
  const Result<std::vector<MappedRegion>> regions = mappings.regions();
  if (!regions) return refuse(regions.error(), pid);
  part("Memory map", {map_line(*regions)});
  Explanation steps;
  const Result<Runtime> runtime = find_runtime(mappings, memory, *regions, Effort::kScan, &steps);
  part("Search for the interpreter", steps.lines());
  if (!runtime) return refuse(runtime.error(), pid);
  part("Interpreter", {version_name(runtime->layout.hex_version) + ", found " +
                           how_found(runtime->found_by) + " in " + runtime->file,
                       std::string("layout: ") + (runtime->layout.from_debug_offsets
                                                      ? "as it describes itself"
                                                      : "the agent's table for this version")});
  const Result<RuntimeThreads> found = read_threads(*runtime, memory);
  if (!found) return refuse(found.error(), pid);
  part("Threads", thread_lines(pid, memory, *runtime, *found));
  say("\nIt can be recorded: pyspy-capture -p " + std::to_string(pid));
  return kExitOk;
}

}  // namespace pyspy
