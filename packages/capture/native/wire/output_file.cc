// SPDX-License-Identifier: MIT
#include "wire/output_file.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstring>

namespace pyspy {
namespace {

// As many as the kernel follows: path_resolution(7).
constexpr int kMostLinks = 40;
constexpr int kAlways = O_CLOEXEC | O_NOCTTY;

// Where a path ends: a directory, and a name in it, which may be that of a link.
struct Place {
  UniqueFd directory;
  struct stat directory_stat {};
  std::string name;
};

Error output_error(const std::string& path, const std::string& problem) {
  return {ErrorCode::kOutput, path + ": " + problem};
}

Error cannot_create(const std::string& path, int error) {
  return output_error(path, std::string("cannot be created: ") + std::strerror(error));
}

// Relative to `base`, a directory. False, and errno, where there is no such directory.
bool find_place(int base, const std::string& path, Place& place) {
  const size_t slash = path.rfind('/');
  const std::string parent = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  place.directory = UniqueFd(::openat(base, parent.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  place.name = slash == std::string::npos ? path : path.substr(slash + 1);
  if (place.name.empty()) place.name = ".";
  return place.directory && ::fstat(place.directory.get(), &place.directory_stat) == 0;
}

bool may_be_planted(const Place& place, const struct stat& found) {
  const bool is_shared = (place.directory_stat.st_mode & S_IWOTH) != 0;
  return is_shared && found.st_uid != ::geteuid() && found.st_uid != 0 &&
         found.st_uid != place.directory_stat.st_uid;
}

// Of /proc/self/fd, which leads to what no path leads to.
bool is_magic(const UniqueFd& link) {
  struct statfs system {};
  return ::fstatfs(link.get(), &system) == 0 && system.f_type == PROC_SUPER_MAGIC;
}

std::string target_of(const UniqueFd& link) {
  char target[PATH_MAX];
  const ssize_t size = ::readlinkat(link.get(), "", target, sizeof target);
  return std::string(target, size > 0 ? static_cast<size_t>(size) : 0);
}

UniqueFd open_entry(const Place& place, const struct stat* found, int follow) {
  // Whoever also reads a pipe never learns that the reader has gone, and waits for it for ever.
  const bool is_device = found != nullptr && !S_ISREG(found->st_mode);
  const int access = is_device ? O_WRONLY : O_RDWR | O_CREAT;
  UniqueFd fd(::openat(place.directory.get(), place.name.c_str(), access | follow | kAlways, 0600));
  // A file that may be written and not be read.
  if (fd || errno == ELOOP) return fd;
  return UniqueFd(::openat(place.directory.get(), place.name.c_str(), O_WRONLY | follow | kAlways));
}

}  // namespace

Result<UniqueFd> open_output_file(const std::string& path, std::optional<uid_t> user) {
  Place place;
  if (!find_place(AT_FDCWD, path, place)) return cannot_create(path, errno);
  for (int links = 0; links < kMostLinks; ++links) {
    struct stat found {};
    const UniqueFd entry(
        ::openat(place.directory.get(), place.name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    const bool exists = entry && ::fstat(entry.get(), &found) == 0;
    const bool is_link = exists && S_ISLNK(found.st_mode);
    if (is_link && may_be_planted(place, found)) {
      return output_error(path, "is a link that user " + std::to_string(found.st_uid) +
                                    " made where everybody may; name the file that it leads to");
    }
    const bool leads_elsewhere = is_link && !is_magic(entry);
    if (leads_elsewhere) {
      Place target;
      if (!find_place(place.directory.get(), target_of(entry), target)) {
        return cannot_create(path, errno);
      }
      place = std::move(target);
      continue;
    }
    const int directory = place.directory.get();
    const bool is_there =
        is_link ? ::fstatat(directory, place.name.c_str(), &found, 0) == 0 : exists;
    UniqueFd fd = open_entry(place, is_there ? &found : nullptr, is_link ? 0 : O_NOFOLLOW);
    if (!fd && errno == ELOOP) continue;  // it became a link meanwhile
    if (!fd) return cannot_create(path, errno);
    // Of what was opened, which may be another than what was looked at.
    if (::fstat(fd.get(), &found) == 0 && !is_link && may_be_planted(place, found) &&
        found.st_uid != user) {
      return output_error(path, "belongs to user " + std::to_string(found.st_uid) +
                                    ", who made it where everybody may; give another name");
    }
    return fd;
  }
  return cannot_create(path, ELOOP);
}

}  // namespace pyspy
