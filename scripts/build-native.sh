#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Builds the agent, and the same as an addon of Node, into packages/capture/native/build. With --test:
# builds and runs the C++ unit tests, plain and under AddressSanitizer and UndefinedBehaviorSanitizer.
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

# Where the headers for the addon are: in npm packages. Without those the agent is built all the same.
node_api_includes() {
  node -p '["node-api-headers", "node-addon-api"]
    .map((name) => path.resolve(require(name).include_dir)).join(";")' 2>/dev/null ||
    echo "npm packages are not installed: without the addon" >&2
}

mkdir -p "$SOURCE/build"
if [ "${1-}" = --test ]; then
  build "$SOURCE/build/test" -DPYSPY_TESTS=ON
  ctest --test-dir "$SOURCE/build/test" --output-on-failure --parallel "$(nproc)"
  build "$SOURCE/build/sanitize" -DPYSPY_TESTS=ON -DPYSPY_SANITIZE=ON -DCMAKE_BUILD_TYPE=Debug
  ctest --test-dir "$SOURCE/build/sanitize" --output-on-failure --parallel "$(nproc)"
else
  build "$SOURCE/build/release" -DPYSPY_NODE_API_INCLUDES="$(node_api_includes)"
  for product in pyspy-capture pyspy-capture.node; do
    if [ ! -f "$SOURCE/build/release/$product" ]; then continue; fi
    # By rename: a running agent does not let itself be overwritten.
    cp "$SOURCE/build/release/$product" "$SOURCE/build/$product.new"
    mv "$SOURCE/build/$product.new" "$SOURCE/build/$product"
    echo "built $SOURCE/build/$product ($(stat -c %s "$SOURCE/build/$product") bytes)"
  done
fi
