package main

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/version"

	"dvc_exporter/exporter/demo"
	"dvc_exporter/exporter/fetch"
	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/metrics"
	"dvc_exporter/exporter/portal"
	"dvc_exporter/exporter/refresh"
	"dvc_exporter/exporter/snapshot"
	"dvc_exporter/exporter/units"
)

// app is the parts of the exporter, put together.
type app struct {
	config    config
	store     *snapshot.Store
	viewer    *snapshot.Viewer
	refresher *refresh.Refresher
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
	var listed []units.Listed
	if c.UnitsFile != "" {
		if listed, err = units.ReadFile(c.UnitsFile); err != nil {
			return nil, fmt.Errorf("DVC_UNITS_FILE: %w", err)
		}
	}
	a.viewer = &snapshot.Viewer{
		Store:   a.store,
		Windows: c.Windows,
		Listed:  func() []units.Listed { return listed },
		Domain:  c.AsOf.domain,
	}
	a.refresher = &refresh.Refresher{Store: a.store, Jobs: jobs, Domain: c.AsOf.domain, Log: log}
	a.refresher.Start()
	return a, nil
}

// jobs lists the configured sources: one line for each.
func (a *app) jobs(log *slog.Logger) ([]refresh.Job, error) {
	c := a.config
	client := fetch.New(fetch.Options{UserAgent: c.userAgent(), Timeout: c.PortalTimeout, MaxBody: c.MaxBody})
	var jobs []refresh.Job
	if c.PortalURL != "" {
		source, err := portal.New(portal.Options{
			URL: c.PortalURL, API: c.PortalAPI, Province: c.Province, Windows: c.Windows,
			Now: c.now, KnownUnits: a.knownUnits, Log: log,
		}, client)
		if err != nil {
			return nil, err
		}
		jobs = append(jobs, refresh.Job{Name: index.Portal, Source: source, Interval: c.PortalInterval, Expire: c.ExpireAfter, Past: c.Windows})
	}
	if len(jobs) == 0 {
		return nil, fmt.Errorf("no source is configured: set DVC_PORTAL_URL")
	}
	return jobs, nil
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
	return append(a.viewer.View(time.Now()).Units, units.Provinces...)
}

// exposition serves what the viewer shows, with the exporter's own metrics.
func (a *app) exposition(own prometheus.Gatherer) *metrics.Exposition {
	return &metrics.Exposition{
		Viewer:   a.viewer,
		Store:    a.store,
		Domain:   a.config.AsOf.domain,
		Settings: metrics.Settings{Own: a.config.Province},
		Own:      own,
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
	c.PortalURL, c.PortalAPI, c.Province, c.StateDir = "http://"+listener.Addr().String(), "reporting", "H26", dir
	return func() {
		_ = server.Close()
		_ = os.RemoveAll(dir)
	}, nil
}
