#!/usr/bin/env bash
# Provides the Python servers that are recorded in tests, in an environment of their own that is kept
# beside the interpreters, for the whole machine. Prints its Python.
#
#   PYSPY_CACHE   the cache; else pyspy in XDG_CACHE_HOME or in ~/.cache
#
# Exit codes: 0 all there, 1 failed, 5 needs root, 6 this system has no apt.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/lib/system.sh"
source "$here/lib/cached-tool.sh"

cache=${PYSPY_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/pyspy}/servers

make_once gunicorn-23.0.0 make_python gunicorn==23.0.0
printf '%s\n' "$cache/gunicorn-23.0.0/bin/python"
