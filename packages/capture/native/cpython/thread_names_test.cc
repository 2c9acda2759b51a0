// SPDX-License-Identifier: MIT
#include "cpython/thread_names.h"

#include <gtest/gtest.h>

#include "cpython/fake_debug_offsets.h"
#include "cpython/fake_objects.h"

namespace pyspy {
namespace {

using Entry = ObjectReader::Entry;

// An interpreter that has imported sys and, from import_threading() on, threading.
class ThreadNamesOf : public testing::TestWithParam<uint32_t> {
 protected:
  FakeMemory memory_;
  Layout layout_ = fake_layout(GetParam());
  FakeObjects fake_{memory_, layout_};
  ObjectReader objects_{memory_, layout_};
  ThreadNames names_{objects_};
  Address interp_ = memory_.map(8192);
  Address modules_ = fake_.dict(fake_.keys({{fake_.string("sys"), fake_.with_dict(0)}}));
  Address active_ = fake_.dict(fake_.keys({}));
  Address name_key_ = fake_.string("_name");

  void SetUp() override { memory_.put<Address>(interp_ + layout_.interp_modules, modules_); }

  void import_threading() {
    const Address module = fake_.with_dict(fake_.dict(
        fake_.keys({{fake_.string("_limbo"), 1}, {fake_.string("_active"), active_}}, 1)));
    memory_.put<Address>(modules_ + layout_.dict_keys,
                         fake_.keys({{fake_.string("threading"), module}}));
  }

  void set_active(const std::vector<Entry>& entries) {
    memory_.put<Address>(active_ + layout_.dict_keys, fake_.keys(entries));
  }

  Address dict_of(std::string_view name) {
    return fake_.dict(fake_.keys({{name_key_, fake_.string(name)}}, 1));
  }
  // Padded, as objects are in the target's heap.
  Address thread(std::string_view name) {
    const Address owner = fake_.with_dict(0);
    const Address type = memory_type(owner);
    const Address thread = fake_.object(type, 256, 32);
    memory_.put<Address>(thread + 16, dict_of(name));
    return thread;
  }
  Address memory_type(Address object) {
    Address type = 0;
    memory_.read_value(object + layout_.object_type, type);
    return type;
  }

  std::string name(uint64_t ident) {
    const std::string* name = names_.name(ident);
    return name != nullptr ? *name : "(none)";
  }
};

TEST_P(ThreadNamesOf, AProgramWithoutThreading) {
  EXPECT_FALSE(names_.refresh(interp_));
  EXPECT_EQ(name(1), "(none)");
  EXPECT_FALSE(names_.refresh(0));
}

TEST_P(ThreadNamesOf, ThreadsThatComeAndGo) {
  import_threading();
  EXPECT_FALSE(names_.refresh(interp_));
  const Entry main{fake_.integer({7, 3}), thread("MainThread")};
  const Entry worker{fake_.integer({8, 3}), thread("worker")};
  constexpr uint64_t kMain = (uint64_t{3} << 30U) + 7;
  set_active({main});
  EXPECT_TRUE(names_.refresh(interp_));
  EXPECT_EQ(name(kMain), "MainThread");
  EXPECT_FALSE(names_.refresh(interp_));
  set_active({main, worker});
  EXPECT_TRUE(names_.refresh(interp_));
  EXPECT_EQ(name(kMain), "MainThread");
  EXPECT_EQ(name(kMain + 1), "worker");
  set_active({worker});
  EXPECT_FALSE(names_.refresh(interp_));
  EXPECT_EQ(name(kMain), "(none)");
  EXPECT_EQ(name(kMain + 1), "worker");
}

TEST_P(ThreadNamesOf, ThreadsThatAreRenamed) {
  import_threading();
  const Address worker = thread("one");
  set_active({{fake_.integer({5}), worker}});
  names_.refresh(interp_);
  EXPECT_EQ(name(5), "one");
  memory_.put<Address>(worker + 16, dict_of("two"));
  EXPECT_TRUE(names_.refresh(interp_));
  EXPECT_EQ(name(5), "two");
  EXPECT_FALSE(names_.refresh(interp_));
}

TEST_P(ThreadNamesOf, NothingNewCostsLittle) {
  import_threading();
  std::vector<Entry> entries;
  for (uint32_t i = 1; i <= 100; ++i) entries.push_back({fake_.integer({i}), thread("t")});
  set_active(entries);
  EXPECT_TRUE(names_.refresh(interp_));
  const uint64_t before = memory_.reads();
  EXPECT_FALSE(names_.refresh(interp_));
  EXPECT_LT(memory_.reads() - before, 200U);
}

TEST_P(ThreadNamesOf, AddressesThatAreUsedAgain) {
  import_threading();
  const Address ident = fake_.integer({5});
  set_active({{ident, thread("one")}});
  names_.refresh(interp_);
  memory_.put<uint32_t>(ident + layout_.long_digits, 6);
  EXPECT_TRUE(names_.refresh(interp_));
  EXPECT_EQ(name(5), "(none)");
  EXPECT_EQ(name(6), "one");
}

TEST_P(ThreadNamesOf, EntriesThatCannotBeRead) {
  import_threading();
  set_active({{0x7777'0000, 0x7777'8000},
              {fake_.integer({5}, true), thread("negative")},
              {fake_.string("key"), thread("not an int")},
              {fake_.integer({6}), fake_.integer({6})},
              {fake_.integer({7}), thread("good")}});
  EXPECT_TRUE(names_.refresh(interp_));
  EXPECT_EQ(name(7), "good");
  EXPECT_EQ(name(6), "(none)");
  EXPECT_EQ(name(0), "(none)");
  memory_.put<Address>(active_ + layout_.dict_keys, active_);
  names_.refresh(interp_);
}

TEST_P(ThreadNamesOf, VeryManyThreadsTakeSeveralCalls) {
  import_threading();
  std::vector<Entry> entries;
  for (uint32_t i = 1; i <= 1000; ++i) entries.push_back({fake_.integer({i}), thread("t")});
  // What is not mapped makes it slower, but is not in the way.
  entries.push_back({0x7777'0000, 0x7777'8000});
  set_active(entries);
  const uint64_t before = memory_.reads();
  names_.refresh(interp_);
  EXPECT_LT(memory_.reads() - before, 3000U);
  for (int i = 0; i < 20; ++i) names_.refresh(interp_);
  for (uint32_t i = 1; i <= 1000; ++i) ASSERT_EQ(name(i), "t");
}

INSTANTIATE_TEST_SUITE_P(Versions, ThreadNamesOf, testing::Range(3U, 16U),
                         [](const auto& test) { return "v3_" + std::to_string(test.param); });

}  // namespace
}  // namespace pyspy
