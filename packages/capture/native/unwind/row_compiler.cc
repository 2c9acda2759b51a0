// SPDX-License-Identifier: MIT
#include "unwind/row_compiler.h"

#include <algorithm>
#include <limits>

#include "unwind/byte_cursor.h"
#include "unwind/machine.h"

namespace pyspy {
namespace {

constexpr size_t kMostRows = 1U << 16U;
constexpr size_t kMostRemembered = 64;
// Numbers have to fit UnwindRow::saved_offset.
constexpr size_t kMostExpressions = 1024;
constexpr size_t kLongestExpression = 256;
constexpr uint8_t kBreg0 = 0x70;

// The upper two bits of an instruction, or all of it (DWARF 5, table 7.29).
enum Instruction : uint8_t {
  kAdvance = 0x40,
  kOffset = 0x80,
  kRestore = 0xc0,
  kNop = 0x00,
  kSetLocation = 0x01,
  kAdvance1 = 0x02,
  kAdvance2 = 0x03,
  kAdvance4 = 0x04,
  kOffsetExtended = 0x05,
  kRestoreExtended = 0x06,
  kUndefined = 0x07,
  kSameValue = 0x08,
  kRegister = 0x09,
  kRememberState = 0x0a,
  kRestoreState = 0x0b,
  kDefCfa = 0x0c,
  kDefCfaRegister = 0x0d,
  kDefCfaOffset = 0x0e,
  kDefCfaExpression = 0x0f,
  kExpression = 0x10,
  kOffsetExtendedSf = 0x11,
  kDefCfaSf = 0x12,
  kDefCfaOffsetSf = 0x13,
  kValOffset = 0x14,
  kValOffsetSf = 0x15,
  kValExpression = 0x16,
  kGnuArgsSize = 0x2e,
};

// Where a register of the caller is.
struct RegisterRule {
  enum Kind : uint8_t { kSame, kAtOffset, kExpression, kUndefined, kUnknown } kind = kSame;
  int64_t value = 0;  // the offset from the CFA, or the expression's number

  bool operator==(const RegisterRule&) const = default;
};

struct State {
  uint64_t cfa_register = ~uint64_t{0};
  int64_t cfa_offset = 0;
  int32_t cfa_expression = -1;  // instead, if not negative
  std::array<RegisterRule, std::size(machine::kFollowed)> saved;
  RegisterRule return_address;
};

SavedRule saved_rule(RegisterRule::Kind kind) {
  switch (kind) {
    case RegisterRule::kSame:
      return SavedRule::kSame;
    case RegisterRule::kAtOffset:
      return SavedRule::kAtOffset;
    case RegisterRule::kExpression:
      return SavedRule::kExpression;
    case RegisterRule::kUndefined:
    case RegisterRule::kUnknown:
      break;
  }
  return SavedRule::kUnknown;
}

class Compiler {
 public:
  Compiler(const FrameDescription& description, ExpressionPool& expressions,
           std::vector<UnwindRow>& rows)
      : description_(description), expressions_(expressions), rows_(rows), first_(rows.size()) {}

  void compile() {
    if (!run(ByteCursor(description_.common.instructions), 0)) return add_unknown();
    initial_ = state_;
    in_common_ = false;
    if (run(ByteCursor(description_.instructions), description_.instructions_address)) {
      add_row();
    } else {
      add_unknown();
    }
  }

 private:
  bool run(ByteCursor code, Address address);
  bool step(ByteCursor& code, Address address);
  bool step_extended(uint8_t instruction, ByteCursor& code, Address address);
  bool advance(uint64_t units);
  void define_cfa(uint64_t number, int64_t offset);
  static RegisterRule* rule_of(State& state, uint64_t number);
  void set_rule(uint64_t number, RegisterRule rule);
  void restore(uint64_t number);
  UnwindRow current_row() const;
  void add_row() { append(current_row()); }
  void add_unknown() { append({}); }
  void append(UnwindRow row);

  const FrameDescription& description_;
  ExpressionPool& expressions_;
  std::vector<UnwindRow>& rows_;
  size_t first_;
  bool in_common_ = true;
  State state_;
  State initial_;
  std::vector<State> remembered_;
  uint64_t location_ = 0;  // from the start of the function
};

bool Compiler::run(ByteCursor code, Address address) {
  while (!code.at_end()) {
    if (!step(code, address) || code.failed()) return false;
  }
  return true;
}

bool Compiler::step(ByteCursor& code, Address address) {
  const auto instruction = code.fixed<uint8_t>();
  const uint8_t low = instruction & 0x3fU;
  switch (instruction & 0xc0U) {
    case kAdvance:
      return advance(low);
    case kOffset:
      set_rule(low, {RegisterRule::kAtOffset,
                     static_cast<int64_t>(code.uleb()) * description_.common.data_alignment});
      return true;
    case kRestore:
      restore(low);
      return true;
    default:
      return step_extended(instruction, code, address);
  }
}

bool Compiler::step_extended(uint8_t instruction, ByteCursor& code, Address address) {
  const int64_t alignment = description_.common.data_alignment;
  const auto scaled = [&](int64_t value) {
    return static_cast<int64_t>(static_cast<uint64_t>(value) * static_cast<uint64_t>(alignment));
  };
  switch (instruction) {
    case kNop:
      return true;
    case kSetLocation: {
      const uint8_t encoding = description_.common.pointer_encoding;
      const Address to = read_encoded_pointer(code, encoding, address);
      if (in_common_ || to < description_.start + location_) return false;
      add_row();
      location_ = to - description_.start;
      return true;
    }
    case kAdvance1:
      return advance(code.fixed<uint8_t>());
    case kAdvance2:
      return advance(code.fixed<uint16_t>());
    case kAdvance4:
      return advance(code.fixed<uint32_t>());
    case kOffsetExtended: {
      const uint64_t number = code.uleb();
      set_rule(number, {RegisterRule::kAtOffset, scaled(static_cast<int64_t>(code.uleb()))});
      return true;
    }
    case kOffsetExtendedSf: {
      const uint64_t number = code.uleb();
      set_rule(number, {RegisterRule::kAtOffset, scaled(code.sleb())});
      return true;
    }
    case kRestoreExtended:
      restore(code.uleb());
      return true;
    case kUndefined:
      set_rule(code.uleb(), {RegisterRule::kUndefined, 0});
      return true;
    case kSameValue:
      set_rule(code.uleb(), {RegisterRule::kSame, 0});
      return true;
    case kRegister:
    case kValOffset: {
      const uint64_t number = code.uleb();
      code.uleb();
      set_rule(number, {RegisterRule::kUnknown, 0});
      return true;
    }
    case kValOffsetSf: {
      const uint64_t number = code.uleb();
      code.sleb();
      set_rule(number, {RegisterRule::kUnknown, 0});
      return true;
    }
    case kRememberState:
      if (remembered_.size() == kMostRemembered) return false;
      remembered_.push_back(state_);
      return true;
    case kRestoreState:
      if (remembered_.empty()) return false;
      state_ = remembered_.back();
      remembered_.pop_back();
      return true;
    case kDefCfa: {
      const uint64_t number = code.uleb();
      define_cfa(number, static_cast<int64_t>(code.uleb()));
      return true;
    }
    case kDefCfaSf: {
      const uint64_t number = code.uleb();
      define_cfa(number, scaled(code.sleb()));
      return true;
    }
    case kDefCfaRegister:
      define_cfa(code.uleb(), state_.cfa_offset);
      return true;
    case kDefCfaOffset:
      state_.cfa_offset = static_cast<int64_t>(code.uleb());
      return true;
    case kDefCfaOffsetSf:
      state_.cfa_offset = scaled(code.sleb());
      return true;
    case kDefCfaExpression:
      state_.cfa_expression = expressions_.add(code.take(code.uleb()));
      return state_.cfa_expression >= 0;
    case kExpression: {
      const uint64_t number = code.uleb();
      const auto expression = code.take(code.uleb());
      if (rule_of(state_, number) == nullptr) return true;
      const int32_t added = expressions_.add(expression);
      set_rule(number, {added < 0 ? RegisterRule::kUnknown : RegisterRule::kExpression, added});
      return true;
    }
    case kValExpression: {
      const uint64_t number = code.uleb();
      code.take(code.uleb());
      set_rule(number, {RegisterRule::kUnknown, 0});
      return true;
    }
    case kGnuArgsSize:
      code.uleb();
      return true;
    default:
      return false;
  }
}

bool Compiler::advance(uint64_t units) {
  if (in_common_) return false;
  add_row();
  location_ += units * description_.common.code_alignment;
  return rows_.size() - first_ < kMostRows;
}

void Compiler::define_cfa(uint64_t number, int64_t offset) {
  state_.cfa_register = number;
  state_.cfa_offset = offset;
  state_.cfa_expression = -1;
}

// Null: a register that is not followed.
RegisterRule* Compiler::rule_of(State& state, uint64_t number) {
  for (size_t i = 0; i < state.saved.size(); ++i) {
    if (number == machine::kFollowed[i]) return &state.saved[i];
  }
  return number == machine::kReturnAddress ? &state.return_address : nullptr;
}

void Compiler::set_rule(uint64_t number, RegisterRule rule) {
  if (RegisterRule* found = rule_of(state_, number)) *found = rule;
}

void Compiler::restore(uint64_t number) {
  if (const RegisterRule* first = rule_of(initial_, number)) set_rule(number, *first);
}

UnwindRow Compiler::current_row() const {
  UnwindRow row;
  // All of its registers are at known places, whatever its program says of them.
  if (description_.common.signal_frame) {
    row.cfa = CfaRule::kSignalFrame;
    return row;
  }
  if (state_.return_address.kind == RegisterRule::kUndefined) {
    row.cfa = CfaRule::kOutermost;
    return row;
  }
  const RegisterRule usual = {RegisterRule::kAtOffset, machine::kReturnAddressOffset};
  if (state_.return_address != usual) return row;
  if (state_.cfa_expression >= 0) {
    row.cfa_offset = state_.cfa_expression;
    row.cfa = CfaRule::kExpression;
  } else if (state_.cfa_offset != static_cast<int32_t>(state_.cfa_offset)) {
    return row;
  } else if (state_.cfa_register == machine::kStackPointer) {
    row.cfa_offset = static_cast<int32_t>(state_.cfa_offset);
    row.cfa = CfaRule::kFromStackPointer;
  } else if (state_.cfa_register == machine::kFramePointer) {
    row.cfa_offset = static_cast<int32_t>(state_.cfa_offset);
    row.cfa = CfaRule::kFromFramePointer;
  } else if (state_.cfa_register < machine::kRegisterCount) {
    // Seldom: while a function aligns its stack, say. An offset of five bytes always holds it.
    uint8_t expression[6] = {static_cast<uint8_t>(kBreg0 + state_.cfa_register)};
    const auto bits = static_cast<uint64_t>(state_.cfa_offset);
    for (unsigned i = 0; i < 5; ++i) {
      expression[1 + i] = static_cast<uint8_t>((bits >> (7 * i) & 0x7fU) | (i < 4 ? 0x80U : 0));
    }
    row.cfa_offset = expressions_.add(expression);
    if (row.cfa_offset < 0) return {};
    row.cfa = CfaRule::kExpression;
  } else {
    return row;
  }
  for (size_t i = 0; i < row.saved.size(); ++i) {
    const RegisterRule& saved = state_.saved[i];
    row.saved_offset[i] = static_cast<int16_t>(saved.value);
    row.saved[i] = row.saved_offset[i] == saved.value ? saved_rule(saved.kind) : SavedRule::kUnknown;
  }
  return row;
}

void Compiler::append(UnwindRow row) {
  if (location_ >= description_.length && location_ != 0) return;
  row.address = static_cast<uint32_t>(location_);
  if (rows_.size() > first_) {
    UnwindRow& last = rows_.back();
    if (last.address == row.address) {
      last = row;
      return;
    }
    if (last.says_same_as(row)) return;
  }
  rows_.push_back(row);
}

}  // namespace

int32_t ExpressionPool::add(std::span<const uint8_t> expression) {
  for (size_t i = 0; i < expressions_.size(); ++i) {
    if (std::equal(expressions_[i].begin(), expressions_[i].end(), expression.begin(),
                   expression.end())) {
      return static_cast<int32_t>(i);
    }
  }
  if (expressions_.size() == kMostExpressions || expression.size() > kLongestExpression) return -1;
  expressions_.emplace_back(expression.begin(), expression.end());
  return static_cast<int32_t>(expressions_.size() - 1);
}

void compile_rows(const FrameDescription& description, ExpressionPool& expressions,
                  std::vector<UnwindRow>& rows) {
  Compiler(description, expressions, rows).compile();
}

}  // namespace pyspy
