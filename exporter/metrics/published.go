package metrics

import (
	"slices"

	"github.com/prometheus/common/expfmt"

	"dvc_exporter/exporter/publication"
)

// Sample is one value of a family's series.
type Sample struct {
	Family *Family
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

// Published calls yield for every sample of a publication that a scrape at that time
// would have shown of the portal's figures, family by family.
func Published(p *publication.Publication, yield func(Sample)) {
	for i := range families {
		if f := &families[i]; slices.Contains(published, f.Name) {
			f.collect(p, func(value float64, labels ...string) {
				yield(Sample{f, slices.Clone(labels), value})
			})
		}
	}
}

// AppendHead writes the two lines before a family's samples.
func (s Sample) AppendHead(b []byte) []byte {
	return s.Family.appendHead(b, expfmt.FmtOpenMetrics_1_0_0)
}

// AppendSeries writes the name and labels of the sample's series, with more
// labels, names and values by turns, before its own.
func (s Sample) AppendSeries(b []byte, more ...string) []byte {
	var labels, values []string
	for pair := range slices.Chunk(more, 2) {
		labels, values = append(labels, pair[0]), append(values, pair[1])
	}
	return appendSeries(b, s.Family.Name, append(labels, s.Family.Labels...), append(values, s.Labels...))
}
