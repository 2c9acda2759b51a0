// SPDX-License-Identifier: MIT
//
// _Py_DebugOffsets, with which interpreters from 3.13 on describe themselves:
// Include/internal/pycore_debug_offsets.h (3.14+), pycore_runtime.h (3.13). Members were inserted
// in the middle from version to version, so each version has its own column of positions. None of
// it is trusted: an offset that cannot be right refuses the whole structure.
#include <algorithm>
#include <array>

#include "cpython/layout.h"

namespace pyspy {
namespace {

constexpr std::array<uint8_t, 8> kCookie = {'x', 'd', 'e', 'b', 'u', 'g', 'p', 'y'};
constexpr uint32_t kFirstMinor = 13;
constexpr size_t kVersionPosition = 8;
constexpr size_t kFreeThreadedPosition = 16;

// Position of a member in the table per version 3.13, 3.14, 3.15; kNone: not in that version.
constexpr int16_t kNone = -1;
using Positions = std::array<int16_t, 3>;

// sizeof(struct _Py_DebugOffsets).
constexpr std::array<size_t, 3> kTableSize = {584, 760, 888};

// Sizes that members must lie in.
struct Sizes {
  uint64_t runtime = 0, interp = 0, tstate = 0, frame = 0, code = 0;
};
constexpr Positions kRuntimeSize = {24, 24, 24};
constexpr Positions kInterpSize = {48, 48, 48};
constexpr Positions kTstateSize = {152, 176, 176};
constexpr Positions kFrameSize = {224, 248, 312};
constexpr Positions kCodeSize = {272, 312, 376};

// Far more than any structure has (an interpreter state is 0.4 MB in 3.12), far less than what
// could make a read harmful.
constexpr uint64_t kLargestStructure = 4U << 20U;

struct Member {
  Positions position;
  int32_t Layout::*field;
  uint64_t Sizes::*within;  // null: checked against kLargestOffset
  uint8_t width;            // bytes of the member, for the check
};

constexpr uint64_t kLargestOffset = 4096;
// A frame is read once per level of the stack: 88 bytes in 3.15.
constexpr uint64_t kLargestFrame = 512;

constexpr Member kMembers[] = {
    {{40, 40, 40}, &Layout::runtime_interpreters_head, &Sizes::runtime, 8},
    {{56, 56, 56}, &Layout::interp_id, &Sizes::interp, 8},
    {{64, 64, 64}, &Layout::interp_next, &Sizes::interp, 8},
    {{72, 72, 72}, &Layout::interp_threads_head, &Sizes::interp, 8},
    {{kNone, 80, 80}, &Layout::interp_threads_main, &Sizes::interp, 8},
    {{88, 96, 96}, &Layout::interp_modules, &Sizes::interp, 8},
    {{96, 104, 104}, &Layout::interp_sysdict, &Sizes::interp, 8},
    {{112, 120, 120}, &Layout::interp_ceval_gil, &Sizes::interp, 8},
    {{kNone, 160, 160}, &Layout::interp_code_generation, &Sizes::interp, 8},
    {{168, 192, 192}, &Layout::tstate_next, &Sizes::tstate, 8},
    {{184, 208, 208}, &Layout::tstate_frame, &Sizes::tstate, 8},
    {{192, 216, 240}, &Layout::tstate_thread_id, &Sizes::tstate, 8},
    {{200, 224, 248}, &Layout::tstate_native_thread_id, &Sizes::tstate, 8},
    {{208, 232, 256}, &Layout::tstate_datastack_chunk, &Sizes::tstate, 16},
    {{232, 256, 320}, &Layout::frame_previous, &Sizes::frame, 8},
    {{240, 264, 328}, &Layout::frame_code, &Sizes::frame, 8},
    {{248, 272, 336}, &Layout::frame_instruction, &Sizes::frame, 8},
    {{264, 288, 352}, &Layout::frame_owner, &Sizes::frame, 1},
    {{kNone, 296, 360}, &Layout::frame_stack_top, &Sizes::frame, 8},
    {{kNone, 304, 368}, &Layout::frame_copy_index, &Sizes::frame, 4},
    {{kNone, 280, 344}, &Layout::frame_values, &Sizes::frame, 1},
    {{280, 320, 384}, &Layout::code_file, &Sizes::code, 8},
    {{288, 328, 392}, &Layout::code_name, &Sizes::code, 8},
    {{296, 336, 400}, &Layout::code_qualified_name, &Sizes::code, 8},
    {{304, 344, 408}, &Layout::code_line_table, &Sizes::code, 8},
    {{312, 352, 416}, &Layout::code_first_line, &Sizes::code, 4},
    {{320, 360, 424}, &Layout::code_argcount, &Sizes::code, 4},
    {{328, 368, 432}, &Layout::code_variable_names, &Sizes::code, 8},
    {{344, 384, 448}, &Layout::code_instructions, &Sizes::code, 1},
    {{kNone, 392, 456}, &Layout::code_copies, &Sizes::code, 8},
    {{kNone, 680, 808}, &Layout::generator_frame, nullptr, 1},
    {{kNone, kNone, 288}, &Layout::tstate_exception, &Sizes::tstate, 8},
    {{kNone, kNone, 296}, &Layout::tstate_exc_state, &Sizes::tstate, 8},
    {{360, 408, 472}, &Layout::object_type, nullptr, 8},
    {{392, 440, 504}, &Layout::type_flags, nullptr, 8},
    {{kNone, kNone, 512}, &Layout::type_basic_size, nullptr, 8},
    {{kNone, kNone, 520}, &Layout::type_dict_offset, nullptr, 8},
    {{kNone, kNone, 536}, &Layout::type_cached_keys, nullptr, 8},
    {{408, 456, 552}, &Layout::tuple_items, nullptr, 8},
    {{416, 464, 560}, &Layout::tuple_size, nullptr, 8},
    {{456, 536, 632}, &Layout::dict_keys, nullptr, 8},
    {{464, 544, 640}, &Layout::dict_values, nullptr, 8},
    {{496, 576, 672}, &Layout::long_size, nullptr, 8},
    {{504, 584, 680}, &Layout::long_digits, nullptr, 4},
    {{520, 600, 696}, &Layout::bytes_size, nullptr, 8},
    {{528, 608, 704}, &Layout::bytes_data, nullptr, 1},
    {{544, 624, 720}, &Layout::string_state, nullptr, 4},
    {{552, 632, 728}, &Layout::string_length, nullptr, 8},
    {{560, 640, 736}, &Layout::string_ascii_data, nullptr, 1},
};
// _co_firsttraceable and co_extra come before the bytecode, and co_tlbc where there is one:
// Include/cpython/code.h.
constexpr int32_t kTraceableToInstructions = 16;
constexpr int32_t kTraceableToCopies = 16;
// Of the GIL, in PyInterpreterState.
constexpr Positions kGil = {120, 128, 128};
constexpr Positions kGilLocked = {136, 144, 144};
constexpr Positions kGilHolder = {144, 152, 152};

// Members that have stood at the same offset in each version; later ones in free-threaded builds,
// whose object header is longer. In the structure of 3.15: what is found elsewhere in that of a
// later version tells that members were inserted or moved.
struct Constant {
  int16_t position;
  uint64_t value;
  uint64_t free_threaded_value;
};
constexpr Constant kConstants[] = {
    {184, 0, 0},      // thread_state.prev
    {192, 8, 8},      // thread_state.next
    {200, 16, 16},    // thread_state.interp
    {320, 8, 8},      // interpreter_frame.previous
    {328, 0, 0},      // interpreter_frame.executable
    {472, 8, 24},     // pyobject.ob_type
    {488, 24, 40},    // type_object.tp_name
    {504, 168, 184},  // type_object.tp_flags
    {560, 16, 32},    // tuple_object.ob_size
    {576, 24, 40},    // list_object.ob_item
    {656, 16, 32},    // float_object.ob_fval
    {696, 16, 32},    // bytes_object.ob_size
    {704, 32, 48},    // bytes_object.ob_sval
    {728, 16, 32},    // unicode_object.length
    {824, 0, 0},      // llist_node.next
    {832, 8, 8},      // llist_node.prev
    {880, 512, 512},  // debugger_support.debugger_script_path_size
};
constexpr Positions kInterpGc = {80, 88, 88};
constexpr Positions kGcCollecting = {576, 656, 760};

class Table {
 public:
  Table(std::span<const uint8_t> bytes, size_t column) : bytes_(bytes), column_(column) {}

  // The value of a member; empty where the version has none.
  std::optional<uint64_t> value(const Positions& positions) const {
    const int16_t position = positions[column_];
    if (position == kNone) return std::nullopt;
    return load_or_zero<uint64_t>(bytes_, static_cast<size_t>(position));
  }

  std::optional<uint64_t> size(const Positions& positions) const {
    const std::optional<uint64_t> size = value(positions);
    if (!size || *size == 0 || *size > kLargestStructure) return std::nullopt;
    return size;
  }

 private:
  std::span<const uint8_t> bytes_;
  size_t column_;
};

std::optional<Sizes> read_sizes(const Table& table) {
  const auto runtime = table.size(kRuntimeSize);
  const auto interp = table.size(kInterpSize);
  const auto tstate = table.size(kTstateSize);
  const auto frame = table.size(kFrameSize);
  const auto code = table.size(kCodeSize);
  if (!runtime || !interp || !tstate || !frame || !code) return std::nullopt;
  if (*tstate > kLargestOffset || *frame > kLargestFrame || *code > kLargestOffset) {
    return std::nullopt;
  }
  return Sizes{*runtime, *interp, *tstate, *frame, *code};
}

// Members that the versions with debug offsets share but do not list, from the same headers.
void add_unlisted_members(Layout& layout, const Sizes& sizes) {
  const bool is_3_15 = layout.minor() >= 15;
  layout.code_size = static_cast<int32_t>(sizes.code);
  // Include/cpython/code.h: co_flags comes before co_argcount; ob_size is of the object's header.
  layout.code_flags = layout.code_argcount - 4;
  layout.code_unit_count = layout.bytes_size;
  // Include/internal/pycore_frame.h: `stacktop`, an int, follows `instr_ptr`.
  if (layout.minor() == 13) layout.frame_stack_top = layout.frame_instruction + 8;
  // Include/internal/pycore_genobject.h (3.14+), Include/cpython/genobject.h: gi_frame_state and
  // gi_iframe. FRAME_EXECUTING: pycore_frame.h, pycore_interpframe_structs.h.
  layout.frame_state = -5;
  layout.frame_executing = is_3_15 ? 4 : 0;
  if (layout.minor() == 13) layout.generator_frame = layout.free_threaded ? 88 : 72;
  if (layout.free_threaded && layout.minor() >= 14) {
    layout.code_first_traceable = layout.code_copies - kTraceableToCopies;
  } else {
    layout.code_first_traceable = layout.code_instructions - kTraceableToInstructions;
    layout.frame_copy_index = layout.code_copies = Layout::kAbsent;
  }
  layout.string_compact_data = layout.string_ascii_data + 16;
  if (!is_3_15) {
    // Include/cpython/object.h: PyTypeObject and PyHeapTypeObject, whose order is the same.
    layout.type_basic_size = layout.type_flags - 136;
    layout.type_dict_offset = layout.type_flags + 120;
    layout.type_cached_keys = layout.type_flags + 712;
  }
  // Include/internal/pycore_object.h: MANAGED_DICT_OFFSET.
  layout.managed_dict_before = layout.free_threaded ? 8 : 24;
  // Behind a header that is longer by as much; 3.15 says so itself (kConstants).
  if (layout.free_threaded) layout.type_name = 40;
  // Include/cpython/unicodeobject.h: `interned` is a byte of its own there.
  if (layout.free_threaded && layout.minor() >= 14) layout.string_kind_bit = 8;
  if (!is_3_15) {
    layout.tstate_exception = 112;
    layout.tstate_exc_state = 256;
  }
  // Include/cpython/pystate.h: exc_info follows current_exception.
  layout.tstate_exc_info = layout.tstate_exception + 8;
}

// The members of the GIL stand in this order (Include/internal/pycore_gil.h); in a free-threaded
// build it begins with an int that says whether it is used. False where they cannot be right.
bool add_gil(Layout& layout, const Table& table) {
  const uint64_t gil = *table.value(kGil);
  const uint64_t holder = *table.value(kGilHolder) - gil;
  const uint64_t locked = *table.value(kGilLocked) - gil;
  const uint64_t expected = layout.free_threaded ? 16 : 8;
  if (holder != expected || locked != holder + 8) return false;
  layout.gil_last_holder = static_cast<int32_t>(holder);
  layout.gil_locked = static_cast<int32_t>(locked);
  layout.gil_switch_number = layout.gil_locked + 8;
  if (layout.free_threaded) {
    layout.gil_enabled = 0;
    layout.gil_size += 8;
  }
  return true;
}

bool has_constants(std::span<const uint8_t> bytes, bool free_threaded) {
  return std::all_of(std::begin(kConstants), std::end(kConstants), [&](const Constant& one) {
    return load_or_zero<uint64_t>(bytes, static_cast<size_t>(one.position)) ==
           (free_threaded ? one.free_threaded_value : one.value);
  });
}

}  // namespace

bool has_debug_offsets_cookie(std::span<const uint8_t> bytes) {
  return bytes.size() >= kCookie.size() && std::equal(kCookie.begin(), kCookie.end(), bytes.data());
}

std::optional<Layout> layout_from_debug_offsets(std::span<const uint8_t> bytes) {
  if (!has_debug_offsets_cookie(bytes)) return std::nullopt;
  Layout layout;
  layout.hex_version = load_or_zero<uint32_t>(bytes, kVersionPosition);
  layout.free_threaded = load_or_zero<uint64_t>(bytes, kFreeThreadedPosition) != 0;
  layout.from_debug_offsets = true;
  if (layout.major() != 3 || layout.minor() < kFirstMinor) return std::nullopt;

  const size_t column = std::min<size_t>(layout.minor() - kFirstMinor, kTableSize.size() - 1);
  if (bytes.size() < kTableSize[column]) return std::nullopt;
  const bool is_newest = column == kTableSize.size() - 1;
  if (is_newest && !has_constants(bytes, layout.free_threaded)) return std::nullopt;
  const Table table(bytes, column);
  const std::optional<Sizes> sizes = read_sizes(table);
  if (!sizes) return std::nullopt;
  for (const Member& member : kMembers) {
    const std::optional<uint64_t> offset = table.value(member.position);
    if (!offset) continue;
    const uint64_t limit = member.within != nullptr ? (*sizes).*member.within : kLargestOffset;
    if (*offset > limit || limit - *offset < member.width) return std::nullopt;
    layout.*member.field = static_cast<int32_t>(*offset);
  }
  // The one member that is the sum of two; neither may wrap around.
  const uint64_t gc = *table.value(kInterpGc);
  const uint64_t collecting = *table.value(kGcCollecting);
  if (gc > sizes->interp || collecting > sizes->interp - gc ||
      sizes->interp - gc - collecting < sizeof(int32_t)) {
    return std::nullopt;
  }
  layout.interp_gc_collecting = static_cast<int32_t>(gc + collecting);
  // _co_firsttraceable lies before the bytecode: Include/cpython/code.h.
  if (layout.code_instructions < kTraceableToInstructions ||
      (layout.code_copies != Layout::kAbsent && layout.free_threaded &&
       layout.code_copies < kTraceableToCopies)) {
    return std::nullopt;
  }
  if (!add_gil(layout, table)) return std::nullopt;
  add_unlisted_members(layout, *sizes);
  return layout;
}

}  // namespace pyspy
