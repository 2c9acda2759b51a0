#!/usr/bin/env bash
# Installs, builds, records a real program for some seconds, and leaves a flame graph to open.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh build
npm run --silent build >&2
mkdir -p demo
node packages/capture/bin/pyspy-capture.js -d 5 -o demo/run.pspy -- \
  python3 samples/web_like.py --seconds 6 >demo/program-output.txt
node packages/cli/bin/pyspy-analyze.js demo/run.pspy
node packages/cli/bin/pyspy-analyze.js demo/run.pspy --threads --format flamegraph >/dev/null
echo
echo "The recording is demo/run.pspy. Open demo/run.svg in a browser."
