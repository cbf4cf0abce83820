// Package backfill writes what the portal has published of closed periods as
// OpenMetrics, for promtool to make blocks of: one sample a day of what a scrape
// on that day would have shown.
package backfill

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/metrics"
	"dvc_exporter/exporter/refresh"
	"dvc_exporter/exporter/snapshot"
	"dvc_exporter/exporter/units"
)

// Options says what to write. From is the first month, To the last moment.
type Options struct {
	Source   refresh.Historian
	Windows  []index.Window
	Listed   []units.Listed
	From     index.Period // a month
	To       time.Time
	Out      string
	Job      string    // value of the label "job", as Prometheus has it
	Instance string    // value of the label "instance"
	Scope    string    // what the figures are about; progress of another scope is not continued
	Progress io.Writer // where a person sees how far it is, nil for nowhere
	Notes    io.Writer // what was left out and why
}

// wanted is one window on one closed period.
type wanted struct {
	window index.Window
	period index.Period
}

// Run reads every closed period between From and To once and writes Out. What it
// has read it keeps beside Out until Out is written, so that the same command
// continues where it was stopped.
func Run(ctx context.Context, o Options) error {
	kept, err := openProgress(o.Out+".progress", o.Scope)
	if err != nil {
		return err
	}
	defer kept.close()
	var all []wanted
	seen := map[wanted]bool{}
	for month := o.From; month.Start().Before(o.To); month = month.Ago(-1) {
		for _, w := range o.Windows {
			if p := w.At(month.Start()); p.Closed(month.Start()) && !seen[wanted{w, p}] {
				seen[wanted{w, p}] = true
				all = append(all, wanted{w, p})
			}
		}
	}
	for i, want := range all {
		o.show(i, len(all), want)
		if kept.has(want) {
			continue
		}
		parts := o.Source.FetchPeriod(ctx, want.window, want.period)
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("stopped; the same command continues here: %w", err)
		}
		var good []index.Part
		for _, part := range parts {
			failure := part.Failure
			if failure == nil {
				failure = refresh.Judge(index.Portal, part)
			}
			switch {
			case failure == nil:
				good = append(good, part)
			case failure.Reason == index.Contradictory:
				fmt.Fprintf(o.Notes, "left out: %s\n", failure.Text)
			case failure.Reason == index.TooFewUnits:
				fmt.Fprintf(o.Notes, "no data: %s of %s\n", part.Name, want.period)
			default:
				return fmt.Errorf("%s of %s: %w; the same command continues here", part.Name, want.period, failure)
			}
		}
		if err := kept.add(want, good); err != nil {
			return err
		}
	}
	o.show(len(all), len(all), wanted{})
	if err := o.write(kept); err != nil {
		return fmt.Errorf("writing %s: %w", o.Out, err)
	}
	return kept.remove()
}

// show draws the progress bar.
func (o Options) show(done, of int, now wanted) {
	if o.Progress == nil || of == 0 {
		return
	}
	const width = 30
	full := width * done / of
	what, end := "done", "\n"
	if done < of {
		what, end = now.period.String(), ""
	}
	fmt.Fprintf(o.Progress, "\r[%-*s] %d/%d %-8s%s", width, strings.Repeat("#", full), done, of, what, end)
}

// stretch is a run of days on which a series had one value.
type stretch struct {
	month int // counted from Options.From
	value float64
}

// series is one series of the output.
type series struct {
	name   string // with labels
	values []stretch
}

// headroom keeps samples away from what Prometheus has scraped itself: blocks
// must not overlap with its head.
const headroom = 3 * time.Hour

// write writes the samples: windows move on only when a month begins, so the
// days of one month all show the same.
func (o Options) write(kept *progress) (err error) {
	file, err := os.Create(o.Out)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	out := bufio.NewWriterSize(file, 1<<20)

	type familyOf struct {
		head   []byte
		series []*series
	}
	var families []*familyOf
	byName := map[string]*familyOf{}
	bySeries := map[string]*series{}
	var line []byte
	months := 0
	for month := o.From; month.Start().Before(o.To); month, months = month.Ago(-1), months+1 {
		view := o.viewAt(kept, month.Start())
		metrics.Published(view, func(s metrics.Sample) {
			head := string(s.AppendHead(line[:0]))
			family := byName[head]
			if family == nil {
				family = &familyOf{head: []byte(head)}
				byName[head] = family
				families = append(families, family)
			}
			line = s.AppendSeries(line[:0], "job", o.Job, "instance", o.Instance)
			one := bySeries[string(line)]
			if one == nil {
				one = &series{name: string(line)}
				bySeries[one.name] = one
				family.series = append(family.series, one)
			}
			one.values = append(one.values, stretch{months, s.Value})
		})
	}
	for _, family := range families {
		if _, err := out.Write(family.head); err != nil {
			return err
		}
		for _, one := range family.series {
			for _, v := range one.values {
				month := o.From.Ago(-v.month)
				for day := month.Start(); day.Before(month.End()) && day.Before(o.To.Add(-headroom)); day = day.AddDate(0, 0, 1) {
					line = append(append(line[:0], one.name...), ' ')
					line = append(metrics.AppendValue(line, v.value), ' ')
					line = append(strconv.AppendInt(line, day.Unix(), 10), '\n')
					if _, err := out.Write(line); err != nil {
						return err
					}
				}
			}
		}
	}
	if _, err := out.WriteString("# EOF\n"); err != nil {
		return err
	}
	return out.Flush()
}

// viewAt returns what the exporter would have shown at the beginning of a month.
func (o Options) viewAt(kept *progress, at time.Time) *snapshot.View {
	var source snapshot.Source
	for _, w := range o.Windows {
		for _, part := range kept.parts[wanted{w, w.At(at)}] {
			source.Parts = append(source.Parts, snapshot.Held{Part: part, Accepted: at})
		}
	}
	return snapshot.Picture{index.Portal: &source}.View(snapshot.Options{Listed: o.Listed, Windows: o.Windows, Now: at, Domain: at})
}
