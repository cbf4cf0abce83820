package web

import (
	"cmp"
	"slices"
	"time"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/snapshot"
)

// sourceState is how a source is doing at a time.
type sourceState struct {
	*snapshot.Source
	Name  index.SourceName
	Count snapshot.Count
	now   time.Time
}

// sourceStates describes those of the named sources that are configured.
func sourceStates(view *snapshot.View, now time.Time, names ...index.SourceName) []sourceState {
	var list []sourceState
	for _, name := range names {
		if source := view.Picture[name]; source != nil {
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
func (s sourceState) current(held snapshot.Held) bool {
	return s.State() != "behind" && slices.ContainsFunc(s.Health.Last().Outcomes, func(o snapshot.Outcome) bool {
		return !o.Past && o.Name == held.Name && o.Window == held.Window && o.Reason == ""
	})
}

// Instead says what is shown in place of a part that failed.
func (s sourceState) Instead(o snapshot.Outcome) string {
	held := snapshot.Find(s.Parts, o.Name, o.Window)
	switch expire := s.Health.Expire; {
	case o.Past:
		return "kỳ đã qua, sẽ hỏi lại"
	case held != nil && expire > 0 && s.now.Sub(held.Accepted) >= expire:
		return "số cũ đã quá hạn, không hiện nữa"
	case held != nil:
		return "đang hiện số cũ, tính đến " + when(cmp.Or(held.AsOf, held.Accepted))
	case o.Name == string(s.Name) && len(s.Parts) > 0: // the round failed as a whole
		return "đang hiện số cũ, tính đến " + when(s.AsOf())
	}
	return none
}
