// SPDX-License-Identifier: MIT
//
// Layouts of the versions whose frames are objects on the heap, for 64-bit Linux. Source: the
// headers named in each row; from 3.7 on with Py_BUILD_CORE. Each function is the version before
// it, with what changed. 2.7 and 3.6 to 3.10 are checked on live interpreters by the version tests
// (test/capture). Of the others no interpreter was to be had: layout_test.cc checks them on memory
// made by hand. 3.3 to 3.5 are from the structures of 3.3.7, 3.4.8 and 3.5.5, as a binding
// generator read them from the headers; 2.3 to 2.6 from copies of 2.3's frameobject.h, 2.5's
// code.h, frameobject.h and pystate.h, which debuggers take for 2.5 to 2.7 alike, and 2.4's lengths
// from what 2.5 says of them.
#include "cpython/layout.h"

namespace pyspy {
namespace {

// v2.7. Include/pystate.h, frameobject.h, code.h, stringobject.h, dictobject.h.
Layout layout_2_7() {
  Layout layout;
  layout.hex_version = 0x02070000;
  layout.interp_next = 0;
  layout.interp_threads_head = 8;
  layout.interp_modules = 16;
  layout.interp_sysdict = 24;
  // _PyThreadState_Current is the holder, 0 while there is none.
  layout.gil_last_holder = 0;
  layout.gil_locked = Layout::kAbsent;
  layout.gil_switch_number = Layout::kAbsent;
  layout.gil_size = 8;
  layout.tstate_next = 0;
  layout.tstate_interp = 8;
  layout.tstate_frame = 16;
  layout.tstate_thread_id = 144;
  layout.tstate_exception = 72;
  layout.tstate_exc_state = 96;
  layout.frame_previous = 24;
  layout.frame_code = 32;
  layout.frame_instruction = 120;
  layout.code_argcount = 16;
  layout.code_flags = 28;
  layout.code_first_line = 96;
  layout.code_variable_names = 56;
  layout.code_file = 80;
  layout.code_name = 88;
  layout.code_line_table = 104;
  layout.code_size = 128;
  layout.bytes_data = 36;
  layout.string_ascii_data = 36;
  layout.string_compact_data = 36;
  return layout;
}

// v2.6 and v2.5: code objects have no weak references.
Layout layout_2_6() {
  Layout layout = layout_2_7();
  layout.code_size = 120;
  return layout;
}

// v2.4 and v2.3: nor a frame to use again. Lengths are ints, two of which a type begins with in the
// place of one.
Layout layout_2_4() {
  Layout layout = layout_2_6();
  layout.code_size = 112;
  layout.type_flags -= 8;
  layout.type_dict_offset -= 8;
  return layout;
}

// v3.3: str as in PEP 393 (unicodeobject.h), dicts with keys (Objects/dictobject.c),
// co_kwonlyargcount.
Layout layout_3_3() {
  Layout layout = layout_2_7();
  layout.hex_version = 0x03030000;
  layout.interp_sysdict = 32;
  layout.code_flags = 32;
  layout.code_variable_names = 64;
  layout.code_file = 96;
  layout.code_name = 104;
  layout.code_first_line = 112;
  layout.code_line_table = 120;
  layout.code_size = 144;
  layout.bytes_data = 32;
  layout.string_ascii_data = 48;
  layout.string_compact_data = 72;
  return layout;
}

// v3.4: PyThreadState.prev is new and first; f_gen and f_executing.
Layout layout_3_4() {
  Layout layout = layout_3_3();
  layout.hex_version = 0x03040000;
  layout.tstate_next = 8;
  layout.tstate_interp = 16;
  layout.tstate_frame = 24;
  layout.tstate_thread_id = 152;
  layout.tstate_exception = 80;
  layout.tstate_exc_state = 104;
  layout.frame_generator = 112;
  layout.frame_state = 132;
  layout.frame_executing = 1;
  return layout;
}

// v3.6: co_firstlineno stands with the other ints.
Layout layout_3_6() {
  Layout layout = layout_3_4();
  layout.hex_version = 0x03060000;
  layout.code_first_line = 36;
  layout.code_line_table = 112;
  layout.code_size = 144;
  layout.type_cached_keys = 856;
  return layout;
}

// v3.7: _PyRuntime. Include/internal/pystate.h, ceval.h, gil.h, mem.h.
Layout layout_3_7() {
  Layout layout = layout_3_6();
  const Layout in_runtime;
  layout.hex_version = 0x03070000;
  layout.runtime_interpreters_head = 24;
  layout.runtime_gil = 1264;
  layout.runtime_gc_collecting = 632;
  layout.gil_last_holder = in_runtime.gil_last_holder;
  layout.gil_locked = in_runtime.gil_locked;
  layout.gil_switch_number = in_runtime.gil_switch_number;
  layout.gil_size = in_runtime.gil_size;
  layout.interp_id = 16;
  layout.interp_modules = 40;
  layout.interp_sysdict = 56;
  layout.tstate_thread_id = 176;
  layout.tstate_exception = 88;
  layout.tstate_exc_info = 144;
  layout.tstate_exc_state = 112;
  layout.frame_instruction = 104;
  layout.frame_generator = 96;
  layout.frame_state = 116;
  return layout;
}

// v3.8: co_posonlyargcount. Include/internal/pycore_pystate.h; Include/cpython/pystate.h.
Layout layout_3_8() {
  Layout layout = layout_3_7();
  layout.hex_version = 0x03080000;
  layout.runtime_interpreters_head = 32;
  layout.runtime_gil = 1152;
  layout.runtime_gc_collecting = 544;
  layout.interp_modules = 56;
  layout.interp_sysdict = 72;
  layout.code_flags = 36;
  layout.code_first_line = 40;
  layout.code_variable_names = 72;
  layout.code_file = 104;
  layout.code_name = 112;
  layout.code_line_table = 120;
  layout.code_size = 176;
  layout.type_cached_keys = 872;
  return layout;
}

// v3.9: a garbage collector an interpreter. Include/internal/pycore_interp.h, pycore_runtime.h,
// pycore_gil.h.
Layout layout_3_9() {
  Layout layout = layout_3_8();
  layout.hex_version = 0x03090000;
  layout.runtime_gil = 352;
  layout.runtime_gc_collecting = Layout::kAbsent;
  layout.interp_id = 24;
  layout.interp_modules = 856;
  layout.interp_sysdict = 872;
  layout.interp_gc_collecting = 816;
  layout.type_cached_keys = 864;
  return layout;
}

// v3.10: f_state in the place of f_executing.
Layout layout_3_10() {
  Layout layout = layout_3_9();
  layout.hex_version = 0x030a0000;
  layout.frame_instruction = 96;
  layout.frame_generator = 88;
  layout.frame_state = 108;
  layout.frame_executing = 0;
  layout.type_cached_keys = 872;
  return layout;
}

Layout with_version(Layout layout, uint32_t major, uint32_t minor) {
  layout.hex_version = major << 24U | minor << 16U;
  return layout;
}

}  // namespace

std::optional<Layout> layout_of_heap_frames(uint32_t major, uint32_t minor) {
  if (major == 2) {
    if (minor < 3 || minor > 7) return std::nullopt;
    const Layout layout = minor < 5 ? layout_2_4() : minor < 7 ? layout_2_6() : layout_2_7();
    return with_version(layout, major, minor);
  }
  if (major != 3) return std::nullopt;
  switch (minor) {
    case 3:
      return layout_3_3();
    case 4:
    case 5:
      return with_version(layout_3_4(), major, minor);
    case 6:
      return layout_3_6();
    case 7:
      return layout_3_7();
    case 8:
      return layout_3_8();
    case 9:
      return layout_3_9();
    case 10:
      return layout_3_10();
    default:
      return std::nullopt;
  }
}

}  // namespace pyspy
