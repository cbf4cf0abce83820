package metrics

import (
	"slices"
	"time"

	"dvc_exporter/exporter/snapshot"
)

// Sample is one value of a family's series.
type Sample struct {
	Family *family
	Labels []string // values, in the order of the family's labels
	Value  float64
}

// published are the families that hold for a period of the past: what the portal
// has published of it, and what one needs to read it. Values of periods before it
// are left out, they have samples of their own.
var published = []string{
	"dvc_score", "dvc_score_max", "dvc_rank", "dvc_ranked_units", "dvc_group_score", "dvc_group_score_max",
	"dvc_indicator_score", "dvc_indicator_score_max", "dvc_indicator_numerator", "dvc_indicator_denominator",
	"dvc_portal_dossiers_received", "dvc_portal_dossiers_on_time", "dvc_portal_dossiers_overdue",
	"dvc_unit_info", "dvc_group_info", "dvc_indicator_info", "dvc_period_start_timestamp_seconds", "dvc_period_end_timestamp_seconds",
}

// Published calls yield for every sample of a view that a scrape at that time
// would have shown of the portal's figures, family by family.
func Published(view *snapshot.View, yield func(Sample)) {
	s := newScene(view, time.Time{}, time.Time{}, Settings{})
	for i := range families {
		f := &families[i]
		if !slices.Contains(published, f.name) {
			continue
		}
		f.each(s, func(value float64, labels ...string) {
			yield(Sample{f, slices.Clone(labels), value})
		})
	}
}

// AppendHead writes the two lines before a family's samples.
func (s Sample) AppendHead(b []byte) []byte {
	return append(b, "# HELP "+s.Family.name+" "+s.Family.help+"\n# TYPE "+s.Family.name+" gauge\n"...)
}

// AppendSeries writes the name and labels of the sample's series, with more
// labels before its own.
func (s Sample) AppendSeries(b []byte, more ...string) []byte {
	b = append(b, s.Family.name...)
	sep := byte('{')
	pair := func(name, value string) {
		b = append(append(append(b, sep), name...), `="`...)
		b = append(appendEscaped(b, value), '"')
		sep = ','
	}
	for i := 0; i+1 < len(more); i += 2 {
		pair(more[i], more[i+1])
	}
	for i, name := range s.Family.labels {
		pair(name, s.Labels[i])
	}
	if sep == ',' {
		b = append(b, '}')
	}
	return b
}

// AppendValue writes a sample's value.
func AppendValue(b []byte, v float64) []byte { return appendValue(b, v) }
