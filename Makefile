# make help lists what there is. The text is the comment behind each target's
# name; the work is in scripts/.

.DEFAULT_GOAL := help
.PHONY: help run test lint vuln build docs check-dist fuzz soak cover clean

ARGS ?=
FUZZTIME ?= 30s

help: ## Show this list
	@echo 'Usage: make TARGET'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Start Latchkey on http://127.0.0.1:8080 with an empty database in ./data (ARGS="--addr …"); needs Go alone
	@GOWORK=off go run ./cmd/latchkey serve $(ARGS)

test: ## Run everything: Go with -race, PostgreSQL, the front end, a real browser; installs what is missing
	@scripts/test

lint: ## Check format, code, dependencies, rules of the repository, links and code in Markdown
	@scripts/lint

vuln: ## Look for known vulnerabilities in the binary, and in the release of Go that builds it
	@scripts/vuln

build: ## Build the front end and the binary bin/latchkey
	@scripts/build

docs: ## Build the documentation as a site in bin/site, and check its links
	@GOWORK=off go -C tools run ./docsite -root ..

check-dist: ## Build the front end and fail when the committed one differs
	@scripts/check-dist

fuzz: ## Run each fuzz target for FUZZTIME (30s)
	@FUZZTIME=$(FUZZTIME) scripts/fuzz

soak: ## Kill processes and databases 1,000 and 100 times, and look at what is left; writes docs/soak.md
	@scripts/soak

cover: ## Measure test coverage; writes bin/coverage.html
	@scripts/cover

clean: ## Remove what was built; ./data and the Go build cache stay
	rm -rf bin coverage.out web/node_modules

-include bench/bench.mk
