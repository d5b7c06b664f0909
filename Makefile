# TrackLayer Gateway. `make` lists the targets.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run serve test bench bench-delivery lint fuzz install setup

export SWIFT_BACKTRACE := enable=no
RELEASE := .build/release/tracklayer

help: ## lists the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 16

run: ## installs what is missing, builds, and shows one purchase on its whole way; ends by itself
	@Scripts/setup.sh run
	@Scripts/build.sh release tracklayer
	@Scripts/demo.sh

serve: ## the demo's gateway and receiver, kept running until Ctrl-C
	@Scripts/setup.sh run
	@Scripts/build.sh release tracklayer
	@Scripts/demo.sh --keep

test: ## installs what is missing and passes the whole test suite
	@Scripts/setup.sh test
	@Scripts/test.sh

lint: ## checks the format and the rules of the tree
	@swift format lint --strict --parallel --recursive Package.swift Sources Tests Benchmarks Fuzz

bench: ## measures throughput and latency beside nginx, prints one table
	@Scripts/setup.sh bench
	@Scripts/build.sh release tracklayer
	@Scripts/build.sh release bench
	@Scripts/bench.sh

bench-delivery: ## measures deliveries: throughput, isolation, a backlog that drains beside ingest
	@Scripts/setup.sh bench
	@Scripts/build.sh release tracklayer
	@Scripts/build.sh release bench-delivery
	@Scripts/bench-delivery.sh

fuzz: ## feeds the parsers mutated input for FUZZ_SECONDS (default 60) each
	@Scripts/setup.sh test
	@Scripts/fuzz.sh

install: ## builds and copies the program to PREFIX/bin (default /usr/local)
	@Scripts/setup.sh run
	@Scripts/build.sh release tracklayer
	install -D -m 0755 $(RELEASE) $(or $(PREFIX),/usr/local)/bin/tracklayer
