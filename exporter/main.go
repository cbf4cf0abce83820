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
       dvc_exporter healthy           ask the one that serves here whether it lives
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

// serve runs the exporter until the context ends.
func serve(ctx context.Context, c config, notice string, log *slog.Logger) error {
	a, err := wire(c, log)
	if err != nil {
		return err
	}
	exposition := a.exposition(ownMetrics())
	server := &http.Server{
		ReadHeaderTimeout: 10 * time.Second,
		Handler: web.New(web.Options{
			Metrics: exposition,
			Viewer:  a.viewer,
			Late:    a.lateLists(),
			Version: cmp.Or(version.Version, "dev"),
			Notice:  notice,
			Own:     c.Province,
			Log:     log,
		}),
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go every(ctx, time.Second, exposition.Prepare)
	go every(ctx, 15*time.Second, a.watcher.Look) // network shares do not notify
	done := make(chan struct{})
	go func() {
		defer close(done)
		a.refresher.Run(ctx)
	}()
	go func() {
		<-ctx.Done()
		grace, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = server.Shutdown(grace)
	}()
	log.Info("starting", "version", version.Info(), "address", c.ListenAddress, "province", c.Province, "portal", c.PortalURL)
	systemdSocket := false
	err = toolkit.ListenAndServe(server, &toolkit.FlagConfig{
		WebListenAddresses: &[]string{c.ListenAddress},
		WebSystemdSocket:   &systemdSocket,
		WebConfigFile:      &c.WebConfigFile,
	}, log)
	cancel()
	<-done
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// every calls f at an interval until the context ends.
func every(ctx context.Context, interval time.Duration, f func(now time.Time)) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			f(now)
		}
	}
}
