package main

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
)

// Conditions behind an expression: own keeps the series of the own province, notProvince
// those of the units below it.
const (
	own         = ` and on (unit) province:dvc_unit_info:own`
	notProvince = ` unless on (unit) unit:dvc_unit_info:newest{kind="province"}`
)

// origin says which answers of which source a figure comes from, so that a panel greys
// with them and with nothing else. The portal's two generations name their answers
// differently; a page takes the portal's place where there is no portal.
type origin struct {
	portal string // regular expression of the portal's parts
	detail string // the same of those that matter too where the chosen measure is an indicator
	local  string // regular expression of local sources
	window string // the period; empty: the chosen one
}

// during is the origin of a figure of a certain period, whichever is chosen.
func (o origin) during(window string) origin {
	o.window = window
	return o
}

// details are the answers that tell points of indicators.
const details = "transparency|handling-satisfaction|dossier-digitized"

var (
	provinceScores = origin{portal: "service-results|report_tinh_766_service"}
	unitMeasures   = origin{portal: "service-results-units|report_tinh_766_service-units", detail: details}
	publication    = origin{portal: "transparency"}
	unitDetails    = origin{portal: "service-results(-units)?|" + details}
	portalCounts   = origin{portal: "dvc-progress-tree"}
	anyScores      = origin{portal: "service-results(-units)?|report_tinh_766_service(-units)?"}
	localDossiers  = origin{local: "records|sql"}
	localDocuments = origin{local: "documents"}
)

// current is an expression that has a value exactly while the figures are current.
func (o origin) current() string {
	if o.local != "" {
		return fmt.Sprintf(`(min(part_window:dvc_source_part_up:current{source=~"%s"}) == 1)`, o.local)
	}
	window := cmp.Or(o.window, "$window")
	parts := fmt.Sprintf(`part_window:dvc_source_part_up:current{source="portal",part=~"%s",window="%s"}`, o.portal, window)
	if o.detail != "" {
		parts += fmt.Sprintf(` or part_window:dvc_source_part_up:current{source="portal",part=~"%s",window="%s"} and on () dvc_indicator_info{indicator="$indicator"}`, o.detail, window)
	}
	return fmt.Sprintf(`((min(%s) or min(part_window:dvc_source_part_up:current{source="pages",window="%s"})) == 1)`, parts, window)
}

// query is one figure of a panel.
type query struct {
	ref    string
	expr   string
	legend string
	of     origin // whose age it has; none: it is never old
	ranged bool   // over the dashboard's time, for a graph
}

// queries asks for the figures as two queries, of which one has no series: the second one,
// under the name with oldRef behind it, has the figures while they are old.
func (b *builder) queries(format prometheus.PromQueryFormat, queries ...query) []variants.Dataquery {
	var list []variants.Dataquery
	for _, q := range queries {
		add := func(ref, expr, legend string) {
			ask := prometheus.Dataquery{RefId: &ref, Datasource: prometheusSource, Expr: expr, Instant: new(!q.ranged), Range: &q.ranged, Format: &format}
			if legend != "" {
				ask.LegendFormat = &legend
			}
			list = append(list, ask)
		}
		if q.of == (origin{}) {
			add(q.ref, q.expr, q.legend)
			continue
		}
		aged := q.legend
		if aged != "" {
			aged += " ⚠ " + b.t("SỐ CŨ")
		}
		add(q.ref, "("+q.expr+") and on () "+q.of.current(), q.legend)
		add(q.ref+oldRef, "("+q.expr+") unless on () "+q.of.current(), aged)
	}
	return list
}

// How many letters of a unit's name fit at full size: in a table, and beside the columns
// of a matrix.
const (
	wideName   = 33
	narrowName = 23
)

// oldRef ends the name of a query that only has figures while they are old.
const oldRef = "_old"

// name is a query for the names of the units that an expression has.
func name(expr string) query {
	return query{ref: "name", expr: fmt.Sprintf("max by (unit, name) (unit:dvc_unit_info:newest) and on (unit) (%s)", expr)}
}

// labelled turns a value into a label of its series, which is how figures get into text.
// The value is rounded, since a label would show the dust of floating point.
func labelled(label, by, expr string, step float64) string {
	return fmt.Sprintf(`count_values by (%s) ("%s", round(%s, %v))`, by, label, expr, step)
}

// joined writes labels one behind the other into a new one, with a | between.
func joined(expr, into string, labels ...string) string {
	return fmt.Sprintf(`label_join(%s, "%s", "|", "%s")`, expr, into, strings.Join(labels, `", "`))
}

// as sets a label.
func as(expr, label, value string) string {
	return fmt.Sprintf(`label_replace(%s, "%s", "%s", "", "")`, expr, label, value)
}

// chosenWindow is the period that the dashboard shows, everyWindow the three kinds of it.
const (
	chosenWindow = `window="$window"`
	everyWindow  = `window=~"year|quarter|month"`
)

// againstTarget has a series for every indicator of the units in sel (a condition such as
// "and on (unit) …") that a plan has a target for. Its value is the ratio; its labels are
//
//	v      the ratio in percent
//	w      the same, at most 100, as the width of a bar
//	t      the target in percent
//	state  reached, missed or stale
func againstTarget(window, sel string) string {
	ratio := `(unit_indicator:dvc_indicator_preferred:ratio{` + window + `} and on (indicator) dvc_target_ratio` + sel + `)`
	gap := `(unit_indicator:dvc_indicator:target_gap{` + window + `}` + sel + `)`
	const each = "unit, indicator, window"
	state := as(gap+` unless on (indicator, source, window) (indicator_window:dvc_indicator:current == 1)`, "state", stale) +
		` or on (` + each + `) ` + as(gap+" >= 0", "state", reached) +
		` or on (` + each + `) ` + as(gap+" < 0", "state", missed)
	return ratio +
		` * on (` + each + `) group_left (v) ` + labelled("v", each, "100 * "+ratio, 0.1) +
		` * on (` + each + `) group_left (w) ` + labelled("w", each, "clamp(100 * "+ratio+", 0, 100)", 0.1) +
		` * on (indicator) group_left (t) ` + labelled("t", "indicator", "100 * max by (indicator) (dvc_target_ratio)", 0.1) +
		` * on (` + each + `) group_left (state) (` + state + `) ^ 0`
}

// measure is the points by which units are ranked: those of a group or an indicator that
// the variable names, else the total. With the suffix _max it is their maximum.
func measure(suffix string) string {
	return fmt.Sprintf(`max by (unit) (dvc_group_score%[1]s{window="$window",group="$indicator"}`+
		` or dvc_indicator_score%[1]s{window="$window",indicator="$indicator"}`+
		` or (dvc_score%[1]s{window="$window"} unless on () (dvc_group_info{group="$indicator"} or dvc_indicator_info{indicator="$indicator"})))`, suffix)
}
