// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pyspy {

// A name of Rust's newer mangling (RFC 2603, "_R..") as Rust writes it, without the hashes of
// crates; empty where it is none.
std::optional<std::string> rust_demangled(std::string_view mangled);

// The older mangling is that of C++, with a hash as the last part of the name and escapes for what a
// C++ name cannot hold. `demangled`: as C++ writes it; empty where it is no such name.
std::optional<std::string> legacy_rust_name(std::string_view demangled);

}  // namespace pyspy
