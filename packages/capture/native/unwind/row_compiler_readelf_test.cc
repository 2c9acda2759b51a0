// SPDX-License-Identifier: MIT
//
// The rows of real files against those that binutils prints of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <sstream>

#include "process/mappings.h"
#include "unwind/native_file.h"

namespace pyspy {
namespace {

std::string run(const std::string& command) {
  std::string text;
  std::FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return text;
  char buffer[65536];
  for (size_t got; (got = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) text.append(buffer, got);
  ::pclose(pipe);
  return text;
}

// What readelf prints in the columns CFA, rbp and rbx, for a row of ours.
std::string described(const UnwindRow& row) {
  const auto offset = [](int value) { return (value < 0 ? "" : "+") + std::to_string(value); };
  std::string text;
  switch (row.cfa) {
    case CfaRule::kFromStackPointer:
      text = "rsp" + offset(row.cfa_offset);
      break;
    case CfaRule::kFromFramePointer:
      text = "rbp" + offset(row.cfa_offset);
      break;
    case CfaRule::kExpression:
      text = "exp";
      break;
    case CfaRule::kOutermost:
      return "outermost";
    case CfaRule::kSignalFrame:
      return "signal";
    case CfaRule::kUnknown:
      return "unknown";
  }
  for (size_t i = 0; i < row.saved.size(); ++i) {
    switch (row.saved[i]) {
      case SavedRule::kSame:
        text += " u";
        break;
      case SavedRule::kAtOffset:
        text += " c" + offset(row.saved_offset[i]);
        break;
      case SavedRule::kExpression:
        text += " exp";
        break;
      case SavedRule::kUnknown:
        text += " unknown";
    }
  }
  return text;
}

struct Comparison {
  size_t rows = 0;
  size_t different = 0;
  std::string first;
};

// "<offset> <length> <cie> FDE cie=... pc=a..b", "LOC CFA rbx rbp r12 ra", rows, an empty line.
Comparison compare(const std::string& path, UnwindTable& table) {
  Comparison result;
  std::istringstream lines(run("readelf --wide --debug-dump=frames-interp " + path));
  std::vector<std::string> columns;
  bool in_description = false;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::vector<std::string> cells;
    for (std::string word; words >> word;) cells.push_back(word);
    if (cells.size() > 3 && (cells[3] == "FDE" || cells[3] == "CIE")) {
      in_description = cells[3] == "FDE";
      continue;
    }
    if (!in_description || cells.size() < 3) continue;
    if (cells[0] == "LOC") {
      columns = cells;
      continue;
    }
    if (cells.size() != columns.size() || cells[0].size() != 16) continue;
    const Address address = std::stoull(cells[0], nullptr, 16);
    // "s" (same value) and "u" (nothing was said) are one.
    const auto cell = [&](const char* name) -> std::string {
      const auto at = std::find(columns.begin(), columns.end(), name);
      if (at == columns.end()) return "u";
      const std::string& text = cells[static_cast<size_t>(at - columns.begin())];
      return text == "s" ? "u" : text;
    };
    std::string expected = cells[1] + " " + cell("rbp") + " " + cell("rbx");
    if (cell("ra") == "u") expected = "outermost";
    // Where setcontext(2) goes on in another one.
    if (cell("ra") != "u" && cell("ra") != "c-8") expected = "unknown";
    const UnwindRow* row = table.find(address);
    const std::string got = row == nullptr ? "none" : described(*row);
    if (got == "signal") continue;
    ++result.rows;
    // Of a register that we do not follow, readelf says which it is.
    const bool other_register = got.starts_with("exp") && !expected.starts_with("rsp") &&
                                !expected.starts_with("rbp") && !expected.starts_with("outer");
    if (got == expected ||
        (other_register && got.substr(got.find(' ')) == expected.substr(expected.find(' ')))) {
      continue;
    }
    if (++result.different == 1) {
      result.first = path + " " + line + ": expected " + expected + ", got " + got;
    }
  }
  return result;
}

TEST(RowCompiler, AgreesWithReadelfOnTheFilesOfThisProcess) {
  if (run("readelf --version").empty()) GTEST_SKIP() << "no readelf (binutils)";
  const auto regions = LiveMappings(::getpid()).regions();
  ASSERT_TRUE(regions);
  NativeFiles files;
  size_t compared = 0;
  for (const MappedFile& mapped : mapped_files(*regions)) {
    NativeFile& file = files.open(LiveMappings(::getpid()), mapped);
    if (file.table() == nullptr) continue;
    const Comparison comparison = compare(mapped.path, *file.table());
    EXPECT_GT(comparison.rows, 10U) << mapped.path;
    EXPECT_EQ(comparison.different, 0U) << comparison.first;
    ++compared;
  }
  EXPECT_GE(compared, 4U);  // the test itself, libc, libstdc++, libgcc_s, ld.so
}

}  // namespace
}  // namespace pyspy
