// SPDX-License-Identifier: MIT
//
// Layouts of the versions that do not describe themselves, for 64-bit Linux. Source: the headers
// named in each row, compiled with Py_BUILD_CORE; checked on live interpreters by the version
// tests (test/capture). Those up to 3.10 are in layout_heap_frames.cc.
#include "cpython/layout.h"

namespace pyspy {
namespace {

// v3.11: Include/cpython/pystate.h, code.h, Include/internal/pycore_frame.h, pycore_interp.h,
// pycore_runtime.h.
Layout layout_3_11() {
  Layout layout;
  layout.hex_version = 0x030b0000;
  layout.runtime_interpreters_head = 40;
  layout.runtime_gil = 360;
  layout.interp_next = 0;
  layout.interp_threads_head = 16;
  layout.interp_id = 48;
  layout.interp_modules = 888;
  layout.interp_sysdict = 904;
  layout.interp_gc_collecting = 848;
  layout.tstate_cframe = 56;
  layout.tstate_thread_id = 152;
  layout.tstate_native_thread_id = 160;
  layout.tstate_datastack_chunk = 296;
  layout.tstate_exception = 96;
  layout.tstate_exc_info = 120;
  layout.tstate_exc_state = 320;
  layout.cframe_current_frame = 8;
  layout.frame_previous = 48;
  layout.frame_code = 32;
  layout.frame_function = 0;
  layout.frame_instruction = 56;
  layout.frame_owner = 69;
  layout.frame_state = -5;
  layout.generator_frame = 80;
  layout.frame_stack_top = 64;
  layout.frame_is_entry = 68;
  layout.code_argcount = 56;
  layout.code_flags = 48;
  layout.code_first_line = 72;
  layout.code_variable_names = 96;
  layout.code_file = 112;
  layout.code_name = 120;
  layout.code_qualified_name = 128;
  layout.code_line_table = 136;
  layout.code_first_traceable = 168;
  layout.code_instructions = 184;
  layout.code_size = 192;
  layout.string_ascii_data = 48;
  layout.string_compact_data = 72;
  layout.type_cached_keys = 872;
  layout.managed_dict_before = 24;
  layout.managed_values_before = 32;
  return layout;
}

// v3.12: the same headers.
Layout layout_3_12() {
  Layout layout;
  layout.hex_version = 0x030c0000;
  layout.runtime_interpreters_head = 40;
  layout.interp_next = 0;
  layout.interp_id = 8;
  layout.interp_threads_head = 72;
  layout.interp_modules = 944;
  layout.interp_sysdict = 352;
  layout.interp_ceval_gil = 384;
  layout.interp_gc_collecting = 312;
  layout.tstate_cframe = 56;
  layout.tstate_thread_id = 136;
  layout.tstate_native_thread_id = 144;
  layout.tstate_datastack_chunk = 232;
  layout.tstate_exception = 96;
  layout.tstate_exc_info = 104;
  layout.tstate_exc_state = 256;
  layout.cframe_current_frame = 0;
  layout.frame_previous = 8;
  layout.frame_code = 0;
  layout.frame_instruction = 56;
  layout.frame_owner = 70;
  layout.frame_state = -5;
  layout.generator_frame = 72;
  layout.frame_stack_top = 64;
  layout.code_argcount = 52;
  layout.code_flags = 48;
  layout.code_first_line = 68;
  layout.code_variable_names = 96;
  layout.code_file = 112;
  layout.code_name = 120;
  layout.code_qualified_name = 128;
  layout.code_line_table = 136;
  layout.code_first_traceable = 176;
  layout.code_instructions = 192;
  layout.code_size = 200;
  layout.string_ascii_data = 40;
  layout.string_compact_data = 56;
  layout.type_cached_keys = 880;
  layout.managed_dict_before = 24;
  return layout;
}

}  // namespace

std::optional<Layout> layout_from_table(uint32_t major, uint32_t minor) {
  if (major == 3 && minor == 11) return layout_3_11();
  if (major == 3 && minor == 12) return layout_3_12();
  return layout_of_heap_frames(major, minor);
}

}  // namespace pyspy
