#!/usr/bin/env bash
# Installs what the tests need, builds everything, and passes all checks and tests.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/lib/beside.sh"
cd "$here/.."

scripts/setup.sh check
# What only the system tests need takes minutes on a new machine, most of them waiting. Who is not root
# may be asked for a password, which cannot happen beside something else.
if ((EUID == 0)); then
  beside setup-for-system-tests scripts/setup.sh test
else
  scripts/setup.sh test
fi
npm run --silent build
npm run --silent check
npm run --silent test:native
if ((EUID == 0)); then wait_for setup-for-system-tests; fi
npm run --silent test:system
