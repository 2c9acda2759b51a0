#!/usr/bin/env bash
# Provides programs of PyPI that tests record, or that make what they record, in environments of their
# own that are kept beside the interpreters, for the whole machine.
#
#   scripts/setup-programs.sh         all of them
#   scripts/setup-programs.sh NAME    one of them; prints the Python that has it
#
#   gunicorn       a server of many processes
#   pyinstaller    makes one file of a program, its modules and its interpreter
#   numpy          an extension whose code calls Python
#   cython         makes an extension of a kind of Python
#
#   PYSPY_CACHE   the cache; else pyspy in XDG_CACHE_HOME or in ~/.cache
#
# Exit codes: 0 all there, 1 failed, 2 usage, 5 needs root, 6 this system has no apt.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/lib/system.sh"
source "$here/lib/cached-tool.sh"

readonly -A VERSIONS=([gunicorn]=23.0.0 [pyinstaller]=6.22.3 [numpy]=2.4.6 [cython]=3.3.1)
cache=${PYSPY_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/pyspy}/programs

set_up() {
  local version=${VERSIONS[$1]}
  make_once "$1-$version" make_python "$1==$version"
  printf '%s\n' "$cache/$1-$version/bin/python"
}

if (($# == 0)); then
  for name in "${!VERSIONS[@]}"; do set_up "$name" >/dev/null; done
elif (($# == 1)) && [[ -v VERSIONS[$1] ]]; then
  set_up "$1"
else
  fail "$EXIT_USAGE" "usage: scripts/setup-programs.sh [${!VERSIONS[*]}]"
fi
