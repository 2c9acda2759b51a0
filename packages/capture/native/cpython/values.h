// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cpython/objects.h"

namespace pyspy {

// How much of a value is told.
struct ValueLimits {
  size_t length = 200;  // characters of the whole
  size_t items = 10;    // of a container
  size_t depth = 3;     // containers in containers
};

// What a value looks like as a Python literal, as far as it is one.
struct ValueText {
  std::string type_name;
  std::string text;
  bool truncated = false;
};

// Writes values of the target as Python would, without running any of its code: numbers, strings
// and containers as literals, within limits, and anything else by its type and address. What
// contains itself is told once.
class ValueReader {
 public:
  ValueReader(ObjectReader& objects, const ValueLimits& limits)
      : objects_(objects), layout_(objects.layout()), limits_(limits) {}

  ValueText read(Address object);

 private:
  struct Type {
    std::string name;
    uint64_t flags = 0;
    bool exact = true;  // not a class of the program's own
  };

  void add(std::string_view text);
  void cut();
  void leave_out_rest();
  Type type_of(Address object);
  void write(Address object);
  void write(Address object, const Type& type);
  bool write_plain(Address object, const Type& type);
  bool write_integer(Address object, const Type& type);
  bool write_float(Address object);
  bool write_text(Address object, const Type& type);
  void write_quoted(std::string_view text, bool bytes);
  bool write_container(Address object, const Type& type);
  void write_items(const std::vector<Address>& items, uint64_t count);
  bool write_dict(Address object);
  bool read_list(Address object, std::vector<Address>& items, uint64_t& count);
  bool read_set(Address object, std::vector<Address>& items, uint64_t& count);
  void write_unknown(Address object, const Type& type);
  int32_t header() const { return layout_.tuple_size; }

  ObjectReader& objects_;
  const Layout& layout_;
  ValueLimits limits_;
  std::string out_;
  bool truncated_ = false;       // there is more than is told
  bool full_ = false;            // there is no room for more
  std::vector<Address> inside_;  // the containers that are being written
};

}  // namespace pyspy
