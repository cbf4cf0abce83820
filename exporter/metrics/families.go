// Package metrics turns a publication into metric families: the table of families
// (families.go) and the exposition kept as ready bytes (exposition.go).
package metrics

import (
	"cmp"
	"iter"
	"maps"
	"math"
	"slices"
	"strconv"
	"time"

	"dvc_exporter/exporter/book"
	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/publication"
)

// Family is one metric family: a counter if its name ends in _total, else a
// gauge.
type Family struct {
	Name, Help string
	Labels     []string
	collect    func(*pub, add)
}

// add takes one sample: its value and the label values in the family's order.
type add func(value float64, labels ...string)

// pub is what all families look at.
type pub = publication.Publication

// Reference lists every family of the domain, in the order of the exposition. The
// README's metric reference is held equal to it by a test.
func Reference() []Family { return families }

var families = []Family{
	{"dvc_score", "Published total points, of dvc_score_max.", by("unit", "window"), figures(index.Score)},
	{"dvc_score_max", "Maximum of the published total points.", by("unit", "window"), figures(index.ScoreMax)},
	{"dvc_rank", "Place in the published table, 1 = best; equal scores share a place: 1, 1, 3.", by("unit", "window", "among"), ranks},
	{"dvc_score_to_next_place", "Points that a unit lacks to the next better score of its table; none for the first.", by("unit", "window", "among"), toNextPlace},
	{"dvc_ranked_units", "How many units the published table ranks.", by("window", "among"), rankedUnits},
	{"dvc_group_score", "Published points of a component group, of dvc_group_score_max.", by("unit", "group", "window"), figures(index.GroupScore)},
	{"dvc_group_score_max", "Maximum points of a component group.", by("unit", "group", "window"), figures(index.GroupScoreMax)},
	{"dvc_indicator_score", "Published points of an indicator, of dvc_indicator_score_max.", by("unit", "group", "indicator", "window"), figures(index.IndicatorScore)},
	{"dvc_indicator_score_max", "Maximum points of an indicator.", by("unit", "group", "indicator", "window"), figures(index.IndicatorScoreMax)},
	{"dvc_indicator_numerator", "Upper part of an indicator's ratio, a count.", by("unit", "indicator", "window", "source"), figures(index.Numerator)},
	{"dvc_indicator_denominator", "Lower part of an indicator's ratio, a count.", by("unit", "indicator", "window", "source"), figures(index.Denominator)},
	{"dvc_score_past", "dvc_score of a closed period before the one that the window shows.", by("unit", "window", "periods_ago"), past(index.Score)},
	{"dvc_rank_past", "dvc_rank of a closed period before the one that the window shows.", by("unit", "window", "among", "periods_ago"), pastRanks},
	{"dvc_group_score_past", "dvc_group_score of a closed period before the one that the window shows.", by("unit", "group", "window", "periods_ago"), past(index.GroupScore)},
	{"dvc_indicator_numerator_past", "dvc_indicator_numerator of the own province in a closed month before the one that the window shows.", by("unit", "indicator", "window", "periods_ago"), past(index.Numerator)},
	{"dvc_indicator_denominator_past", "dvc_indicator_denominator of the own province in a closed month before the one that the window shows.", by("unit", "indicator", "window", "periods_ago"), past(index.Denominator)},
	{"dvc_portal_dossiers_received", "Dossiers received in the period, as the portal counts.", by("unit", "window"), figures(index.ReceivedDossiers)},
	{"dvc_portal_dossiers_on_time", "Dossiers of the period handled on time, as the portal counts.", by("unit", "window"), figures(index.OnTimeDossiers)},
	{"dvc_portal_dossiers_overdue", "Dossiers of the period handled late or overdue, as the portal counts.", by("unit", "window"), figures(index.OverdueDossiers)},

	{"dvc_dossiers_overdue", "Local records, now: dossiers late to be received, or past their due time and not finished.", by("unit", "stage"), dossiersOverdue},
	{"dvc_dossiers_open", "Local records, now: dossiers being handled (states 2, 4, 5, 6).", by("unit"), each(dossiers, func(_ *pub, w work) float64 { return w.Open })},
	{"dvc_dossiers_due_soon", "Local records, now: dossiers being handled that are due within DVC_DUE_SOON.", by("unit"), each(dossiers, func(_ *pub, w work) float64 { return w.DueSoon })},
	{"dvc_dossiers_oldest_overdue_timestamp_seconds", "Local records: due time of the longest overdue open dossier.", by("unit"), each(dossiers, func(_ *pub, w work) float64 { return w.OldestOverdue })},
	{"dvc_dossiers_data_timestamp_seconds", "As of when a unit's local dossiers are: the time of the newest file or answer that names it.", by("unit"), each(dossiers, func(_ *pub, w work) float64 { return timestamp(w.AsOf) })},
	{"dvc_dossiers_received", "Local records: dossiers received in the window's period.", by("unit", "window", "channel"), figures(index.DossiersReceived)},
	{"dvc_dossiers_finished", "Local records: dossiers finished in the window's period.", by("unit", "window", "timeliness"), figures(index.DossiersFinished)},
	{"dvc_apologies_due", "Local records: late dossiers of the window's period that call for a written apology.", by("unit", "window"), figures(index.ApologiesDue)},
	{"dvc_apologies_sent", "Local records: those of dvc_apologies_due that have one.", by("unit", "window"), figures(index.ApologiesSent)},
	{"dvc_documents_received", "Local records: documents and work files that arrived in the window's period.", by("unit", "window"), figures(index.DocumentsReceived)},
	{"dvc_documents_finished", "Local records: documents and work files finished in the window's period.", by("unit", "window", "timeliness"), figures(index.DocumentsFinished)},
	{"dvc_documents_online", "Local records: those of dvc_documents_finished handled end to end online.", by("unit", "window"), figures(index.DocumentsOnline)},
	{"dvc_documents_open", "Local records, now: documents and work files being handled.", by("unit"), each(documents, func(_ *pub, w work) float64 { return w.Open })},
	{"dvc_documents_overdue", "Local records, now: documents and work files past their deadline and not finished.", by("unit"), each(documents, func(_ *pub, w work) float64 { return w.LateToProcess })},
	{"dvc_target_ratio", "Ratio that an indicator is to reach, 0 to 1; absent: no target.", by("indicator"), each(ratios, same)},
	{"dvc_target_score", "Points of 100 that the score is to reach; absent: no target.", by("window"), each(points, same)},
	{"dvc_grade_min_score", "Points of 100 from which a score has the grade, up to the next better one.", by("grade"), gradeBounds},

	{"dvc_unit_info", "Always 1; says what a unit is.", by("unit", "name", "kind", "parent"), unitInfo},
	{"dvc_unit_contact_info", "Always 1; where notifications for a unit go, from DVC_UNITS_FILE.", by("unit", "email"), contactInfo},
	{"dvc_exporter_province_info", "Always 1; says which provinces are the exporter's own.", by("unit"), ownProvinces},
	{"dvc_group_info", "Always 1; names a component group.", by("group", "name"), groupInfo},
	{"dvc_indicator_info", "Always 1; names an indicator.", by("indicator", "group", "name"), indicatorInfo},
	{"dvc_grade_info", "Always 1; names a grade.", by("grade", "name"), gradeInfo},
	{"dvc_period_start_timestamp_seconds", "First instant of the period that the window shows now.", by("window"), periods(index.Period.Start)},
	{"dvc_period_end_timestamp_seconds", "First instant after the period that the window shows now.", by("window"), periods(index.Period.End)},

	{"dvc_data_timestamp_seconds", "As of when the source's figures hold.", by("source"), each(sources, asOf)},
	{"dvc_source_up", "1 if every required answer of the source's last round was used, 0 if not or before the first round.", by("source"), each(sources, func(_ *pub, s *book.Source) float64 { return truth(s.Health.Up) })},
	{"dvc_source_part_up", "dvc_source_up of one part of a source: a service, a page, a folder.", by("source", "part", "window"), partUp},
	{"dvc_source_last_success_timestamp_seconds", "End of the source's last round without failure.", by("source"), each(sources, func(_ *pub, s *book.Source) float64 { return seconds(s.Health.LastSuccess) })},
	{"dvc_source_last_attempt_timestamp_seconds", "Start of the source's last round.", by("source"), each(sources, func(_ *pub, s *book.Source) float64 { return seconds(s.Health.LastAttempt) })},
	{"dvc_source_collect_duration_seconds", "How long the source's last round took.", by("source"), each(sources, func(_ *pub, s *book.Source) float64 { return s.Health.Duration.Seconds() })},
	{"dvc_source_refresh_interval_seconds", "Configured time between two rounds of the source.", by("source"), each(sources, func(_ *pub, s *book.Source) float64 { return s.Health.Interval.Seconds() })},
	{"dvc_source_rows", "Rows of the source that are used.", by("source"), each(counts, func(_ *pub, c publication.Count) float64 { return float64(c.Used) })},
	{"dvc_source_rows_rejected", "Rows of the source that were refused with a reason.", by("source"), each(counts, func(_ *pub, c publication.Count) float64 { return float64(c.Rejected) })},
	{"dvc_source_rows_unmatched", "Rows of the source whose unit is not known.", by("source"), each(counts, func(_ *pub, c publication.Count) float64 { return float64(c.Unmatched) })},
	{"dvc_source_failures_total", "Answers that were missing or refused, by reason.", by("source", "reason"), failures},
	{"dvc_source_revisions_total", "Published figures of closed periods that changed.", by("source"), each(sources, func(_ *pub, s *book.Source) float64 { return float64(s.Health.Revisions) })},
	{"dvc_config_last_reload_successful", "1 if the files of targets, units and headings could be read when they last changed.", nil, configReload},
	{"dvc_config_last_reload_success_timestamp_seconds", "When the files of targets, units and headings were last read without fault.", nil, configReloadTime},
	{"dvc_state_last_write_timestamp_seconds", "When the state was last written to DVC_STATE_DIR.", nil, stateWrite},
}

func by(labels ...string) []string { return labels }

// sorted yields what a map holds, by key.
func sorted[K cmp.Ordered, V any](m map[K]V) iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		for _, key := range slices.Sorted(maps.Keys(m)) {
			if !yield(key, m[key]) {
				return
			}
		}
	}
}

// none is the value of what is not known: there is no sample of it.
var none = math.NaN()

// each shows one number of everything in a map, under its key.
func each[K ~string, V any](of func(*pub) map[K]V, number func(*pub, V) float64) func(*pub, add) {
	return func(s *pub, add add) {
		for key, v := range sorted(of(s)) {
			if n := number(s, v); !math.IsNaN(n) {
				add(n, string(key))
			}
		}
	}
}

type work = publication.Workload

func dossiers(s *pub) map[string]work                      { return s.Dossiers }
func documents(s *pub) map[string]work                     { return s.Documents }
func ratios(s *pub) map[string]float64                     { return s.Ratios }
func points(s *pub) map[index.Window]float64               { return s.Points }
func sources(s *pub) map[index.SourceName]*book.Source     { return s.Book }
func counts(s *pub) map[index.SourceName]publication.Count { return s.Counts }
func same(_ *pub, n float64) float64                       { return n }

// figures shows a measure of the periods that the windows show, past of those
// before.
func figures(m index.Measure) func(*pub, add) { return values(m, false) }
func past(m index.Measure) func(*pub, add)    { return values(m, true) }

func values(m index.Measure, past bool) func(*pub, add) {
	return func(s *pub, add add) {
		var labels [4]string
		for i := range s.Values[m] {
			if v := &s.Values[m][i]; (v.PeriodsAgo > 0) == past {
				add(v.Value, labelled(v, labels[:0])...)
			}
		}
	}
}

// labelled returns the label values of a value in the order of the families'
// labels.
func labelled(v *publication.Value, out []string) []string {
	out = append(out, v.Unit)
	switch v.Measure {
	case index.GroupScore, index.GroupScoreMax:
		out = append(out, v.Group, string(v.Window))
	case index.IndicatorScore, index.IndicatorScoreMax:
		out = append(out, v.Group, v.Indicator, string(v.Window))
	case index.Numerator, index.Denominator:
		if out = append(out, v.Indicator, string(v.Window)); v.PeriodsAgo == 0 {
			out = append(out, string(v.Source))
		}
	case index.DossiersReceived, index.DossiersFinished, index.DocumentsFinished:
		out = append(out, string(v.Window), v.Detail)
	default:
		out = append(out, string(v.Window))
	}
	if v.PeriodsAgo > 0 {
		out = append(out, strconv.Itoa(v.PeriodsAgo))
	}
	return out
}

// among are the values of the label "among".
var among = map[index.Kind]string{index.Province: "provinces", index.Department: "departments", index.Commune: "communes"}

// ranks shows the places in the tables that the windows show, pastRanks in those
// before.
func ranks(s *pub, add add)     { places(s, false, add) }
func pastRanks(s *pub, add add) { places(s, true, add) }

func places(s *pub, past bool, add add) {
	for _, t := range s.Tables {
		if (t.PeriodsAgo > 0) != past {
			continue
		}
		labels := []string{"", string(t.Window), among[t.Among]}
		if past {
			labels = append(labels, strconv.Itoa(t.PeriodsAgo))
		}
		for _, p := range t.Places {
			labels[0] = p.Unit
			add(float64(p.Place), labels...)
		}
	}
}

func rankedUnits(s *pub, add add) {
	for _, t := range s.Tables {
		if t.PeriodsAgo == 0 {
			add(float64(len(t.Places)), string(t.Window), among[t.Among])
		}
	}
}

// toNextPlace shows how far a unit is from the place above.
func toNextPlace(s *pub, add add) {
	for _, t := range s.Tables {
		for _, p := range t.Places {
			if t.PeriodsAgo == 0 && p.Place > 1 {
				add(p.ToNext, p.Unit, string(t.Window), among[t.Among])
			}
		}
	}
}

func dossiersOverdue(s *pub, add add) {
	for unit, w := range sorted(s.Dossiers) {
		if !math.IsNaN(w.LateToReceive) {
			add(w.LateToReceive, unit, index.Reception)
		}
		if !math.IsNaN(w.LateToProcess) {
			add(w.LateToProcess, unit, index.Processing)
		}
	}
}

func ownProvinces(s *pub, add add) {
	for _, code := range s.Own {
		add(1, code)
	}
}

func unitInfo(s *pub, add add) {
	for label, u := range sorted(s.Units) {
		add(1, label, u.Name, string(u.Kind), u.Parent)
	}
}

func contactInfo(s *pub, add add) {
	for label, email := range sorted(s.Contacts) {
		add(1, label, email)
	}
}

func groupInfo(s *pub, add add) {
	for _, g := range s.Groups {
		add(1, g.Code, g.Name)
	}
}

func indicatorInfo(s *pub, add add) {
	for _, i := range s.Indicators {
		add(1, i.Code, i.Group, i.Name)
	}
}

func gradeBounds(s *pub, add add) {
	for _, g := range s.Grades {
		add(g.Min.Points, g.Code)
	}
}

func gradeInfo(s *pub, add add) {
	for _, g := range s.Grades {
		add(1, g.Code, g.Name)
	}
}

func periods(bound func(index.Period) time.Time) func(*pub, add) {
	return func(s *pub, add add) {
		for _, w := range index.Windows {
			if p, ok := s.Periods[w]; ok {
				add(seconds(bound(p)), string(w))
			}
		}
	}
}

func asOf(_ *pub, source *book.Source) float64 { return timestamp(source.AsOf()) }

// timestamp is the value of a time that may not be known.
func timestamp(t time.Time) float64 {
	if t.IsZero() {
		return none
	}
	return seconds(t)
}

func partUp(s *pub, add add) {
	for name, source := range sorted(s.Book) {
		for _, o := range source.Health.Last().Outcomes {
			if !o.Past {
				add(truth(o.Reason == ""), string(name), o.Name, string(o.Window))
			}
		}
	}
}

func failures(s *pub, add add) {
	for name, source := range sorted(s.Book) {
		for _, reason := range index.Reasons {
			add(float64(source.Health.Failures[reason]), string(name), string(reason))
		}
	}
}

func configReload(s *pub, add add) { add(truth(s.Files.Err == nil)) }

func configReloadTime(s *pub, add add) {
	if !s.Files.Read.IsZero() {
		add(seconds(s.Files.Read))
	}
}

func stateWrite(s *pub, add add) {
	var newest time.Time
	for _, source := range s.Book {
		if source.Saved.After(newest) {
			newest = source.Saved
		}
	}
	if !newest.IsZero() {
		add(seconds(newest))
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
