# What the benchmarks share; sourced from the project's folder. Sets `seconds`, `tracklayer`, `folder` (removed at the end)
# and `pids` (ended at the end).
seconds=${BENCH_SECONDS:-8}
tracklayer=$PWD/.build/release/tracklayer
mkdir -p "${BENCH_FOLDER:-$PWD/.build}"
folder=$(mktemp -d "${BENCH_FOLDER:-$PWD/.build}/bench.XXXXXX")
pids=()

cleanup() {
    for pid in "${pids[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
    for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
    [ -f "$folder/nginx.pid" ] && kill "$(cat "$folder/nginx.pid")" 2>/dev/null || true
    rm -rf "$folder"
}
trap cleanup EXIT

# Starts an nginx that answers everything with a static 200.
#   start_nginx WORKERS PORT [LISTEN_OPTIONS]
start_nginx() {
    cat >"$folder/nginx.conf" <<CONF
worker_processes $1;
pid $folder/nginx.pid;
error_log $folder/nginx.err;
events { worker_connections 4096; }
http {
    access_log off;
    keepalive_requests 1000000000;
    client_body_temp_path $folder/bodies;
    client_body_buffer_size 256k;
    server {
        listen 127.0.0.1:$2 ${3:-};
        location / { default_type application/json; return 200 '{"success":true}'; }
    }
}
CONF
    nginx -c "$folder/nginx.conf"
}

# Starts a gateway, sets `gateway` to its process, and waits until it listens.
#   serve CONFIGURATION LOG
serve() {
    rm -f "$2"
    "$tracklayer" serve --config "$1" >"$2" 2>&1 &
    gateway=$!
    pids=("$gateway")
    for _ in $(seq 100); do
        grep -q listening "$2" && return 0
        sleep 0.1
    done
    cat "$2" >&2
    exit 1
}
