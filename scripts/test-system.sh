#!/usr/bin/env bash
# Runs the system tests in two lanes on two cores: those that watch live programs' times and shares, and
# beside them those that mostly read what was recorded. Within a lane one file at a time.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/lib/beside.sh"
cd "$here/.."

# Files and folders of the second lane; all others are in the first.
readonly READING=(test/analyze test/cli test/docs test/line-tables.test.ts test/packaging test/report)

system_tests() { npx vitest run --project system "$@"; }
export -f system_tests

not_reading=()
for path in "${READING[@]}"; do not_reading+=(--exclude "$path" --exclude "$path/**"); done

npm run --silent build:pages
status=0
beside reading-lane bash -c 'system_tests "$@"' - "${READING[@]}"
system_tests "${not_reading[@]}" || status=$?
wait_for reading-lane || status=$?
exit "$status"
