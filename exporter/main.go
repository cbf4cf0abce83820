// Command dvc_exporter reads what the national public service portal publishes
// about how provinces, departments and communes serve people and businesses
// (Decision 766/QĐ-TTg), and what their offices record, into Prometheus gauges.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	versioncollector "github.com/prometheus/client_golang/prometheus/collectors/version"
	"github.com/prometheus/common/version"
	toolkit "github.com/prometheus/exporter-toolkit/web"

	_ "time/tzdata" // offices run on machines without zone data

	"dvc_exporter/exporter/demo"
	"dvc_exporter/exporter/web"
)

const usage = `usage: dvc_exporter [-demo] [serve]   serve the metrics (the default)
       dvc_exporter [-demo] check     read every source once and print what was found
       dvc_exporter [-demo] backfill -from YYYY-MM -out FILE
                                      write the portal's closed periods for promtool
       dvc_exporter [-demo] report -period YYYY-MM -out FILE.docx
                                      write the announcement of a month (.docx, .md, .html)
       dvc_exporter healthy           ask the exporter on this machine whether it is alive
       dvc_exporter -version

Configuration comes from DVC_ environment variables; see the README.
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "dvc_exporter:", err)
		}
		stop()
		os.Exit(1)
	}
}

// run is main without the process around it.
func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("dvc_exporter", flag.ContinueOnError)
	flags.Usage = func() { fmt.Fprint(flags.Output(), usage) }
	withDemo := flags.Bool("demo", false, "read a small portal of its own, with sample data")
	showVersion := flags.Bool("version", false, "print the version")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *showVersion {
		fmt.Fprintln(out, version.Print("dvc_exporter"))
		return nil
	}
	c, err := readConfig()
	if err != nil {
		return err
	}
	log := c.logger()
	notice := ""
	if *withDemo {
		end, err := startDemo(ctx, &c)
		if err != nil {
			return err
		}
		defer end()
		notice = demo.Notice
		log.Info(notice)
	}
	switch command := flags.Arg(0); command {
	case "", "serve":
		return serve(ctx, c, notice, log)
	case "check":
		return check(ctx, c, out, log)
	case "backfill":
		return runBackfill(ctx, c, flags.Args()[1:], log)
	case "report":
		return runReport(ctx, c, flags.Args()[1:], notice, out, log)
	case "healthy":
		return healthy(c)
	default:
		flags.Usage()
		return fmt.Errorf("there is no command %q", command)
	}
}

// ownMetrics are the exporter's own: build, Go, process.
func ownMetrics() prometheus.Gatherer {
	own := prometheus.NewRegistry()
	own.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		versioncollector.NewCollector("dvc_exporter"),
	)
	return own
}

// bounded returns a server on which no client can hold a connection for a minute
// without using it. The largest answer is a list of all late dossiers.
func bounded(handler http.Handler) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      45 * time.Second,
		IdleTimeout:       45 * time.Second,
	}
}

const (
	// shutdownLimit is how long running answers, rounds and writing may still take.
	shutdownLimit = 5 * time.Second
	// lookInterval is how often the files of units, targets and headings are looked at: network
	// shares do not notify.
	lookInterval = 15 * time.Second
)

// serve runs the exporter until the context ends.
func serve(ctx context.Context, c config, notice string, log *slog.Logger) error {
	if err := c.checkWindows(time.Now()); err != nil {
		return err
	}
	late, err := c.lateLists()
	if err != nil {
		return err
	}
	a, err := wire(c, log, c.serving(ctx, log))
	if err != nil {
		return err
	}
	defer a.store.Close() //nolint:errcheck // the lock ends with the process in any case
	server := bounded(web.New(web.Options{
		Metrics: a.exposition.Serve(a.publisher.Current),
		Current: a.publisher.Current,
		Late:    late,
		Parts:   a.parts,
		Version: cmp.Or(version.Version, "dev"),
		Notice:  notice,
		Log:     log,
	}))
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var running sync.WaitGroup
	running.Go(func() { a.publisher.Run(ctx) })
	running.Go(func() { a.refresher.Run(ctx) })
	running.Go(func() { a.watch(ctx) })
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		<-ctx.Done()
		grace, cancel := context.WithTimeout(context.Background(), shutdownLimit)
		defer cancel()
		rounds, ended := context.WithCancel(context.Background())
		go func() { running.Wait(); ended() }()
		if server.Shutdown(grace) != nil {
			log.Warn("answers that still ran are cut off", "after", shutdownLimit)
		}
		select {
		case <-rounds.Done():
		case <-grace.Done():
		}
		if rounds.Err() == nil {
			log.Warn("a source did not end in time; it is left behind", "after", shutdownLimit)
		}
	}()
	log.Info("starting", "version", version.Info(), "address", c.ListenAddress, "province", c.Province, "portal", c.PortalURL)
	systemdSocket := false
	err = toolkit.ListenAndServe(server, &toolkit.FlagConfig{
		WebListenAddresses: &[]string{c.ListenAddress},
		WebSystemdSocket:   &systemdSocket,
		WebConfigFile:      &c.WebConfigFile,
	}, log)
	cancel()
	<-stopped
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// watch reads the files of units, targets and headings again when they have changed, or at
// once when the process is sent SIGHUP, until the context ends.
func (a *app) watch(ctx context.Context) {
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	tick := time.NewTicker(lookInterval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			a.watcher.Look()
		case <-hangup:
			a.watcher.Read()
		}
	}
}
