package web

import (
	"cmp"
	"slices"
	"time"

	"dvc_exporter/exporter/book"
	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/publication"
	"dvc_exporter/exporter/words"
)

// sourceState is how a source is doing at a time.
type sourceState struct {
	*book.Source
	Name  index.SourceName
	Count publication.Count
	now   time.Time
}

// sourceStates describes those of the named sources that are configured.
func sourceStates(view *publication.Publication, now time.Time, names ...index.SourceName) []sourceState {
	var list []sourceState
	for _, name := range names {
		if source := view.Book[name]; source != nil {
			list = append(list, sourceState{source, name, view.Counts[name], now})
		}
	}
	return list
}

// State is up, new, behind or down. Behind is a source that has not been asked
// for so long that something must be wrong: after a restart that hangs, or with a
// clock that jumped.
func (s sourceState) State() string {
	switch h := s.Health; {
	case h.LastAttempt.IsZero():
		return "new"
	case h.Interval > 0 && s.now.Sub(h.LastAttempt) > 2*h.Interval+h.Duration+time.Minute:
		return "behind"
	case h.Up:
		return "up"
	}
	return "down"
}

// current says whether a part was found good in the last round, and lately.
func (s sourceState) current(e *book.Entry) bool {
	return s.State() != "behind" && slices.ContainsFunc(s.Health.Last().Outcomes, func(o book.Outcome) bool {
		return !o.Past && o.Key() == e.Key() && o.Reason == ""
	})
}

// Instead says what is shown in place of a part that failed.
func (s sourceState) Instead(o book.Outcome) string {
	if o.Past {
		return "kỳ đã qua, sẽ hỏi lại"
	}
	var newest, expired time.Time // of what is known of the part, of a location the newest file
	for i := range s.Entries {
		e := &s.Entries[i]
		about := e.Window == o.Window && (e.Name == o.Name || e.Location == o.Name) || o.Name == string(s.Name) // the round failed as a whole
		if !about || len(e.Rows) == 0 {
			continue
		}
		at := &newest
		if end, ends := s.Expiry(e); ends && !s.now.Before(end) {
			at = &expired
		}
		if asOf := cmp.Or(e.AsOf, e.Accepted); asOf.After(*at) {
			*at = asOf
		}
	}
	switch {
	case !newest.IsZero():
		return "đang hiện số cũ, tính đến " + words.When(newest)
	case !expired.IsZero():
		return "số cũ đã quá hạn, không hiện nữa"
	}
	return words.None
}
