#!/usr/bin/env bash
# Provides what this checkout needs of the system and of npm. Quick where all is there.
#
#   scripts/setup.sh build   a compiler, cmake, Python for the demo, and the npm packages
#   scripts/setup.sh check   also what the checks and the C++ tests need: GoogleTest, clang-format
#   scripts/setup.sh test    also what the system tests need: CPythons, a browser, viewers, programs
#
# Exit codes: 0 all there, 1 failed, 2 usage, 5 needs root, 6 this system has no apt.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/lib/system.sh"

# command or file that shows it is there, Debian package
readonly BUILD_NEEDS=(g++ g++ make make cmake cmake /usr/include/zlib.h zlib1g-dev python3 python3)
readonly CHECK_NEEDS=(
  /usr/include/gtest/gtest.h libgtest-dev
  clang-format clang-format
)
readonly TEST_NEEDS=(
  gdb gdb
  tmux tmux
  unshare util-linux
  musl-gcc musl-tools
  python3-config python3-dev
  setpriv util-linux
  groff groff-base
  zsh zsh
  fish fish
)

is_there() { if [[ $1 == /* ]]; then [[ -e $1 ]]; else command -v "$1" >/dev/null; fi; }

# Installs the packages of what is missing; become root for that if need be.
provide() {
  local missing=()
  while (($#)); do
    is_there "$1" || missing+=("$2")
    shift 2
  done
  if ((${#missing[@]} == 0)); then return; fi
  command -v apt-get >/dev/null ||
    fail "$EXIT_UNSUPPORTED" "This system has no apt-get. Install by its own means: ${missing[*]}"
  say "installing ${missing[*]}"
  if ((EUID == 0)); then
    install_packages "${missing[@]}"
  else
    (exec_as_root bash -c 'source "$1"; shift; install_packages "$@"' - "$here/lib/system.sh" "${missing[@]}")
  fi
}

# npm ci removes and installs everything: only when the lock file is newer than the last time.
provide_npm_packages() {
  cd "$here/.."
  if [[ node_modules/.package-lock.json -nt package-lock.json ]]; then return; fi
  say "installing npm packages"
  npm ci --no-audit --no-fund --loglevel=error >&2
  touch node_modules/.package-lock.json
}

case ${1-} in
build) provide "${BUILD_NEEDS[@]}" ;;
check) provide "${BUILD_NEEDS[@]}" "${CHECK_NEEDS[@]}" ;;
test)
  provide "${BUILD_NEEDS[@]}" "${CHECK_NEEDS[@]}" "${TEST_NEEDS[@]}"
  "$here/setup-interpreters.sh"
  "$here/setup-browser.sh" >/dev/null
  "$here/setup-viewers.sh"
  "$here/setup-programs.sh"
  ;;
*) fail "$EXIT_USAGE" "usage: scripts/setup.sh build|check|test" ;;
esac
provide_npm_packages
