#!/usr/bin/env bash
# Builds one product quietly: says how long it took, and shows the compiler's words only when it fails.
#   Scripts/build.sh release|debug PRODUCT
set -euo pipefail
configuration=$1
product=$2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
started=$SECONDS
echo "building $product ($configuration; the first time takes a few minutes) …" >&2
if ! swift build -c "$configuration" --product "$product" >"$log" 2>&1; then
    cat "$log" >&2
    exit 1
fi
echo "built $product in $((SECONDS - started)) s" >&2
