# Targets of the benchmarks; the Makefile of the repository includes this file.

.PHONY: bench bench-check

bench: ## Measure Latchkey beside its peers; writes docs/benchmarks.md (wrk, if installed, adds figures over a connection)
	@cd bench && GOWORK=off go run ./cmd/lkbench all -docs ../docs

bench-check: ## Measure the demands on Latchkey's speed; writes bench/result.json and fails when one is missed
	@cd bench && GOWORK=off go run ./cmd/lkbench check -result result.json
