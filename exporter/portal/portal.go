// Package portal reads what the national public service portal dichvucong.gov.vn
// publishes of the results of Decision 766/QĐ-TTg, in both generations of its API:
//
//   - Reporting, since 2026: POST /api/v1/reporting/evaluation/..., see reporting.go
//   - Rest, 2022 to 2025: POST /jsp/rest.jsp, see rest.go
//
// The two rest on different data and are never mixed: one Portal reads one of them,
// and a period that belongs to the other has no part at all.
//
// What is read is taken as it stands. Whether the figures can be true is judged
// elsewhere; here an answer fails only if it cannot be understood.
package portal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"dvc_exporter/exporter/fetch"
	"dvc_exporter/exporter/index"
)

// The two generations of the portal's API.
const (
	Reporting = "reporting"
	Rest      = "rest"
)

// firstReportingYear divides the generations: the new one has no period before it,
// the old one none from it on.
const firstReportingYear = 2026

// Options says what to read and where.
type Options struct {
	URL      string         // scheme and host, "https://dichvucong.gov.vn"
	API      string         // Reporting or Rest
	Province string         // code of the province whose units are read: "H26"
	Windows  []index.Window // what Fetch reads, in this order

	// Now is the domain's clock, which may be frozen; it decides which periods the
	// windows show.
	Now func() time.Time
	// KnownUnits returns the units known so far, the built-in provinces among
	// them: the portal's id of the province is looked up there.
	KnownUnits func() []index.Unit
	Log        *slog.Logger // default: none
}

// Has says whether a generation of the API has a period by its nature.
func Has(api string, p index.Period) bool {
	if api == Rest {
		return p.Year < firstReportingYear
	}
	return p.Year >= firstReportingYear && p.Months != 6
}

// Portal is a source of answers. It is safe for concurrent use.
type Portal struct {
	opts   Options
	client *fetch.Client
}

// New returns a Portal, or an error that says what is wrong with its address.
func New(o Options, client *fetch.Client) (*Portal, error) {
	u, err := url.Parse(o.URL)
	if err != nil {
		return nil, fmt.Errorf("portal address: %w", err)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("portal address %q: want http:// or https:// and a host", o.URL)
	}
	o.URL = strings.TrimRight(o.URL, "/")
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Portal{opts: o, client: client}, nil
}

// Fetch reads the periods that the windows show now. A part that could not be read
// carries its Failure and hides no other; only a refusal (401, 403, 429) ends the
// round, and the parts not asked by then say so. The error is not nil only if ctx
// ended: the answer is then not whole.
func (p *Portal) Fetch(ctx context.Context, _ []index.Part) (index.Answer, error) {
	now := p.opts.Now()
	var keys []index.Key
	for _, w := range p.opts.Windows {
		keys = append(keys, p.Keys(w, w.At(now))...)
	}
	return index.Answer{Parts: p.Ask(ctx, keys, false)}, ctx.Err()
}

// Keys names the parts that a period has in the generation in use: none if it
// belongs to the other.
func (p *Portal) Keys(w index.Window, period index.Period) (keys []index.Key) {
	if !Has(p.opts.API, period) {
		p.opts.Log.Debug("the portal's API has no such period", "api", p.opts.API, "window", w, "period", period)
		return nil
	}
	names := reportingParts
	if p.opts.API == Rest {
		names = restParts
	}
	for _, name := range names {
		keys = append(keys, index.Key{Name: name, Window: w, Period: period})
	}
	return keys
}

// Ask reads the parts of the given keys as a round of its own, in their order. With
// probe, the first is asked without a second try, and the others only if it was
// answered; those not asked have no part.
func (p *Portal) Ask(ctx context.Context, keys []index.Key, probe bool) []index.Part {
	questions := p.questions(keys)
	if probe && len(questions) > 0 {
		parts := p.run(ctx, questions[:1], true)
		if slices.ContainsFunc(parts, func(part index.Part) bool { return part.Failure != nil }) {
			return parts
		}
		return append(parts, p.run(ctx, questions[1:], false)...)
	}
	return p.run(ctx, questions, false)
}

// A question is one request, or more that follow from each other, and gives the
// parts that it answers.
type question func(ask) []index.Part

// ask sends a request within the round.
type ask func(fetch.Request) (fetch.Response, error)

// questions returns what answers the keys. The old generation answers both parts
// of a period together.
func (p *Portal) questions(keys []index.Key) (questions []question) {
	asked := map[index.Key]bool{}
	root := p.provinceID()
	for _, key := range keys {
		if p.opts.API == Rest {
			if key.Name = ""; !asked[key] {
				questions = append(questions, p.restQuestion(key.Window, key.Period))
			}
			asked[key] = true
			continue
		}
		if i := slices.Index(reportingParts, key.Name); i >= 0 {
			questions = append(questions, p.reportingQuestion(services[i], key, root))
		}
	}
	return questions
}

// run puts the questions as one round, as many at once as the client lets through.
// Their first requests go out in order.
func (p *Portal) run(ctx context.Context, questions []question, once bool) []index.Part {
	ctx, end := context.WithCancel(ctx)
	defer end()
	round := p.client.Round(ctx)
	answers := make([][]index.Part, len(questions))
	var g errgroup.Group
	g.SetLimit(p.client.Parallel())
	for i, q := range questions {
		sent := make(chan struct{})
		next := sync.OnceFunc(func() { close(sent) })
		g.Go(func() error {
			defer next() // it may never send anything
			answers[i] = q(func(r fetch.Request) (fetch.Response, error) {
				r.Sent, r.Once = next, once
				return round(r)
			})
			return nil
		})
		<-sent
	}
	_ = g.Wait() // no question returns an error: a failure stands in its part
	return slices.Concat(answers...)
}

// answer reads one part. What read leaves in a part that fails is dropped.
func (p *Portal) answer(name, path string, w index.Window, period index.Period, read func(*index.Part) error) index.Part {
	empty := index.Part{Name: name, Window: w, Period: period, URL: p.opts.URL + path + "#" + period.String()}
	part := empty
	start := time.Now()
	if err := safely(read, &part); err != nil {
		part = empty
		part.Failure = asFailure(err, part.URL)
	}
	p.opts.Log.Debug("portal asked", "part", name, "window", w, "period", period,
		"rows", len(part.Rows), "failed", part.Failure != nil, "duration", time.Since(start))
	return part
}

// safely turns a panic into the failure of the part: the requests of a round run
// beside each other, where nobody else could catch it.
func safely(read func(*index.Part) error, part *index.Part) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = index.Panicked(p)
		}
	}()
	return read(part)
}

// provinceID returns the portal's id of the own province that the generation in
// use understands: a number in the old one, a UUID in the new.
func (p *Portal) provinceID() string {
	for _, u := range p.opts.KnownUnits() {
		if u.Code == p.opts.Province && u.ID != "" && isNumber(u.ID) == (p.opts.API == Rest) {
			return u.ID
		}
	}
	return ""
}

func isNumber(id string) bool {
	return strings.Trim(id, "0123456789") == ""
}

// asFailure says why a part is missing. where is added if err does not say it.
func asFailure(err error, where string) *index.Failure {
	var f *index.Failure
	var e *fetch.Error
	switch {
	case errors.As(err, &e):
		f = &index.Failure{Reason: index.Reason(e.Reason), Text: e.Text, RetryAfter: e.RetryAfter}
		if id := supportID(e.Body); id != "" {
			f.Text += "; " + id
		}
		return f
	case errors.As(err, &f) && strings.HasPrefix(f.Text, "not asked: "):
		return f
	case errors.As(err, &f):
		return &index.Failure{Reason: f.Reason, Text: where + ": " + f.Text, Stack: f.Stack}
	}
	return index.Failf(index.Malformed, "%s: %v", where, err)
}
