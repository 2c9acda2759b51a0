// SPDX-License-Identifier: MIT
//
// Up to 3.10 a frame has first the values of co_varnames, then cells of co_cellvars and co_freevars
// (Include/frameobject.h, code.h); from 3.11 on one array of all, whose kinds are bits
// (co_localspluskinds, Include/internal/pycore_code.h).
#include "cpython/frame_variables.h"

#include <algorithm>
#include <string_view>

#include "wire/pspy_fields.h"

namespace pyspy {
namespace {

constexpr size_t kMostVariables = 256;
constexpr size_t kLongestName = 200;
// co_flags
constexpr uint32_t kHasVarArguments = 4;
constexpr uint32_t kHasVarKeywords = 8;
// co_localspluskinds
constexpr uint8_t kCell = 0x40, kFree = 0x80;
// Include/internal/pycore_stackref.h, 3.14 and later.
constexpr uint64_t kTagBits = 3, kTaggedInt = 3, kNullReference = 1;

struct Slot {
  Address name = 0;
  Address value = 0;
  bool in_cell = false;
};

class FrameReader {
 public:
  FrameReader(ObjectReader& objects, const RawFrame& frame, Address place)
      : objects_(objects), layout_(objects.layout()), frame_(frame), place_(place) {}

  std::vector<Slot> slots() { return layout_.has_chunks() ? new_slots() : old_slots(); }

  // How many of the first ones are arguments.
  size_t arguments() {
    uint32_t count = code_field<uint32_t>(layout_.code_argcount);
    const auto flags = code_field<uint32_t>(layout_.code_flags);
    if (!layout_.is_python_2()) {
      const int32_t keywords = layout_.hex_version >= 0x03080000 ? 8 : 4;
      count += code_field<uint32_t>(layout_.code_argcount + keywords);
    }
    return count + ((flags & kHasVarArguments) != 0) + ((flags & kHasVarKeywords) != 0);
  }

 private:
  template <typename T>
  T code_field(int32_t offset) {
    T value{};
    objects_.memory().read_value(frame_.code + static_cast<Address>(offset), value);
    return value;
  }

  std::vector<Address> tuple_at(int32_t offset) {
    return objects_.tuple_items(code_field<Address>(offset), kMostVariables)
        .value_or(std::vector<Address>());
  }

  std::vector<Address> values(size_t count, int32_t offset) {
    std::vector<Address> values(count);
    const Address start = place_ + static_cast<Address>(offset);
    if (count > 0 && !objects_.memory().read(start, values.data(), count * sizeof(Address))) {
      values.clear();
    }
    return values;
  }

  std::vector<Slot> new_slots() {
    const std::vector<Address> names = tuple_at(layout_.code_variable_names);
    // It follows the names.
    const auto kinds =
        objects_.bytes(code_field<Address>(layout_.code_variable_names + 8), kMostVariables);
    const std::vector<Address> found = values(names.size(), layout_.frame_values);
    std::vector<Slot> slots;
    if (!kinds) return slots;
    for (size_t i = 0; i < std::min(found.size(), kinds->size()); ++i) {
      slots.push_back({names[i], found[i], ((*kinds)[i] & (kCell | kFree)) != 0});
    }
    return slots;
  }

  // f_localsplus and co_cellvars: see /Include of each version.
  std::vector<Slot> old_slots() {
    const uint32_t version = layout_.hex_version;
    const int32_t locals = version >= 0x030a0000 ? 352 : version >= 0x03070000 ? 360 : 376;
    std::vector<Address> names = tuple_at(layout_.code_variable_names);
    const size_t cells = names.size();
    for (const int32_t further : {16, 8}) {  // co_cellvars, co_freevars
      const std::vector<Address> more = tuple_at(layout_.code_variable_names + further);
      names.insert(names.end(), more.begin(), more.end());
    }
    const std::vector<Address> found = values(names.size(), locals);
    std::vector<Slot> slots;
    for (size_t i = 0; i < found.size(); ++i) slots.push_back({names[i], found[i], i >= cells});
    return slots;
  }

  ObjectReader& objects_;
  const Layout& layout_;
  const RawFrame& frame_;
  Address place_;
};

// What a cell holds; the object itself where it is none: an argument that is not in its cell yet.
Address in_cell(ObjectReader& objects, Address object) {
  const Layout& layout = objects.layout();
  RemoteMemory& memory = objects.memory();
  Address type = 0, name = 0, content = 0;
  char text[5] = {};
  if (!memory.read_value(object + static_cast<Address>(layout.object_type), type) ||
      !memory.read_value(type + static_cast<Address>(layout.type_name), name) ||
      !memory.read(name, text, sizeof text) || std::string_view(text, 4) != "cell" ||
      text[4] != '\0') {
    return object;
  }
  memory.read_value(object + static_cast<Address>(layout.tuple_size), content);
  return content;
}

}  // namespace

std::vector<Variable> read_variables(ObjectReader& objects, const RawFrame& frame, Address place,
                                     const ValueLimits& limits) {
  FrameReader reader(objects, frame, place);
  const std::vector<Slot> slots = reader.slots();
  const size_t arguments = reader.arguments();
  ValueReader values(objects, limits);
  std::vector<Variable> variables;
  for (size_t i = 0; i < slots.size(); ++i) {
    Variable variable;
    Address value = slots[i].value;
    const std::optional<std::string> name = objects.string(slots[i].name, kLongestName);
    if (!name || value == 0) continue;
    variable.name = *name;
    // Up to 3.10 an argument in a cell has its name twice, and its value there.
    const bool is_argument =
        std::any_of(slots.begin(),
                    slots.begin() + static_cast<std::ptrdiff_t>(std::min(arguments, slots.size())),
                    [&](const Slot& slot) { return slot.name == slots[i].name; });
    variable.kind = is_argument        ? fields::kVariableArgument
                    : slots[i].in_cell ? fields::kVariableCell
                                       : fields::kVariableLocal;
    if (objects.layout().has_tagged_references()) {
      if (value == kNullReference) continue;
      if ((value & kTagBits) == kTaggedInt) {
        const std::string number = std::to_string(static_cast<int64_t>(value) >> 2);
        variable.value = {"int", number, false};
        variables.push_back(std::move(variable));
        continue;
      }
      value &= ~kTagBits;
    }
    if (slots[i].in_cell) value = in_cell(objects, value);
    if (value == 0) continue;
    variable.value = values.read(value);
    variable.address = value;
    variables.push_back(std::move(variable));
  }
  return variables;
}

}  // namespace pyspy
