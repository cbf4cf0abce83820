package refresh

import (
	"context"
	"fmt"
	"time"

	"dvc_exporter/exporter/book"
	"dvc_exporter/exporter/index"
)

// Source is where figures come from. Fetch makes one round; it returns what it
// could get, each part with its own failure, or an error if there was nothing to
// ask. It need not judge what it got. known is what is held of the source so far,
// also from before a restart; it must not be changed.
type Source interface {
	Fetch(ctx context.Context, known []index.Part) (index.Answer, error)
}

// Selective is a Source of which single parts can be asked.
type Selective interface {
	Source
	// Ask returns the parts of the given keys. With probe, it sends one request
	// without trying it twice, and asks for the rest only if that was answered.
	Ask(ctx context.Context, keys []index.Key, probe bool) []index.Part
}

// Historian is a Selective that also has periods of the past.
type Historian interface {
	Selective
	// Keys names the parts that a period has, none if the source has nothing of it
	// by its nature.
	Keys(w index.Window, p index.Period) []index.Key
}

// run calls a source: nothing else does. It bounds the time, turns a panic into a
// failure, and leaves a call behind that does not end: at most one of each job,
// because the next one is refused until it has ended.
func (r *Refresher) run(ctx context.Context, job *Job, call func(context.Context) (index.Answer, error)) (index.Answer, error) {
	select {
	case job.busy <- struct{}{}:
	default:
		return index.Answer{}, index.Failf(index.Timeout, "the reading before this one still hangs; is a network share or a server gone?")
	}
	type result struct {
		answer index.Answer
		err    error
	}
	limited, cancel := context.WithTimeout(ctx, job.Limit)
	defer cancel()
	done := make(chan result, 1)
	go func() {
		var got result
		defer func() {
			if p := recover(); p != nil {
				got.err = index.Panicked(p)
			}
			<-job.busy
			done <- got
		}()
		got.answer, got.err = call(limited)
	}()
	select {
	case got := <-done:
		return got.answer, got.err
	case <-limited.Done():
	}
	if ctx.Err() != nil {
		return index.Answer{}, ctx.Err()
	}
	// A source that heeds its context is about to return what it has.
	select {
	case got := <-done:
		return got.answer, got.err
	case <-time.After(grace):
		return index.Answer{}, index.Failf(index.Timeout, "no whole answer within %s; is a network share or a server gone?", job.Limit)
	}
}

// grace is how long a source may take to notice that its time is over.
const grace = time.Second

// Ask asks a source for parts and judges each: what must not be used has a
// Failure afterwards. It keeps nothing.
func (r *Refresher) Ask(ctx context.Context, job *Job, keys []index.Key) ([]index.Part, error) {
	parts, err := r.ask(ctx, job, keys, false)
	for i := range parts {
		if parts[i].Failure == nil {
			parts[i].Failure = judge(job.Name, parts[i], nil)
		}
	}
	return parts, err
}

// Complete asks a source for parts of any period and takes into the book what may be
// used, whole and without writing it to disk. It returns what was asked for in vain.
func (r *Refresher) Complete(ctx context.Context, job *Job, keys []index.Key) (failed []book.Outcome, err error) {
	parts, err := r.ask(ctx, job, keys, false)
	if err != nil {
		return nil, err
	}
	r.Store.Update(job.Name, false, func(s book.Source) book.Source {
		failed = book.Round{Outcomes: r.take(job, &s, parts, true)}.Failed()
		return s
	})
	return failed, nil
}

// ask asks a source for parts, and answers for those of which it says nothing.
func (r *Refresher) ask(ctx context.Context, job *Job, keys []index.Key, probe bool) ([]index.Part, error) {
	source, ok := job.Source.(Selective)
	if !ok {
		return nil, fmt.Errorf("%s cannot be asked for single parts", job.Name)
	}
	answer, err := r.run(ctx, job, func(ctx context.Context) (index.Answer, error) {
		return index.Answer{Parts: source.Ask(ctx, keys, probe)}, nil
	})
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		failure := index.AsFailure(err, index.Internal)
		for _, key := range keys {
			answer.Parts = append(answer.Parts, key.Failed(failure))
		}
	}
	return answer.Parts, nil
}
