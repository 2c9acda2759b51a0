// SPDX-License-Identifier: MIT
//
// The options of py-spy 0.4 (its README, "Usage"), for those who know them by heart.
#include "agent/pyspy_options.h"

#include <array>

namespace pyspy {
namespace {

struct Replacement {
  std::string_view name;  // without the dashes
  char letter;            // 0: has no short form
  const char* instead;
};

constexpr std::array kOptions = {
    Replacement{"gil", 'g', "ask the capture: pyspy-analyze FILE --gil"},
    Replacement{"idle", 'i', "idle threads are always recorded: pyspy-analyze FILE --idle"},
    Replacement{"threads", 't', "threads are always recorded apart: pyspy-analyze FILE --threads"},
    Replacement{"format", 'f', "a capture is read in any format: pyspy-analyze FILE --format NAME"},
    Replacement{"function", 'F', "lines are always recorded: pyspy-analyze FILE --function"},
    Replacement{"nolineno", 0, "lines are always recorded: pyspy-analyze FILE --function"},
    Replacement{"full-filenames", 0,
                "file names are recorded in full: pyspy-analyze FILE --format json shows them"},
    Replacement{"json", 'j', "ask the capture: pyspy-analyze summary FILE --json"},
    Replacement{"locals", 'l', "pyspy-analyze dump --locals -p PID, or here --snapshot --locals"},
    Replacement{"core", 'c', "pyspy-analyze dump --core FILE, or here --core FILE"},
    Replacement{"delay", 0, "pyspy-analyze top shows what is new four times a second"},
    Replacement{"capture", 0, "redirect the program's output with the shell"},
};

constexpr std::array kCommands = {
    Replacement{
        "top", 0,
        "pyspy-analyze top -p PID; from afar: pyspy-capture -p PID -o - | pyspy-analyze top -"},
    Replacement{
        "dump", 0,
        "pyspy-analyze dump -p PID; where there is only the agent: pyspy-capture --snapshot "
        "-p PID -o FILE, then pyspy-analyze dump FILE --at 0s"},
};

}  // namespace

std::string instead_of_option(std::string_view word, char letter) {
  const bool is_long = word.starts_with("--");
  const std::string_view name = is_long ? word.substr(2, word.find('=') - 2) : std::string_view();
  for (const Replacement& option : kOptions) {
    const bool same = is_long ? option.name == name : option.letter != 0 && option.letter == letter;
    if (!same) continue;
    const std::string given = is_long ? "--" + std::string(name) : std::string("-") + letter;
    return given + " is no option of a recording: " + option.instead;
  }
  return "";
}

std::string instead_of_command(std::string_view word) {
  for (const Replacement& command : kCommands) {
    if (command.name == word) return std::string(word) + ": " + command.instead;
  }
  return "";
}

std::string instead_of_output(std::string_view output) {
  constexpr std::array<std::string_view, 5> kPictures = {".svg", ".html", ".json", ".txt",
                                                         ".pb.gz"};
  for (const std::string_view ending : kPictures) {
    if (!output.ends_with(ending)) continue;
    return "-o names the capture, which is none of " + std::string(ending) +
           ": record to NAME.pspy, then pyspy-analyze NAME.pspy -o " + std::string(output);
  }
  return "";
}

}  // namespace pyspy
