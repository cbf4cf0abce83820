# The few things that are done often. Everything else is a go command.
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
PKG      = github.com/prometheus/common/version
LDFLAGS  = -s -w -X $(PKG).Version=$(VERSION) -X $(PKG).Revision=$(shell git rev-parse HEAD 2>/dev/null) -X $(PKG).Branch=$(shell git rev-parse --abbrev-ref HEAD 2>/dev/null)

.PHONY: build demo test lint bench golden ci

build: ## the binary, static
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o dvc_exporter ./exporter

demo: ## sample data on http://localhost:9766
	go run ./exporter -demo

test: ## all tests
	go test ./...

lint: ## what CI lints with
	go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0 run ./...

bench: ## benchmarks with their ratios
	go test -run '^$$' -bench . ./exporter/...

golden: ## write the expected outputs anew; look at the difference before you commit it
	go test ./exporter/... -update

ci: ## everything that CI runs
	bash .ci/run
