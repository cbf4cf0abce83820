// Command alerts writes the rules that Prometheus loads, which panel each alert links to,
// and the headings of the runbook. Run it by "go generate ./alerts"; what it writes is
// committed. The thresholds are no part of it: rules/thresholds.yml is a table already,
// and the one that every place changes.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

//go:generate go run .

// chapters are the groups of alerts in the order in which they are evaluated.
var chapters = []chapter{
	{name: "dvc_domain", category: "domain", ofUnits: true, keep: "6h", alerts: domain},
	{name: "dvc_praise", category: "praise", ofUnits: true, keep: "6h", alerts: praise},
	{name: "dvc_health", category: "health", alerts: health},
}

// written begins every file that this program writes.
const written = `# Written by "go generate ./alerts" from the tables there; change those.
`

func main() {
	if err := generate("."); err != nil {
		fmt.Fprintln(os.Stderr, "alerts:", err)
		os.Exit(1)
	}
}

// generate writes everything below dir. The runbook's text is read from there.
func generate(dir string) error {
	runbook, err := os.ReadFile(filepath.Join(dir, "RUNBOOK.md"))
	if err != nil {
		return err
	}
	headed, err := withHeadings(string(runbook))
	if err != nil {
		return err
	}
	for path, content := range map[string]string{
		"rules/recording.yml": recordingRules(),
		"rules/domain.yml":    written + domainHead + "groups:" + chapters[0].yaml() + chapters[1].yaml(),
		"rules/health.yml":    written + healthHead + "groups:" + chapters[2].yaml(),
		"panels.yml":          panelsFile(),
		"RUNBOOK.md":          headed,
	} {
		if err := os.WriteFile(filepath.Join(dir, path), []byte(content), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func recordingRules() string {
	var b strings.Builder
	b.WriteString(written + recordingHead + "groups:")
	for _, g := range groups {
		b.WriteString(g.yaml())
	}
	return b.String()
}

const recordingHead = `#
# What alerts and dashboards need more than once. Names are level:metric:operation.
#
# - Every rule first takes max by (…): "job" and "instance" go, and a restart of the
#   exporter under another name does not count anything twice.
# - A missing series stays missing: no "or vector(0)".
# - The province's published figures are its own ("overview", "parent"); sums of local
#   records leave units of kind "province" out, so that nothing is added up twice.
# - Ratios are a sum over a sum, never a mean of ratios.
# - Figures of local records move with the clock (a dossier becomes overdue, a month ends)
#   even while their source fails and nobody hears what was finished meanwhile. The rules
#   "…:held" therefore keep the last value that the source stood behind, as long as the
#   exporter keeps the source's figures at all: a failed source neither fires an alert nor
#   resolves one. Published figures do not move with the clock and need no such care.
#
# Nothing to calibrate here, except that "ten" in best10, worst10 and rank is what a wall
# can show.
`

const domainHead = `#
# What a unit, its province or the office that steers them must act on. Domain alerts speak
# of the window "month", the latest month that has ended, unless they count what is open
# now (dossiers, documents). The texts name the month.
#
# To calibrate: nothing here. Thresholds are exported targets (dvc_target_ratio,
# dvc_target_score) or stand in thresholds.yml.
#
# How the rules are made
# - Only own units: the join with unit:dvc_unit_info:own leaves other provinces out and
#   brings "name" and "email" for the texts; "labels" then empties both, so that a renamed
#   unit or a new address does not make a new alert.
# - "source" is whose figures these are; an Alertmanager inhibition works by it. On dossier
#   alerts it is "records" also where they come from a database ("sql").
# - A missing value, past value or target: no series, so no alert.
# - for: 2m = four scrapes. keep_firing_for: 6h, because figures move once a day or month
#   and a gap (the exporter is updated, a period begins) is not an improvement.
# - Texts write numbers as people in Viet Nam do: 58,86; 65; 44,8 %; 24.130.
# - unit_name, email, period, as_of, indicator, value, target and change are what mail
#   templates show in columns; summary, description and the two links stand alone.
`

const healthHead = `#
# Whether the figures can be trusted. For IT only: no health alert goes to a unit. After the
# exporter has let expired figures go, the domain alerts end with them and DvcSourceStale
# stands in their place.
#
# To calibrate: thresholds.yml, its last part. "for" is at least four scrapes.
`
