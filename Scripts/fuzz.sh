#!/usr/bin/env bash
# Feeds mutated fixtures to the parsers under libFuzzer and AddressSanitizer; ends with 1 when an input breaks a law.
#   Scripts/fuzz.sh [TARGET…]     all targets by default; FUZZ_SECONDS (60) is the time for each
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${FUZZ_SECONDS:-60}
targets=("${@:-RequestFuzz SignatureFuzz TemplateFuzz CanonicalizerFuzz}")
scratch=.build/fuzz
export TRACKLAYER_FUZZ=1             # makes Package.swift declare the targets
export SWIFT_BACKTRACE=enable=no     # libFuzzer reports crashes; Swift's own reporter would wait for a terminal
mkdir -p "$scratch"

# The keys of the fixtures and the words of the template language, for the mutator to put in.
grep -rhoE '"[A-Za-z_]+" *:' fixtures | tr -d ' ' | sort -u | sed -E 's/"(.*)":/"\\"\1\\":"/' >"$scratch/json.dict"
# What readers of addresses, links, ids, money and consent look for.
printf '"%s"\n' 'a@b.co' '@' '%40' '%25' 'https://' '//user:pass@' '?' '#' '&' '=' '&gclid=' '?email=' 'fb.1.' '1,234.50' \
    'EUR ' '+49 151 ' '4242 4242 4242 4242' 'DBAA~' '1YNN' '2026-04-23T' 'ud800' 'GA1.2.' '198.51.100.7, ' \
    >>"$scratch/json.dict"
printf '"%s"\n' '{{' '}}' '{{#if ' '{{#unless ' '{{#each ' '{{else}}' '{{else if ' '{{/if}}' '{{/unless}}' '{{/each}}' \
    'properties.' 'custom_data.items' 'secrets.token' 'occurred_at' '@index' 'this' 'json ' 'default ' 'date ' \
    >"$scratch/template.dict"

for target in ${targets[*]}; do
    echo "building $target (release, libFuzzer, AddressSanitizer) …" >&2
    log=$scratch/$target.log
    # In the other order swiftc 6.3 leaves Swift code without the coverage counters that guide libFuzzer.
    if ! ${SWIFT:-swift} build -c release --sanitize=address --sanitize=fuzzer --scratch-path "$scratch" \
        --product "$target" >"$log" 2>&1; then
        cat "$log" >&2
        exit 1
    fi
    subject=$(tr '[:upper:]' '[:lower:]' <<<"${target%Fuzz}")
    corpus=$scratch/corpus/$subject
    crashes=$scratch/crashes/$subject
    mkdir -p "$corpus" "$crashes"
    seeds=()
    [ "$subject" = template ] || [ "$subject" = signature ] || seeds+=(fixtures/*/)
    [ -d "Fuzz/Seeds/$subject" ] && seeds+=("Fuzz/Seeds/$subject")
    dictionary=$scratch/json.dict
    [ "$subject" = template ] && dictionary=$scratch/template.dict
    # The time limit of `timeout` is a second line, should a trap keep the process from ending.
    if ! timeout -k 5 $((seconds + 60)) "$scratch/release/$target" "$corpus" "${seeds[@]}" -dict="$dictionary" \
        -max_len=8192 -timeout=10 -rss_limit_mb=2048 -max_total_time="$seconds" -print_final_stats=1 \
        -artifact_prefix="$crashes/" >"$log" 2>&1; then
        tail -n 60 "$log" >&2
        echo "fuzz: $target failed; the input is below $crashes, the whole report is $log" >&2
        exit 1
    fi
    executions=$(awk '/stat::number_of_executed_units/ {print $2}' "$log")
    rate=$(awk '/stat::average_exec_per_sec/ {print $2}' "$log")
    echo "$target: $executions inputs in $seconds s ($rate a second), no law broken"
done
