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
	"regexp"
	"slices"
	"strings"
	"time"

	"dvc_exporter/exporter/book"
	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/metrics"
	"dvc_exporter/exporter/publication"
	"dvc_exporter/exporter/reload"
)

// Options says what to write. From is the first month, To the last moment.
type Options struct {
	publication.Settings
	Files *reload.Files
	// Keys names the parts that a period has, Ask reads them and judges them: one
	// that must not be used has a Failure.
	Keys     func(index.Window, index.Period) []index.Key
	Ask      func(context.Context, []index.Key) ([]index.Part, error)
	From     index.Period // a month
	To       time.Time
	Out      string
	Only     *regexp.Regexp // names of metrics; nil: all
	Job      string         // value of the label "job", as Prometheus has it
	Instance string         // value of the label "instance"
	Scope    string         // what the figures are about; progress of another scope is not continued
	Progress io.Writer      // where a person sees how far it is, nil for nowhere
	Notes    io.Writer      // what was left out and why
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
	defer kept.file.Close() //nolint:errcheck // what add could not write, it has told
	var all []wanted
	for month := o.From; month.Start().Before(o.To); month = month.Ago(-1) {
		for _, w := range o.Windows {
			if p := w.At(month.Start()); p.Closed(month.Start()) && !slices.Contains(all, wanted{w, p}) {
				all = append(all, wanted{w, p})
			}
		}
	}
	for i, want := range all {
		o.show(i, len(all), want)
		if _, read := kept.parts[want]; read {
			continue
		}
		parts, err := o.Ask(ctx, o.Keys(want.window, want.period))
		if err != nil {
			return fmt.Errorf("stopped; the same command continues here: %w", err)
		}
		var good []index.Part
		for _, part := range parts {
			switch failure := part.Failure; {
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
	return os.Remove(kept.file.Name())
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

// headroom keeps samples away from what Prometheus has scraped itself: blocks
// must not overlap with its head.
const headroom = 3 * time.Hour

// series is one series of the output and what it shows in which months.
type series struct {
	name   string // with labels
	months []int  // counted from Options.From
	values []float64
}

// write writes the samples: windows move on only when a month begins, so the
// days of one month all show the same.
func (o Options) write(kept *progress) (err error) {
	var families []string // their heads, in the order of the exposition
	members := map[string][]*series{}
	known := map[string]*series{}
	var days [][]string // of each month, the ends of its samples' lines
	var line []byte
	for month := o.From; month.Start().Before(o.To); month = month.Ago(-1) {
		var ends []string
		for day := month.Start(); day.Before(month.End()) && day.Before(o.To.Add(-headroom)); day = day.AddDate(0, 0, 1) {
			ends = append(ends, fmt.Sprintf(" %d\n", day.Unix()))
		}
		metrics.Published(o.publicationAt(kept, month.Start()), func(s metrics.Sample) {
			if o.Only != nil && !o.Only.MatchString(s.Family.Name) {
				return
			}
			line = s.AppendSeries(line[:0], "job", o.Job, "instance", o.Instance)
			one := known[string(line)]
			if one == nil {
				one = &series{name: string(line)}
				known[one.name] = one
				head := string(s.AppendHead(nil))
				if members[head] == nil {
					families = append(families, head)
				}
				members[head] = append(members[head], one)
			}
			one.months, one.values = append(one.months, len(days)), append(one.values, s.Value)
		})
		days = append(days, ends)
	}

	file, err := os.Create(o.Out)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	out := bufio.NewWriterSize(file, 1<<20)
	for _, head := range families {
		_, _ = out.WriteString(head) // Flush returns what failed
		for _, one := range members[head] {
			for i, month := range one.months {
				line = metrics.AppendValue(append(append(line[:0], one.name...), ' '), one.values[i])
				for _, end := range days[month] {
					_, _ = out.Write(line)
					_, _ = out.WriteString(end)
				}
			}
		}
	}
	_, _ = out.WriteString("# EOF\n")
	return out.Flush()
}

// publicationAt returns what the exporter would have shown at the beginning of a
// month.
func (o Options) publicationAt(kept *progress, at time.Time) *publication.Publication {
	var source book.Source
	for _, w := range o.Windows {
		for _, part := range kept.parts[wanted{w, w.At(at)}] {
			source.Entries = append(source.Entries, book.Entry{Part: part, Accepted: at})
		}
	}
	return publication.Make(publication.Inputs{
		Settings: o.Settings, Files: o.Files, Book: book.Book{index.Portal: &source}, Now: at, Domain: at,
	}, nil)
}
