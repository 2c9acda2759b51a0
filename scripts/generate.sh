#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Generates code from the schemas. With --check: fails where a committed file is not current.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/node_modules/.bin:$PATH"

readonly FIELDS=packages/capture/native/wire/pspy_fields.h

generate() {
  local work
  work=$(mktemp -d)
  (cd schemas && buf lint && buf generate && buf build -o "$work/pspy.binpb")
  node scripts/generate-fields.mjs "$work/pspy.binpb" "$FIELDS"
  rm -r "$work"
}

if [ "${1-}" != --check ]; then
  generate
  exit
fi
before=$(mktemp -d)
trap 'rm -rf "$before"' EXIT
cp -r schemas/src/gen "$FIELDS" "$before"
generate
if ! diff -r "$before/gen" schemas/src/gen || ! diff "$before/$(basename "$FIELDS")" "$FIELDS"; then
  echo "generated files were not current: commit what 'npm run generate' just wrote" >&2
  exit 1
fi
