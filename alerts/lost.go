package main

import "strings"

// lostPoints says where the own provinces' points are lost and what would win them. The
// allotment to units is no recomputation of anybody's score, and is called an allotment
// wherever it is shown.
var lostPoints = group{"dvc_lost_points", []recording{
	{
		record: "province_indicator:dvc_points_lost:published",
		about: `
			Points that an own province does not win: maximum - published score, of each
			indicator, or of a whole group where the portal publishes no points of indicators.`,
		expr: `
			(
				max by (unit, group, indicator, window) (dvc_indicator_score_max)
				- max by (unit, group, indicator, window) (dvc_indicator_score)
				or
				unit_group:dvc_group_score:lost unless on (unit, group, window) dvc_indicator_score
			)
			and on (unit) province:dvc_unit_info:own`,
	},
	{
		record: "unit_indicator:dvc_points_lost:missing",
		about: `
			What a unit has not done of what the portal counts under the same heading, by which
			the loss is allotted: denominator - numerator; of TDGQ received - on time.`,
		expr: underOneHeading("clamp_min(\n\tALL\n\t- DONE,\n\t0\n)"),
	},
	{
		record: "unit_indicator:dvc_points_lost:counted",
		about:  `What that is missing from.`,
		expr:   underOneHeading("(\n\tALL\n\tand DONE\n)"),
	},
	{
		record: "unit_indicator:dvc_points_lost:comparable_ratio",
		about:  `The part of it that is done, where it is enough to judge by.`,
		expr: `
			1 -
			unit_indicator:dvc_points_lost:missing
			/ (unit_indicator:dvc_points_lost:counted >= on (unit) group_left () unit:dvc_ratio_base:least)`,
	},
	{
		record: "unit_indicator:dvc_points_lost",
		about: `
			The published loss, allotted to the units by their share of what is missing. It adds
			up to the published loss. Where nothing is missing by the parts, or units have no
			parts (CLGQ), the loss stays with the province.`,
		expr: `
			max by (unit, group, indicator, window) (
				unit_indicator:dvc_points_lost:missing
				/ on (parent, group, indicator, window) group_left ()
				(sum by (parent, group, indicator, window) (unit_indicator:dvc_points_lost:missing) > 0)
				* on (parent, group, indicator, window) group_left ()
				label_replace(province_indicator:dvc_points_lost:published, "parent", "$1", "unit", "(.+)")
			)
			or
			(
				province_indicator:dvc_points_lost:published
				unless on (unit, group, indicator, window)
				label_replace(
					sum by (parent, group, indicator, window) (unit_indicator:dvc_points_lost:missing) > 0,
					"unit", "$1", "parent", "(.+)"
				)
			)`,
	},
	{
		record: "province_indicator:dvc_points_lost:at_best",
		about: `
			What of the published loss an own province would win if all its units together did
			as well as its best one that has enough to be judged by: as large a part of it as
			of what is missing. By proportion, as the allotment is; 0 where nobody is better.`,
		expr: `
			province_indicator:dvc_points_lost:published
			* on (unit, group, indicator, window)
			label_replace(
				clamp_min(
					1 -
					(1 - max by (parent, group, indicator, window) (unit_indicator:dvc_points_lost:comparable_ratio))
					* sum by (parent, group, indicator, window) (unit_indicator:dvc_points_lost:counted)
					/ (sum by (parent, group, indicator, window) (unit_indicator:dvc_points_lost:missing) > 0),
					0
				),
				"unit", "$1", "parent", "(.+)"
			)`,
	},
	{
		record: "unit:dvc_points_lost:sum",
		expr:   `sum by (unit, window) (unit_indicator:dvc_points_lost)`,
	},
	{
		record: "group:dvc_points_lost:sum",
		about:  `Of each own province (unit) and group.`,
		expr:   `sum by (unit, group, window) (province_indicator:dvc_points_lost:published)`,
	},
	{
		record: "year:dvc_period_months:left",
		about: `
			Months from the time of the portal's figures to the end of the year that the window
			year shows: on 2 August 4 and 30/31. 0 where that year is over.`,
		expr: `
			clamp_min(
				12 * (
					year(max(dvc_period_start_timestamp_seconds{window="year"}) + 25200)
					- year(max(dvc_data_timestamp_seconds{source="portal"}) + 25200)
				)
				+ 13
				- month(max(dvc_data_timestamp_seconds{source="portal"}) + 25200)
				- (day_of_month(max(dvc_data_timestamp_seconds{source="portal"}) + 25200) - 1)
				/ days_in_month(max(dvc_data_timestamp_seconds{source="portal"}) + 25200),
				0
			)`,
	},
	{
		record: "unit_indicator:dvc_indicator:projection",
		about: `
			A projection of the year's ratio at 31 December: what the year has, and for the
			months to come the pace of the last three closed months. None where one of them is
			not known.`,
		expr: "(" + projected("numerator") + ")\n/ ((" + projected("denominator") + ") > 0)",
	},
}}

// underOneHeading is what a unit has of what the portal counts under the headings by which it
// publishes points. In the expression of, ALL is what was counted and DONE what of it was
// done; of TDGQ the dossiers received and those on time.
func underOneHeading(of string) string {
	parts := func(margin, all, done, by, sel string) string {
		side := func(metric string) string { return "max by (unit, " + by + ") (" + metric + sel + ")" }
		return "\n" + indented(strings.NewReplacer("ALL", side(all), "DONE", side(done)).Replace(of), margin)
	}
	const all, done = "dvc_indicator_denominator", "dvc_indicator_numerator"
	return `
		(` + parts("\t\t\t", all, done, "indicator, window", `{source="portal"}`) + `
			* on (indicator) group_left (group) max by (indicator, group) (dvc_indicator_info)
			or
			label_replace(` + parts("\t\t\t\t", all, done, "window", `{indicator="ONLINE_PAYMENT",source="portal"}`) + `,
				"group", "TTTT", "", ""
			)
			or
			label_replace(` + parts("\t\t\t\t", "dvc_portal_dossiers_received", "dvc_portal_dossiers_on_time", "window", "") + `,
				"group", "TDGQ", "", ""
			)
		)
		` + parentOf
}

// projected is one part of the year's ratio at its end.
func projected(part string) string {
	metric := "dvc_indicator_" + part
	return `
	max by (unit, indicator) (` + metric + `{window="year",source="portal"})
	+ on (unit, indicator)
	(
		max by (unit, indicator) (` + metric + `{window="month",source="portal"})
		+ max by (unit, indicator) (` + metric + `_past{window="month",periods_ago="1"})
		+ max by (unit, indicator) (` + metric + `_past{window="month",periods_ago="2"})
	)
	/ 3
	* on () group_left () year:dvc_period_months:left
`
}
