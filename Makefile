# The few things that are done often. Everything else is a go command.
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
PKG      = github.com/prometheus/common/version
LDFLAGS  = -s -w -X $(PKG).Version=$(VERSION) -X $(PKG).Revision=$(shell git rev-parse HEAD 2>/dev/null) -X $(PKG).Branch=$(shell git rev-parse --abbrev-ref HEAD 2>/dev/null)

.PHONY: build demo test lint bench golden stack ci

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

stack: ## exporter with sample data, Prometheus and Alertmanager, without containers; Ctrl-C ends all
	rm -rf .stack && mkdir -p .stack && cp -r alerts/prometheus.yml alerts/alertmanager.yml alerts/rules alerts/templates alerts/targets .stack
	sed -i 's/exporter:9766/127.0.0.1:9766/' .stack/targets/exporter.yml
	sed -i 's/alertmanager:9093/127.0.0.1:9093/' .stack/targets/alertmanager.yml
	trap 'kill 0' EXIT; export GRAFANA_URL=http://localhost:3000 RUNBOOK_URL=$(CURDIR)/alerts/RUNBOOK.md; \
	go run ./exporter -demo & \
	go tool -modfile=tools/alertmanager/go.mod alertmanager --config.file=.stack/alertmanager.yml --storage.path=.stack/alertmanager --data.retention=720h --cluster.listen-address= & \
	go tool -modfile=tools/prometheus/go.mod prometheus --config.file=.stack/prometheus.yml --storage.tsdb.path=.stack/prometheus --storage.tsdb.retention.time=5y & \
	wait
