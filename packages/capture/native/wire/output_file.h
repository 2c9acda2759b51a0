// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "base/file.h"
#include "base/result.h"

namespace pyspy {

// Opens a file for a capture; where there is none, makes one that only its owner may read.
//
// In a directory in which everybody may make files, others may have put something under the name
// that they expect, so that root writes through their link, or hands them what it records. There a
// link is followed, and a file written, only if it belongs to us, to root, or to the owner of the
// directory; a file also if it belongs to `user`, for whom we work. Error code: kOutput.
Result<UniqueFd> open_output_file(const std::string& path, std::optional<uid_t> user);

}  // namespace pyspy
