#!/usr/bin/env bash
# Makes .build/sdk-clients, the Python environment with the real SDKs that SDKClientTests drives, the parser that
# MetricsTests reads metrics with, the validator of AdminDocumentTests and HTTP/2 for HTTP2Tests; does nothing when it is
# there. Ends with 1, after a notice, when it cannot be made: the
# tests that need it are then skipped.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=.build/sdk-clients
wanted=Scripts/sdk/requirements.txt
cmp -s "$wanted" "$folder/installed.txt" && exit 0

rm -rf "$folder"
mkdir -p .build
log=.build/sdk-clients.log
echo "sdk-clients: installing $(tr '\n' ' ' <"$wanted")…" >&2
if python3 -m venv "$folder" >"$log" 2>&1 &&
    "$folder/bin/pip" install --quiet --disable-pip-version-check --retries 1 --timeout 20 -r "$wanted" >>"$log" 2>&1; then
    cp "$wanted" "$folder/installed.txt"
    exit 0
fi
rm -rf "$folder"
{
    echo "********************************************************************************"
    echo "sdk-clients: THE TESTS WITH REAL SDKs, METRICS PARSER, OPENAPI VALIDATOR AND HTTP/2 ARE SKIPPED: these could not be installed."
    tail -n 1 "$log" | sed 's/^/    /'
    echo "    With PyPI in reach and python3-venv installed, run Scripts/sdk-clients.sh again."
    echo "********************************************************************************"
} >&2
exit 1
