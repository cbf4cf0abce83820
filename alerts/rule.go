package main

import (
	"cmp"
	"fmt"
	"strings"
)

// recording is a rule that gives a query's answer a name, level:metric:operation.
type recording struct {
	about  string // comment above it
	record string
	expr   string
}

// alert is what somebody has to act on, or is praised for. One of more than one severity is
// as many rules, of which each has its own threshold: $severity in its expression.
type alert struct {
	name       string
	about      string   // comment above it
	severities []string // none: warning
	source     string   // whose figures it is about, where its expression does not say
	expr       string
	percent    bool   // the expression is a ratio, its text a percentage
	wait       string // empty: four scrapes
	keep       string // how long it goes on firing through a gap; empty: as its chapter says
	panel      panel  // where its link leads
	cost       string // text that sorts by the points it costs; empty: none that is known
	text
}

// text is what is said of an alert. The fields from period on are the columns of a mail.
type text struct {
	summary, description                           string
	period, asOf, indicator, value, target, change string
}

// chapter is a group of alerts for the same people.
type chapter struct {
	name     string
	category string // what routes go by
	ofUnits  bool   // of one unit each: joined with its name and address
	keep     string
	alerts   []alert
}

// panel is one that a link leads to; panels.yml says what it shows.
type panel struct {
	dashboard string
	id        int
}

// group is rules that are evaluated one after the other.
type group struct {
	name       string
	recordings []recording
}

// indented puts an expression, which is indented by tabs in the tables, under its key.
func indented(expr, under string) string {
	lines := strings.Split(strings.Trim(expr, "\n"), "\n")
	margin := len(lines[0]) - len(strings.TrimLeft(lines[0], "\t"))
	for i, line := range lines {
		line = strings.TrimPrefix(line, strings.Repeat("\t", margin))
		body := strings.TrimLeft(line, "\t")
		lines[i] = under + strings.Repeat("  ", len(line)-len(body)) + body
	}
	return strings.Join(lines, "\n")
}

// scalar writes an expression on its key's line, or below it where it has more lines.
func scalar(expr string) string {
	if expr = indented(expr, ""); !strings.Contains(expr, "\n") {
		return expr
	}
	return "|\n" + indented(expr, "          ")
}

// commented makes a comment of a text.
func commented(about, margin string) string {
	if about == "" {
		return ""
	}
	return indented(about, margin+"# ") + "\n"
}

// yaml writes a group of recording rules.
func (g group) yaml() string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n  - name: %s\n    rules:\n", g.name)
	for i, r := range g.recordings {
		if i > 0 && r.about != "" {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "%s      - record: %s\n        expr: %s\n", commented(r.about, "      "), r.record, scalar(r.expr))
	}
	return b.String()
}

// yaml writes the rules of a chapter.
func (c chapter) yaml() string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n  - name: %s\n    rules:\n", c.name)
	for i, a := range c.alerts {
		if i > 0 {
			b.WriteString("\n")
		}
		b.WriteString(commented(a.about, "      "))
		for _, severity := range a.levels() {
			fmt.Fprintf(&b, "      - alert: %s\n        expr: %s\n", a.name, scalar(c.expr(a, severity)))
			if a.wait != none {
				fmt.Fprintf(&b, "        for: %s\n", cmp.Or(a.wait, "2m"))
			}
			if keep := c.keeps(a); keep != "" {
				fmt.Fprintf(&b, "        keep_firing_for: %s\n", keep)
			}
			fmt.Fprintf(&b, "        labels: %s\n        annotations:\n", c.labels(a, severity))
			for _, field := range c.annotations(a) {
				fmt.Fprintf(&b, "          %s: '%s'\n", field[0], strings.ReplaceAll(field[1], "'", "''"))
			}
		}
	}
	return b.String()
}

// twoRounds is longer than two rounds of the portal or the pages (6 h ± 5 %) take: an alert
// from published figures does not end because one service answers later than another at a
// change of period.
const twoRounds = "14h"

// keeps is how long an alert goes on firing through a gap.
func (c chapter) keeps(a alert) string {
	if a.source == "portal" {
		return cmp.Or(a.keep, twoRounds)
	}
	return cmp.Or(a.keep, c.keep)
}

// none is the wait of an alert that does not wait.
const none = "none"

func (a alert) levels() []string {
	if a.severities == nil {
		return []string{"warning"}
	}
	return a.severities
}

// expr is an alert's expression as Prometheus reads it. What is of no unit has none to be
// joined with.
func (c chapter) expr(a alert, severity string) string {
	expr := strings.ReplaceAll(indented(a.expr, ""), "$severity", severity)
	if !a.ofUnit(c) {
		return expr
	}
	scale := ""
	if a.percent {
		scale = "100 * "
	}
	return scale + "(\n" + indented(expr, "  ") + "\n)\n* on (unit) group_left (name, email) unit:dvc_unit_info:own"
}

// ofUnit says whether an alert is of one unit. A wall of the system is of none.
func (a alert) ofUnit(c chapter) bool { return c.ofUnits && a.panel.dashboard != system }

// labels empties name and email, which the join has brought for the texts: a renamed unit
// or a new address does not make a new alert.
func (c chapter) labels(a alert, severity string) string {
	labels := []string{"severity: " + severity, "category: " + c.category}
	if a.source != "" {
		labels = append(labels, "source: "+a.source)
	}
	if a.ofUnit(c) {
		labels = append(labels, `name: ""`, `email: ""`)
	}
	return "{" + strings.Join(labels, ", ") + "}"
}

// annotations are an alert's texts in the order in which they are written.
func (c chapter) annotations(a alert) [][2]string {
	fields := [][2]string{{"summary", a.summary}, {"description", a.description}}
	if a.ofUnit(c) {
		fields = append(fields, [2]string{"unit_name", unitName}, [2]string{"email", "{{ $labels.email }}"})
	}
	if a.indicator != "" { // it stands in a mail's table
		fields = append(fields, [][2]string{
			{"period", a.period}, {"as_of", a.asOf}, {"indicator", a.indicator},
			{"value", a.value}, {"target", a.target}, {"change", a.change},
		}...)
	}
	if a.cost != "" {
		fields = append(fields, [2]string{"cost", a.cost})
	}
	return append(fields,
		[2]string{"dashboard_url", a.panel.url(a.ofUnit(c))},
		[2]string{"runbook_url", `{{ or $externalLabels.runbook_url "RUNBOOK.md" }}#` + strings.ToLower(a.name)})
}

// url is the address of a panel alone, of the alert's unit where it has one.
// A unit's label is a code or a slug and needs no escaping; templates of Debian 12 could
// not escape it.
func (p panel) url(ofUnit bool) string {
	unit := ""
	if ofUnit {
		unit = "var-unit={{ $labels.unit }}&"
	}
	return fmt.Sprintf(`{{ or $externalLabels.grafana_url "http://localhost:3000" }}/d/%s?%sviewPanel=panel-%d`, p.dashboard, unit, p.id)
}
