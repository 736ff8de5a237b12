# Aimdesk. `make run` opens the window on a sample repository, `make test` runs
# every default test. Both install what they need; `make help` lists the rest.

SHELL       := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

VERSION  := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
TAGS     := desktop,production,webkit2_41
LDFLAGS  := -s -w -X aimdesk/backend/cli.Version=$(VERSION)
GOFILES  := $(shell find . -name '*.go' -not -path './frontend/*' 2>/dev/null) go.mod go.sum
PAGE     := $(shell find frontend/src frontend/public frontend/wasm frontend/index.html frontend/vite.config.ts frontend/package-lock.json -type f 2>/dev/null)
# Packages that hold tests which need nothing but Go.
PACKAGES := ./...

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

.PHONY: run
run: packages-run build/bin/aimdesk ## open the window on a sample repository (under Xvfb where there is no display)
	@scripts/run.sh

.PHONY: test
test: packages-test frontend/node_modules/.package-lock.json ## every default test: Go, page, layers, drift; skips none
	@scripts/test.sh

.PHONY: build
build: build/bin/aimdesk ## the program with its window, build/bin/aimdesk

build/bin/aimdesk: $(GOFILES) frontend/dist/index.html
	go build -tags $(TAGS) -trimpath -ldflags '$(LDFLAGS)' -o $@ .

.PHONY: build-cli
build-cli: ## the program without its window: one static binary, no Node, no GTK
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o build/bin/aimdesk-cli .

frontend/node_modules/.package-lock.json: frontend/package-lock.json
	cd frontend && npm ci --no-audit --no-fund --ignore-scripts
	@touch $@

frontend/dist/index.html: frontend/node_modules/.package-lock.json $(PAGE)
	cd frontend && npm run --silent build
	@touch frontend/dist/.gitkeep

.PHONY: packages-run packages-test packages-e2e
packages-run:
	@scripts/packages.sh run
packages-test:
	@scripts/packages.sh test
packages-e2e:
	@scripts/packages.sh e2e

.PHONY: bindings
bindings: frontend/node_modules/.package-lock.json ## regenerate frontend/wailsjs from the bound methods
	go tool wails generate module -tags webkit2_41

.PHONY: check
check: lint test ## everything CI runs

.PHONY: lint
lint: frontend/node_modules/.package-lock.json ## gofmt, go vet, golangci-lint, Biome, type check
	@scripts/lint.sh

.PHONY: format
format: ## format Go and the page
	gofmt -w $(shell git ls-files '*.go')
	cd frontend && npm run --silent format

.PHONY: race
race: ## the Go tests under the race detector
	go test -race ./backend/...

.PHONY: fuzz
fuzz: ## every fuzz target for FUZZTIME (default 30s) each
	@scripts/fuzz.sh

.PHONY: torture
torture: ## the long forms of the reliability tests, then every fuzz target for FUZZTIME
	TORTURE=1 nice -n 10 go test -count=1 -timeout 2h ./backend/torture
	@scripts/fuzz.sh

.PHONY: bench
bench: ## every Go benchmark once, with allocations
	go test -run '^$$' -bench . -benchmem ./backend/...

.PHONY: bench-suite
bench-suite: ## what must be fast, as ratios, on generated repositories (AIM_PYTHON compares with Aim)
	go run ./backend/bench $(BENCH)

.PHONY: interop
interop: ## compare with real Aim, ldb and sst_dump (installs Aim with pip into build/interop)
	@scripts/interop.sh

.PHONY: e2e
e2e: packages-e2e build/bin/aimdesk ## flows in a real browser and in the real window under Xvfb
	@scripts/e2e.sh

.PHONY: screenshots
screenshots: packages-e2e build/bin/aimdesk ## screenshots of every screen, under build/screenshots (LARGE=path adds a repository)
	@scripts/screenshots.sh

.PHONY: clean
clean: ## remove what was built
	rm -rf build/bin build/screenshots frontend/dist/assets frontend/dist/index.html frontend/node_modules
