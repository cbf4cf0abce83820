package publication

import (
	"log/slog"
	"slices"
	"testing"
	"time"

	"dvc_exporter/exporter/book"
	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/reload"
	"dvc_exporter/exporter/targets"
	"dvc_exporter/exporter/units"
)

// publisher is one whose inputs tests may change.
type publisher struct {
	Publisher
	files *reload.Files
}

func newPublisher(t *testing.T) *publisher {
	t.Helper()
	p := &publisher{files: &reload.Files{Plan: targets.BuiltIn(), Listed: []units.Listed{{Unit: index.Unit{Code: "H26.01", Name: "Sở Tư pháp"}}}}}
	p.Publisher = Publisher{
		Settings: inputs(nil, at).Settings,
		Store:    book.Read(t.TempDir(), "test", []index.SourceName{index.Portal, index.Records}, slog.New(slog.DiscardHandler)),
		Files:    func() *reload.Files { return p.files },
		Domain:   func(now time.Time) time.Time { return now },
	}
	p.accept(index.Portal, part("service-results", province(1, "H26", 58.86)))
	p.accept(index.Records, file("a.csv", at, open("Sở Y tế", at.Add(30*time.Second))))
	return p
}

// accept replaces what is known of a source.
func (p *publisher) accept(name index.SourceName, parts ...index.Part) {
	p.Store.Update(name, false, func(s book.Source) book.Source {
		s.Entries = accepted(parts...).Entries
		s.Health.Expire = 240 * time.Hour
		return s
	})
}

// TestCurrentNeverWaits: while a publication is made, everybody has the one
// before; while the bytes of the new one are made, the new one.
func TestCurrentNeverWaits(t *testing.T) {
	p := newPublisher(t)
	before := p.Publish(at)
	reading, read := make(chan bool), make(chan bool)
	p.Files = func() *reload.Files {
		reading <- true
		<-read
		return &reload.Files{}
	}
	announced, rendered := make(chan *Publication), make(chan bool)
	p.After = func(next *Publication) {
		announced <- next
		<-rendered
	}
	done := make(chan *Publication, 1)
	go func() { done <- p.Publish(at) }()
	<-reading
	if p.Current() != before {
		t.Error("half a publication is shown")
	}
	close(read)
	next := <-announced
	if p.Current() != next || next == before {
		t.Error("the new publication is not shown before its bytes are ready")
	}
	close(rendered)
	if <-done != next {
		t.Error("Publish returned another publication than it announced")
	}
}

func TestThereIsNoPublicationBeforeTheFirst(t *testing.T) {
	if p := newPublisher(t); p.Current() != nil {
		t.Error("something is shown before anything is published")
	}
}

// TestWhatMakesANewPublication, and what of it is made anew: figures only if they
// may differ, the registry only if units do, because whoever reads records takes a
// new one for a reason to read everything again.
func TestWhatMakesANewPublication(t *testing.T) {
	type parts struct{ publication, figures, registry bool }
	midnight := time.Date(2026, 11, 16, 0, 0, 0, 0, index.Vietnam)
	for _, test := range []struct {
		name   string
		before func(*publisher) // the first publication
		change func(*publisher) // after it
		after  time.Duration
		want   parts // that are new
	}{
		{name: "nothing"},
		{name: "the same minute", after: 59 * time.Second},
		{name: "a minute", after: time.Minute, want: parts{publication: true}},
		{
			name: "health", want: parts{publication: true},
			change: func(p *publisher) {
				p.Store.Update(index.Portal, false, func(s book.Source) book.Source { s.Health.Up = true; return s })
			},
		},
		{
			name: "an entry", want: parts{publication: true, figures: true},
			change: func(p *publisher) { p.accept(index.Portal, part("service-results", province(1, "H26", 60))) },
		},
		{
			name: "an entry of records", want: parts{publication: true, figures: true},
			change: func(p *publisher) { p.accept(index.Records, file("a.csv", at, open("Sở Lạ", at))) },
		},
		{
			name: "an entry less", want: parts{publication: true, figures: true},
			change: func(p *publisher) { p.accept(index.Records) },
		},
		{
			name: "an entry with a unit more", want: parts{true, true, true},
			change: func(p *publisher) {
				p.accept(index.Portal, part("service-results", province(1, "H26", 60), province(2, "H01", 60)))
			},
		},
		{
			name: "the units file", want: parts{true, true, true},
			change: func(p *publisher) {
				files := *p.files
				files.Listed = slices.Clone(files.Listed)
				p.files = &files
			},
		},
		{
			name: "the targets file", want: parts{publication: true},
			change: func(p *publisher) { files := *p.files; files.Plan = &targets.Plan{}; p.files = &files },
		},
		{name: "an expiry", after: 240 * time.Hour, want: parts{publication: true, figures: true}},
		{name: "a period's end", after: index.Month.At(at).Ago(-1).End().Sub(at), want: parts{publication: true, figures: true}},
		{
			name: "a unit that begins to be valid", after: midnight.Sub(at), want: parts{true, true, true},
			before: func(p *publisher) {
				p.files.Listed = append(p.files.Listed, units.Listed{Unit: index.Unit{Code: "H26.02", Name: "Sở Hai"}, From: midnight})
			},
		},
		{
			name: "a unit that ceases to be valid", after: midnight.Sub(at), want: parts{true, true, true},
			before: func(p *publisher) { p.files.Listed[0].To = midnight },
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := newPublisher(t)
			if test.before != nil {
				test.before(p)
			}
			before := p.Publish(at)
			if test.change != nil {
				test.change(p)
			}
			next := p.Publish(at.Add(test.after))
			got := parts{next != before, next.Figures != before.Figures, next.Registry != before.Registry}
			if got != test.want {
				t.Errorf("new are %+v, want %+v", got, test.want)
			}
			if p.Current() != next {
				t.Error("another publication is shown than was returned")
			}
		})
	}
}

// TestFrozenClock: with DVC_AS_OF no minute passes, and a changed file is served
// all the same.
func TestFrozenClock(t *testing.T) {
	p := newPublisher(t)
	p.Domain = func(time.Time) time.Time { return at }
	before := p.Publish(at)
	if later := p.Publish(at.Add(5 * time.Minute)); later != before {
		t.Error("nothing has changed, and there is a new publication")
	}
	p.files = &reload.Files{Plan: &targets.Plan{Scores: []targets.Score{{Window: index.Month, Points: 77}}}, Listed: []units.Listed{{Unit: index.Unit{Code: "H26.01", Name: "Sở Tư pháp"}, Email: "a@b.example"}}}
	next := p.Publish(at.Add(5*time.Minute + time.Second))
	if next.Points[index.Month] != 77 || next.Contacts["H26.01"] != "a@b.example" || before.Points[index.Month] == 77 {
		t.Errorf("targets %v, contacts %v", next.Points, next.Contacts)
	}
}

// TestMinutesMoveWhatIsCountedByTheClock without making the figures anew.
func TestMinutesMoveWhatIsCountedByTheClock(t *testing.T) {
	p := newPublisher(t)
	before := p.Publish(at)
	next := p.Publish(at.Add(time.Minute))
	if _, ok := value(t, next, "H26", index.Score, 0); !ok {
		t.Error("a minute later there is no score")
	}
	if before.Dossiers["so-y-te"].LateToProcess != 0 || next.Dossiers["so-y-te"].LateToProcess != 1 || next.Figures != before.Figures {
		t.Errorf("%+v, a minute later %+v", before.Dossiers, next.Dossiers)
	}
}

// TestNoMeasureWithoutValues: what was shown before leaves nothing behind.
func TestNoMeasureWithoutValues(t *testing.T) {
	p := newPublisher(t)
	p.Publish(at)
	p.accept(index.Portal)
	if values := p.Publish(at).Values; len(values) > 0 {
		t.Errorf("values of nothing: %v", values)
	}
}
