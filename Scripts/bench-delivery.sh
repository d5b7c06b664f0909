#!/usr/bin/env bash
# Measures deliveries: throughput to a local receiver, isolation of ten destinations, and a backlog that drains beside
# ingest. BENCH_SECONDS sets the length of the last runs (default 8), BENCH_BACKLOG its events (default 1000000).
set -euo pipefail
cd "$(dirname "$0")/.."
source Scripts/bench/common.sh
backlog=${BENCH_BACKLOG:-1000000}

nginx_port=18299
port=18280
start_nginx 1 "$nginx_port"
.build/release/bench-delivery "$folder" "http://127.0.0.1:$nginx_port/sink"

secret=bench-secret-0123456789abcdef
configure() { # more lines of the destination
    cat >"$folder/gateway.yaml" <<CONF
listen: 127.0.0.1:$port
data: ./data
admin: {listen: "127.0.0.1:$((port + 1))", tokens: [bench-token-0123456789abcdef]}
limits: {queue: 1000000}
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
$1
CONF
}
load() { # CONNECTIONS BATCH SECONDS -> "requests/s p50_us p99_us errors requests"
    BATCH=$2 SECRET=$secret wrk -t1 -c"$1" -d"${3}s" --timeout 10s -s Scripts/bench/events.lua "http://127.0.0.1:$port/" \
        | awk '/^RESULT/ { for (i = 2; i <= NF; i++) { split($i, kv, "="); v[kv[1]] = kv[2] }
                           printf "%.0f %d %d %d %d\n", v["requests"] / v["seconds"], v["p50_us"], v["p99_us"],
                               v["errors"], v["requests"] }'
}
delivered() {
    curl -s "http://127.0.0.1:$port/metrics" \
        | awk '/^tracklayer_deliveries_total.*outcome="delivered"/ { print $2 }'
}
ms() { awk -v us="$1" 'BEGIN { printf "%.1f", us / 1000 }'; }

# A rate of one a minute keeps everything waiting; a reload lets it go.
configure "    rate: 1/m"
serve "$folder/gateway.yaml" "$folder/gateway.log"
queued=0
while [ "$queued" -lt "$backlog" ]; do
    read -r _ _ _ _ requests < <(load 8 100 2)
    queued=$((queued + requests * 100))
done
held_kib=$(awk '/^VmRSS/ { print $2 }' "/proc/$gateway/status")
read -r rate p50 p99 errors _ < <(load 16 1 "$seconds")
echo "ingest with $queued deliveries waiting: $rate events/s, p50 $(ms "$p50") ms, p99 $(ms "$p99") ms, $errors errors; $((held_kib / 1024)) MiB"
configure ""
before=$(delivered)
kill -HUP "$gateway"
started=$(date +%s%N)
read -r rate p50 p99 errors _ < <(load 16 1 "$seconds")
after=$(delivered)
ended=$(date +%s%N)
drain=$(awk -v n=$((after - before)) -v t=$((ended - started)) 'BEGIN { printf "%.0f", n / (t / 1e9) }')
held_kib=$(awk '/^VmRSS/ { print $2 }' "/proc/$gateway/status")
echo "ingest while they drain: $rate events/s, p50 $(ms "$p50") ms, p99 $(ms "$p99") ms, $errors errors; $drain deliveries/s beside it; $((held_kib / 1024)) MiB"
