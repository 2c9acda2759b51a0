// SPDX-License-Identifier: MIT
#include "sampler/table_entries.h"

#include "sampler/redaction.h"
#include "wire/pspy_fields.h"

namespace pyspy {
namespace {

ProtoBuffer python_fields(CaptureWriter& writer, const ProcessTrack& process,
                          const Privacy& privacy) {
  ProtoBuffer python;
  const uint32_t hex_version =
      process.python.hex_version != 0 ? process.python.hex_version : process.layout.hex_version;
  python.add_uint(fields::kPythonHexVersion, hex_version);
  python.add_uint(fields::kPythonVersion, writer.add_string(process.python.version));
  const bool is_cpython =
      process.python.implementation.empty() || process.python.implementation == "cpython";
  python.add_uint(fields::kPythonImplementation,
                  writer.add_string(is_cpython ? "CPython" : process.python.implementation));
  python.add_uint(fields::kPythonFreeThreaded, process.layout.free_threaded);
  python.add_uint(fields::kPythonLayoutSource, process.layout.from_debug_offsets
                                                   ? fields::kLayoutDebugOffsets
                                                   : fields::kLayoutTable);
  std::vector<uint32_t> prefixes;
  for (const std::string& prefix : process.python.prefixes) {
    prefixes.push_back(writer.add_string(privacy.path(prefix)));
  }
  python.add_packed(fields::kPythonPrefix, prefixes);
  return python;
}

}  // namespace

uint32_t add_mapping_entry(CaptureWriter& writer, const NativeFile& file, Address bias,
                           const Privacy& privacy) {
  ProtoBuffer entry;
  entry.add_uint(fields::kMappingPath, writer.add_string(privacy.path(file.path())));
  if (!file.build_id().empty()) entry.add_entry(fields::kMappingBuildId, file.build_id());
  entry.add_uint(fields::kMappingLoadBias, bias);
  if (file.device() != 0) {  // else the number is the agent's own: a core file tells none
    entry.add_uint(fields::kMappingDevice, file.device());
    entry.add_uint(fields::kMappingInode, file.inode());
  }
  return writer.add_mapping(entry);
}

void add_symbol_entry(CaptureWriter& writer, uint32_t native_frame, const SourceFunction& function,
                      const Privacy& privacy) {
  ProtoBuffer entry;
  entry.add_uint(fields::kNativeSymbolFrame, native_frame);
  entry.add_uint(fields::kNativeSymbolName, writer.add_string(function.name));
  if (function.raw_name != function.name) {
    entry.add_uint(fields::kNativeSymbolRawName, writer.add_string(function.raw_name));
  }
  entry.add_uint(fields::kNativeSymbolFile, writer.add_string(privacy.path(function.file)));
  entry.add_uint(fields::kNativeSymbolLine, function.line);
  entry.add_uint(fields::kNativeSymbolStartAddress, function.start);
  writer.add_native_symbol(entry);
}

uint32_t add_process_entry(CaptureWriter& writer, const ProcessTrack& process,
                           const Privacy& privacy) {
  ProtoBuffer entry;
  entry.add_uint(fields::kProcessPid, static_cast<uint64_t>(process.info.pid));
  if (process.info.namespace_pids.size() > 1) {
    entry.add_packed(fields::kProcessNamespacePid, process.info.namespace_pids);
  }
  entry.add_uint(fields::kProcessParentPid, static_cast<uint64_t>(process.info.parent_pid));
  entry.add_uint(fields::kProcessStartBootNanos, process.info.start_boot_nanos);
  entry.add_uint(fields::kProcessExecutable,
                 writer.add_string(privacy.path(process.info.executable)));
  std::vector<uint32_t> arguments;
  for (const std::string& argument : privacy.command(process.info.command)) {
    arguments.push_back(writer.add_string(argument));
  }
  entry.add_packed(fields::kProcessArgument, arguments);
  if (process.is_python)
    entry.add_message(fields::kProcessPython, python_fields(writer, process, privacy));
  entry.add_uint(fields::kProcessExecCount, process.exec_count);
  entry.add_uint(fields::kProcessRole, writer.add_string(process.worker_name));
  entry.add_uint(fields::kProcessCgroup,
                 writer.add_string(privacy.control_group(process.info.control_group)));
  std::vector<uint32_t> variables;
  for (const std::string& variable : process.environment) {
    variables.push_back(writer.add_string(variable));
  }
  entry.add_packed(fields::kProcessEnvironment, variables);
  return writer.add_process(entry);
}

uint32_t add_thread_entry(CaptureWriter& writer, uint32_t process, const ThreadTrack& thread) {
  ProtoBuffer entry;
  entry.add_uint(fields::kThreadTid, static_cast<uint64_t>(thread.tid));
  if (thread.namespace_tid != static_cast<uint64_t>(thread.tid)) {
    entry.add_uint(fields::kThreadNamespaceTid, thread.namespace_tid);
  }
  entry.add_uint(fields::kThreadPythonThreadId, thread.python_id);
  entry.add_uint(fields::kThreadPythonName, writer.add_string(thread.python_name));
  entry.add_uint(fields::kThreadOsName, writer.add_string(thread.os_name));
  entry.add_uint(fields::kThreadMain, thread.main);
  entry.add_sint(fields::kThreadInterpreterId, thread.interpreter_id);
  ProtoBuffer owner;
  owner.add_uint(fields::kOwnerProcess, process);
  owner.add_message(fields::kOwnerThread, entry);
  return writer.add_owner(owner);
}

uint32_t add_code_entry(CaptureWriter& writer, const CodeInfo& code, const Privacy& privacy) {
  ProtoBuffer entry;
  entry.add_uint(fields::kCodeObjectName, writer.add_string(code.name));
  entry.add_uint(fields::kCodeObjectQualifiedName, writer.add_string(code.qualified_name));
  entry.add_uint(fields::kCodeObjectFile, writer.add_string(privacy.path(code.file)));
  entry.add_sint(fields::kCodeObjectFirstLine, code.first_line);
  entry.add_uint(fields::kCodeObjectFlags, code.flags);
  entry.add_uint(fields::kCodeObjectLineTableKind, code.line_table_kind);
  if (!code.line_table.empty()) entry.add_entry(fields::kCodeObjectLineTable, code.line_table);
  entry.add_uint(fields::kCodeObjectFirstArgument, writer.add_string(code.first_argument));
  entry.add_uint(fields::kCodeObjectLineTableTruncated, code.line_table_truncated);
  return writer.add_code(entry);
}

ProtoBuffer variable_entry(const Variable& variable, const Privacy& privacy) {
  ProtoBuffer entry;
  entry.add_text(fields::kVariableName, variable.name);
  entry.add_uint(fields::kVariableKind, variable.kind);
  entry.add_text(fields::kVariableTypeName, variable.value.type_name);
  if (privacy.redaction == Redaction::kStrict) return entry;
  entry.add_text(fields::kVariableValue, variable.value.text);
  entry.add_uint(fields::kVariableTruncated, variable.value.truncated);
  entry.add_uint(fields::kVariableAddress, variable.address);
  return entry;
}

uint32_t add_unreadable_code_entry(CaptureWriter& writer) {
  CodeInfo code;
  code.name = "<unreadable>";
  return add_code_entry(writer, code, {});
}

}  // namespace pyspy
