package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"text/tabwriter"
	"time"

	"dvc_exporter/exporter/book"
	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/publication"
	"dvc_exporter/exporter/refresh"
)

// youngFileWait is how long check waits for a file that is still being written.
const youngFileWait = 5 * time.Second

// check reads every source once and prints what was found, problems first. Of a
// running exporter's state it only reads. Its error says that a source failed.
func check(ctx context.Context, c config, out io.Writer, log *slog.Logger) error {
	if err := c.checkWindows(time.Now()); err != nil {
		return err
	}
	quiet := slog.New(slog.DiscardHandler)
	a, err := wire(c, quiet, c.reading(log))
	if err != nil {
		return err
	}
	log.Info("reading every source once", "sources", len(a.refresher.Jobs))
	for _, job := range a.refresher.Jobs {
		a.readOnce(ctx, job)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return printFindings(out, a.publisher.Current())
}

// readOnce makes one round of a source, without closed periods, and another one while
// a file is too young to be read.
func (a *app) readOnce(ctx context.Context, job *refresh.Job) {
	job.Windows = nil
	until := time.Now().Add(youngFileWait)
	for {
		a.refresher.Round(ctx, job)
		a.publisher.Publish(time.Now())
		young := slices.ContainsFunc(a.store.Book()[job.Name].Health.Last().Outcomes, func(o book.Outcome) bool { return o.NotYet })
		if !young || ctx.Err() != nil || time.Now().After(until) {
			return
		}
		time.Sleep(500 * time.Millisecond)
	}
}

// printFindings prints a table of all parts, those with a problem first, and then
// what people can mend.
func printFindings(out io.Writer, p *publication.Publication) error {
	type line struct {
		source index.SourceName
		book.Outcome
	}
	var lines []line
	down, sources := 0, 0
	for _, name := range publication.Precedence {
		source := p.Book[name]
		if source == nil {
			continue
		}
		if sources++; !source.Health.Up {
			down++
		}
		for _, o := range source.Health.Last().Outcomes {
			lines = append(lines, line{name, o})
		}
	}
	slices.SortStableFunc(lines, func(x, y line) int { return cmp.Compare(min(1, len(y.Reason)), min(1, len(x.Reason))) })
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "RESULT\tSOURCE\tPART\tWINDOW\tPERIOD\tROWS\tWHY")
	for _, l := range lines {
		period := ""
		if l.Period.Months > 0 {
			period = l.Period.String()
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%d\t%s\n", cmp.Or(string(l.Reason), "ok"), l.source, l.Name, l.Window, period, l.Rows, l.Text)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, name := range publication.Precedence {
		if source := p.Book[name]; source != nil {
			printInput(out, name, source)
		}
	}
	for _, u := range p.Unmatched {
		fmt.Fprintf(out, "unknown unit in %s: %q (%d rows, label %q); nearest known: %q\n", u.Source, u.Name, u.Rows, u.Label, u.Nearest)
	}
	figures := 0
	for _, values := range p.Values {
		figures += len(values)
	}
	fmt.Fprintf(out, "%d units, %d figures\n", len(p.Units), figures)
	if down > 0 {
		return fmt.Errorf("%d of %d sources failed", down, sources)
	}
	return nil
}

// printInput prints how the input of a source was understood and what of it was
// not used, in the order of files and lines.
func printInput(out io.Writer, name index.SourceName, source *book.Source) {
	words := map[string]int{}
	for i := range source.Entries {
		e := &source.Entries[i]
		for _, note := range e.Notes {
			fmt.Fprintf(out, "%s: %s: %s\n", name, e.Name, note)
		}
		if e.Furniture > 0 {
			fmt.Fprintf(out, "%s: %s: bỏ qua %d dòng tiêu đề lặp lại, số cột, cộng, chữ ký\n", name, e.Name, e.Furniture)
		}
		for _, r := range e.Rejected {
			what := "refused"
			if r.Unmatched {
				what = "no unit"
			}
			fmt.Fprintf(out, "%s in %s: %s, line %d, column %q (%d rows): %s\n", what, name, r.Where, r.Line, r.Column, r.Count, r.Reason)
		}
		for _, w := range e.UnknownWords {
			words[w.Word] += w.Rows
		}
	}
	if len(words) == 0 {
		return
	}
	fmt.Fprintf(out, "# %s: trạng thái không rõ. Ghi vào DVC_HEADINGS_FILE, thay dấu ? bằng số của trạng thái (1 đến 10, xem README):\nstates:\n", name)
	for _, word := range slices.Sorted(maps.Keys(words)) {
		fmt.Fprintf(out, "  %q: ? # %d dòng\n", word, words[word])
	}
}
