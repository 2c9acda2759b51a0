// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace pyspy {

// What to do instead of an option or a command of py-spy that a recording has no use for, since it
// is asked of the capture when that is read. Empty where it is none of those.
//
// `word` is the option as it was given ("--gil", "-gi"), `letter` the one in it that is not known.
std::string instead_of_option(std::string_view word, char letter);
std::string instead_of_command(std::string_view word);

// What to do where somebody wants a picture to be recorded: empty where `output` is no name of one.
std::string instead_of_output(std::string_view output);

}  // namespace pyspy
