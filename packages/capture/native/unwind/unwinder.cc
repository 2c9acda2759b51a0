// SPDX-License-Identifier: MIT
#include "unwind/unwinder.h"

#include "unwind/dwarf_expression.h"
#include "wire/pspy_fields.h"

namespace pyspy {
namespace {

// Deeper stacks lose their root side, flagged.
constexpr size_t kMaxFrames = 8192;

class Walk {
 public:
  Walk(const machine::Registers& registers, const StackCopy& stack, CodeMap& code,
       std::vector<NativeFrame>& frames)
      : registers_(registers), stack_(stack), code_(code), frames_(frames) {}

  UnwindEnd run() {
    frames_.clear();
    while (frames_.size() < kMaxFrames) {
      NativeFrame frame;
      frame.instruction = registers_[machine::kReturnAddress];
      frame.stack_pointer = registers_[machine::kStackPointer];
      if (called_) frame.flags = fields::kNativeFrameReturnAddress;
      frame.code = code_.find(frame.lookup_address());
      frames_.push_back(frame);
      const std::optional<UnwindEnd> end = step();
      if (end) return *end;
      if (called_ && registers_[machine::kReturnAddress] == 0) return UnwindEnd::kComplete;
    }
    return UnwindEnd::kTooDeep;
  }

 private:
  // Goes to the caller of the last frame.
  std::optional<UnwindEnd> step() {
    NativeFrame& frame = frames_.back();
    if (frame.code == nullptr) return UnwindEnd::kNoRule;
    UnwindTable* table = code_.table(*frame.code);
    const Address lookup = frame.lookup_address() - frame.code->bias;
    const UnwindRow* row = table == nullptr ? nullptr : table->find(lookup);
    if (row == nullptr) return step_undescribed();
    switch (row->cfa) {
      case CfaRule::kOutermost:
        return UnwindEnd::kComplete;
      case CfaRule::kSignalFrame:
        return step_signal_frame();
      default:
        return step_described(*row, *table);
    }
  }

  std::optional<UnwindEnd> step_described(const UnwindRow& row, const UnwindTable& table) {
    Address cfa = 0;
    const auto offset = static_cast<Address>(int64_t{row.cfa_offset});
    switch (row.cfa) {
      case CfaRule::kFromStackPointer:
        cfa = registers_[machine::kStackPointer] + offset;
        break;
      case CfaRule::kFromFramePointer:
        if (!registers_.has(machine::kFramePointer)) return UnwindEnd::kNoRegister;
        cfa = registers_[machine::kFramePointer] + offset;
        break;
      case CfaRule::kExpression: {
        const auto expression = table.expression(static_cast<size_t>(row.cfa_offset));
        const auto value = evaluate_expression(expression, registers_, stack_);
        if (!value) return UnwindEnd::kNoRegister;
        cfa = *value;
        break;
      }
      default:
        return UnwindEnd::kNoRule;
    }
    Address return_address = 0;
    const Address at = cfa + static_cast<Address>(machine::kReturnAddressOffset);
    if (cfa <= registers_[machine::kStackPointer]) return UnwindEnd::kNoProgress;
    if (!stack_.read(at, return_address)) return UnwindEnd::kNoMemory;
    machine::Registers caller;
    for (size_t i = 0; i < row.saved.size(); ++i) {
      const auto value = saved_value(row.saved[i], row.saved_offset[i], machine::kFollowed[i], cfa, table);
      if (value) caller.set(machine::kFollowed[i], *value);
    }
    go_to_caller(cfa, return_address, caller);
    return std::nullopt;
  }

  // The value that a register had in the caller; empty where it cannot be told.
  std::optional<uint64_t> saved_value(SavedRule rule, int16_t offset, unsigned number, Address cfa,
                                      const UnwindTable& table) const {
    uint64_t value = 0;
    switch (rule) {
      case SavedRule::kSame:
        if (!registers_.has(number)) return std::nullopt;
        return registers_[number];
      case SavedRule::kAtOffset:
        if (!stack_.read(cfa + static_cast<Address>(int64_t{offset}), value)) return std::nullopt;
        return value;
      case SavedRule::kExpression: {
        const auto at = evaluate_expression(table.expression(static_cast<size_t>(offset)),
                                            registers_, stack_, cfa);
        if (!at || !stack_.read(*at, value)) return std::nullopt;
        return value;
      }
      case SavedRule::kUnknown:
        break;
    }
    return std::nullopt;
  }

  std::optional<UnwindEnd> step_signal_frame() {
    // The frame's own extent is not known, and nothing of Python's lies in it.
    if (!machine::restore_from_signal_frame(stack_, registers_)) return UnwindEnd::kNoMemory;
    frames_.back().flags = fields::kNativeFrameSignal;
    called_ = false;
    return std::nullopt;
  }

  // Code without a table: made at run time, or by a compiler that was told to write none. Such code
  // often keeps frame pointers. What is found so has to look like a call, and is flagged.
  std::optional<UnwindEnd> step_undescribed() {
    NativeFrame& frame = frames_.back();
    if (code_.is_signal_trampoline(frame.instruction)) return step_signal_frame();
    if (!registers_.has(machine::kFramePointer)) return UnwindEnd::kNoRegister;
    const Address at = registers_[machine::kFramePointer];
    // The ABI marks the outermost frame so.
    if (at == 0) return UnwindEnd::kComplete;
    Address return_address = 0;
    uint64_t frame_pointer = 0;
    if (at % sizeof(Address) != 0 || at < registers_[machine::kStackPointer] ||
        !stack_.read(at, frame_pointer) || !stack_.read(at + sizeof(Address), return_address) ||
        !code_.is_after_call(return_address)) {
      return UnwindEnd::kNoRule;
    }
    frame.flags |= fields::kNativeFrameByFramePointer;
    machine::Registers caller;
    caller.set(machine::kFramePointer, frame_pointer);
    go_to_caller(at + 2 * sizeof(Address), return_address, caller);
    return std::nullopt;
  }

  // `caller`: the registers that were saved.
  void go_to_caller(Address cfa, Address return_address, machine::Registers& caller) {
    frames_.back().cfa = cfa;
    caller.set(machine::kStackPointer, cfa);
    caller.set(machine::kReturnAddress, return_address);
    registers_ = caller;
    called_ = true;
  }

  machine::Registers registers_;
  const StackCopy& stack_;
  CodeMap& code_;
  std::vector<NativeFrame>& frames_;
  bool called_ = false;  // the instruction is a return address
};

}  // namespace

Address NativeFrame::lookup_address() const {
  return (flags & fields::kNativeFrameReturnAddress) != 0 ? instruction - 1 : instruction;
}

UnwindEnd unwind(const machine::Registers& registers, const StackCopy& stack, CodeMap& code,
                 std::vector<NativeFrame>& frames) {
  return Walk(registers, stack, code, frames).run();
}

}  // namespace pyspy
