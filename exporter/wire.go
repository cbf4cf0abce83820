package main

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/version"

	"dvc_exporter/exporter/demo"
	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/metrics"
	"dvc_exporter/exporter/refresh"
	"dvc_exporter/exporter/reload"
	"dvc_exporter/exporter/snapshot"
	"dvc_exporter/exporter/units"
)

// app is the parts of the exporter, put together.
type app struct {
	config    config
	store     *snapshot.Store
	viewer    *snapshot.Viewer
	refresher *refresh.Refresher
	watcher   *reload.Watcher
	late      func(index.LateQuery) index.LatePage // nil: there are no dossiers
}

// wire puts the parts together as the configuration says.
func wire(c config, log *slog.Logger) (*app, error) {
	a := &app{config: c}
	jobs, err := a.jobs(log)
	if err != nil {
		return nil, err
	}
	var names []index.SourceName
	for _, job := range jobs {
		names = append(names, job.Name)
	}
	if a.store, err = snapshot.Open(c.StateDir, c.scope(), names, log); err != nil {
		return nil, err
	}
	if a.watcher, err = reload.New(c.TargetsFile, c.UnitsFile, log); err != nil {
		return nil, err
	}
	a.viewer = &snapshot.Viewer{
		Store:   a.store,
		Windows: c.Windows,
		Listed:  a.watcher.Listed,
		Domain:  c.AsOf.domain,
	}
	a.refresher = &refresh.Refresher{Store: a.store, Jobs: jobs, Domain: c.AsOf.domain, Log: log}
	a.refresher.Start()
	return a, nil
}

// now is the domain's clock.
func (c config) now() time.Time { return c.AsOf.domain(time.Now()) }

// userAgent says honestly who asks and how to reach whoever runs it.
func (c config) userAgent() string {
	agent := "dvc_exporter/" + cmp.Or(version.Version, "dev")
	if c.Contact != "" {
		agent += " (+" + c.Contact + ")"
	}
	return agent
}

// knownUnits lists the units whose portal ids are known: those of the picture,
// then the built-in provinces.
func (a *app) knownUnits() []index.Unit {
	return append(slices.Collect(maps.Values(a.viewer.View(time.Now()).Units)), units.Provinces...)
}

// exposition serves what the viewer shows, with the exporter's own metrics.
func (a *app) exposition(own prometheus.Gatherer) *metrics.Exposition {
	return &metrics.Exposition{
		Settings: metrics.Settings{ReceptionLimit: a.config.ReceptionLimit, DueSoon: a.config.DueSoon},
		Viewer:   a.viewer, Files: a.watcher.Files, Own: own,
	}
}

// startDemo starts the demonstration portal on loopback and points the
// configuration at it, with a state folder of its own. The returned function
// ends both.
func startDemo(ctx context.Context, c *config) (end func(), err error) {
	var listen net.ListenConfig
	listener, err := listen.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("the demo's portal: %w", err)
	}
	dir, err := os.MkdirTemp("", "dvc_exporter-demo-")
	if err != nil {
		return nil, err
	}
	server := &http.Server{Handler: demo.NewPortal(c.now), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }()
	now := c.now()
	if err := demo.WriteRecords(dir, now); err != nil {
		return nil, fmt.Errorf("the demo's records: %w", err)
	}
	c.PortalURL, c.PortalAPI, c.Province, c.StateDir = "http://"+listener.Addr().String(), "reporting", "H26", filepath.Join(dir, "state")
	c.Records, c.Documents = []string{filepath.Join(dir, "ho-so")}, []string{filepath.Join(dir, "van-ban")}
	return func() {
		_ = server.Close()
		_ = os.RemoveAll(dir)
	}, nil
}
