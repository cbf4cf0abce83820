package publication

import (
	"context"
	"sync/atomic"
	"time"

	"dvc_exporter/exporter/book"
	"dvc_exporter/exporter/reload"
)

// Publisher keeps the publication up to date. A reader gets the last one at
// once and never waits for a new one.
type Publisher struct {
	Settings
	Store  *book.Store
	Files  func() *reload.Files          // units and targets as last read
	Domain func(now time.Time) time.Time // the domain's clock
	After  func(*Publication)            // called with each new one once it is published; may be nil
	last   atomic.Pointer[Publication]
}

// Current returns the last publication. There is none before the first Publish.
func (p *Publisher) Current() *Publication { return p.last.Load() }

// Publish makes a new publication if anything has changed since the last one: the
// book, the files, or the minute. It is not safe for concurrent use.
func (p *Publisher) Publish(now time.Time) *Publication {
	in := Inputs{Settings: p.Settings, Book: p.Store.Book(), Files: p.Files(), Now: now, Domain: p.Domain(now)}
	before := p.Current()
	if before != nil && before.unchanged(in) {
		return before
	}
	next := Make(in, before)
	p.last.Store(next)
	if p.After != nil {
		p.After(next)
	}
	return next
}

// unchanged says whether other inputs give the same publication.
func (p *Publication) unchanged(in Inputs) bool {
	for name, source := range in.Book {
		if p.Book[name] != source {
			return false
		}
	}
	return p.current(in) && in.Files == p.Files && minute(in.Domain).Equal(minute(p.Domain))
}

func minute(t time.Time) time.Time { return t.Truncate(time.Minute) }

// Run publishes whenever the book has changed, and looks each second whether the
// minute or the files have, until the context ends.
func (p *Publisher) Run(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
			return
		case <-p.Store.Changed():
		case <-tick.C:
		}
		p.Publish(time.Now())
	}
}
