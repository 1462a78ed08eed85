# Every target works on a clean clone with Go alone, but for `test`, which installs what its tests need when it may.
# `make` or `make help` lists the targets.

GO        ?= go
ADDR      ?= 127.0.0.1:8080
FUZZTIME  ?= 5s
TESTFLAGS ?=
# Packages tested at once: one more than two processors, because tests of databases and of crashes wait now and then.
PARALLEL  ?= 3
# Tests are linked without tables for debuggers, and vetted by `check`.
LINK      := -vet=off -ldflags='-s -w'
VERSION   ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)

export CGO_ENABLED ?= 0
# Without paths of this machine in what is compiled, every clone and work tree shares one build cache.
export GOFLAGS += -trimpath

.DEFAULT_GOAL := help
.PHONY: help run build verifier test check bench fuzz generate vendor fmt

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: verifier ## start the demo company (ADDR=127.0.0.1:8080)
	$(GO) run ./cmd/xiaoguan demo --addr $(ADDR)

build: verifier ## build the one binary, bin/xiaoguan, with the verifier of proofs in it
	$(GO) build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o bin/xiaoguan ./cmd/xiaoguan

verifier: ## build the page that checks proofs offline, internal/proof/page/built/verifier.html
	GO=$(GO) $(GO) run ./tools/verifier

test: ## run every test on both databases and in a browser, installing what is missing
	tools/install-test-packages.sh
	@failed=0; scratch=$$(tools/scratch.sh); trap 'rm -rf "$$scratch"' EXIT; export TMPDIR=$$scratch; \
	$(GO) test $(LINK) -p $(PARALLEL) -timeout 15m $(TESTFLAGS) $$($(GO) list ./... | grep -v '/internal/browsertest$$') || failed=1; \
	echo "the browser, which wants the machine for itself:"; \
	$(GO) test $(LINK) -timeout 25m $(TESTFLAGS) ./internal/browsertest || failed=1; \
	exit $$failed

check: ## format, vet, lint, generated files, modules, architecture, known vulnerabilities
	tools/check.sh

bench: ## print the benchmark table and what machine made it
	$(GO) run ./tools/bench

fuzz: ## run every fuzz target for a few seconds (FUZZTIME=5s)
	tools/fuzz.sh $(FUZZTIME)

generate: ## write generated files anew: templates, tables of ARCHITECTURE.md
	$(GO) tool templ generate
	$(GO) generate ./...
	$(GO) test -count=1 -run TestArchitectureShowsTheTables ./internal/archtest -update

vendor: ## fetch the browser's files anew by version and checksum (needs npm; never at build, run or test time)
	$(MAKE) -C tools/vendor

fmt: ## format Go code and templates
	gofmt -w $(wildcard cmd internal tools)
	$(GO) tool templ fmt internal
