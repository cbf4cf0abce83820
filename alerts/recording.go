package main

import (
	"fmt"
	"strings"
)

// groups are the recording rules in the order in which they are evaluated.
var groups = []group{exporter, units, scores, ratios, dossiers, documents, places, lostPoints, age, alertList}

// ofProvinces adds up what own units have, for each own province. A province's own series
// are left out, so that nothing is counted twice.
func ofProvinces(sum, by, expr string) string {
	return "\nsum by (unit" + and(by) + ") (\n\tlabel_replace(\n\t\t" + sum + " by (parent" + and(by) + ") (\n" +
		indented(expr, "\t\t\t") + "\n\t\t\t" + parentOf + "\n\t\t),\n" +
		"\t\t\"unit\", \"$1\", \"parent\", \"(.+)\"\n\t)\n)"
}

func and(labels string) string {
	if labels == "" {
		return ""
	}
	return ", " + labels
}

// parentOf brings the province that an own unit is counted to.
const parentOf = `* on (unit) group_left (parent) unit:dvc_unit_info:own{kind!="province",parent!=""}`

var units = group{"dvc_units", []recording{
	{
		record: "unit:dvc_unit_info:newest",
		about: `
			One name, one address for each unit, the newest sample's: a renamed unit has two
			info series for up to five minutes, and a join must not fail because of them.`,
		expr: `topk by (unit) (1, max by (unit, name, kind, parent) (timestamp(dvc_unit_info))) ^ 0`,
	},
	{
		record: "unit:dvc_unit_contact_info:newest",
		expr:   `topk by (unit) (1, max by (unit, email) (timestamp(dvc_unit_contact_info))) ^ 0`,
	},
	{
		record: "province:dvc_unit_info:own",
		about:  `The own provinces, mostly one.`,
		expr:   `unit:dvc_unit_info:newest{kind="province"} and on (unit) dvc_exporter_province_info`,
	},
	{
		record: "unit:dvc_unit_info:placed",
		about: `
			The units below them. A unit that is known only by a name belongs to no province;
			where there is but one, it is counted there.`,
		expr: `
			(
				unit:dvc_unit_info:newest{kind!="province"}
				and on (parent) label_replace(province:dvc_unit_info:own, "parent", "$1", "unit", "(.+)")
			)
			or
			unit:dvc_unit_info:newest{kind!="province",parent=""}
			* on () group_left (parent)
			(
				label_replace(province:dvc_unit_info:own, "parent", "$1", "unit", "(.+)")
				and on () count(province:dvc_unit_info:own) == 1
			)
			or on (unit)
			unit:dvc_unit_info:newest{kind!="province",parent=""}`,
	},
	{
		record: "unit:dvc_unit_info:own",
		about: `
			Those who get notifications: the own provinces and every unit below them, with name
			and address. A unit without an address is there without its label.`,
		expr: `
			(unit:dvc_unit_info:placed or province:dvc_unit_info:own)
			* on (unit) group_left (email) unit:dvc_unit_contact_info:newest
			or on (unit)
			(unit:dvc_unit_info:placed or province:dvc_unit_info:own)`,
	},
	{
		record: "unit:dvc_ratio_base:least",
		about: `
			Dossiers, documents or payments that a ratio of this unit must be made of before
			anybody is ranked, praised, urged or alerted by it.`,
		expr: `max by (unit) (unit:dvc_unit_info:newest * on (kind) group_left () dvc:ratio_base:threshold)`,
	},
}}

var scores = group{"dvc_scores", []recording{
	{
		record: "unit:dvc_score:delta1",
		about:  `Points won (+) or lost (-) against the period before, and the one before that.`,
		expr: `
			max by (unit, window) (dvc_score)
			- max by (unit, window) (dvc_score_past{periods_ago="1"})`,
	},
	{
		record: "unit:dvc_score:delta2",
		expr: `
			max by (unit, window) (dvc_score)
			- max by (unit, window) (dvc_score_past{periods_ago="2"})`,
	},
	{
		record: "unit:dvc_score:target_gap",
		about:  `Points above (+) or below (-) the target.`,
		expr: `
			max by (unit, window) (dvc_score)
			- on (window) group_left () max by (window) (dvc_target_score)`,
	},
	{
		record: "unit:dvc_rank:delta1",
		about:  `Places lost (+) or won (-) against the period before.`,
		expr: `
			max by (unit, window, among) (dvc_rank)
			- max by (unit, window, among) (dvc_rank_past{periods_ago="1"})`,
	},
	{
		record: "unit_group:dvc_group_score:ratio",
		about:  `Groups as share of their maximum, what they won or lost, and the points not won.`,
		expr: `
			max by (unit, group, window) (dvc_group_score)
			/ (max by (unit, group, window) (dvc_group_score_max) > 0)`,
	},
	{
		record: "unit_group:dvc_group_score:delta1",
		expr: `
			max by (unit, group, window) (dvc_group_score)
			- max by (unit, group, window) (dvc_group_score_past{periods_ago="1"})`,
	},
	{
		record: "unit_group:dvc_group_score:lost",
		expr: `
			max by (unit, group, window) (dvc_group_score_max)
			- max by (unit, group, window) (dvc_group_score)`,
	},
	{
		record: "grade:dvc_grade_min_score:max",
		expr:   `max by (grade) (dvc_grade_min_score)`,
	},
	{
		record: "unit:dvc_score:grade",
		about: `
			The grade of a score, as the label grade. Of up to ten grades, since PromQL cannot
			compare each score with each bound: with the best bound, then with the next.`,
		expr: graded,
	},
	{
		record: "unit_group:dvc_group_score:weakest",
		about: `
			The weakest group of a unit. Only where all six are known, or the five of a page
			that publishes CLGQ and TTTT as one: the only known one is not the weakest.`,
		expr: `
			(
				unit_group:dvc_group_score:ratio
				== on (unit, window) group_left ()
				min by (unit, window) (unit_group:dvc_group_score:ratio)
			)
			and on (unit, window)
			(
				count by (unit, window) (unit_group:dvc_group_score:ratio{group!="ONLINE_SERVICE"}) == 6
				or
				count by (unit, window) (unit_group:dvc_group_score:ratio{group!~"CLGQ|TTTT"}) == 5
			)`,
	},
}}

// graded finds the highest bound that is not above a score, and whose it is.
var graded = func() string {
	var reached []string
	for best := range 10 {
		reached = append(reached, fmt.Sprintf("min(topk(%d, grade:dvc_grade_min_score:max)) <= on () group_right () max by (unit, window) (dvc_score)", best+1))
	}
	return `
		max by (unit, window, grade) (
			count_values by (unit, window) (
				"bound",
				` + strings.Join(reached, "\n\t\t\t\tor\n\t\t\t\t") + `
			)
			* on (bound) group_left (grade) count_values by (grade) ("bound", grade:dvc_grade_min_score:max)
		)`
}()

// heldRatioPart keeps one part of a ratio while its source fails.
func heldRatioPart(record, metric string) string {
	return strings.NewReplacer("RECORD", record, "METRIC", metric).Replace(`
		(
			max by (unit, indicator, window, source) (METRIC)
			and on (source) source:dvc_source_up:steady
		)
		or
		(
			max by (unit, indicator, window, source) (METRIC)
			and on (unit, source) unit_source:dvc_dossiers_list:renewed
		)
		or
		(
			last_over_time(RECORD[1h])
			and on (unit, indicator, window, source) METRIC
			unless on (source) source:dvc_source_up:steady
			unless on (unit, source) unit_source:dvc_dossiers_list:renewed
		)`)
}

var ratios = group{"dvc_ratios", []recording{
	{
		record: "source:dvc_source_up:steady",
		about: `
			1 for a source whose figures may be taken as they are now: a published one
			always, a local one if its last round had no failure.`,
		expr: `
			(
				max by (source) (dvc_source_up{source=~"portal|pages"}) >= 0
				or
				max by (source) (dvc_source_up) == 1
			) ^ 0`,
	},
	{
		record: "source:dvc_source_failures:only_stale",
		about: `
			Sources of which nothing failed within a day but lists that nobody renews. Each list
			is judged by itself: the others are as good as ever.`,
		expr: `
			sum by (source) (increase(dvc_source_failures_total{reason="stale"}[1d])) > 0
			unless on (source)
			sum by (source) (increase(dvc_source_failures_total{reason!="stale"}[1d])) > 0`,
	},
	{
		record: "unit_source:dvc_dossiers_list:renewed",
		about: `
			Units whose list of dossiers has been renewed since its source was last whole: one
			office's old or broken list does not make the others' figures stand still.`,
		expr: `
			label_replace(
				max by (unit) (dvc_dossiers_data_timestamp_seconds)
				> on () group_left () max(dvc_source_last_success_timestamp_seconds{source="records"}),
				"source", "records", "", ""
			)`,
	},
	{
		record: "unit_indicator:dvc_indicator_numerator:held",
		about:  `Both parts of every ratio, and the ratio.`,
		expr:   heldRatioPart("unit_indicator:dvc_indicator_numerator:held", "dvc_indicator_numerator"),
	},
	{
		record: "unit_indicator:dvc_indicator_denominator:held",
		expr:   heldRatioPart("unit_indicator:dvc_indicator_denominator:held", "dvc_indicator_denominator"),
	},
	{
		record: "unit_indicator:dvc_indicator:ratio",
		expr:   `unit_indicator:dvc_indicator_numerator:held / (unit_indicator:dvc_indicator_denominator:held > 0)`,
	},
	{
		record: "unit_indicator:dvc_indicator_preferred:ratio",
		about: `
			One ratio where several sources speak, in the order in which the exporter
			believes them. The label source says whose it is. Its two parts stand beside it.`,
		expr: `
			unit_indicator:dvc_indicator:ratio{source="portal"}
			or on (unit, indicator, window) unit_indicator:dvc_indicator:ratio{source="records"}
			or on (unit, indicator, window) unit_indicator:dvc_indicator:ratio{source="sql"}
			or on (unit, indicator, window) unit_indicator:dvc_indicator:ratio{source="documents"}
			or on (unit, indicator, window) unit_indicator:dvc_indicator:ratio{source="pages"}`,
	},
	{
		record: "unit_indicator:dvc_indicator_preferred:numerator",
		expr:   `unit_indicator:dvc_indicator_numerator:held and unit_indicator:dvc_indicator_preferred:ratio`,
	},
	{
		record: "unit_indicator:dvc_indicator_preferred:denominator",
		expr:   `unit_indicator:dvc_indicator_denominator:held and unit_indicator:dvc_indicator_preferred:ratio`,
	},
	{
		record: "unit_indicator:dvc_indicator:target_gap",
		about:  `Above (+) or below (-) the target, as a ratio.`,
		expr: `
			unit_indicator:dvc_indicator_preferred:ratio
			- on (indicator) group_left () max by (indicator) (dvc_target_ratio)`,
	},
	{
		record: "unit_indicator:dvc_indicator:missing",
		about: `
			Dossiers or payments missing to the target: how many more of the same denominator
			would reach it. 55 of 100 at 55 % is 0: the last term takes away what floating
			point adds to the product.`,
		expr: `
			clamp_min(
				ceil(
					unit_indicator:dvc_indicator_preferred:denominator
					* on (indicator) group_left () max by (indicator) (dvc_target_ratio)
					- unit_indicator:dvc_indicator_preferred:numerator
					- 1e-6
				),
				0
			)`,
	},
	{
		record: "unit_indicator:dvc_indicator_comparable:ratio",
		about: `
			Ratios made of enough (dvc:ratio_base:threshold) to rank, praise, urge or alert by,
			their distance from the target, and what they won or lost in seven days.`,
		expr: `
			unit_indicator:dvc_indicator_preferred:ratio
			and (unit_indicator:dvc_indicator_preferred:denominator >= on (unit) group_left () unit:dvc_ratio_base:least)`,
	},
	{
		record: "unit_indicator:dvc_indicator_comparable:target_gap",
		expr:   `unit_indicator:dvc_indicator:target_gap and unit_indicator:dvc_indicator_comparable:ratio`,
	},
	{
		record: "unit_indicator:dvc_indicator_comparable:delta1w",
		expr: `
			unit_indicator:dvc_indicator_comparable:ratio
			- last_over_time(unit_indicator:dvc_indicator_comparable:ratio[6h] offset 1w)`,
	},
	{
		record: "unit:dvc_targets:reached",
		expr:   `count by (unit, window) (unit_indicator:dvc_indicator_comparable:target_gap >= 0)`,
	},
	{
		record: "unit:dvc_targets:missed",
		expr:   `count by (unit, window) (unit_indicator:dvc_indicator_comparable:target_gap < 0)`,
	},
	{
		record: "unit_indicator:dvc_indicator_score:lost",
		about: `
			Points that a unit does not win by an indicator: its own published ones, or those of
			its whole group where the portal publishes no points of indicators.`,
		expr: `
			max by (unit, indicator, window) (dvc_indicator_score_max) - max by (unit, indicator, window) (dvc_indicator_score)
			or on (unit, indicator, window)
			max by (unit, indicator, window) (
				0 * unit_indicator:dvc_indicator_preferred:ratio
				* on (indicator) group_left (group) max by (indicator, group) (dvc_indicator_info)
				+ on (unit, group, window) group_left () unit_group:dvc_group_score:lost
			)`,
	},
	{
		record: "kind_indicator:dvc_indicator:ratio",
		about:  `All own units of a kind together, and all units of a province together.`,
		expr: `
			sum by (kind, indicator, window, source) (
				unit_indicator:dvc_indicator_numerator:held
				* on (unit) group_left (kind) unit:dvc_unit_info:own{kind!="province"}
			)
			/ (
				sum by (kind, indicator, window, source) (
					unit_indicator:dvc_indicator_denominator:held
					* on (unit) group_left (kind) unit:dvc_unit_info:own{kind!="province"}
				) > 0
			)`,
	},
	{
		record: "province_indicator:dvc_indicator_numerator:sum",
		expr: ofProvinces("sum", "indicator, window, source",
			"(unit_indicator:dvc_indicator_numerator:held and unit_indicator:dvc_indicator_denominator:held)"),
	},
	{
		record: "province_indicator:dvc_indicator_denominator:sum",
		expr: ofProvinces("sum", "indicator, window, source",
			"(unit_indicator:dvc_indicator_denominator:held and unit_indicator:dvc_indicator_numerator:held)"),
	},
	{
		record: "province_indicator:dvc_indicator:ratio",
		expr:   `province_indicator:dvc_indicator_numerator:sum / (province_indicator:dvc_indicator_denominator:sum > 0)`,
	},
	{
		record: "province_indicator:dvc_indicator:missing",
		expr: `
			clamp_min(
				ceil(
					province_indicator:dvc_indicator_denominator:sum
					* on (indicator) group_left () max by (indicator) (dvc_target_ratio)
					- province_indicator:dvc_indicator_numerator:sum
					- 1e-6
				),
				0
			)`,
	},
}}

var places = group{"dvc_places", []recording{
	{
		record: "unit:dvc_dossiers_received:few",
		about: `
			Units that received too few dossiers in the period to be ranked among the best or
			the worst: their points are mostly defaults. The portal's count, or the local one.`,
		expr: `
			unit:dvc_dossiers_received:preferred
			< on (unit) group_left () unit:dvc_ratio_base:least`,
	},
	{
		record: "unit:dvc_rank:comparable",
		about:  `Published places without those units; the ten best and the ten last of what is left. Equal places: a few more.`,
		expr:   `max by (unit, window, among) (dvc_rank) unless on (unit, window) unit:dvc_dossiers_received:few`,
	},
	{
		record: "unit:dvc_rank:best10",
		expr: `
			unit:dvc_rank:comparable
			<= on (window, among) group_left ()
			max by (window, among) (bottomk by (window, among) (10, unit:dvc_rank:comparable))`,
	},
	{
		record: "unit:dvc_rank:worst10",
		expr: `
			unit:dvc_rank:comparable
			>= on (window, among) group_left ()
			min by (window, among) (topk by (window, among) (10, unit:dvc_rank:comparable))`,
	},
	{
		record: "unit:dvc_score:to_best10",
		about:  `Points missing to the ten best of the published table; none for those ten.`,
		expr: "(\n\tmin by (window, among) (topk by (window, among) (10, " + rankedScore + "))\n" +
			"\t- on (window, among) group_right ()\n\t" + rankedScore + "\n) > 0",
	},
}}

// rankedScore is a unit's score with the table that it is ranked in.
const rankedScore = `max by (unit, window, among) (dvc_rank) ^ 0 * on (unit, window) group_left () max by (unit, window) (dvc_score)`
