package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"slices"
	"text/tabwriter"
	"time"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/snapshot"
)

// check reads every source once, in a state folder of its own, and prints what
// was found, problems first. Its error says that a source failed.
func check(ctx context.Context, c config, out io.Writer, log *slog.Logger) error {
	dir, err := os.MkdirTemp("", "dvc_exporter-check-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	c.StateDir = dir
	a, err := wire(c, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	log.Info("reading every source once", "sources", len(a.refresher.Jobs))
	for _, job := range a.refresher.Jobs {
		job.Past = nil
		a.refresher.Round(ctx, job)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return printFindings(out, a.viewer.View(time.Now()))
}

// printFindings prints a table of all parts, those with a problem first.
func printFindings(out io.Writer, view *snapshot.View) error {
	type line struct {
		source index.SourceName
		snapshot.Outcome
	}
	var bad, good []line
	down := 0
	for _, name := range slices.Sorted(maps.Keys(view.Picture)) {
		health := view.Picture[name].Health
		if !health.Up {
			down++
		}
		for _, o := range health.Last().Outcomes {
			if o.Reason != "" {
				bad = append(bad, line{name, o})
			} else {
				good = append(good, line{name, o})
			}
		}
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "RESULT\tSOURCE\tPART\tWINDOW\tPERIOD\tROWS\tWHY")
	for _, l := range append(bad, good...) {
		period := ""
		if l.Period.Months > 0 {
			period = l.Period.String()
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%d\t%s\n", cmp.Or(string(l.Reason), "ok"), l.source, l.Name, l.Window, period, l.Rows, l.Text)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for name, source := range view.Picture {
		for _, r := range source.Rejected() {
			fmt.Fprintf(out, "refused in %s: %s, line %d, column %q, value %q: %s\n", name, r.Where, r.Line, r.Column, r.Value, r.Reason)
		}
	}
	for _, u := range view.Unmatched {
		fmt.Fprintf(out, "unknown unit in %s: %q (%d rows, label %q); nearest known: %q\n", u.Source, u.Name, u.Rows, u.Label, u.Nearest)
	}
	figures := 0
	for _, values := range view.Values {
		figures += len(values)
	}
	fmt.Fprintf(out, "%d units, %d figures\n", len(view.Units), figures)
	if down > 0 {
		return fmt.Errorf("%d of %d sources failed", down, len(view.Picture))
	}
	return nil
}
