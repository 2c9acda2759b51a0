#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Builds the agent into packages/capture/native/build. With --test: builds and runs the C++ unit
# tests, plain and under AddressSanitizer and UndefinedBehaviorSanitizer.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly SOURCE=packages/capture/native
version=$(node -p 'require("./packages/capture/package.json").version')

build() { # directory, cmake options...
  local directory=$1
  shift
  cmake -S "$SOURCE" -B "$directory" -DPYSPY_VERSION="$version" "$@" >"$directory.log" 2>&1 ||
    { cat "$directory.log" >&2; return 1; }
  cmake --build "$directory" --parallel "$(nproc)" >"$directory.log" 2>&1 ||
    { cat "$directory.log" >&2; return 1; }
}

mkdir -p "$SOURCE/build"
if [ "${1-}" = --test ]; then
  build "$SOURCE/build/test" -DPYSPY_TESTS=ON
  ctest --test-dir "$SOURCE/build/test" --output-on-failure --parallel "$(nproc)"
  build "$SOURCE/build/sanitize" -DPYSPY_TESTS=ON -DPYSPY_SANITIZE=ON -DCMAKE_BUILD_TYPE=Debug
  ctest --test-dir "$SOURCE/build/sanitize" --output-on-failure --parallel "$(nproc)"
else
  build "$SOURCE/build/release"
  # By rename: a running agent does not let itself be overwritten.
  cp "$SOURCE/build/release/pyspy-capture" "$SOURCE/build/pyspy-capture.new"
  mv "$SOURCE/build/pyspy-capture.new" "$SOURCE/build/pyspy-capture"
  echo "built $SOURCE/build/pyspy-capture ($(stat -c %s "$SOURCE/build/pyspy-capture") bytes)"
fi
