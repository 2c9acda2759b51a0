#!/usr/bin/env bash
# Provides the CPythons that the tests need and this machine lacks, from Debian's packages (a debug
# build, too), and builds those that no package has from source packages: free-threaded, linked with musl.
#
#   scripts/setup-interpreters.sh            what is missing, and always the newest three
#   scripts/setup-interpreters.sh 3.9 3.11   these, in Debian roots, also where the machine has its own
#   scripts/setup-interpreters.sh --list     says what the first form would do, and does nothing
#
# Each Debian suite becomes a root directory whose Pythons run by chroot, at the same time our targets
# with another file root. The newest three are therefore wanted whatever the machine has. Roots are
# kept in a cache for the whole machine and survive the checkout.
#
#   PYSPY_CACHE           the cache; else pyspy in XDG_CACHE_HOME or in ~/.cache
#   PYSPY_DEBIAN_MIRROR   the mirror; else the one apt uses, else deb.debian.org
#
# A version whose old suite has left the mirrors is reported and is no failure.
# Exit codes: 0 all there, 1 failed, 2 usage, 5 needs root, 6 this system has no apt.

set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/lib/system.sh"
source "$here/lib/debian-root.sh"
source "$here/lib/source-package.sh"
source "$here/lib/source-build.sh"

# The Debian suites that have, or may come to have, a minor version (-d: its debug build); the first that
# offers it is used.
declare -rA SUITES=(
  [3.9]="bullseye"
  [3.11]="bookworm"
  [3.13]="testing trixie"
  [3.14]="testing unstable"
  [3.14-d]="testing unstable"
  [3.15]="testing unstable"
)
readonly ALWAYS=(3.13 3.14 3.14-d 3.15) WHEN_LACKING=(3.9 3.11) NEVER_IN_DEBIAN=(3.10 3.12)

cache=${PYSPY_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/pyspy}
roots=$cache/roots
builds=$cache/builds

# What is built from source: minor version and kind.
readonly BUILDS=(3.14-t 3.13-t 3.13-musl)

# A pyenv version, or a python3.N in PATH that starts: pyenv's shim for a version not chosen does not.
machine_has() {
  compgen -G "${PYENV_ROOT:-$HOME/.pyenv}/versions/$1.*/bin/python" >/dev/null ||
    "python$1" -c '' >/dev/null 2>&1
}

# The finished root with a minor version.
root_of() {
  local suite
  for suite in ${SUITES[$1]}; do
    if root_has "$roots/$suite" "$1"; then
      printf '%s\n' "$roots/$suite"
      return
    fi
  done
  return 1
}

build_is_ready() { [[ -e $builds/$1/$BUILD_STAMP ]]; }

# One line a version: what it is and where it comes from.
list() {
  local minor root
  for minor in "${!SUITES[@]}"; do
    if root=$(root_of "$minor"); then
      printf '%s ready: %s in %s\n' "$minor" "$(sed -n "s/^${minor/./\\.} //p" "$root/$ROOT_STAMP")" "$root"
    elif [[ " ${WHEN_LACKING[*]} " == *" $minor "* ]] && machine_has "$minor"; then
      printf '%s not needed: the machine has its own\n' "$minor"
    else
      printf '%s to set up: from Debian %s\n' "$minor" "${SUITES[$minor]// / or }"
    fi
  done | sort -V
  for minor in "${NEVER_IN_DEBIAN[@]}"; do
    if machine_has "$minor"; then
      printf '%s not needed: the machine has its own\n' "$minor"
    else
      printf '%s absent: in no Debian release, install it by pyenv\n' "$minor"
    fi
  done
  for build in "${BUILDS[@]}"; do
    if build_is_ready "$build"; then
      printf '%s ready: %s\n' "$build" "$builds/$build"
    else
      printf '%s to set up: from a source package\n' "$build"
    fi
  done
}

# Sets up the given versions, which no finished root has yet. Runs as root, one process at a time.
set_up() {
  local suite minor ask failed=0 remaining=("$@")
  lists=$(mktemp -d)
  trap 'rm -rf "$lists"' EXIT
  use_apt_proxy
  install_debootstrap

  for suite in testing unstable trixie bookworm bullseye; do
    ask=()
    for minor in "${remaining[@]}"; do
      if [[ " ${SUITES[$minor]} " != *" $suite "* ]] || root_of "$minor" >/dev/null; then continue; fi
      if suite_offers "$suite" "$minor" "$lists"; then ask+=("$minor"); fi
    done
    if ((!${#ask[@]})); then continue; fi
    # A root is rebuilt for a further version, and keeps those that it had.
    for minor in "${!SUITES[@]}"; do
      if root_has "$roots/$suite" "$minor" && suite_offers "$suite" "$minor" "$lists"; then
        ask+=("$minor")
      fi
    done
    say "Setting up Python ${ask[*]} from Debian $suite in $roots/$suite (about a minute)."
    build_root "$roots/$suite" "$suite" "${ask[@]}"
  done

  for minor in "${remaining[@]}"; do
    if root_of "$minor" >/dev/null; then continue; fi
    say "No Python $minor at $(debian_mirror) in the suites: ${SUITES[$minor]}"
    # An old suite leaves the mirrors one day; the tests of the current versions must not stop then.
    if [[ " ${ALWAYS[*]} " == *" $minor "* ]]; then failed=1; fi
  done
  return "$failed"
}

if [[ ${1:-} == --list ]]; then
  list
  exit
fi

wanted=()
for minor in "$@"; do
  [[ -v SUITES[$minor] ]] || fail "$EXIT_USAGE" "No Debian root for '$minor'; there are: ${!SUITES[*]}"
  wanted+=("$minor")
done
if (($# == 0)); then
  wanted=("${ALWAYS[@]}")
  for minor in "${WHEN_LACKING[@]}"; do
    if ! machine_has "$minor"; then wanted+=("$minor"); fi
  done
  for minor in "${NEVER_IN_DEBIAN[@]}"; do
    if ! machine_has "$minor"; then say "Python $minor is absent and in no Debian release: pyenv install $minor"; fi
  done
fi

missing=() missing_builds=()
for minor in "${wanted[@]}"; do
  if ! root_of "$minor" >/dev/null; then missing+=("$minor"); fi
done
if (($# == 0)); then
  for build in "${BUILDS[@]}"; do
    if ! build_is_ready "$build"; then missing_builds+=("$build"); fi
  done
fi
if ((${#missing_builds[@]})) && ! command -v apt-get >/dev/null; then
  say "No apt-get to get the sources of Python ${missing_builds[*]} with: their tests will be skipped."
  missing_builds=()
fi
if ((!${#missing[@]} && !${#missing_builds[@]})); then exit; fi

command -v apt-get >/dev/null ||
  fail "$EXIT_UNSUPPORTED" "Python ${missing[*]} missing, and no apt-get to get them with: pyenv install ${missing[*]}"
mkdir -p "$roots" "$builds"
if ((EUID != 0)); then
  # What this user's pyenv has need not be set up.
  settings=("PYSPY_CACHE=$cache" "PYENV_ROOT=${PYENV_ROOT:-$HOME/.pyenv}")
  for name in PYSPY_DEBIAN_MIRROR http_proxy https_proxy; do
    if [[ -n ${!name:-} ]]; then settings+=("$name=${!name}"); fi
  done
  exec_as_root env "${settings[@]}" bash "$here/setup-interpreters.sh" "$@"
fi

exec 9>"$roots/.lock"
flock 9
if ((${#missing[@]})); then set_up "${missing[@]}"; fi
# All at once: half of a build is one process that asks what the machine has.
pids=()
for build in "${missing_builds[@]}"; do
  say "Building Python $build in $builds/$build (some minutes)."
  (build_from_source "${build%%-*}" "${build#*-}" "$builds/$build" ||
    say "The tests of Python $build will be skipped.") &
  pids+=($!)
done
status=0
for pid in "${pids[@]}"; do wait "$pid" || status=$?; done
exit "$status"
