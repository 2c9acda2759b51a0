// SPDX-License-Identifier: MIT
#include "sampler/stack_variables.h"

namespace pyspy {

std::vector<FrameVariables> read_stack_variables(ObjectReader& objects, const StackReader& reader,
                                                 std::span<CodeInfo* const> code,
                                                 const ValueLimits& limits) {
  const std::span<const RawFrame> frames = reader.frames();
  const std::span<const Address> places = reader.places();
  std::vector<FrameVariables> found;
  if (places.size() != frames.size()) return found;
  uint32_t depth = 0;
  for (size_t i = 0; i < frames.size(); ++i) {
    if (is_incomplete(frames[i], code[i])) continue;
    std::vector<Variable> variables = read_variables(objects, frames[i], places[i], limits);
    if (!variables.empty()) found.push_back({depth, std::move(variables)});
    ++depth;
  }
  return found;
}

}  // namespace pyspy
