# The few things that are done often. Everything else is a go command.
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
PKG      = github.com/prometheus/common/version
LDFLAGS  = -s -w -X $(PKG).Version=$(VERSION) -X $(PKG).Revision=$(shell git rev-parse HEAD 2>/dev/null) -X $(PKG).Branch=$(shell git rev-parse --abbrev-ref HEAD 2>/dev/null)

GRAFANA_HOME        ?= /usr/share/grafana
GRAFANA_PORT        ?= 3000
GRAFANA_URL         = http://localhost:$(GRAFANA_PORT)
DASHBOARDS_LANGUAGE ?= vi

.PHONY: build demo test lint bench golden stack stack-grafana ci

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

stack: ## exporter with sample data, Prometheus, Alertmanager and, from GRAFANA_HOME, Grafana, without containers; Ctrl-C ends all
	rm -rf .stack && mkdir -p .stack/provisioning/plugins .stack/provisioning/alerting .stack/grafana/plugins
	cp -r alerts/prometheus.yml alerts/alertmanager.yml alerts/rules alerts/templates alerts/targets .stack
	cp -r dashboards/provisioning .stack
	sed -i 's/exporter:9766/127.0.0.1:9766/' .stack/targets/exporter.yml
	sed -i 's/alertmanager:9093/127.0.0.1:9093/' .stack/targets/alertmanager.yml
	trap 'kill 0' EXIT; export GRAFANA_URL=http://localhost:$(GRAFANA_PORT) RUNBOOK_URL=$(CURDIR)/alerts/RUNBOOK.md; \
	go run ./exporter -demo & \
	go tool -modfile=tools/alertmanager/go.mod alertmanager --config.file=.stack/alertmanager.yml --storage.path=.stack/alertmanager --data.retention=1080h --cluster.listen-address= & \
	go tool -modfile=tools/prometheus/go.mod prometheus --config.file=.stack/prometheus.yml --storage.tsdb.path=.stack/prometheus --storage.tsdb.retention.time=5y & \
	$(MAKE) stack-grafana & \
	wait

stack-grafana: # a part of stack: as in docker-compose.yml, but for folders and addresses
ifeq ($(wildcard $(GRAFANA_HOME)/bin/grafana),)
	@echo "There is no Grafana at GRAFANA_HOME=$(GRAFANA_HOME); set it to the folder of an unpacked Grafana 12.4 and run make stack again."
else
	mkdir -p .stack/public && ln -sf $(GRAFANA_HOME)/public/* .stack/public && ln -sfn $(CURDIR)/dashboards/wall/public .stack/public/wall
	go run ./dashboards/playlist -grafana $(GRAFANA_URL) -password-file dashboards/playlist/demo_password & \
	set -a && . ./dashboards/grafana.env && \
	PROMETHEUS_URL=http://127.0.0.1:9090 ALERTMANAGER_URL=http://127.0.0.1:9093 EXPORTER_URL=http://127.0.0.1:9766 DASHBOARDS_DIR=$(CURDIR)/dashboards/$(DASHBOARDS_LANGUAGE) && \
	GF_PATHS_PROVISIONING=$(CURDIR)/.stack/provisioning GF_PATHS_DATA=$(CURDIR)/.stack/grafana GF_PATHS_LOGS=$(CURDIR)/.stack/grafana GF_PATHS_PLUGINS=$(CURDIR)/.stack/grafana/plugins && \
	GF_SERVER_STATIC_ROOT_PATH=$(CURDIR)/.stack/public && \
	GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH=$$DASHBOARDS_DIR/dvc-tong-quan.json && \
	GF_SERVER_HTTP_ADDR=127.0.0.1 GF_SERVER_HTTP_PORT=$(GRAFANA_PORT) GF_SERVER_ROOT_URL=$(GRAFANA_URL) GF_AUTH_ANONYMOUS_ENABLED=true GF_LOG_MODE=console && \
	GF_SECURITY_ADMIN_PASSWORD=$$(cat dashboards/playlist/demo_password) && \
	exec $(GRAFANA_HOME)/bin/grafana server --homepath $(GRAFANA_HOME)
endif
