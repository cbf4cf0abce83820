package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"regexp"
	"time"

	"dvc_exporter/exporter/backfill"
	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/refresh"
)

// runBackfill writes the portal's closed periods as OpenMetrics.
func runBackfill(ctx context.Context, c config, args []string, log *slog.Logger) error {
	flags := flag.NewFlagSet("dvc_exporter backfill", flag.ContinueOnError)
	from := flags.String("from", "2026-01", "first month, YYYY-MM")
	to := flags.String("to", "now", "last month, YYYY-MM, or now")
	out := flags.String("out", "", "file to write, in OpenMetrics")
	job := flags.String("job", "dvc", "label job, as in the scrape configuration")
	only := flags.String("only", "dvc_.*", "regular expression: the metrics that are written, by their whole names")
	instance := flags.String("instance", "dvc", "label instance, as alerts/prometheus.yml gives it")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *out == "" {
		return errors.New("backfill: -out says which file to write")
	}
	names, err := regexp.Compile("^(?:" + *only + ")$")
	if err != nil {
		return fmt.Errorf("backfill: -only: %w", err)
	}
	first, err := time.ParseInLocation("2006-01", *from, index.Vietnam)
	if err != nil {
		return fmt.Errorf("backfill: -from %q is not a month such as 2026-01", *from)
	}
	end := c.now()
	if *to != "now" {
		last, err := time.ParseInLocation("2006-01", *to, index.Vietnam)
		if err != nil {
			return fmt.Errorf("backfill: -to %q is neither now nor a month such as 2026-09", *to)
		}
		if after := last.AddDate(0, 1, 0); after.Before(end) {
			end = after
		}
	}
	if !first.Before(end) {
		return fmt.Errorf("backfill: nothing lies between -from %s and -to %s", *from, *to)
	}
	a, err := wire(c, log, c.reading(log))
	if err != nil {
		return err
	}
	portal := a.portal()
	if portal == nil {
		return errors.New("backfill: only the portal has a past; set DVC_PORTAL_URL")
	}
	var progress io.Writer
	if info, err := os.Stderr.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
		progress = os.Stderr
	}
	return backfill.Run(ctx, a.backfillOptions(portal, backfill.Options{
		From: index.Period{Months: 1, Year: first.Year(), Number: int(first.Month())}, To: end,
		Out: *out, Only: names, Job: *job, Instance: *instance, Progress: progress, Notes: os.Stderr,
	}))
}

// backfillOptions completes the options by what the configuration says.
func (a *app) backfillOptions(portal *refresh.Job, o backfill.Options) backfill.Options {
	o.Settings, o.Files, o.Scope = a.config.settings(), a.watcher.Files(), a.config.scope()
	o.Keys = portal.Source.(refresh.Historian).Keys
	o.Ask = func(ctx context.Context, keys []index.Key) ([]index.Part, error) {
		return a.refresher.Ask(ctx, portal, keys)
	}
	return o
}
