#!/usr/bin/env bash
# Installs what the tests need, builds everything, and passes all checks and tests.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh test
npm run --silent build
npm run --silent check
npm run --silent test:native
npm run --silent test:system
