// SPDX-License-Identifier: MIT
#include "cpython/interpreter_module.h"

namespace pyspy {

std::optional<InterpreterModule> InterpreterModule::open(const Mappings& mappings,
                                                         RemoteMemory& memory,
                                                         const MappedFile& file) {
  InterpreterModule module;
  module.path_ = file.path;
  if (UniqueFd fd = mappings.open(file)) {
    module.file_ = ElfFile::open(std::move(fd));
    const auto bias = module.file_ ? module.file_->load_bias(file.regions) : std::nullopt;
    if (!bias) return std::nullopt;
    module.bias_ = *bias;
    if (module.file_->has_sections()) return module;
    // What remains is what the loader needs, and that is in memory.
    module.file_.reset();
  }
  module.image_ = ElfImage::open(memory, file);
  if (!module.image_) return std::nullopt;
  module.bias_ = module.image_->load_bias();
  return module;
}

std::optional<ElfSymbol> InterpreterModule::symbol(std::string_view name) const {
  std::optional<ElfSymbol> found = file_ ? file_->symbol(name) : image_->symbol(name);
  if (found) found->address += bias_;
  return found;
}

std::optional<ElfSection> InterpreterModule::section(std::string_view name) const {
  std::optional<ElfSection> found = file_ ? file_->section(name) : std::nullopt;
  if (found) found->address += bias_;
  return found;
}

std::vector<ElfSegment> InterpreterModule::variables() const {
  std::vector<ElfSegment> segments =
      file_ ? file_->writable_segments() : image_->writable_segments();
  for (ElfSegment& segment : segments) segment.address += bias_;
  return segments;
}

}  // namespace pyspy
