#!/usr/bin/env bash
# Installs the Debian packages that TrackLayer needs and that are missing. Does nothing when all are there.
#   Scripts/setup.sh run     what building and running needs (default)
#   Scripts/setup.sh test    that, and what the tests need
#   Scripts/setup.sh bench   that, and what the benchmark needs
set -euo pipefail

run_packages=(
    libevent-dev            # HTTP server
    libcurl4-openssl-dev    # HTTP client
    libssl-dev              # TLS, SHA-256, HMAC
    libsimdjson-dev         # JSON
    librocksdb-dev          # durable store
    libyaml-dev             # configuration
    zlib1g-dev              # gzip bodies
    libstdc++-12-dev        # the C++ library that simdjson and RocksDB stand on
)
test_packages=("${run_packages[@]}" openssl python3-venv) # the latter for the SDKs that tests drive
bench_packages=("${run_packages[@]}" wrk nginx-light)

case "${1:-run}" in
    run) wanted=("${run_packages[@]}") ;;
    test) wanted=("${test_packages[@]}") ;;
    bench) wanted=("${bench_packages[@]}") ;;
    list) printf '%s\n' "${run_packages[@]}"; exit 0 ;;
    *) echo "usage: Scripts/setup.sh [run|test|bench|list]" >&2; exit 2 ;;
esac

if ! command -v swift >/dev/null; then
    echo "setup: the Swift toolchain is missing: install Swift 6.2 or later from https://swift.org/install/linux" >&2
    exit 1
fi

missing=()
for package in "${wanted[@]}"; do
    status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

install="apt-get install -y --no-install-recommends ${missing[*]}"
if [ "$(id -u)" -eq 0 ]; then
    sudo=()
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    sudo=(sudo)
else
    echo "setup: ${#missing[@]} packages are missing and this user may not install them. Run this once, then try again:" >&2
    echo "    sudo $install" >&2
    exit 1
fi
echo "setup: installing ${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
"${sudo[@]}" apt-get update -qq
"${sudo[@]}" $install >/dev/null
