package main

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
)

// Conditions behind an expression: own keeps the series of the province that is shown,
// below those of its units.
const (
	own   = ` and on (unit) province:dvc_unit_info:own{unit="$province"}`
	below = ` and on (unit) unit:dvc_unit_info:own{parent="$province"}`
)

// The variable behind is how many seconds figures are asked for behind the present: 1, or
// as many as lead back to before the exporter's last answer while it does not answer.
// Through the silence of a restart figures are taken for current, through a longer one not.
const (
	behind  = `floor(60 + time() - max(last_over_time(job:dvc_exporter_answer:timestamp[1d]))) unless on () max(up{job="dvc"}) == 1 or vector(1)`
	present = ` and on () vector($behind) < 180`
)

// asOfAnswer is an expression at the time that the variable behind leads to.
func asOfAnswer(expr string) string {
	return "last_over_time((" + expr + ")[30s:30s] offset ${behind}s)"
}

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
		return fmt.Sprintf(`(min(part_window:dvc_source_part_up:current{source=~"%s"}) == 1`+present+`)`, o.local)
	}
	window := cmp.Or(o.window, "$window")
	parts := fmt.Sprintf(`part_window:dvc_source_part_up:current{source="portal",part=~"%s",window="%s"}`, o.portal, window)
	if o.detail != "" {
		parts += fmt.Sprintf(` or part_window:dvc_source_part_up:current{source="portal",part=~"%s",window="%s"} and on () dvc_indicator_info{indicator="$indicator"}`, o.detail, window)
	}
	return fmt.Sprintf(`((min(%s) or min(part_window:dvc_source_part_up:current{source="pages",window="%s"})) == 1`+present+`)`, parts, window)
}

// query is one figure of a panel.
type query struct {
	ref    string
	expr   string
	legend string
	of     origin // whose age it has; none: it is never old
	ranged bool   // over the dashboard's time, for a graph
	live   bool   // of now, also while the exporter is silent
	sorted bool   // its series, from the largest on
}

// queries asks for the figures as two queries, of which one has no series: the second one,
// under the name with oldRef behind it, has the figures while they are old.
func (b *builder) queries(format prometheus.PromQueryFormat, queries ...query) []variants.Dataquery {
	var list []variants.Dataquery
	for _, q := range queries {
		add := func(ref, condition, legend string) {
			expr := q.expr
			if condition != "" {
				expr = "(" + expr + ")" + condition
			}
			if b.reachesBack && !q.ranged && !q.live {
				expr = asOfAnswer(expr)
			}
			if q.sorted { // the order inside last_over_time is lost
				expr = "sort_desc(" + expr + ")"
			}
			ask := prometheus.Dataquery{RefId: &ref, Datasource: prometheusSource, Expr: expr, Instant: new(!q.ranged), Range: &q.ranged, Format: &format}
			if legend != "" {
				ask.LegendFormat = &legend
			}
			list = append(list, ask)
		}
		if q.of == (origin{}) {
			add(q.ref, "", q.legend)
			continue
		}
		aged := q.legend
		if aged != "" {
			aged += " ⚠ " + b.t("SỐ CŨ")
		}
		add(q.ref, " and on () "+q.of.current(), q.legend)
		add(q.ref+oldRef, " unless on () "+q.of.current(), aged)
	}
	return list
}

// How many letters of a unit's name fit at full size: in a table, and beside the columns
// of a matrix.
const (
	wideName   = 27
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
//	n, d   the counts that it is made of
//	t      the target in percent
//	state  reached, missed, few or stale
func againstTarget(window, sel string) string {
	of := func(rule string) string { return `(` + rule + `{` + window + `}` + sel + `)` }
	ratio := `(` + of("unit_indicator:dvc_indicator_preferred:ratio") + ` and on (indicator) dvc_target_ratio)`
	gap, comparable := of("unit_indicator:dvc_indicator:target_gap"), of("unit_indicator:dvc_indicator_comparable:target_gap")
	const each = "unit, indicator, window"
	state := as(gap+` unless on (indicator, source, window) (indicator_window:dvc_indicator:current == 1`+present+`)`, "state", stale) +
		` or on (` + each + `) ` + as(comparable+" >= 0", "state", reached) +
		` or on (` + each + `) ` + as(comparable+" < 0", "state", missed) +
		` or on (` + each + `) ` + as(gap, "state", few)
	return ratio +
		` * on (` + each + `) group_left (v) ` + labelled("v", each, "100 * "+ratio, 0.1) +
		` * on (` + each + `) group_left (w) ` + labelled("w", each, "clamp(100 * "+ratio+", 0, 100)", 0.1) +
		` * on (` + each + `) group_left (n) ` + labelled("n", each, of("unit_indicator:dvc_indicator_preferred:numerator"), 1) +
		` * on (` + each + `) group_left (d) ` + labelled("d", each, of("unit_indicator:dvc_indicator_preferred:denominator"), 1) +
		` * on (indicator) group_left (t) ` + labelled("t", "indicator", "100 * max by (indicator) (dvc_target_ratio)", 0.1) +
		` * on (` + each + `) group_left (state) (` + state + `) ^ 0`
}

// onScale places each unit's score between the worst and the best of all, in percent, and
// marks the mean of all: 71.3|52.8|new as the label scale, or 71.3|52.8|old.
func onScale(score, all string, of origin) string {
	const by = "unit"
	width := `clamp_min(max(` + all + `) - min(` + all + `), 1e-9)`
	place := func(expr string) string {
		return `100 * (` + expr + ` - on () group_left () min(` + all + `)) / on () group_left () ` + width
	}
	return joined(labelled("p", by, place(score), 0.1)+
		` * on () group_left (m) `+labelled("m", "", place("avg("+all+")"), 0.1)+
		of.age(), "scale", "p", "m", "state")
}

// age brings the label state, new or stale, to series before it.
func (o origin) age() string {
	return ` * on () group_left (state) (` + as(o.current()+` ^ 0`, "state", "new") + ` or ` + as(`absent(`+o.current()+`)`, "state", stale) + `)`
}

// measure is the points by which units are ranked: those of a group or an indicator that
// the variable names, else the total. With the suffix _max it is their maximum.
func measure(suffix string) string {
	return fmt.Sprintf(`max by (unit) (dvc_group_score%[1]s{window="$window",group="$indicator"}`+
		` or dvc_indicator_score%[1]s{window="$window",indicator="$indicator"}`+
		` or (dvc_score%[1]s{window="$window"} unless on () (dvc_group_info{group="$indicator"} or dvc_indicator_info{indicator="$indicator"})))`, suffix)
}
