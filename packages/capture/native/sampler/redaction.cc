// SPDX-License-Identifier: MIT
#include "sampler/redaction.h"

#include <string_view>

namespace pyspy {
namespace {

// Python/getopt.c: the options that stand alone, which may share a word ("-uIc").
constexpr std::string_view kFlags = "bBdEhiIOPqRsStuvVx?";

bool is_interpreter(std::string_view name) {
  return name.find("python") != std::string_view::npos ||
         name.find("pypy") != std::string_view::npos;
}

std::string_view without_directory(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

// The options of an interpreter, up to what it runs.
class OptionReader {
 public:
  OptionReader(const std::vector<std::string>& command, std::vector<std::string>& kept)
      : command_(command), kept_(kept) {}

  void read() {
    while (at_ < command_.size() && read_word(command_[at_])) ++at_;
  }

 private:
  // False where what follows is not the interpreter's.
  bool read_word(std::string_view word) {
    if (word.empty()) return false;  // a title that is shorter than the command line was
    if (word == "--") return keep_next();
    if (word == "-" || !word.starts_with('-')) return keep(word);
    if (word.starts_with("--")) return read_long(word);
    for (size_t i = 1; i < word.size(); ++i) {
      if (kFlags.find(word[i]) != std::string_view::npos) continue;
      if (i > 1) kept_.emplace_back(word.substr(0, i));
      return read_valued(word[i], word.substr(i + 1));
    }
    kept_.emplace_back(word);
    return true;
  }

  bool read_long(std::string_view word) {
    if (word != "--check-hash-based-pycs") return false;
    kept_.emplace_back(word);
    keep_next();
    return true;
  }

  // An option with a value, which is the rest of its word or the next word.
  bool read_valued(char option, std::string_view rest) {
    const std::string name = {'-', option};
    switch (option) {
      case 'c':
        return keep(name);
      case 'm':
        kept_.push_back(name);
        return rest.empty() ? keep_next() : keep(rest);
      case 'W':
      case 'X':
        kept_.push_back(name + std::string(rest));
        if (rest.empty()) keep_next();
        return true;
      default:
        return false;  // no option of Python: another program's, and what follows may be anything
    }
  }

  // The last word that is kept.
  bool keep(std::string_view word) {
    kept_.emplace_back(word);
    return false;
  }
  bool keep_next() {
    if (at_ + 1 < command_.size()) kept_.push_back(command_[++at_]);
    return false;
  }

  const std::vector<std::string>& command_;
  std::vector<std::string>& kept_;
  size_t at_ = 1;
};

}  // namespace

std::vector<std::string> redacted_command(const std::vector<std::string>& command) {
  std::vector<std::string> kept;
  if (command.empty()) return kept;
  const std::string_view program = command[0];
  const std::string_view name = without_directory(program);
  if (!is_interpreter(name) || name.find(' ') != std::string_view::npos) {
    // A program of its own, or one that has written a title over its command line, with arguments.
    kept.emplace_back(program.substr(0, program.find(' ')));
    return kept;
  }
  kept.emplace_back(program);
  OptionReader(command, kept).read();
  return kept;
}

std::vector<std::string> Privacy::command(const std::vector<std::string>& full) const {
  switch (redaction) {
    case Redaction::kNone:
      return full;
    case Redaction::kStrict:
      return {};
    case Redaction::kDefault:
      break;
  }
  return redacted_command(full);
}

// It may name a user, a customer's container, a machine's services.
std::string Privacy::control_group(const std::string& full) const {
  return redaction == Redaction::kStrict ? std::string() : full;
}

std::string Privacy::path(const std::string& full) const {
  if (redaction != Redaction::kStrict) return full;
  if (full == "/root" || full.starts_with("/root/")) return "~" + full.substr(5);
  constexpr std::string_view kHomes = "/home/";
  if (!full.starts_with(kHomes)) return full;
  const size_t end = full.find('/', kHomes.size());
  return end == std::string::npos ? "~" : "~" + full.substr(end);
}

}  // namespace pyspy
