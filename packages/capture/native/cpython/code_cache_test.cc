// SPDX-License-Identifier: MIT
#include "cpython/code_cache.h"

#include <gtest/gtest.h>

#include "cpython/fake_debug_offsets.h"
#include "cpython/fake_objects.h"

namespace pyspy {
namespace {

class CodeCaching : public testing::TestWithParam<uint32_t> {
 protected:
  FakeMemory memory_;
  Layout layout_ = fake_layout(GetParam());
  FakeObjects fake_{memory_, layout_};
  ObjectReader objects_{memory_, layout_};
  CodeCache cache_{objects_, layout_};
  std::vector<CodeInfo*> resolved_;
  uint64_t now_ = 1'000'000'000;
  uint64_t generation_ = 0;
  uint32_t versions_ = 0;

  template <typename T>
  void put(Address code, int32_t offset, T value) {
    if (offset != Layout::kAbsent) memory_.put<T>(code + static_cast<Address>(offset), value);
  }

  void write_code(Address code, std::string_view name, int32_t line) {
    const Address text = fake_.string(name);
    memory_.put<uint64_t>(text + static_cast<Address>(layout_.string_length) + 8,
                          std::hash<std::string_view>()(name));
    put(code, layout_.code_name, text);
    put(code, layout_.code_qualified_name, fake_.string("Class." + std::string(name)));
    put(code, layout_.code_file, fake_.string("app.py"));
    put(code, layout_.code_line_table, fake_.bytes("table"));
    put(code, layout_.code_variable_names, fake_.tuple({fake_.string("self")}));
    put(code, layout_.code_argcount, int32_t{1});
    put(code, layout_.code_first_line, line);
    put(code, layout_.code_flags, uint32_t{3});
    if (layout_.hex_version >= 0x030c0000) {
      put(code, layout_.code_first_line + 24, ++versions_);  // co_version
    }
  }
  Address make_code(std::string_view name, int32_t line = 7) {
    const Address code = memory_.map(static_cast<size_t>(layout_.code_size));
    write_code(code, name, line);
    return code;
  }

  // Names of the codes, "?" for what cannot be read. All frames are new.
  std::vector<std::string> names(const std::vector<Address>& codes) {
    std::vector<RawFrame> frames;
    for (const Address code : codes) frames.push_back({code, 0, 0, 0});
    now_ += 10'000'000;
    cache_.resolve(frames, {}, {now_, generation_}, resolved_);
    std::vector<std::string> names;
    for (const CodeInfo* info : resolved_) names.push_back(info == nullptr ? "?" : info->name);
    return names;
  }
  using Names = std::vector<std::string>;
};

TEST_P(CodeCaching, KnowsWhatACodeObjectSays) {
  const Address code = make_code("work", -3);
  ASSERT_EQ(names({code}), Names{"work"});
  const CodeInfo& info = *resolved_[0];
  const bool has_qualified_name = layout_.code_qualified_name != Layout::kAbsent;
  EXPECT_EQ(info.qualified_name, has_qualified_name ? "Class.work" : "");
  EXPECT_EQ(info.first_argument, has_qualified_name ? "" : "self");
  EXPECT_EQ(info.file, "app.py");
  EXPECT_EQ(info.first_line, -3);
  EXPECT_EQ(info.flags, 3U);
  EXPECT_EQ(info.line_table, (std::vector<uint8_t>{'t', 'a', 'b', 'l', 'e'}));
  EXPECT_FALSE(info.line_table_truncated);
  EXPECT_NE(info.line_table_kind, 0U);
}

TEST_P(CodeCaching, VerifiesAllByOneRead) {
  const std::vector<Address> codes = {make_code("a"), make_code("b"), make_code("c")};
  names(codes);
  const uint64_t before = memory_.reads();
  EXPECT_EQ(names({codes[0], codes[1], codes[2], codes[1], codes[1]}),
            (Names{"a", "b", "c", "b", "b"}));
  EXPECT_EQ(memory_.reads() - before, 1U);
  EXPECT_EQ(cache_.replaced(), 0U);
}

TEST_P(CodeCaching, NoticesThatAnAddressIsUsedAgain) {
  const Address code = make_code("old");
  const Address other = make_code("other");
  EXPECT_EQ(names({code, other}), (Names{"old", "other"}));
  write_code(code, "new", 7);
  EXPECT_EQ(names({code, other}), (Names{"new", "other"}));
  EXPECT_EQ(cache_.replaced(), 1U);
}

// By the plan that reads the frames, so that no further read is needed; unless it was replaced.
TEST_P(CodeCaching, IsVerifiedByThePlanOfItsFrames) {
  if (layout_.interp_code_generation != Layout::kAbsent) GTEST_SKIP() << "one number verifies all";
  const Address code = make_code("old");
  const Address unknown = make_code("unknown");
  names({code});
  const auto reads_of = [&](const std::vector<Address>& expected) {
    ReadPlan plan;
    for (const Address one : expected) cache_.expect(plan, one);
    EXPECT_TRUE(memory_.read(plan));
    cache_.take_expected(plan);
    const uint64_t before = memory_.reads();
    names({code});
    cache_.forget_expected();
    return memory_.reads() - before;
  };
  EXPECT_EQ(reads_of({}), 1U);
  EXPECT_EQ(reads_of({code, code, unknown, 0}), 0U);
  write_code(code, "new", 7);
  EXPECT_GT(reads_of({code}), 0U);
  EXPECT_EQ(resolved_[0]->name, "new");
  EXPECT_EQ(cache_.replaced(), 1U);
}

// While no code object has died, nothing needs to be looked at.
TEST_P(CodeCaching, TrustsTheGeneration) {
  generation_ = 5;
  const Address code = make_code("old");
  names({code});
  const uint64_t before = memory_.reads();
  EXPECT_EQ(names({code}), Names{"old"});
  EXPECT_EQ(memory_.reads(), before);
  write_code(code, "new", 7);
  generation_ = 6;
  EXPECT_EQ(names({code}), Names{"new"});
}

// One that cannot be read does not make the others be loaded anew each time.
TEST_P(CodeCaching, WhatCannotBeRead) {
  const Address good = make_code("good");
  const Address no_name = make_code("no name");
  put(no_name, layout_.code_name, Address{0});
  const std::vector<Address> codes = {good, 0x10, no_name, ~Address{7}};
  EXPECT_EQ(names(codes), (Names{"good", "?", "?", "?"}));
  const CodeInfo* loaded = resolved_[0];
  EXPECT_EQ(names(codes), (Names{"good", "?", "?", "?"}));
  EXPECT_EQ(resolved_[0], loaded);
  EXPECT_EQ(cache_.replaced(), 0U);
  // It may become readable: a code object that was being made.
  write_code(no_name, "done", 7);
  EXPECT_EQ(names(codes), (Names{"good", "?", "done", "?"}));
}

TEST_P(CodeCaching, CodeThatIsGone) {
  const Address gone = make_code("gone");
  const Address stays = make_code("stays");
  names({gone, stays});
  memory_.unmap(gone);
  EXPECT_EQ(names({gone, stays}), (Names{"?", "stays"}));
}

// A program that makes code for ever, with texts as long as they may be.
TEST_P(CodeCaching, KeepsItsMemoryBounded) {
  const Address code = make_code("x");
  const std::string long_text(4096, 'x');
  const Address text = fake_.string(long_text);
  put(code, layout_.code_file, text);
  const Address table = fake_.bytes(std::string(1 << 20, 't'));
  put(code, layout_.code_line_table, table);
  std::vector<uint8_t> bytes(static_cast<size_t>(layout_.code_size));
  ASSERT_TRUE(memory_.read(code, bytes.data(), bytes.size()));
  constexpr size_t kMany = 100;
  const Address many = memory_.map(kMany * 512);
  std::vector<Address> codes;
  for (size_t i = 0; i < kMany; ++i) {
    codes.push_back(many + i * 512);
    memory_.put_bytes(codes.back(), bytes);
  }
  // 100 MB of line tables: the cache starts anew on the way, and still names everything.
  for (const Address one : codes) EXPECT_EQ(names({one}), Names{"x"});
  const uint64_t before = memory_.bytes_read();
  EXPECT_EQ(names({codes.front()}), Names{"x"});
  EXPECT_GT(memory_.bytes_read() - before, 1U << 20U);
  EXPECT_EQ(names({codes.back()}), Names{"x"});
}

INSTANTIATE_TEST_SUITE_P(Versions, CodeCaching, testing::Range(3U, 16U),
                         [](const auto& test) { return "v3_" + std::to_string(test.param); });

// Sizes that the target claims: as large as the checks allow.
TEST(CodeCacheLayouts, ALargeCodeObject) {
  std::vector<uint8_t> bytes = fake_debug_offsets(1);
  const auto put = [&](size_t position, uint64_t value) {
    std::memcpy(bytes.data() + position, &value, sizeof value);
  };
  put(312, 4096);  // code_object.size
  for (const size_t position : {320U, 328U, 336U, 344U, 352U}) put(position, 4088);
  const std::optional<Layout> layout = layout_from_debug_offsets(bytes);
  ASSERT_TRUE(layout);
  FakeMemory memory;
  ObjectReader objects(memory, *layout);
  CodeCache cache(objects, *layout);
  std::vector<CodeInfo*> resolved;
  const std::vector<RawFrame> frames = {{memory.map(4096), 0, 0, 0}, {memory.map(4000), 0, 0, 0}};
  for (uint64_t now = 1; now < 4; ++now) {
    cache.resolve(frames, {}, {now * 1'000'000'000, 0}, resolved);
    EXPECT_EQ(resolved, (std::vector<CodeInfo*>{nullptr, nullptr}));
  }
}

}  // namespace
}  // namespace pyspy
