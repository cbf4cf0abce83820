package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"dvc_exporter/exporter/document"
	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/refresh"
	"dvc_exporter/exporter/report"
)

// runReport writes the announcement of a period. Of a running exporter's state it
// only reads; the portal is asked for what is not known there.
func runReport(ctx context.Context, c config, args []string, notice string, out io.Writer, log *slog.Logger) error {
	flags := flag.NewFlagSet("dvc_exporter report", flag.ContinueOnError)
	text := flags.String("period", index.Month.At(c.now()).String(), "2024-07, 2024-Q3, 2024-H1 or 2024")
	path := flags.String("out", "", "file to write: .docx, .md or .html")
	if err := flags.Parse(args); err != nil {
		return err
	}
	period, ok := index.ParsePeriod(*text)
	write := document.Writers[filepath.Ext(*path)]
	switch {
	case !ok:
		return fmt.Errorf("report: -period %q is not a period such as 2024-07, 2024-Q3, 2024-H1 or 2024", *text)
	case period.Start().After(c.now()):
		return fmt.Errorf("report: %s has not begun", period)
	case write == nil:
		return errors.New("report: -out says which file to write, ending in .docx, .md or .html")
	}
	a, err := wire(c, log, c.reading(log))
	if err != nil {
		return err
	}
	in := report.Inputs{Period: period, Keys: a.parts(period), Completed: true, Notice: notice}
	for _, job := range a.refresher.Jobs {
		if job.Name != index.Portal {
			a.readOnce(ctx, job)
		} else if in.Failed, err = a.refresher.Complete(ctx, job, a.lacking(period)); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	in.View = a.publisher.Publish(time.Now())
	letter := report.Make(in)
	var content bytes.Buffer
	if err := write(letter, &content); err != nil {
		return err
	}
	if err := os.WriteFile(*path, content.Bytes(), 0o644); err != nil {
		return err
	}
	for _, mark := range letter.Marks {
		fmt.Fprintln(out, mark)
	}
	fmt.Fprintln(out, *path)
	return nil
}

// parts are the portal's of a period, none without a portal.
func (a *app) parts(p index.Period) []index.Key {
	if job := a.portal(); job != nil {
		return job.Source.(refresh.Historian).Keys(p.Window(), p)
	}
	return nil
}

// lacking lists what the book lacks of the portal's parts of a period and the two
// before it.
func (a *app) lacking(period index.Period) (keys []index.Key) {
	source := a.store.Book()[index.Portal]
	for ago := range 3 {
		p := period.Ago(ago)
		for _, key := range a.parts(p) {
			if e := source.Answer(key.Name, p); e == nil || len(e.Rows) == 0 || e.Closed.IsZero() && p.Closed(a.config.now()) || ago == 0 && !source.Whole(e) {
				keys = append(keys, key)
			}
		}
	}
	return keys
}
