// SPDX-License-Identifier: MIT
#include "agent/default_output.h"

#include <chrono>
#include <cstdio>

#include "sampler/redaction.h"

namespace pyspy {

std::string default_output(const std::vector<std::string>& command, pid_t pid) {
  const std::vector<std::string> shown = redacted_command(command);
  // Of an interpreter with options alone nothing is left to be named after.
  const bool nameless = shown.empty() || shown.back().starts_with("-");
  std::string name = nameless ? std::to_string(pid) : shown.back();
  name = name.substr(name.rfind('/') + 1);
  if (name.ends_with(".py")) name.resize(name.size() - 3);
  // In UTC, by <chrono>: localtime(3) would bring time zone files, and 100 KB of C library.
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const auto today = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day day(today);
  const std::chrono::hh_mm_ss time(now - today);
  char date[64];
  std::snprintf(date, sizeof date, "-%04d%02u%02u-%02d%02d%02dZ.pspy", static_cast<int>(day.year()),
                static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return name + date;
}

}  // namespace pyspy
