#!/usr/bin/env bash
# Builds everything and runs all suites. Further words go to `swift test` (say, --filter CanonicalizerTests).
set -euo pipefail
cd "$(dirname "$0")/.."
export SWIFT_BACKTRACE=enable=no
swift build --build-tests --explicit-target-dependency-import-check error 2>&1 | grep -vE '^\[[0-9]+/[0-9]+\]' || true
[ "${PIPESTATUS[0]}" -eq 0 ]
swift test --skip-build --disable-xctest "$@"
