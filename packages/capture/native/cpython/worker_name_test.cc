// SPDX-License-Identifier: MIT
#include "cpython/worker_name.h"

#include <gtest/gtest.h>

#include "cpython/fake_debug_offsets.h"
#include "cpython/fake_objects.h"

namespace pyspy {
namespace {

class WorkerNameOf : public testing::TestWithParam<uint32_t> {
 protected:
  FakeMemory memory_;
  Layout layout_ = fake_layout(GetParam());
  FakeObjects fake_{memory_, layout_};
  ObjectReader objects_{memory_, layout_};
  Address interp_ = memory_.map(8192);

  Address one_key(std::string_view key, Address value) {
    return fake_.dict(fake_.keys({{fake_.string(key), value}}, 1));
  }
  void set_modules(Address modules) {
    memory_.put<Address>(interp_ + layout_.interp_modules, modules);
  }
  void set_name(Address name) {
    const Address process = fake_.with_dict(one_key("_name", name));
    const Address module = fake_.with_dict(one_key("_current_process", process));
    set_modules(one_key("multiprocessing.process", module));
  }
};

TEST_P(WorkerNameOf, AWorkerAndTheMainProcess) {
  set_name(fake_.string("ForkPoolWorker-3"));
  EXPECT_EQ(read_worker_name(objects_, interp_), "ForkPoolWorker-3");
  set_name(fake_.string("MainProcess"));
  EXPECT_EQ(read_worker_name(objects_, interp_), "");
}

TEST_P(WorkerNameOf, WhatIsNotThere) {
  EXPECT_EQ(read_worker_name(objects_, 0), "");
  set_modules(one_key("sys", fake_.with_dict(0)));
  EXPECT_EQ(read_worker_name(objects_, interp_), "");
  set_modules(one_key("multiprocessing.process", fake_.with_dict(0)));
  EXPECT_EQ(read_worker_name(objects_, interp_), "");
  set_name(fake_.integer({7, 3}));
  EXPECT_EQ(read_worker_name(objects_, interp_), "");
}

INSTANTIATE_TEST_SUITE_P(Versions, WorkerNameOf, testing::Range(3U, 16U),
                         [](const auto& test) { return "v3_" + std::to_string(test.param); });

}  // namespace
}  // namespace pyspy
