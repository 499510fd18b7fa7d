#!/usr/bin/env bash
# Installs what is missing, builds the release preset and runs all tests on it.
# Arguments go to ctest, e.g. scripts/test.sh --tests-regex ledger
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/install_packages build test

echo "== Building in build/release"
cmake --preset release
cmake --build --preset release

echo "== Testing"
status=0
ctest --preset release --output-on-failure --parallel "$(nproc)" "$@" || status=$?

if ((status == 0)); then
    echo "Next: scripts/check looks at the sources, scripts/demo.sh shows bankctl at work."
else
    echo "Next: ctest --preset release --rerun-failed runs only what failed; scripts/test.sh repeats everything."
fi
exit "$status"
