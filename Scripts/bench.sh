#!/usr/bin/env bash
# Measures the gateway beside nginx and prints one table. BENCH_SECONDS sets the length of each run (default 8).
set -euo pipefail
cd "$(dirname "$0")/.."
source Scripts/bench/common.sh

nginx_port=18199
port=18180
# The yardstick on /, the bench's receiver on /sink.
start_nginx 2 "$nginx_port" reuseport

secret=bench-secret-0123456789abcdef
start_gateway() { # with a fresh store each time
    rm -rf "$folder/gateway"
    mkdir -p "$folder/gateway"
    cat >"$folder/gateway/gateway.yaml" <<CONF
listen: 127.0.0.1:$port
data: ./data
admin:
  listen: 127.0.0.1:$((port + 1))
  tokens: [bench-token-0123456789abcdef]
sources:
  - name: rudderstack
    kind: rudderstack
    account: acct_bench
    environment: production
    secrets: [$secret]
destinations:
  - name: receiver
    kind: http
    url: http://127.0.0.1:$nginx_port/sink
    signing: {secrets: [bench-signing-secret-0123456789]}
    allow_private_addresses: true
CONF
    serve "$folder/gateway/gateway.yaml" "$folder/gateway.log"
}
stop_gateway() {
    kill -TERM "$gateway"
    wait "$gateway" || true
    pids=()
}
load() { # URL CONNECTIONS BATCH -> "requests/s p50_us p99_us errors"
    BATCH=$3 SECRET=$secret wrk -t1 -c"$2" -d"${seconds}s" --timeout 10s -s Scripts/bench/events.lua "$1" \
        | awk '/^RESULT/ { for (i = 2; i <= NF; i++) { split($i, kv, "="); v[kv[1]] = kv[2] }
                           printf "%.0f %d %d %d\n", v["requests"] / v["seconds"], v["p50_us"], v["p99_us"], v["errors"] }'
}
row() { printf '%-44s %12s %10s %10s %8s %8s\n' "$@"; }

start_gateway
rest_kib=$(awk '/^VmRSS/ { print $2 }' "/proc/$gateway/status")
stop_gateway

row "case" "events/s" "p50 ms" "p99 ms" "errors" "ratio"
ms() { awk -v us="$1" 'BEGIN { printf "%.2f", us / 1000 }'; }
for connections in 64 256; do
    read -r base p50 p99 errors < <(load "http://127.0.0.1:$nginx_port/" "$connections" 1)
    row "nginx, static 200, $connections connections" "$base" "$(ms "$p50")" "$(ms "$p99")" "$errors" "1.00"
    start_gateway
    read -r rate p50 p99 errors < <(load "http://127.0.0.1:$port/" "$connections" 1)
    row "gateway, one event a POST, $connections connections" "$rate" "$(ms "$p50")" "$(ms "$p99")" "$errors" \
        "$(awk -v a="$rate" -v b="$base" 'BEGIN { printf "%.2f", a / b }')"
    stop_gateway
done
start_gateway
read -r rate p50 p99 errors < <(load "http://127.0.0.1:$port/" 16 100)
row "gateway, batches of 100, 16 connections" "$((rate * 100))" "$(ms "$p50")" "$(ms "$p99")" "$errors" "-"
stop_gateway
echo
.build/release/bench "$folder/store"
echo "resident memory at rest: $((rest_kib / 1024)) MiB"
