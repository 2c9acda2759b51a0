// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "cpython/code_cache.h"
#include "cpython/frame_variables.h"
#include "sampler/redaction.h"
#include "sampler/tracks.h"
#include "symbols/symbolizer.h"
#include "wire/capture_writer.h"

namespace pyspy {

// Each adds one entry to a table of the current chunk, with the strings it needs, and returns its
// id.
uint32_t add_process_entry(CaptureWriter& writer, const ProcessTrack& process,
                           const Privacy& privacy);
uint32_t add_thread_entry(CaptureWriter& writer, uint32_t process, const ThreadTrack& thread);
uint32_t add_code_entry(CaptureWriter& writer, const CodeInfo& code, const Privacy& privacy);

// Stands for code objects that could not be read.
uint32_t add_unreadable_code_entry(CaptureWriter& writer);

uint32_t add_mapping_entry(CaptureWriter& writer, const NativeFile& file, Address bias,
                           const Privacy& privacy);
void add_symbol_entry(CaptureWriter& writer, uint32_t native_frame, const SourceFunction& function,
                      const Privacy& privacy);

// Fields of message Variable. With strict redaction: its name and type alone.
ProtoBuffer variable_entry(const Variable& variable, const Privacy& privacy);

}  // namespace pyspy
