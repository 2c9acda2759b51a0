// SPDX-License-Identifier: MIT
//
// For tests only: the _Py_DebugOffsets of Debian's builds of 3.13, 3.14 and 3.15, as in the section
// .PyRuntime of their executables.
#pragma once

#include <cstring>
#include <vector>

#include "cpython/layout.h"

namespace pyspy {

struct FakeDebugOffset {
  int position[3];  // in the structure of 3.13, 3.14, 3.15; -1: not in that one
  uint64_t value[3];
};

// The members that the agent uses.
inline constexpr FakeDebugOffset kFakeDebugOffsets[] = {
    {{24, 24, 24}, {283408, 316616, 346560}},  // runtime_state.size
    {{40, 40, 40}, {632, 808, 936}},           // runtime_state.interpreters_head
    {{48, 48, 48}, {194984, 225864, 226232}},  // interpreter_state.size
    {{56, 56, 56}, {7272, 7280, 7272}},        // interpreter_state.id
    {{64, 64, 64}, {7264, 7272, 7264}},        // interpreter_state.next
    {{72, 72, 72}, {7344, 7344, 7336}},        // interpreter_state.threads_head
    {{-1, 80, 80}, {0, 7360, 7352}},           // interpreter_state.threads_main
    {{80, 88, 88}, {7400, 7408, 7400}},        // interpreter_state.gc
    {{88, 96, 96}, {7656, 7688, 7592}},        // interpreter_state.imports_modules
    {{96, 104, 104}, {7640, 7672, 7576}},      // interpreter_state.sysdict
    {{112, 120, 120}, {16, 16, 16}},           // interpreter_state.ceval_gil
    {{120, 128, 128}, {7752, 7784, 7736}},     // interpreter_state.gil_runtime_state
    {{136, 144, 144}, {7768, 7800, 7752}},     // interpreter_state.gil_runtime_state_locked
    {{144, 152, 152}, {7760, 7792, 7744}},     // interpreter_state.gil_runtime_state_holder
    {{-1, 160, 160}, {0, 7992, 7944}},         // interpreter_state.code_object_generation
    {{152, 176, 176}, {312, 832, 888}},        // thread_state.size
    {{168, 192, 192}, {8, 8, 8}},              // thread_state.next
    {{-1, -1, 200}, {0, 0, 16}},               // thread_state.interp
    {{184, 208, 208}, {72, 72, 72}},           // thread_state.current_frame
    {{192, 216, 240}, {152, 152, 176}},        // thread_state.thread_id
    {{200, 224, 248}, {160, 160, 184}},        // thread_state.native_thread_id
    {{208, 232, 256}, {232, 232, 256}},        // thread_state.datastack_chunk
    {{-1, -1, 288}, {0, 0, 136}},              // thread_state.current_exception
    {{-1, -1, 296}, {0, 0, 288}},              // thread_state.exc_state
    {{224, 248, 312}, {80, 88, 88}},           // interpreter_frame.size
    {{232, 256, 320}, {8, 8, 8}},              // interpreter_frame.previous
    {{240, 264, 328}, {0, 0, 0}},              // interpreter_frame.executable
    {{248, 272, 336}, {56, 56, 56}},           // interpreter_frame.instr_ptr
    {{-1, 280, 344}, {0, 80, 80}},             // interpreter_frame.localsplus
    {{264, 288, 352}, {70, 74, 74}},           // interpreter_frame.owner
    {{-1, 296, 360}, {0, 64, 64}},             // interpreter_frame.stackpointer
    {{272, 312, 376}, {208, 216, 216}},        // code_object.size
    {{280, 320, 384}, {112, 112, 112}},        // code_object.filename
    {{288, 328, 392}, {120, 120, 120}},        // code_object.name
    {{296, 336, 400}, {128, 128, 128}},        // code_object.qualname
    {{304, 344, 408}, {136, 136, 136}},        // code_object.linetable
    {{312, 352, 416}, {68, 68, 68}},           // code_object.firstlineno
    {{320, 360, 424}, {52, 52, 52}},           // code_object.argcount
    {{328, 368, 432}, {96, 96, 96}},           // code_object.localsplusnames
    {{344, 384, 448}, {200, 208, 208}},        // code_object.co_code_adaptive
    {{360, 408, 472}, {8, 8, 8}},              // pyobject.ob_type
    {{-1, -1, 488}, {0, 0, 24}},               // type_object.tp_name
    {{392, 440, 504}, {168, 168, 168}},        // type_object.tp_flags
    {{-1, -1, 512}, {0, 0, 32}},               // type_object.tp_basicsize
    {{-1, -1, 520}, {0, 0, 288}},              // type_object.tp_dictoffset
    {{-1, -1, 536}, {0, 0, 888}},              // heap_type_object.ht_cached_keys
    {{408, 456, 552}, {24, 32, 32}},           // tuple_object.ob_item
    {{416, 464, 560}, {16, 16, 16}},           // tuple_object.ob_size
    {{-1, -1, 576}, {0, 0, 24}},               // list_object.ob_item
    {{456, 536, 632}, {32, 32, 32}},           // dict_object.ma_keys
    {{464, 544, 640}, {40, 40, 40}},           // dict_object.ma_values
    {{-1, -1, 656}, {0, 0, 16}},               // float_object.ob_fval
    {{496, 576, 672}, {16, 16, 16}},           // long_object.lv_tag
    {{504, 584, 680}, {24, 24, 24}},           // long_object.ob_digit
    {{520, 600, 696}, {16, 16, 16}},           // bytes_object.ob_size
    {{528, 608, 704}, {32, 32, 32}},           // bytes_object.ob_sval
    {{544, 624, 720}, {32, 32, 32}},           // unicode_object.state
    {{552, 632, 728}, {16, 16, 16}},           // unicode_object.length
    {{560, 640, 736}, {40, 40, 40}},           // unicode_object.asciiobject_size
    {{576, 656, 760}, {200, 192, 112}},        // gc.collecting
    {{-1, 680, 808}, {0, 72, 72}},             // gen_object.gi_iframe
    {{-1, -1, 832}, {0, 0, 8}},                // llist_node.prev
    {{-1, -1, 880}, {0, 0, 512}},              // debugger_support.debugger_script_path_size
};

inline constexpr size_t kFakeDebugOffsetsSize[] = {584, 760, 888};
inline constexpr uint64_t kFakeVersions[] = {0x030d12f0, 0x030e0af0, 0x030f02f0};

// The structure of 3.13 (0), 3.14 (1) or 3.15 (2).
inline std::vector<uint8_t> fake_debug_offsets(size_t column) {
  std::vector<uint8_t> bytes(kFakeDebugOffsetsSize[column]);
  std::memcpy(bytes.data(), "xdebugpy", 8);
  std::memcpy(bytes.data() + 8, &kFakeVersions[column], 8);
  for (const FakeDebugOffset& member : kFakeDebugOffsets) {
    if (member.position[column] < 0) continue;
    std::memcpy(bytes.data() + member.position[column], &member.value[column], 8);
  }
  return bytes;
}

// The layout of 3.3 to 3.15.
inline Layout fake_layout(uint32_t minor) {
  if (minor < 13) return *layout_from_table(3, minor);
  return *layout_from_debug_offsets(fake_debug_offsets(minor - 13));
}

}  // namespace pyspy
