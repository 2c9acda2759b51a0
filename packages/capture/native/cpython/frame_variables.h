// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cpython/objects.h"
#include "cpython/stack_reader.h"
#include "cpython/values.h"

namespace pyspy {

struct Variable {
  std::string name;
  uint32_t kind = 0;  // VariableKind of the capture
  ValueText value;
  Address address = 0;  // of the object; 0: an int that has none
};

// Reads the local variables that a frame has at the moment, arguments first. Names that stand for
// nothing yet are left out. A module's variables are its globals, and not told.
std::vector<Variable> read_variables(ObjectReader& objects, const RawFrame& frame, Address place,
                                     const ValueLimits& limits);

}  // namespace pyspy
