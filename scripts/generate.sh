#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Generates code from the schemas, the scripts inside reports, and the list of licences. With --check: fails where a committed file is not current.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/node_modules/.bin:$PATH"

readonly FIELDS=packages/capture/native/wire/pspy_fields.h
readonly GENERATED=(schemas/src/gen packages/report/src/gen docs/licences.md "$FIELDS")

generate() {
  local work
  work=$(mktemp -d)
  (cd schemas && buf lint && buf generate && buf build -o "$work/pspy.binpb")
  node scripts/generate-fields.mjs "$work/pspy.binpb" "$FIELDS"
  rm -r "$work"
  node scripts/generate-pages.mjs
  node scripts/list-licences.mjs
  biome format --write --log-level=error docs/licences.md
}

if [ "${1-}" != --check ]; then
  generate
  exit
fi
before=$(mktemp -d)
trap 'rm -rf "$before"' EXIT
cp -r --parents "${GENERATED[@]}" "$before"
generate
for path in "${GENERATED[@]}"; do
  diff -r "$before/$path" "$path" && continue
  echo "generated files were not current: commit what 'npm run generate' just wrote" >&2
  exit 1
done
