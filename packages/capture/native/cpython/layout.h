// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/bytes.h"

namespace pyspy {

// Where things stand in the structures of one CPython version, in bytes. kAbsent: the version has
// no such member.
struct Layout {
  static constexpr int32_t kAbsent = -1;

  uint32_t hex_version = 0;  // PY_VERSION_HEX; the low 16 bits are 0 where only 3.N is known
  bool free_threaded = false;
  bool from_debug_offsets = false;

  uint32_t minor() const { return (hex_version >> 16U) & 0xffU; }
  uint32_t major() const { return hex_version >> 24U; }
  // From 3.7 on all state of the runtime is in one structure, _PyRuntime; before, in variables.
  bool has_runtime() const { return hex_version >= 0x03070000; }
  // There names and paths are `str` objects of bytes, and small numbers a type of their own.
  bool is_python_2() const { return major() == 2; }
  // From 2.6 on tp_flags tell of what kind an object is.
  bool has_kind_flags() const { return hex_version >= 0x02060000; }
  // From 2.5 on lengths are 64 bits wide; what lies behind a narrow one may be anything.
  bool has_wide_lengths() const { return hex_version >= 0x02050000; }
  // Dicts before 3.3 are one table; from 3.6 on their keys have an index of its own before the
  // entries.
  bool has_dict_keys() const { return hex_version >= 0x03030000; }
  bool has_dict_index() const { return hex_version >= 0x03060000; }
  // From 3.7 on the GIL counts how often it went to another thread.
  bool has_gil_switches() const { return gil_switch_number != kAbsent; }
  size_t gil_read_size() const {
    return static_cast<size_t>(has_gil_switches() ? gil_switch_number : gil_last_holder) + 8;
  }
  // From 3.11 on frames lie in per-thread chunks; before, each is an object of its own.
  bool has_chunks() const { return hex_version >= 0x030b0000; }
  // 3.11 and 3.12 reach the current frame through a structure on the C stack.
  bool has_cframe() const { return tstate_cframe != kAbsent; }
  // From 3.14 on a frame's code pointer carries tag bits (_PyStackRef).
  bool has_tagged_references() const { return hex_version >= 0x030e0000; }
  // A frame that runs says so: in 3.11 to 3.13, and later in debug builds alone.
  bool marks_running() const { return frame_stack_top != kAbsent && !has_tagged_references(); }
  // From 3.12 on C code that enters the interpreter puts a frame of its own below what it calls.
  bool has_entry_frames() const { return hex_version >= 0x030c0000; }
  // From 3.11 on the keys of a dict give their size as a power of two, and say of what kind they
  // are; before, entries are all alike.
  bool has_log2_dict_keys() const { return hex_version >= 0x030b0000; }
  // From 3.12 on the sign and the size of an int are packed in a tag.
  bool has_long_tag() const { return hex_version >= 0x030c0000; }
  // From 3.13 on the values of a split dict begin with their capacity, and may lie right behind an
  // instance.
  bool has_values_header() const { return hex_version >= 0x030d0000; }

  // _PyRuntimeState
  int32_t runtime_interpreters_head = kAbsent;
  int32_t runtime_gil = kAbsent;            // struct _gil_runtime_state, 3.7 to 3.11
  int32_t runtime_gc_collecting = kAbsent;  // int, 3.7 and 3.8

  // PyInterpreterState
  int32_t interp_next = kAbsent;
  int32_t interp_id = kAbsent;
  int32_t interp_threads_head = kAbsent;
  int32_t interp_threads_main = kAbsent;     // 3.14+
  int32_t interp_modules = kAbsent;          // PyObject *: sys.modules
  int32_t interp_sysdict = kAbsent;          // PyObject *: sys.__dict__
  int32_t interp_ceval_gil = kAbsent;        // pointer to the interpreter's GIL, 3.12+
  int32_t interp_gc_collecting = kAbsent;    // int, 3.9+
  int32_t interp_code_generation = kAbsent;  // u64, grows when a code object dies, 3.14+

  // struct _gil_runtime_state. Up to 3.6 only the present holder is known, in a variable.
  int32_t gil_last_holder = 8;
  int32_t gil_locked = 16;         // 3.7+
  int32_t gil_switch_number = 24;  // 3.7+
  int32_t gil_enabled = kAbsent;   // int, in free-threaded builds
  int32_t gil_size = 208;

  // PyThreadState
  int32_t tstate_next = 8;
  int32_t tstate_interp = 16;
  int32_t tstate_frame = kAbsent;             // up to 3.10, and 3.13+: the current frame
  int32_t tstate_cframe = kAbsent;            // 3.11, 3.12
  int32_t tstate_thread_id = kAbsent;         // pthread_self()
  int32_t tstate_native_thread_id = kAbsent;  // 3.11+
  int32_t tstate_datastack_chunk = kAbsent;   // 3.11+; datastack_top follows it
  int32_t tstate_exc_info = kAbsent;          // _PyErr_StackItem *: what is being handled, 3.7+
  int32_t tstate_exc_state = kAbsent;         // _PyErr_StackItem: the outermost one; exc_type (3.6)
  int32_t tstate_exception = kAbsent;         // curexc_type, or current_exception (3.12+)
  int32_t cframe_current_frame = kAbsent;

  // _PyInterpreterFrame (3.11+) or PyFrameObject
  int32_t frame_previous = kAbsent;
  int32_t frame_code = kAbsent;
  int32_t frame_instruction = kAbsent;  // pointer (3.11+), or int f_lasti
  int32_t frame_owner = kAbsent;        // char, 3.11+
  int32_t frame_is_entry = kAbsent;     // bool, 3.11 only
  int32_t frame_stack_top = kAbsent;    // int (-1 of a frame that runs), or pointer (3.14+)
  int32_t frame_generator = kAbsent;    // PyObject *: its generator, 3.4 to 3.10
  // f_executing (3.4 to 3.9), f_state (3.10); gi_frame_state, which stands before a generator's
  // frame: a char
  int32_t frame_state = kAbsent;
  uint8_t frame_executing = 0;         // value of it for a frame that is on a stack
  int32_t frame_function = 16;         // PyFunctionObject *, 3.11+
  int32_t frame_values = 72;           // locals and value stack, 3.11+
  int32_t frame_copy_index = kAbsent;  // int32_t tlbc_index, free-threaded 3.14+
  int32_t generator_frame = kAbsent;   // gi_iframe in a generator or coroutine, 3.11+

  // PyCodeObject
  int32_t code_argcount = kAbsent;
  int32_t code_flags = kAbsent;
  int32_t code_first_line = kAbsent;
  int32_t code_file = kAbsent;
  int32_t code_name = kAbsent;
  int32_t code_qualified_name = kAbsent;  // 3.11+
  int32_t code_line_table = kAbsent;
  int32_t code_variable_names = kAbsent;   // tuple: co_varnames or co_localsplusnames
  int32_t code_instructions = kAbsent;     // where the bytecode begins, 3.11+
  int32_t code_first_traceable = kAbsent;  // int, 3.11+
  int32_t code_copies = kAbsent;           // _PyCodeArray *: co_tlbc, free-threaded 3.14+
  int32_t code_unit_count = kAbsent;       // ob_size: code units of two bytes
  int32_t code_size = kAbsent;

  // Objects
  int32_t object_type = 8;
  int32_t bytes_size = 16;
  int32_t bytes_data = 32;
  int32_t string_length = 16;
  int32_t string_state = 32;
  int32_t string_kind_bit = 2;            // lowest bit of the kind in the state
  int32_t unicode_pointer = 24;           // PyUnicodeObject.str of 2.x
  int32_t string_ascii_data = kAbsent;    // text of a compact ASCII string
  int32_t string_compact_data = kAbsent;  // text of any other compact string
  int32_t tuple_size = 16;
  int32_t tuple_items = 24;
  int32_t dict_keys = 32;
  int32_t dict_values = 40;
  int32_t type_name = 24;
  int32_t type_flags = 168;
  int32_t type_basic_size = 32;
  int32_t type_dict_offset = 288;
  int32_t type_cached_keys = kAbsent;       // of a heap type: names of instance attributes
  int32_t managed_dict_before = kAbsent;    // bytes before an object, 3.11+
  int32_t managed_values_before = kAbsent;  // bytes before an object, 3.11 only
  int32_t long_size = 16;                   // ob_size, or lv_tag (3.12+)
  int32_t long_digits = 24;
};

// Owner values of _PyInterpreterFrame: see Include/internal/pycore_frame.h (3.11+).
inline constexpr uint8_t kFrameOwnedByGenerator = 1;
// From here on not a Python frame but the mark that C code entered the interpreter: owned by the C
// stack (3.12, 3.13), by the interpreter (3.14+).
inline constexpr uint8_t kFrameOwnedByC = 3;

// The layout of a version that does not describe itself, from its headers: 2.3 to 2.7 and 3.3 to
// 3.12; empty for any other.
std::optional<Layout> layout_from_table(uint32_t major, uint32_t minor);

// The layout of those of them whose frames are heap objects: up to 3.10.
std::optional<Layout> layout_of_heap_frames(uint32_t major, uint32_t minor);

// The layout that an interpreter from 3.13 on describes itself, in the _Py_DebugOffsets at the
// start of its _PyRuntime. `bytes` is that structure and what follows it. Empty where it has no
// valid cookie, or holds an offset that cannot be right. A version that is newer than all known
// ones is taken to have the structure of the newest; then also empty where any of the offsets that
// are the same in all versions is another.
std::optional<Layout> layout_from_debug_offsets(std::span<const uint8_t> bytes);

// True when `bytes` begin with the cookie of _Py_DebugOffsets.
bool has_debug_offsets_cookie(std::span<const uint8_t> bytes);

// How many bytes layout_from_debug_offsets wants to see.
inline constexpr size_t kDebugOffsetsSize = 1024;

}  // namespace pyspy
