package metrics

import (
	"maps"
	"slices"
	"time"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/snapshot"
)

// The values of the label "stage".
const (
	reception  = "reception"
	processing = "processing"
)

// pending is what a unit has not finished: one list of times for each spelling of
// its name.
type pending struct {
	unit  string
	lists []*index.Pending
}

// addUp gathers what is pending by unit, dossiers and documents apart.
func addUp(all []snapshot.Pending) map[index.SourceName][]pending {
	at := map[[2]string]int{}
	by := map[index.SourceName][]pending{}
	for _, p := range all {
		kind := index.Records // files or a database: one of them tells a unit's dossiers
		if p.Source == index.Documents {
			kind = index.Documents
		}
		key := [2]string{string(kind), p.Unit}
		i, seen := at[key]
		if !seen {
			i = len(by[kind])
			at[key] = i
			by[kind] = append(by[kind], pending{unit: p.Unit})
		}
		by[kind][i].lists = append(by[kind][i].lists, p.Pending)
	}
	return by
}

// count adds up a number over the spellings of a unit's name.
func (p pending) count(of func(*index.Pending) int) float64 {
	n := 0
	for _, list := range p.lists {
		n += of(list)
	}
	return float64(n)
}

// before returns how many of the ascending times lie before t.
func before(times []int64, t time.Time) int {
	n, _ := slices.BinarySearch(times, t.Unix())
	return n
}

func (s *scene) overdue(p *index.Pending) int { return before(p.Due, s.now) }

func dossiersOverdue(s *scene, add add) {
	for _, p := range s.pending[index.Records] {
		add(p.count(func(l *index.Pending) int { return before(l.Waiting, s.now.Add(-s.ReceptionLimit)) }), p.unit, reception)
		add(p.count(s.overdue), p.unit, processing)
	}
	onPages(s, index.OverdueNow, func(unit string, n float64) { add(n, unit, processing) })
}

func dossiersOpen(s *scene, add add) {
	for _, p := range s.pending[index.Records] {
		add(p.count(func(l *index.Pending) int { return l.Open }), p.unit)
	}
	onPages(s, index.OpenNow, func(unit string, n float64) { add(n, unit) })
}

// onPages adds what a statistics page says, once for each unit in whichever
// window it stands first: it is about now.
func onPages(s *scene, m index.Measure, add func(unit string, n float64)) {
	known := map[string]bool{}
	for _, i := range s.current[m] {
		if v := &s.view.Values[i]; !known[v.Unit] {
			known[v.Unit] = true
			add(v.Unit, v.Value)
		}
	}
}

func dossiersDueSoon(s *scene, add add) {
	for _, p := range s.pending[index.Records] {
		add(p.count(func(l *index.Pending) int { return before(l.Due, s.now.Add(s.DueSoon)) - s.overdue(l) }), p.unit)
	}
}

func oldestOverdue(s *scene, add add) {
	for _, p := range s.pending[index.Records] {
		oldest := s.now.Unix()
		for _, list := range p.lists {
			if s.overdue(list) > 0 {
				oldest = min(oldest, list.Due[0])
			}
		}
		if oldest < s.now.Unix() {
			add(float64(oldest), p.unit)
		}
	}
}

func documentsOpen(s *scene, add add) {
	for _, p := range s.pending[index.Documents] {
		add(p.count(func(l *index.Pending) int { return l.Open }), p.unit)
	}
}

func documentsOverdue(s *scene, add add) {
	for _, p := range s.pending[index.Documents] {
		add(p.count(s.overdue), p.unit)
	}
}

func targetRatios(s *scene, add add) {
	if s.files.Plan == nil {
		return
	}
	ratios := s.files.Plan.Ratios(s.now)
	for _, code := range slices.Sorted(maps.Keys(ratios)) {
		add(ratios[code], code)
	}
}

func targetScores(s *scene, add add) {
	if s.files.Plan == nil {
		return
	}
	points := s.files.Plan.Points(s.now)
	for _, w := range slices.Sorted(maps.Keys(points)) {
		add(points[w], string(w))
	}
}

func configReload(s *scene, add add) { add(truth(s.files.Err == nil)) }

func configReloadTime(s *scene, add add) {
	if !s.files.Read.IsZero() {
		add(seconds(s.files.Read))
	}
}
