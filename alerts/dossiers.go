package main

import (
	"fmt"
	"strings"
)

// held keeps what local records say for as long as their source does not stand behind it:
// now is the expression, alive the metric that the exporter still has.
func held(record, by, now, alive string) string {
	return strings.NewReplacer("RECORD", record, "BY", by, "NOW", now, "ALIVE", alive).Replace(`
		(NOW and on () dossiers:dvc_source_up:steady)
		or
		(NOW and on (unit) unit_source:dvc_dossiers_list:renewed)
		or
		(
			last_over_time(RECORD[1h])
			and on (BY) ALIVE
			unless on () dossiers:dvc_source_up:steady
			unless on (unit) unit_source:dvc_dossiers_list:renewed
		)`)
}

// heldRule is a rule that keeps what local records say.
func heldRule(about, record, by, now, alive string) recording {
	return recording{about: about, record: record, expr: held(record, by, now, alive)}
}

// ofUnits are the overdue dossiers of own units with the province that each is counted to.
const ofUnits = `unit_parent:dvc_dossiers_overdue:sum`

// overdueRank is a unit's place by its overdue dossiers. PromQL has no rank: it is one more
// than how many of the ten largest counts of the province are above its own.
func overdueRank() string {
	var b strings.Builder
	b.WriteString("max by (unit) (\n\t1\n")
	for n := 1; n <= 10; n++ {
		fmt.Fprintf(&b, "\t+ (%[1]s < bool on (parent) group_left () min by (parent) (topk by (parent) (%[2]d, %[1]s)))\n", ofUnits, n)
	}
	b.WriteString(") <= 10\nand on (unit) unit:dvc_dossiers_overdue:share")
	return b.String()
}

var dossiers = group{"dvc_dossiers", []recording{
	{
		record: "dossiers:dvc_source_up:steady",
		about:  `1 if every source of local dossiers stands behind its figures.`,
		expr:   `min(dvc_source_up{source=~"records|sql"}) == 1`,
	},
	{
		record: "unit:dvc_dossiers_list:age_days",
		about:  `Days since a unit's list of dossiers was last renewed.`,
		expr:   `(time() - max by (unit) (dvc_dossiers_data_timestamp_seconds)) / 86400`,
	},
	heldRule("", "unit_stage:dvc_dossiers_overdue:held", "unit, stage", "max by (unit, stage) (dvc_dossiers_overdue)", "dvc_dossiers_overdue"),
	{
		record: "unit:dvc_dossiers_overdue:sum",
		expr:   `sum by (unit) (unit_stage:dvc_dossiers_overdue:held)`,
	},
	{
		record: "unit_parent:dvc_dossiers_overdue:sum",
		about:  `The same of own units, with the province that each is counted to.`,
		expr:   `sum by (unit, parent) (unit:dvc_dossiers_overdue:sum ` + parentOf + `)`,
	},
	{
		record: "province:dvc_dossiers_overdue:sum",
		expr:   ofProvinces("sum", "", "unit:dvc_dossiers_overdue:sum"),
	},
	{
		record: "province_stage:dvc_dossiers_overdue:sum",
		expr:   ofProvinces("sum", "stage", "unit_stage:dvc_dossiers_overdue:held"),
	},
	{
		record: "unit:dvc_dossiers_overdue:share",
		about:  `A unit's share of all overdue dossiers, where there is more than one unit to share.`,
		expr: `
			max by (unit) (
				unit_parent:dvc_dossiers_overdue:sum
				/ on (parent) group_left () (sum by (parent) (unit_parent:dvc_dossiers_overdue:sum) > 0)
				and on (parent) count by (parent) (unit_parent:dvc_dossiers_overdue:sum) > 1
			)`,
	},
	{
		record: "unit:dvc_dossiers_overdue:rank",
		about: `
			The ten units of a province that hold most, 1 = most; equal counts share a place:
			1, 1, 3. A place is one more than how many of the ten largest counts are above.`,
		expr: overdueRank(),
	},
	{
		record: "unit:dvc_dossiers_overdue:delta1w",
		about:  `More (+) or fewer (-) than on the same day of the week before.`,
		expr: `
			unit:dvc_dossiers_overdue:sum
			- last_over_time(unit:dvc_dossiers_overdue:sum[6h] offset 1w)`,
	},
	heldRule("", "unit:dvc_dossiers_oldest_overdue:age_days", "unit",
		"(time() - min by (unit) (dvc_dossiers_oldest_overdue_timestamp_seconds)) / 86400", "dvc_dossiers_oldest_overdue_timestamp_seconds"),
	{
		record: "province:dvc_dossiers_oldest_overdue:age_days",
		expr:   ofProvinces("max", "", "unit:dvc_dossiers_oldest_overdue:age_days"),
	},
	heldRule("", "unit:dvc_dossiers_due_soon:held", "unit", "max by (unit) (dvc_dossiers_due_soon)", "dvc_dossiers_due_soon"),
	{
		record: "unit:dvc_dossiers_due_soon:ratio",
		about:  `Of the open ones.`,
		expr:   `unit:dvc_dossiers_due_soon:held / (max by (unit) (dvc_dossiers_open) > 0)`,
	},
	{
		record: "province:dvc_dossiers_due_soon:sum",
		expr:   ofProvinces("sum", "", "unit:dvc_dossiers_due_soon:held"),
	},
	heldRule("Late dossiers of the period that still lack their written apology.", "unit:dvc_apologies:missing", "unit, window",
		"(max by (unit, window) (dvc_apologies_due) - max by (unit, window) (dvc_apologies_sent))", "dvc_apologies_sent"),
	{
		record: "province:dvc_apologies:missing",
		expr:   ofProvinces("sum", "window", "unit:dvc_apologies:missing"),
	},
	heldRule(`
		Dossiers received in the period according to local records. An own province's are
		those of all its units, as the portal counts it.`, "unit:dvc_dossiers_received:held", "unit, window",
		"sum by (unit, window) (max by (unit, window, channel) (dvc_dossiers_received))", "dvc_dossiers_received"),
	{
		record: "unit:dvc_dossiers_received:local",
		expr: "(unit:dvc_dossiers_received:held unless on (unit) unit:dvc_unit_info:newest{kind=\"province\"})\nor on (unit, window)" +
			ofProvinces("sum", "window", "unit:dvc_dossiers_received:held"),
	},
	{
		record: "unit:dvc_dossiers_received:preferred",
		about:  `The portal's count where there is one.`,
		expr:   `max by (unit, window) (dvc_portal_dossiers_received) or on (unit, window) unit:dvc_dossiers_received:local`,
	},
	{
		record: "unit:dvc_dossiers_received:larger",
		about:  `The larger of the two counts, and the gap between them as its share: 0 = equal.`,
		expr: `
			max by (unit, window) (dvc_portal_dossiers_received) >= on (unit, window) unit:dvc_dossiers_received:local
			or on (unit, window)
			unit:dvc_dossiers_received:local > on (unit, window) max by (unit, window) (dvc_portal_dossiers_received)`,
	},
	{
		record: "unit:dvc_dossiers_received:sync_gap",
		expr: `
			abs(
				max by (unit, window) (dvc_portal_dossiers_received)
				- on (unit, window) unit:dvc_dossiers_received:local
			)
			/ on (unit, window) (unit:dvc_dossiers_received:larger > 0)`,
	},
}}

var documents = group{"dvc_documents", []recording{
	{
		record: "unit:dvc_documents_overdue:held",
		expr: `
			(
				max by (unit) (dvc_documents_overdue)
				and on () (max(dvc_source_up{source="documents"}) == 1)
			)
			or
			(
				last_over_time(unit:dvc_documents_overdue:held[1h])
				and on (unit) dvc_documents_overdue
				unless on () (max(dvc_source_up{source="documents"}) == 1)
			)`,
	},
	{
		record: "province:dvc_documents_overdue:sum",
		expr:   ofProvinces("sum", "", "unit:dvc_documents_overdue:held"),
	},
}}
