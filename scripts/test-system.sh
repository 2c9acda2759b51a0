#!/usr/bin/env bash
# Runs the system tests in two lanes on two cores: those that watch for how long programs do what, and
# beside them those that read recordings, or programs that stand still. Within a lane one file at a time.
# What compares small shares comes last, with nothing beside it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/lib/beside.sh"
cd "$here/.."

# Files and folders of the second lane; all others are in the first.
readonly STILL=(
  test/analyze test/cli test/docs test/format test/import test/line-tables.test.ts test/native
  test/packaging test/push test/report
)

readonly ALONE=(test/accuracy/short-calls.test.ts test/accuracy/states.test.ts)

system_tests() { npx vitest run --project system "$@"; }
export -f system_tests

moving=()
for path in "${STILL[@]}" "${ALONE[@]}"; do moving+=(--exclude "$path" --exclude "$path/**"); done

npm run --silent build:pages
status=0
beside still-lane bash -c 'system_tests "$@"' - "${STILL[@]}"
system_tests "${moving[@]}" || status=$?
wait_for still-lane || status=$?
system_tests "${ALONE[@]}" || status=$?
exit "$status"
