// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace pyspy {

// The user who called sudo: a program that he launches is his, and so is the file. Found without
// the C library's users and groups, which a static program does not have: in /etc/passwd and
// /etc/group.
struct SudoUser {
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;
  std::string name;
  std::string home;  // empty: not known
  std::string shell;

  // Of the environment that sudo makes; empty unless we are root by it.
  static std::optional<SudoUser> find();

  // Becomes that user, for good. False, and errno, where the kernel refuses.
  bool become() const;
};

// Ids of the groups of which a user is a member, in the text of /etc/group.
std::vector<gid_t> groups_of(const std::string& user, std::string_view group_file);

}  // namespace pyspy
