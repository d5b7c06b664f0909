#!/usr/bin/env bash
# Shows one purchase on its whole way: gateway, receiver, replayed fixtures, verdict. Leaves nothing running.
#   Scripts/demo.sh          ends by itself; exit code 0 when everything was as it must be
#   Scripts/demo.sh --keep   keeps gateway and receiver running until Ctrl-C
set -euo pipefail
cd "$(dirname "$0")/.."
tracklayer=$PWD/.build/release/tracklayer
keep=${1:-}
folder=$(mktemp -d "${TMPDIR:-/tmp}/tracklayer-demo.XXXXXX")
pids=()

cleanup() {
    for pid in "${pids[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
    for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
    rm -rf "$folder"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

free_port() { # the first port from $1 on that nobody listens on
    local port=$1
    while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
    echo "$port"
}
wait_for() { # until the file $1 has the word $2, at most 15 s
    for _ in $(seq 150); do
        grep -q "$2" "$1" 2>/dev/null && return 0
        sleep 0.1
    done
    echo "demo: gave up waiting for \"$2\"; $1 says:" >&2
    cat "$1" >&2
    return 1
}

port=$(free_port 8080)
admin_port=$(free_port $((port + 1)))
sink_port=$(free_port 9400)
config=$folder/gateway.yaml
"$tracklayer" init "$folder" --listen "127.0.0.1:$port" --admin "127.0.0.1:$admin_port" \
    --sink "http://127.0.0.1:$sink_port/" >/dev/null

"$tracklayer" sink --port "$sink_port" --config "$config" >"$folder/sink.log" 2>&1 &
pids+=($!)
wait_for "$folder/sink.log" "listening"
"$tracklayer" serve --config "$config" >"$folder/gateway.log" 2>&1 &
pids+=($!)
wait_for "$folder/gateway.log" "listening"

echo
echo "1. A visitor lands, looks, signs in and buys: seven RudderStack events are posted."
echo
"$tracklayer" replay --config "$config" fixtures/rudderstack/0[1-7]*.json
echo
echo "2. The same purchase is posted again, as a retry would: a duplicate, not a second conversion."
echo
"$tracklayer" replay --config "$config" fixtures/rudderstack/07-order-completed.json
echo
echo "3. What became of order_12345:"
echo
"$tracklayer" explain order_12345 --config "$config" --event purchase --wait 10s | tee "$folder/explain.txt"
echo
echo "4. What the receiver saw of it:"
echo
grep -E "purchase +order_12345" "$folder/sink.log" | tee "$folder/seen.txt" || true
echo

verdict=0
check() { # $1: what must be so; the rest: the command that shows it
    local what=$1
    shift
    if "$@" >/dev/null 2>&1; then echo "  ok    $what"; else echo "  FAIL  $what"; verdict=1; fi
}
check "Order Completed became purchase" grep -q "purchase" "$folder/explain.txt"
check "identity merged" grep -q "merged" "$folder/explain.txt"
check "delivered" grep -q "delivered" "$folder/explain.txt"
check "delivered once, signature verified" test "$(grep -c "signature verified" "$folder/seen.txt")" = 1
echo
if [ "$verdict" = 0 ]; then echo "verdict: everything is as it must be."; else echo "verdict: something is wrong."; fi

if [ "$keep" = --keep ]; then
    echo
    echo "gateway   http://127.0.0.1:$port/rudderstack/events   configuration $config"
    echo "receiver  http://127.0.0.1:$sink_port/"
    echo "Try:  $tracklayer replay --config $config fixtures/"
    echo "Ctrl-C ends both."
    tail -n 0 -f "$folder/sink.log" &
    pids+=($!)
    wait "${pids[1]}"
fi
exit "$verdict"
