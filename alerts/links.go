package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// The dashboards that links lead to.
const (
	unitPage      = "dvc-don-vi"
	documentsPage = "dvc-van-ban"
	system        = "dvc-he-thong"
)

// shown says what the panels show that alerts link to. The dashboards keep these ids.
var shown = []struct {
	dashboard, note string
	panels          []string // from id 1 on
}{
	{unitPage, " # variable unit", []string{
		"total score against target and past months",
		"place among the units of its kind, and the change of place",
		"the six groups as share of their maximum, the weakest marked",
		"indicators against their targets",
		"overdue dossiers, late to receive and late to process",
		"share of all overdue dossiers",
		"oldest overdue dossier",
		"dossiers due soon",
		"written apologies due and sent",
		"procedures published and made public in time",
		"dossiers as counted by the portal and by local records",
		"points that the province loses, allotted to the unit, by indicator",
	}},
	{documentsPage, "", []string{"overdue documents and work files by unit"}},
	{system, "", []string{
		"sources, up, last success, age",
		"rows used, rejected, unmatched",
		"failures by reason",
		"revisions of published figures",
		"exporter, configuration and state on disk",
		"alerts that fire",
	}},
}

// panelsFile is panels.yml.
func panelsFile() string {
	var b strings.Builder
	b.WriteString(written + `#
# Where an alert's dashboard_url leads. The dashboards keep these panel ids for panels that
# show this; ids that are not listed are free.
#   /d/<dashboard>?var-unit=<unit>&viewPanel=panel-<id>     (without var-unit: of no unit)
dashboards:
`)
	for _, s := range shown {
		fmt.Fprintf(&b, "  %s:%s\n", s.dashboard, s.note)
		for i, what := range s.panels {
			fmt.Fprintf(&b, "    %d: %s\n", i+1, what)
		}
	}
	b.WriteString("alerts:\n")
	for _, c := range chapters {
		for _, a := range c.alerts {
			unit := ""
			if a.ofUnit(c) {
				unit = ", unit: true"
			}
			fmt.Fprintf(&b, "  %s: {dashboard: %s, panel: %d%s}\n", a.name, a.panel.dashboard, a.panel.id, unit)
		}
	}
	return b.String()
}

// titles are the runbook's chapters.
var titles = map[string]string{"domain": "Cảnh báo nghiệp vụ", "praise": "Biểu dương", "health": "Cảnh báo kỹ thuật"}

// blank is a section that somebody has to write.
const blank = "**Ý nghĩa.** …\n**Ảnh hưởng.** …\n**Kiểm tra.** …\n**Xử lý.** …\n"

// withHeadings puts the runbook's sections, whose text is written by hand, under one heading
// for each alert and in the order of the tables; a new alert gets a blank section. A
// section of no alert is an error: its text would be lost.
func withHeadings(runbook string) (string, error) {
	head, rest, _ := strings.Cut(runbook, "\n# "+titles[chapters[0].category]+"\n")
	sections := map[string]string{}
	for _, section := range strings.Split(rest, "\n## ")[1:] {
		name, body, _ := strings.Cut(section, "\n")
		body, _, _ = strings.Cut(body, "\n# ")
		sections[name] = strings.TrimSpace(body) + "\n"
	}
	for _, c := range chapters {
		head += "\n# " + titles[c.category] + "\n"
		for _, a := range c.alerts {
			body, ok := sections[a.name]
			if !ok {
				body = blank
			}
			head += "\n## " + a.name + "\n" + body
			delete(sections, a.name)
		}
	}
	if len(sections) > 0 {
		return "", fmt.Errorf("RUNBOOK.md has sections of no alert: %v; rename or remove them", slices.Sorted(maps.Keys(sections)))
	}
	return head, nil
}
