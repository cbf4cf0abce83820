package main

import (
	"fmt"
	"strings"
)

// exporter says when the exporter last answered. Through its silence and through a gap of
// Prometheus itself: what was recorded within a day is taken up again.
var exporter = group{"dvc_exporter", []recording{
	{
		record: "job:dvc_exporter_answer:timestamp",
		about: `
			Time of the last scrape that the exporter answered. Walls ask for every figure @
			this time, by last_over_time(…[1d]), so that figures of the last 24 hours are shown
			as old instead of as not there.`,
		expr: `
			max by (job) (timestamp(up{job="dvc"}) and up{job="dvc"} == 1)
			or
			last_over_time(job:dvc_exporter_answer:timestamp[1d])`,
	},
	{
		record: "job:dvc_exporter_silence:start_timestamp",
		about: `
			There only while the exporter has not answered for four scrapes: since when. For the
			line "Mất kết nối với exporter từ …".`,
		expr: `job:dvc_exporter_answer:timestamp < time() - 120`,
	},
	{
		record: "source:dvc_data_timestamp_seconds:known",
		about:  `As of when the figures are that are shown, also through the exporter's silence.`,
		expr: `max by (source) (dvc_data_timestamp_seconds)
or
` + throughSilence("source:dvc_data_timestamp_seconds:known"),
	},
}}

// throughSilence is what a rule last said, for a day at most, while the exporter does not
// answer.
func throughSilence(record string) string {
	return "last_over_time(" + record + "[1d]) and on () (job:dvc_exporter_silence:start_timestamp > time() - 86400)"
}

// details are the portal's answers that tell the parts of each group's indicators.
var details = [][2]string{
	{"CKMB", "transparency"}, {"TDGQ", "dvc-progress-tree"}, {"CLGQ", "provide-online-tree"},
	{"TTTT", "formality-online-payment-tree"}, {"MDHL", "handling-satisfaction"}, {"MDSH", "dossier-digitized"},
}

// detailed is, for each group, whether the answer that details it is current.
func detailed() string {
	var of []string
	for _, d := range details {
		of = append(of, fmt.Sprintf(`max by (group, window) (label_replace(part_window:dvc_source_part_up:current{part="%s"}, "group", "%s", "", ""))`, d[1], d[0]))
	}
	return strings.Join(of, "\n\tor ")
}

var age = group{"dvc_age", []recording{
	{
		record: "part_window:dvc_source_part_up:current",
		about: `
			1 where a part's last round was used and the exporter still makes rounds, 0 where the
			last good figures of the part are kept or the exporter is silent: what dashboards
			grey by.`,
		expr: `max by (source, part, window) (dvc_source_part_up)
* on (source) group_left ()
(
	time() - max by (source) (dvc_source_last_attempt_timestamp_seconds)
	<= bool 2.5 * max by (source) (dvc_source_refresh_interval_seconds) + 300
)
or
0 * ` + throughSilence("part_window:dvc_source_part_up:current"),
	},
	{
		record: "indicator_window:dvc_indicator:current",
		about: `
			The same for an indicator's ratio: by the portal's answer that details its group, or
			by the whole source where it is no portal.`,
		expr: `count by (indicator, source, window) (dvc_indicator_denominator{source="portal"}) ^ 0
* on (indicator) group_left (group) max by (indicator, group) (dvc_indicator_info)
* on (group, window) group_left ()
(
	` + detailed() + `
)
or
count by (indicator, source, window) (dvc_indicator_denominator{source!="portal"}) ^ 0
* on (source) group_left () min by (source) (part_window:dvc_source_part_up:current{source!="portal"})
or
0 * ` + throughSilence("indicator_window:dvc_indicator:current"),
	},
	{
		record: "window:dvc_period:name",
		about: `
			A period's name: 10/2026, 3/2026 of a quarter or half-year, 2026. It begins at
			midnight in Viet Nam, seven hours before that of UTC.`,
		expr: `
			label_join(
				(
					count_values by (window) ("number", month(max by (window) (dvc_period_start_timestamp_seconds{window=~"month|month_to_date"}) + 25200))
					or count_values by (window) ("number", (month(max by (window) (dvc_period_start_timestamp_seconds{window="quarter"}) + 25200) + 2) / 3)
					or count_values by (window) ("number", (month(max by (window) (dvc_period_start_timestamp_seconds{window="half_year"}) + 25200) + 5) / 6)
				)
				* on (window) group_left (year)
				count_values by (window) ("year", year(max by (window) (dvc_period_start_timestamp_seconds) + 25200)),
				"period", "/", "number", "year"
			)
			or
			label_replace(
				count_values by (window) ("year", year(max by (window) (dvc_period_start_timestamp_seconds{window="year"}) + 25200)),
				"period", "$1", "year", "(.+)"
			)`,
	},
}}

// alertLabels tell one alert from another.
const alertLabels = "alertname, unit, group, indicator, among, source, severity, category"

var alertList = group{"dvc_alerts", []recording{
	{
		record: "alert:dvc_alert_firing:start_timestamp",
		about: `
			Every alert that fires, once, and since when: a warning is left out while the same
			alert of the unit is critical, and so is the sign of life.`,
		expr: `max by (` + alertLabels + `) (ALERTS_FOR_STATE)
and on (` + alertLabels + `) ALERTS{alertstate="firing",alertname!="Watchdog"}
unless on (alertname, unit, severity)
label_replace(ALERTS{alertstate="firing",severity="critical"}, "severity", "warning", "", "")`,
	},
}}
