# Targets of the benchmarks; the Makefile of the repository includes this file.

.PHONY: bench bench-check bench-scale

bench: ## Measure Latchkey beside its peers; writes docs/benchmarks.md (wrk, if installed, adds figures over a connection)
	@cd bench && GOWORK=off go run ./cmd/lkbench all -docs ../docs

bench-check: ## Measure the demands on Latchkey's speed; writes bench/result.json and fails when one is missed
	@cd bench && GOWORK=off go run ./cmd/lkbench check -result result.json

bench-scale: ## Measure whether sessions cost more when there are a million; writes docs/growth.md (needs PostgreSQL)
	@scripts/setup postgres
	@GOWORK=off go build -o bin/tools/pgtest-run ./internal/pgtest/cmd/pgtest-run
	@GOWORK=off go -C bench build -o ../bin/tools/lkscale ./cmd/lkscale
	@bin/tools/pgtest-run bin/tools/lkscale -docs docs/growth.md
