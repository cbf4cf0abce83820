# The few things that are done often. Everything else is a go command.
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
PKG      = github.com/prometheus/common/version
LDFLAGS  = -s -w -X $(PKG).Version=$(VERSION) -X $(PKG).Revision=$(shell git rev-parse HEAD 2>/dev/null)

# Packages know versions that begin with a number and have no hyphen: v0.2.0-3-gc754270 is
# 0.2.0+3.gc754270; without a tag c754270 is 0~c754270.
PACKAGE_VERSION   = $(shell echo '$(VERSION)' | sed -E 's/^v?([0-9]+\.)/\1/; t; s/^/0~/' | sed 's/-rc/~rc/; s/-/+/; s/-/./g')
SOURCE_DATE_EPOCH = $(shell git log -1 --format=%ct)

GRAFANA_HOME        ?= /usr/share/grafana
GRAFANA_PORT        ?= 3000
GRAFANA_URL         = http://localhost:$(GRAFANA_PORT)
DASHBOARDS_LANGUAGE ?= vi

.PHONY: build demo test lint bench golden notice packages image release stack stack-prometheus stack-grafana ci

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

notice: ## NOTICE, the licences of what is linked into the programs
	go run ./packaging/notice > NOTICE.new && mv NOTICE.new NOTICE

packages: ## static binaries, .deb, .rpm, SBOM and checksums in dist/; the same commit and Go give the same bytes
	rm -rf dist && mkdir dist
	go run ./packaging/manpage $$(date -u -d @$(SOURCE_DATE_EPOCH) +%F) | gzip -n9 > dist/dvc_exporter.1.gz
	set -e; export CGO_ENABLED=0 SOURCE_DATE_EPOCH=$(SOURCE_DATE_EPOCH) PACKAGE_VERSION='$(PACKAGE_VERSION)'; \
	for ARCH in amd64 arm64; do export ARCH; name=dvc_exporter-$(PACKAGE_VERSION).linux-$$ARCH; \
		GOOS=linux GOARCH=$$ARCH go build -trimpath -buildvcs=false -ldflags '$(LDFLAGS)' -o dist/linux-$$ARCH/ ./exporter ./dashboards/playlist; \
		mv dist/linux-$$ARCH/exporter dist/linux-$$ARCH/dvc_exporter; \
		for packager in deb rpm; do go tool -modfile=tools/package/go.mod nfpm package --config packaging/nfpm.yaml --packager $$packager --target dist/; done; \
		tar --sort=name --mtime=@$(SOURCE_DATE_EPOCH) --owner=0 --group=0 --numeric-owner --mode=go+rX,go-w --transform "s,^,$$name/," \
			-c LICENSE NOTICE -C dist/linux-$$ARCH dvc_exporter | gzip -n9 > dist/$$name.tar.gz; \
		go tool -modfile=tools/package/go.mod cyclonedx-gomod bin -json -std -noserial -notimestamp -output dist/$$name.cdx.json dist/linux-$$ARCH/dvc_exporter; \
	done
	rm -r dist/linux-* dist/dvc_exporter.1.gz && cd dist && sha256sum -- * > SHA256SUMS

image: ## the container image, by Docker
	docker build -f exporter/Dockerfile --build-arg VERSION=$(VERSION) -t dvc_exporter:$(VERSION) .

release: packages image ## everything that is published
	docker save dvc_exporter:$(VERSION) | gzip -n9 > dist/dvc_exporter-$(PACKAGE_VERSION).image.tar.gz
	cd dist && sha256sum -- *.image.tar.gz >> SHA256SUMS

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
	$(MAKE) stack-prometheus & \
	$(MAKE) stack-grafana & \
	wait

stack-prometheus: # a part of stack; first the months that the demo's portal has, so that trends have lines
	go run ./exporter -demo backfill -only 'dvc_(score|rank)' -out .stack/history.om
	go tool -modfile=tools/prometheus/go.mod promtool tsdb create-blocks-from openmetrics --quiet --max-block-duration=39366h .stack/history.om .stack/prometheus
	rm .stack/history.om
	exec go tool -modfile=tools/prometheus/go.mod prometheus --config.file=.stack/prometheus.yml --storage.tsdb.path=.stack/prometheus --storage.tsdb.retention.time=5y

stack-grafana: # a part of stack: as in docker-compose.yml, but for folders and addresses
ifeq ($(wildcard $(GRAFANA_HOME)/bin/grafana),)
	@echo "There is no Grafana at GRAFANA_HOME=$(GRAFANA_HOME); set it to the folder of an unpacked Grafana 12.4 and run make stack again."
else
	mkdir -p .stack/public && ln -sf $(GRAFANA_HOME)/public/* .stack/public && ln -sfn $(CURDIR)/dashboards/wall/public .stack/public/wall
	go run ./dashboards/playlist -grafana $(GRAFANA_URL) -password-file dashboards/playlist/demo_password & \
	set -a && . ./dashboards/grafana.env && \
	PROMETHEUS_URL=http://127.0.0.1:9090 ALERTMANAGER_URL=http://127.0.0.1:9093 DASHBOARDS_DIR=$(CURDIR)/dashboards/$(DASHBOARDS_LANGUAGE) && \
	GF_PATHS_PROVISIONING=$(CURDIR)/.stack/provisioning GF_PATHS_DATA=$(CURDIR)/.stack/grafana GF_PATHS_LOGS=$(CURDIR)/.stack/grafana GF_PATHS_PLUGINS=$(CURDIR)/.stack/grafana/plugins && \
	GF_SERVER_STATIC_ROOT_PATH=$(CURDIR)/.stack/public && \
	GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH=$$DASHBOARDS_DIR/dvc-tong-quan.json && \
	GF_SERVER_HTTP_ADDR=127.0.0.1 GF_SERVER_HTTP_PORT=$(GRAFANA_PORT) GF_SERVER_ROOT_URL=$(GRAFANA_URL) GF_AUTH_ANONYMOUS_ENABLED=true GF_LOG_MODE=console && \
	GF_SECURITY_ADMIN_PASSWORD=$$(cat dashboards/playlist/demo_password) && \
	exec $(GRAFANA_HOME)/bin/grafana server --homepath $(GRAFANA_HOME)
endif
