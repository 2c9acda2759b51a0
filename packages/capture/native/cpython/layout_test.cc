// SPDX-License-Identifier: MIT
#include "cpython/layout.h"

#include <gtest/gtest.h>

namespace pyspy {
namespace {

TEST(LayoutTables, CoverTheVersionsThatDoNotDescribeThemselves) {
  for (uint32_t minor = 3; minor <= 12; ++minor) {
    const std::optional<Layout> layout = layout_from_table(3, minor);
    ASSERT_TRUE(layout) << minor;
    EXPECT_EQ(layout->major(), 3U);
    EXPECT_EQ(layout->minor(), minor);
    EXPECT_FALSE(layout->from_debug_offsets);
  }
  for (uint32_t minor = 3; minor <= 7; ++minor) {
    const std::optional<Layout> layout = layout_from_table(2, minor);
    ASSERT_TRUE(layout) << minor;
    EXPECT_TRUE(layout->is_python_2());
    EXPECT_EQ(layout->minor(), minor);
  }
  EXPECT_FALSE(layout_from_table(2, 2));
  EXPECT_FALSE(layout_from_table(2, 8));
  EXPECT_FALSE(layout_from_table(3, 2));
  EXPECT_FALSE(layout_from_table(3, 13));
  EXPECT_FALSE(layout_from_table(3, 99));
  EXPECT_FALSE(layout_from_table(2, 9));
  EXPECT_FALSE(layout_from_table(4, 9));
}

TEST(LayoutTables, SayWhatEachVersionHas) {
  for (uint32_t minor = 9; minor <= 12; ++minor) {
    const Layout layout = *layout_from_table(3, minor);
    EXPECT_EQ(layout.has_chunks(), minor >= 11) << minor;
    EXPECT_EQ(layout.has_cframe(), minor >= 11) << minor;
    EXPECT_EQ(layout.has_log2_dict_keys(), minor >= 11) << minor;
    EXPECT_EQ(layout.has_long_tag(), minor >= 12) << minor;
    EXPECT_FALSE(layout.has_values_header());
    EXPECT_FALSE(layout.has_tagged_references());
    EXPECT_EQ(layout.tstate_frame == Layout::kAbsent, minor >= 11) << minor;
    EXPECT_EQ(layout.frame_owner == Layout::kAbsent, minor <= 10) << minor;
    EXPECT_EQ(layout.code_qualified_name == Layout::kAbsent, minor <= 10) << minor;
    EXPECT_EQ(layout.runtime_gil == Layout::kAbsent, minor == 12) << minor;
    EXPECT_EQ(layout.interp_ceval_gil == Layout::kAbsent, minor <= 11) << minor;
    EXPECT_EQ(layout.managed_dict_before == Layout::kAbsent, minor <= 10) << minor;
    EXPECT_EQ(layout.managed_values_before == Layout::kAbsent, minor != 11) << minor;
  }
}

// Sums of members that another header gives: struct _gc_runtime_state begins at 616, 648 and 112
// of the interpreter state, and `collecting` is 200 bytes into it.
TEST(LayoutTables, AgreeWithKnownSums) {
  EXPECT_EQ(layout_from_table(3, 9)->interp_gc_collecting, 616 + 200);
  EXPECT_EQ(layout_from_table(3, 10)->interp_gc_collecting, 616 + 200);
  EXPECT_EQ(layout_from_table(3, 11)->interp_gc_collecting, 648 + 200);
  EXPECT_EQ(layout_from_table(3, 12)->interp_gc_collecting, 112 + 200);
  for (uint32_t minor = 9; minor <= 12; ++minor) {
    const Layout layout = *layout_from_table(3, minor);
    // sizeof(PyCompactUnicodeObject) = sizeof(PyASCIIObject) + utf8_length and utf8 (and, before
    // 3.12, wstr_length).
    EXPECT_EQ(layout.string_compact_data - layout.string_ascii_data, minor >= 12 ? 16 : 24);
    // co_filename, co_name and what follows are pointers in a row.
    EXPECT_EQ(layout.code_name - layout.code_file, 8);
    EXPECT_LT(layout.code_line_table, layout.code_size);
    EXPECT_LE(layout.code_instructions, layout.code_size);
  }
}

}  // namespace
}  // namespace pyspy
