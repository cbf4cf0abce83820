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

	"github.com/prometheus/common/version"

	"dvc_exporter/exporter/book"
	"dvc_exporter/exporter/demo"
	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/metrics"
	"dvc_exporter/exporter/publication"
	"dvc_exporter/exporter/refresh"
	"dvc_exporter/exporter/reload"
	"dvc_exporter/exporter/units"
)

// app is the parts of the exporter, put together.
type app struct {
	config     config
	log        *slog.Logger
	store      *book.Store
	watcher    *reload.Watcher
	refresher  *refresh.Refresher
	publisher  *publication.Publisher
	exposition *metrics.Exposition
}

// wire puts the parts together as the configuration says. open opens the store of
// the named sources.
func wire(c config, log *slog.Logger, open func([]index.SourceName) (*book.Store, error)) (_ *app, err error) {
	a := &app{config: c, log: log}
	if a.watcher, err = reload.New(reload.Paths{Targets: c.TargetsFile, Units: c.UnitsFile, Headings: c.HeadingsFile}, log); err != nil {
		return nil, err
	}
	jobs, err := a.jobs()
	if err != nil {
		return nil, err
	}
	var names []index.SourceName
	for _, job := range jobs {
		names = append(names, job.Name)
	}
	if a.store, err = open(names); err != nil {
		return nil, err
	}
	a.exposition = &metrics.Exposition{Own: ownMetrics()}
	a.publisher = &publication.Publisher{
		Settings: c.settings(), Store: a.store, Files: a.watcher.Files, Domain: c.domain, After: a.exposition.Render,
	}
	a.refresher = &refresh.Refresher{Store: a.store, Jobs: jobs, Domain: c.domain, Log: log}
	a.refresher.Start()
	a.publisher.Publish(time.Now())
	return a, nil
}

// serving opens the state folder for the one exporter that writes in it, reading
// for those that must leave it as it is.
func (c config) serving(ctx context.Context, log *slog.Logger) func([]index.SourceName) (*book.Store, error) {
	return func(names []index.SourceName) (*book.Store, error) {
		return book.Open(ctx, c.StateDir, c.scope(), names, log)
	}
}

func (c config) reading(log *slog.Logger) func([]index.SourceName) (*book.Store, error) {
	return func(names []index.SourceName) (*book.Store, error) {
		return book.Read(c.StateDir, c.scope(), names, log), nil
	}
}

func (c config) settings() publication.Settings {
	return publication.Settings{Windows: c.Windows, Own: []string{c.Province}, ReceptionLimit: c.ReceptionLimit, DueSoon: c.DueSoon}
}

// now is the time by the domain's clock.
func (c config) now() time.Time { return c.domain(time.Now()) }

// userAgent names the program, honestly, and how to reach its operator.
func (c config) userAgent() string {
	agent := "dvc_exporter/" + cmp.Or(version.Version, "dev")
	if c.Contact != "" {
		agent += " (+" + c.Contact + ")"
	}
	return agent
}

// knownUnits lists the units whose portal ids are known: those of the publication,
// then the built-in provinces.
func (a *app) knownUnits() []index.Unit {
	return append(slices.Collect(maps.Values(a.publisher.Current().Units)), units.Provinces...)
}

// portal returns the job that reads the portal, nil if it is not read.
func (a *app) portal() *refresh.Job {
	i := slices.IndexFunc(a.refresher.Jobs, func(job *refresh.Job) bool { return job.Name == index.Portal })
	if i < 0 {
		return nil
	}
	return a.refresher.Jobs[i]
}

// registry is every unit that is known now.
func (a *app) registry() *units.Registry { return a.publisher.Current().Registry }

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
	c.LateLists = cmp.Or(c.LateLists, "true") // of made-up dossiers
	c.Records, c.Documents = []string{filepath.Join(dir, "ho-so")}, []string{filepath.Join(dir, "van-ban")}
	return func() {
		_ = server.Close()
		_ = os.RemoveAll(dir)
	}, nil
}
