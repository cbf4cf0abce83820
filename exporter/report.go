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
	"slices"
	"time"

	"dvc_exporter/exporter/book"
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
		if job.Name == index.Portal {
			in.Failed = a.complete(ctx, job, period)
		} else {
			a.readOnce(ctx, job)
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
	for _, job := range a.refresher.Jobs {
		if historian, ok := job.Source.(refresh.Historian); ok {
			return historian.Keys(p.Window(), p)
		}
	}
	return nil
}

// complete asks the portal for what the book lacks of a period and the two before it,
// and returns what was asked for in vain.
func (a *app) complete(ctx context.Context, job *refresh.Job, period index.Period) (failed []index.Part) {
	var keys []index.Key
	source := a.store.Book()[job.Name]
	for ago := range 3 {
		p := period.Ago(ago)
		for _, key := range a.parts(p) {
			if e := source.Answer(key.Name, p); e == nil || len(e.Rows) == 0 || e.Closed.IsZero() && p.Closed(a.config.now()) || ago == 0 && !source.Whole(e) {
				keys = append(keys, key)
			}
		}
	}
	if len(keys) == 0 {
		return nil
	}
	parts, _ := a.refresher.Ask(ctx, job, keys) // fails only with the context
	now := time.Now()
	a.store.Update(job.Name, false, func(s book.Source) book.Source {
		s.Entries = slices.Clone(s.Entries)
		for _, part := range parts {
			e := book.Entry{Part: part, Accepted: now}
			switch {
			case part.Failure != nil && part.Failure.Reason == index.TooFewUnits: // it has nothing of the period
				e.Rows, e.Failure = nil, nil
			case part.Failure != nil:
				failed = append(failed, part)
				continue
			}
			if part.Period.Closed(a.config.now()) {
				e.Closed = now
			}
			if known := s.Find(part.Key()); known != nil {
				*known = e
			} else {
				s.Entries = append(s.Entries, e)
			}
		}
		return s
	})
	return failed
}
