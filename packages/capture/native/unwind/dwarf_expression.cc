// SPDX-License-Identifier: MIT
#include "unwind/dwarf_expression.h"

#include <array>

#include "unwind/byte_cursor.h"

namespace pyspy {
namespace {

enum Operation : uint8_t {
  kAddr = 0x03,
  kDeref = 0x06,
  kConst1U = 0x08,
  kConst1S = 0x09,
  kConst2U = 0x0a,
  kConst2S = 0x0b,
  kConst4U = 0x0c,
  kConst4S = 0x0d,
  kConst8U = 0x0e,
  kConst8S = 0x0f,
  kConstU = 0x10,
  kConstS = 0x11,
  kDup = 0x12,
  kDrop = 0x13,
  kSwap = 0x16,
  kAnd = 0x1a,
  kMinus = 0x1c,
  kMul = 0x1e,
  kNeg = 0x1f,
  kNot = 0x20,
  kOr = 0x21,
  kPlus = 0x22,
  kPlusUConst = 0x23,
  kShl = 0x24,
  kShr = 0x25,
  kShra = 0x26,
  kXor = 0x27,
  kEq = 0x29,
  kGe = 0x2a,
  kGt = 0x2b,
  kLe = 0x2c,
  kLt = 0x2d,
  kNe = 0x2e,
  kLit0 = 0x30,
  kLit31 = 0x4f,
  kBreg0 = 0x70,
  kBreg31 = 0x8f,
  kBregX = 0x92,
  kNop = 0x96,
};

class Evaluation {
 public:
  Evaluation(const machine::Registers& registers, const StackCopy& stack)
      : registers_(registers), stack_(stack) {}

  void push(uint64_t value) {
    if (depth_ == values_.size()) {
      good_ = false;
    } else {
      values_[depth_++] = value;
    }
  }

  uint64_t pop() {
    if (depth_ == 0) {
      good_ = false;
      return 0;
    }
    return values_[--depth_];
  }

  // The value on top in the end.
  std::optional<uint64_t> run(ByteCursor code) {
    while (good_ && !code.at_end()) step(code);
    if (!good_ || code.failed() || depth_ == 0) return std::nullopt;
    return values_[depth_ - 1];
  }

 private:
  void push_register(uint64_t number, int64_t offset) {
    good_ = good_ && registers_.has(number);
    if (good_) {
      push(registers_[static_cast<unsigned>(number)] + static_cast<uint64_t>(offset));
    }
  }

  void step(ByteCursor& code) {
    const auto operation = code.fixed<uint8_t>();
    if (operation >= kLit0 && operation <= kLit31) return push(operation - kLit0);
    if (operation >= kBreg0 && operation <= kBreg31) {
      return push_register(operation - kBreg0, code.sleb());
    }
    switch (operation) {
      case kNop:
        return;
      case kAddr:
      case kConst8U:
      case kConst8S:
        return push(code.fixed<uint64_t>());
      case kConst1U:
        return push(code.fixed<uint8_t>());
      case kConst1S:
        return push_signed(code.fixed<int8_t>());
      case kConst2U:
        return push(code.fixed<uint16_t>());
      case kConst2S:
        return push_signed(code.fixed<int16_t>());
      case kConst4U:
        return push(code.fixed<uint32_t>());
      case kConst4S:
        return push_signed(code.fixed<int32_t>());
      case kConstU:
        return push(code.uleb());
      case kConstS:
        return push_signed(code.sleb());
      case kBregX: {
        const uint64_t number = code.uleb();
        return push_register(number, code.sleb());
      }
      case kPlusUConst:
        return push(pop() + code.uleb());
      case kDrop:
        pop();
        return;
      case kDup: {
        const uint64_t value = pop();
        push(value);
        return push(value);
      }
      case kSwap: {
        const uint64_t top = pop();
        const uint64_t below = pop();
        push(top);
        return push(below);
      }
      case kDeref: {
        uint64_t value = 0;
        if (!stack_.read(pop(), value)) good_ = false;
        return push(value);
      }
      case kNeg:
        return push(uint64_t{0} - pop());
      case kNot:
        return push(~pop());
      default:
        return combine(operation);
    }
  }

  void push_signed(int64_t value) { push(static_cast<uint64_t>(value)); }

  // Operations on two values. Comparisons are signed (section 2.5.1.5).
  void combine(uint8_t operation) {
    const uint64_t b = pop();
    const uint64_t a = pop();
    const auto signed_a = static_cast<int64_t>(a);
    const auto signed_b = static_cast<int64_t>(b);
    switch (operation) {
      case kAnd:
        return push(a & b);
      case kMinus:
        return push(a - b);
      case kMul:
        return push(a * b);
      case kOr:
        return push(a | b);
      case kPlus:
        return push(a + b);
      case kShl:
        return push(b < 64 ? a << b : 0);
      case kShr:
        return push(b < 64 ? a >> b : 0);
      case kShra:
        return push_signed(signed_a >> (b < 64 ? b : 63));
      case kXor:
        return push(a ^ b);
      case kEq:
        return push(a == b);
      case kGe:
        return push(signed_a >= signed_b);
      case kGt:
        return push(signed_a > signed_b);
      case kLe:
        return push(signed_a <= signed_b);
      case kLt:
        return push(signed_a < signed_b);
      case kNe:
        return push(a != b);
      default:
        good_ = false;
    }
  }

  const machine::Registers& registers_;
  const StackCopy& stack_;
  std::array<uint64_t, 16> values_{};
  size_t depth_ = 0;
  bool good_ = true;
};

}  // namespace

std::optional<uint64_t> evaluate_expression(std::span<const uint8_t> expression,
                                            const machine::Registers& registers,
                                            const StackCopy& stack,
                                            std::optional<uint64_t> initial) {
  Evaluation evaluation(registers, stack);
  if (initial) evaluation.push(*initial);
  return evaluation.run(ByteCursor(expression));
}

}  // namespace pyspy
