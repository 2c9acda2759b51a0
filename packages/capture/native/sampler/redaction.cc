// SPDX-License-Identifier: MIT
#include "sampler/redaction.h"

#include <string_view>

namespace pyspy {

std::vector<std::string> redacted_command(const std::vector<std::string>& command) {
  std::vector<std::string> kept;
  for (size_t i = 0; i < command.size(); ++i) {
    const std::string_view word = command[i];
    kept.emplace_back(word);
    if (i == 0) continue;
    if (!word.starts_with('-') || word == "-") break;  // the script
    if (word == "-m") {
      if (i + 1 < command.size()) kept.push_back(command[i + 1]);
      break;
    }
    if (word == "-c") break;
    if ((word == "-X" || word == "-W") && i + 1 < command.size()) kept.push_back(command[++i]);
  }
  return kept;
}

}  // namespace pyspy
