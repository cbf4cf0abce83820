// Package metrics turns the picture into metric families: the table of families
// (families.go), the exposition kept as ready bytes (exposition.go), and the same
// families as const metrics for tests and other registries (collector.go).
package metrics

import (
	"sort"
	"time"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/reload"
	"dvc_exporter/exporter/snapshot"
)

// Settings are what families need to know beside the picture.
type Settings struct {
	ReceptionLimit time.Duration       // a dossier not received for longer is late to receive
	DueSoon        time.Duration       // how far ahead dvc_dossiers_due_soon looks
	Files          func() reload.Files // targets and units as last read
}

// scene is what all families of one rendering look at.
type scene struct {
	Settings
	view      *snapshot.View
	now       time.Time // the domain's clock
	lastWrite time.Time
	files     reload.Files
	pending   map[index.SourceName][]pending
	current   map[index.Measure][]int // positions in view.Values
	past      map[index.Measure][]int
}

func newScene(view *snapshot.View, now, lastWrite time.Time, settings Settings) *scene {
	s := &scene{
		Settings: settings, view: view, now: now, lastWrite: lastWrite, pending: addUp(view.Pending),
		current: map[index.Measure][]int{}, past: map[index.Measure][]int{},
	}
	if settings.Files != nil {
		s.files = settings.Files()
	}
	for i := range view.Values {
		v := &view.Values[i]
		by := s.current
		if v.PeriodsAgo > 0 {
			by = s.past
		}
		by[v.Measure] = append(by[v.Measure], i)
	}
	return s
}

// add takes one sample: its value and the label values in the family's order.
type add func(value float64, labels ...string)

// family is one metric family. The README's metric reference is held equal to
// this table by a test.
type family struct {
	name, help string
	counter    bool
	labels     []string
	each       func(*scene, add)
}

// families lists every family of the domain, in the order of the exposition.
var families = []family{
	{name: "dvc_score", help: "Published total points, of dvc_score_max.", labels: []string{"unit", "window"}, each: figures(index.Score)},
	{name: "dvc_score_max", help: "Maximum of the published total points.", labels: []string{"unit", "window"}, each: figures(index.ScoreMax)},
	{name: "dvc_rank", help: "Place in the published table, 1 = best; equal scores share a place: 1, 1, 3.", labels: []string{"unit", "window", "among"}, each: ranks},
	{name: "dvc_ranked_units", help: "How many units the published table ranks.", labels: []string{"window", "among"}, each: rankedUnits},
	{name: "dvc_group_score", help: "Published points of a component group, of dvc_group_score_max.", labels: []string{"unit", "group", "window"}, each: figures(index.GroupScore)},
	{name: "dvc_group_score_max", help: "Maximum points of a component group.", labels: []string{"unit", "group", "window"}, each: figures(index.GroupScoreMax)},
	{name: "dvc_indicator_score", help: "Published points of an indicator, of dvc_indicator_score_max.", labels: []string{"unit", "group", "indicator", "window"}, each: figures(index.IndicatorScore)},
	{name: "dvc_indicator_score_max", help: "Maximum points of an indicator.", labels: []string{"unit", "group", "indicator", "window"}, each: figures(index.IndicatorScoreMax)},
	{name: "dvc_indicator_numerator", help: "Upper part of an indicator's ratio, a count.", labels: []string{"unit", "indicator", "window", "source"}, each: figures(index.Numerator)},
	{name: "dvc_indicator_denominator", help: "Lower part of an indicator's ratio, a count.", labels: []string{"unit", "indicator", "window", "source"}, each: figures(index.Denominator)},
	{name: "dvc_score_past", help: "dvc_score of a closed period before the one that the window shows.", labels: []string{"unit", "window", "periods_ago"}, each: pastFigures(index.Score)},
	{name: "dvc_rank_past", help: "dvc_rank of a closed period before the one that the window shows.", labels: []string{"unit", "window", "among", "periods_ago"}, each: pastRanks},
	{name: "dvc_group_score_past", help: "dvc_group_score of a closed period before the one that the window shows.", labels: []string{"unit", "group", "window", "periods_ago"}, each: pastFigures(index.GroupScore)},
	{name: "dvc_portal_dossiers_received", help: "Dossiers received in the period, as the portal counts.", labels: []string{"unit", "window"}, each: figures(index.ReceivedDossiers)},
	{name: "dvc_portal_dossiers_on_time", help: "Dossiers of the period handled on time, as the portal counts.", labels: []string{"unit", "window"}, each: figures(index.OnTimeDossiers)},
	{name: "dvc_portal_dossiers_overdue", help: "Dossiers of the period handled late or overdue, as the portal counts.", labels: []string{"unit", "window"}, each: figures(index.OverdueDossiers)},

	{name: "dvc_dossiers_overdue", help: "Local records, now: dossiers late to be received, or past their due time and not finished.", labels: []string{"unit", "stage"}, each: dossiersOverdue},
	{name: "dvc_dossiers_open", help: "Local records, now: dossiers being handled (states 2, 4, 5, 6).", labels: []string{"unit"}, each: dossiersOpen},
	{name: "dvc_dossiers_due_soon", help: "Local records, now: dossiers being handled that are due within DVC_DUE_SOON.", labels: []string{"unit"}, each: dossiersDueSoon},
	{name: "dvc_dossiers_oldest_overdue_timestamp_seconds", help: "Local records: due time of the longest overdue open dossier.", labels: []string{"unit"}, each: oldestOverdue},
	{name: "dvc_dossiers_received", help: "Local records: dossiers received in the window's period.", labels: []string{"unit", "window", "channel"}, each: figures(index.DossiersReceived)},
	{name: "dvc_dossiers_finished", help: "Local records: dossiers finished in the window's period.", labels: []string{"unit", "window", "timeliness"}, each: figures(index.DossiersFinished)},
	{name: "dvc_apologies_due", help: "Local records: late dossiers of the window's period that call for a written apology.", labels: []string{"unit", "window"}, each: figures(index.ApologiesDue)},
	{name: "dvc_apologies_sent", help: "Local records: those of dvc_apologies_due that have one.", labels: []string{"unit", "window"}, each: figures(index.ApologiesSent)},
	{name: "dvc_documents_received", help: "Local records: documents and work files that arrived in the window's period.", labels: []string{"unit", "window"}, each: figures(index.DocumentsReceived)},
	{name: "dvc_documents_finished", help: "Local records: documents and work files finished in the window's period.", labels: []string{"unit", "window", "timeliness"}, each: figures(index.DocumentsFinished)},
	{name: "dvc_documents_online", help: "Local records: those of dvc_documents_finished handled end to end online.", labels: []string{"unit", "window"}, each: figures(index.DocumentsOnline)},
	{name: "dvc_documents_open", help: "Local records, now: documents and work files being handled.", labels: []string{"unit"}, each: documentsOpen},
	{name: "dvc_documents_overdue", help: "Local records, now: documents and work files past their deadline and not finished.", labels: []string{"unit"}, each: documentsOverdue},
	{name: "dvc_target_ratio", help: "Ratio that an indicator is to reach, 0 to 1; absent: no target.", labels: []string{"indicator"}, each: targetRatios},
	{name: "dvc_target_score", help: "Points of 100 that the score is to reach; absent: no target.", labels: []string{"window"}, each: targetScores},

	{name: "dvc_unit_info", help: "Always 1; says what a unit is.", labels: []string{"unit", "name", "kind", "parent"}, each: unitInfo},
	{name: "dvc_unit_contact_info", help: "Always 1; where notifications for a unit go, from DVC_UNITS_FILE.", labels: []string{"unit", "email"}, each: contactInfo},
	{name: "dvc_group_info", help: "Always 1; names a component group.", labels: []string{"group", "name"}, each: groupInfo},
	{name: "dvc_indicator_info", help: "Always 1; names an indicator.", labels: []string{"indicator", "group", "name"}, each: indicatorInfo},
	{name: "dvc_period_start_timestamp_seconds", help: "First instant of the period that the window shows now.", labels: []string{"window"}, each: periods(index.Period.Start)},
	{name: "dvc_period_end_timestamp_seconds", help: "First instant after the period that the window shows now.", labels: []string{"window"}, each: periods(index.Period.End)},

	{name: "dvc_data_timestamp_seconds", help: "As of when the source's figures hold.", labels: []string{"source"}, each: dataTimestamp},
	{name: "dvc_source_up", help: "1 if every required answer of the source's last round was used, 0 if not or before the first round.", labels: []string{"source"}, each: sourceUp},
	{name: "dvc_source_part_up", help: "dvc_source_up of one part of a source: a service, a page, a folder.", labels: []string{"source", "part", "window"}, each: partUp},
	{name: "dvc_source_last_success_timestamp_seconds", help: "End of the source's last round without failure.", labels: []string{"source"}, each: health(func(h snapshot.Health) float64 { return seconds(h.LastSuccess) })},
	{name: "dvc_source_last_attempt_timestamp_seconds", help: "Start of the source's last round.", labels: []string{"source"}, each: health(func(h snapshot.Health) float64 { return seconds(h.LastAttempt) })},
	{name: "dvc_source_collect_duration_seconds", help: "How long the source's last round took.", labels: []string{"source"}, each: health(func(h snapshot.Health) float64 { return h.Duration.Seconds() })},
	{name: "dvc_source_refresh_interval_seconds", help: "Configured time between two rounds of the source.", labels: []string{"source"}, each: health(func(h snapshot.Health) float64 { return h.Interval.Seconds() })},
	{name: "dvc_source_rows", help: "Rows of the source that are used.", labels: []string{"source"}, each: counts(func(c snapshot.Count) int { return c.Used })},
	{name: "dvc_source_rows_rejected", help: "Rows of the source that were refused with a reason.", labels: []string{"source"}, each: counts(func(c snapshot.Count) int { return c.Rejected })},
	{name: "dvc_source_rows_unmatched", help: "Rows of the source whose unit is not known.", labels: []string{"source"}, each: counts(func(c snapshot.Count) int { return c.Unmatched })},
	{name: "dvc_source_failures_total", help: "Answers that were missing or refused, by reason.", counter: true, labels: []string{"source", "reason"}, each: failures},
	{name: "dvc_source_revisions_total", help: "Published figures of closed periods that changed.", counter: true, labels: []string{"source"}, each: revisions},
	{name: "dvc_config_last_reload_successful", help: "1 if the targets and units files could be read when they last changed.", each: configReload},
	{name: "dvc_config_last_reload_success_timestamp_seconds", help: "When the targets and units files were last read without fault.", each: configReloadTime},
	{name: "dvc_state_last_write_timestamp_seconds", help: "When the state was last written to DVC_STATE_DIR.", each: stateWrite},
}

// labelled returns the label values of a value in the order of the families'
// labels.
func labelled(v *snapshot.Value, out []string) []string {
	switch v.Measure {
	case index.GroupScore, index.GroupScoreMax:
		return append(out, v.Unit, v.Group, string(v.Window))
	case index.IndicatorScore, index.IndicatorScoreMax:
		return append(out, v.Unit, v.Group, v.Indicator, string(v.Window))
	case index.Numerator, index.Denominator:
		return append(out, v.Unit, v.Indicator, string(v.Window), string(v.Source))
	case index.DossiersReceived, index.DossiersFinished, index.DocumentsFinished:
		return append(out, v.Unit, string(v.Window), v.Detail)
	}
	return append(out, v.Unit, string(v.Window))
}

func figures(m index.Measure) func(*scene, add) {
	return func(s *scene, add add) {
		var labels [4]string
		for _, i := range s.current[m] {
			v := &s.view.Values[i]
			add(v.Value, labelled(v, labels[:0])...)
		}
	}
}

// agoes are the values of the label periods_ago.
var agoes = [snapshot.MaxAgo + 1]string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"}

func pastFigures(m index.Measure) func(*scene, add) {
	return func(s *scene, add add) {
		var labels [4]string
		for _, i := range s.past[m] {
			v := &s.view.Values[i]
			add(v.Value, append(labelled(v, labels[:0]), agoes[v.PeriodsAgo])...)
		}
	}
}

// among are the values of the label "among".
var among = map[index.Kind]string{index.Province: "provinces", index.Department: "departments", index.Commune: "communes"}

func ranks(s *scene, add add) {
	for _, r := range s.view.Ranks {
		if r.PeriodsAgo == 0 {
			add(float64(r.Place), r.Unit, string(r.Window), among[r.Among])
		}
	}
}

func pastRanks(s *scene, add add) {
	for _, r := range s.view.Ranks {
		if r.PeriodsAgo > 0 {
			add(float64(r.Place), r.Unit, string(r.Window), among[r.Among], agoes[r.PeriodsAgo])
		}
	}
}

func rankedUnits(s *scene, add add) {
	type table struct {
		window index.Window
		among  index.Kind
	}
	done := map[table]bool{}
	for _, r := range s.view.Ranks {
		if t := (table{r.Window, r.Among}); r.PeriodsAgo == 0 && !done[t] {
			done[t] = true
			add(float64(r.Of), string(r.Window), among[r.Among])
		}
	}
}

func unitInfo(s *scene, add add) {
	for _, u := range s.view.Units {
		add(1, s.view.Label(u), u.Name, string(u.Kind), u.Parent)
	}
}

func contactInfo(s *scene, add add) {
	for _, u := range s.view.Units {
		if email := s.view.Contacts[s.view.Label(u)]; email != "" {
			add(1, s.view.Label(u), email)
		}
	}
}

func groupInfo(s *scene, add add) {
	for _, g := range s.view.Groups {
		add(1, g.Code, g.Name)
	}
}

func indicatorInfo(s *scene, add add) {
	for _, i := range s.view.Indicators {
		add(1, i.Code, i.Group, i.Name)
	}
}

func periods(bound func(index.Period) time.Time) func(*scene, add) {
	return func(s *scene, add add) {
		for _, w := range index.Windows {
			if p, ok := s.view.Periods[w]; ok {
				add(seconds(bound(p)), string(w))
			}
		}
	}
}

// eachSource calls f for every configured source, by name.
func eachSource(s *scene, f func(name string, source *snapshot.Source)) {
	names := make([]string, 0, len(s.view.Picture))
	for name := range s.view.Picture {
		names = append(names, string(name))
	}
	sort.Strings(names)
	for _, name := range names {
		f(name, s.view.Picture[index.SourceName(name)])
	}
}

func health(value func(snapshot.Health) float64) func(*scene, add) {
	return func(s *scene, add add) {
		eachSource(s, func(name string, source *snapshot.Source) { add(value(source.Health), name) })
	}
}

func counts(value func(snapshot.Count) int) func(*scene, add) {
	return func(s *scene, add add) {
		eachSource(s, func(name string, _ *snapshot.Source) {
			add(float64(value(s.view.Counts[index.SourceName(name)])), name)
		})
	}
}

func dataTimestamp(s *scene, add add) {
	eachSource(s, func(name string, source *snapshot.Source) {
		var newest time.Time
		for _, held := range source.Parts {
			if held.AsOf.After(newest) {
				newest = held.AsOf
			}
		}
		if !newest.IsZero() {
			add(seconds(newest), name)
		}
	})
}

func sourceUp(s *scene, add add) {
	eachSource(s, func(name string, source *snapshot.Source) { add(truth(source.Health.Up), name) })
}

func partUp(s *scene, add add) {
	eachSource(s, func(name string, source *snapshot.Source) {
		if len(source.Health.Rounds) == 0 {
			return
		}
		for _, o := range source.Health.Rounds[0].Outcomes {
			if !o.Past {
				add(truth(o.Reason == ""), name, o.Name, string(o.Window))
			}
		}
	})
}

func failures(s *scene, add add) {
	eachSource(s, func(name string, source *snapshot.Source) {
		for _, reason := range index.Reasons {
			add(float64(source.Health.Failures[reason]), name, string(reason))
		}
	})
}

func revisions(s *scene, add add) {
	eachSource(s, func(name string, source *snapshot.Source) { add(float64(source.Health.Revisions), name) })
}

func stateWrite(s *scene, add add) {
	if !s.lastWrite.IsZero() {
		add(seconds(s.lastWrite))
	}
}

// seconds returns Unix seconds, 0 for a time that never was.
func seconds(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return float64(t.UnixMilli()) / 1000
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
