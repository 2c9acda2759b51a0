// SPDX-License-Identifier: MIT
#include "cpython/interpreter_info.h"

#include <gtest/gtest.h>

#include "cpython/fake_debug_offsets.h"
#include "cpython/fake_objects.h"

namespace pyspy {
namespace {

class Info : public testing::TestWithParam<uint32_t> {
 protected:
  FakeMemory memory_;
  Layout layout_ = fake_layout(GetParam());
  FakeObjects fake_{memory_, layout_};
  ObjectReader objects_{memory_, layout_};
  Address interp_ = memory_.map(8192);

  // A sys module with these attributes.
  void set_sys(const std::vector<std::pair<const char*, Address>>& attributes) {
    std::vector<ObjectReader::Entry> entries;
    for (const auto& [name, value] : attributes) entries.push_back({fake_.string(name), value});
    memory_.put<Address>(interp_ + layout_.interp_sysdict, fake_.dict(fake_.keys(entries, 1)));
  }
};

TEST_P(Info, IsWhatSysSays) {
  const Address implementation =
      fake_.with_dict(fake_.dict(fake_.keys({{fake_.string("name"), fake_.string("cpython")}})));
  set_sys({{"hexversion", fake_.integer({0x030b07f0})},
           {"version", fake_.string("3.11.7 (main, Dec  4 2023, 18:10:11) [GCC 12.2.0]")},
           {"implementation", implementation},
           {"prefix", fake_.string("/srv/app/.venv")},
           {"base_prefix", fake_.string("/usr")},
           {"exec_prefix", fake_.string("/srv/app/.venv")},
           {"base_exec_prefix", fake_.string("/usr")},
           {"platlibdir", fake_.string("lib64")}});
  const InterpreterInfo info = read_interpreter_info(objects_, interp_);
  EXPECT_EQ(info.hex_version, 0x030b07f0U);
  EXPECT_EQ(info.version, "3.11.7");
  EXPECT_EQ(info.implementation, "cpython");
  EXPECT_EQ(info.prefixes, (std::vector<std::string>{"/srv/app/.venv", "/usr"}));
  EXPECT_EQ(info.library_directory, "lib64");
}

TEST_P(Info, IsIncompleteWhilePythonStarts) {
  EXPECT_EQ(read_interpreter_info(objects_, interp_).hex_version, 0U);
  EXPECT_EQ(read_interpreter_info(objects_, 0).version, "");
  set_sys({{"hexversion", fake_.string("x")}, {"version", fake_.integer({3})}, {"prefix", 77}});
  const InterpreterInfo info = read_interpreter_info(objects_, interp_);
  EXPECT_EQ(info.hex_version, 0U);
  EXPECT_EQ(info.version, "");
  EXPECT_EQ(info.implementation, "");
  EXPECT_TRUE(info.prefixes.empty());
}

TEST_P(Info, TheVersionMayBeAllThereIs) {
  set_sys({{"version", fake_.string("3.15.0rc1")}, {"hexversion", fake_.integer({1, 0, 1})}});
  const InterpreterInfo info = read_interpreter_info(objects_, interp_);
  EXPECT_EQ(info.version, "3.15.0rc1");
  EXPECT_EQ(info.hex_version, 0U);
}

INSTANTIATE_TEST_SUITE_P(Versions, Info, testing::Range(3U, 16U),
                         [](const auto& test) { return "v3_" + std::to_string(test.param); });

}  // namespace
}  // namespace pyspy
