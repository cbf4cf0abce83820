package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"text/tabwriter"
	"time"

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
		a.refresher.Once(ctx, job)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return printFindings(out, a.viewer.View(time.Now()))
}

// printFindings prints a table of all parts, those with a problem first.
func printFindings(out io.Writer, view *snapshot.View) error {
	type line struct {
		source  string
		outcome snapshot.Outcome
	}
	var lines []line
	down := 0
	for name, source := range view.Picture {
		if !source.Health.Up {
			down++
		}
		for _, o := range source.Health.Rounds[0].Outcomes {
			lines = append(lines, line{string(name), o})
		}
	}
	slices.SortStableFunc(lines, func(x, y line) int {
		bad := func(l line) int {
			if l.outcome.Reason != "" {
				return 0
			}
			return 1
		}
		return cmp.Or(cmp.Compare(bad(x), bad(y)), cmp.Compare(x.source, y.source))
	})
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "RESULT\tSOURCE\tPART\tWINDOW\tPERIOD\tROWS\tWHY")
	for _, l := range lines {
		o := l.outcome
		period := ""
		if o.Period.Months > 0 {
			period = o.Period.String()
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%d\t%s\n", cmp.Or(string(o.Reason), "ok"), l.source, o.Name, o.Window, period, o.Rows, o.Text)
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
	fmt.Fprintf(out, "%d units, %d figures\n", len(view.Units), len(view.Values))
	if down > 0 {
		return fmt.Errorf("%d of %d sources failed", down, len(view.Picture))
	}
	return nil
}
