// SPDX-License-Identifier: MIT
#include "agent/sudo_user.h"

#include <grp.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/file.h"

namespace pyspy {
namespace {

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

template <size_t kCount>
std::array<std::string_view, kCount> split(std::string_view line) {
  std::array<std::string_view, kCount> fields;
  for (std::string_view& field : fields) field = take_field(line, ':');
  return fields;
}

}  // namespace

// group(5): name:password:id:member,member
std::vector<gid_t> groups_of(const std::string& user, std::string_view group_file) {
  std::vector<gid_t> groups;
  while (!group_file.empty()) {
    const auto [name, password, id, members] = split<4>(take_field(group_file, '\n'));
    std::string_view rest = members;
    while (!rest.empty()) {
      if (take_field(rest, ',') == user && is_number(id)) {
        groups.push_back(static_cast<gid_t>(parse_number(id)));
      }
    }
  }
  return groups;
}

std::optional<SudoUser> SudoUser::find() {
  const std::string_view uid = variable("SUDO_UID");
  const std::string_view gid = variable("SUDO_GID");
  if (::geteuid() != 0 || !is_number(uid) || !is_number(gid) || parse_number(uid) == 0) {
    return std::nullopt;
  }
  SudoUser user;
  user.uid = static_cast<uid_t>(parse_number(uid));
  user.gid = static_cast<gid_t>(parse_number(gid));
  user.name = variable("SUDO_USER");
  user.groups = groups_of(user.name, read_whole_file("/etc/group"));
  if (std::find(user.groups.begin(), user.groups.end(), user.gid) == user.groups.end()) {
    user.groups.insert(user.groups.begin(), user.gid);
  }
  // passwd(5): name:password:uid:gid:comment:home:shell
  const std::string passwords = read_whole_file("/etc/passwd");
  std::string_view rest = passwords;
  while (!rest.empty()) {
    const auto fields = split<7>(take_field(rest, '\n'));
    if (fields[2] != uid) continue;
    if (user.name.empty()) user.name = fields[0];
    user.home = fields[5];
    user.shell = fields[6];
    break;
  }
  return user;
}

bool SudoUser::become() const {
  if (::setgroups(groups.size(), groups.data()) != 0) return false;
  if (::setresgid(gid, gid, gid) != 0 || ::setresuid(uid, uid, uid) != 0) return false;
  if (!name.empty()) {
    ::setenv("USER", name.c_str(), 1);
    ::setenv("LOGNAME", name.c_str(), 1);
  }
  if (!home.empty()) ::setenv("HOME", home.c_str(), 1);
  if (!shell.empty()) ::setenv("SHELL", shell.c_str(), 1);
  return true;
}

}  // namespace pyspy
