package main

var groups = []group{
	{"dvc_units", []recording{
		{
			record: "unit:dvc_unit_info:newest",
			about: `
				One name, one address for each unit, the newest sample's: a renamed unit has two
				info series for up to five minutes, and a join must not fail because of them.`,
			expr: `
				topk by (unit) (1, max by (unit, name, kind, parent) (timestamp(dvc_unit_info))) ^ 0`,
		},
		{
			record: "unit:dvc_unit_contact_info:newest",
			expr: `
				topk by (unit) (1, max by (unit, email) (timestamp(dvc_unit_contact_info))) ^ 0`,
		},
		{
			record: "province:dvc_unit_info:own",
			about: `
				The own province: the one that has units below it (the most, should a units file
				name units of another province).`,
			expr: `
				unit:dvc_unit_info:newest{kind="province"}
				and on (unit)
				label_replace(
					topk(1, count by (parent) (unit:dvc_unit_info:newest{parent!=""})),
					"unit", "$1", "parent", "(.+)"
				)`,
		},
		{
			record: "unit:dvc_unit_info:own",
			about: `
				Those who get notifications: the own province and every unit that is no province,
				with name and address. A unit without an address is there without email.`,
			expr: `
				(unit:dvc_unit_info:newest{kind!="province"} or province:dvc_unit_info:own)
				* on (unit) group_left (email) unit:dvc_unit_contact_info:newest
				or on (unit)
				(unit:dvc_unit_info:newest{kind!="province"} or province:dvc_unit_info:own)`,
		},
	}},
	{"dvc_scores", []recording{
		{
			record: "unit:dvc_score:delta1",
			about: `
				Points won (+) or lost (-) against the period before, and the one before that.`,
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
			about: `
				Points above (+) or below (-) the target.`,
			expr: `
				max by (unit, window) (dvc_score)
				- on (window) group_left () max by (window) (dvc_target_score)`,
		},
		{
			record: "unit:dvc_rank:delta1",
			about: `
				Places lost (+) or won (-) against the period before.`,
			expr: `
				max by (unit, window, among) (dvc_rank)
				- max by (unit, window, among) (dvc_rank_past{periods_ago="1"})`,
		},
		{
			record: "unit:dvc_rank:best10",
			about: `
				The ten best and the ten last, by place. Equal places: a few more or fewer.`,
			expr: `
				max by (unit, window, among) (dvc_rank) <= 10`,
		},
		{
			record: "unit:dvc_rank:worst10",
			expr: `
				max by (unit, window, among) (dvc_rank)
				> on (window, among) group_left ()
				(max by (window, among) (dvc_ranked_units) - 10)`,
		},
		{
			record: "unit_group:dvc_group_score:ratio",
			about: `
				Groups as share of their maximum, and what they won or lost.`,
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
	}},
	{"dvc_ratios", []recording{
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
			record: "unit_indicator:dvc_indicator:ratio",
			expr: `
				(
					max by (unit, indicator, window, source) (dvc_indicator_numerator)
					/ (max by (unit, indicator, window, source) (dvc_indicator_denominator) > 0)
					and on (source) source:dvc_source_up:steady
				)
				or
				(
					last_over_time(unit_indicator:dvc_indicator:ratio[1h])
					and on (unit, indicator, window, source) dvc_indicator_denominator
					unless on (source) source:dvc_source_up:steady
				)`,
		},
		{
			record: "unit_indicator:dvc_indicator_preferred:ratio",
			about: `
				One ratio where several sources speak, in the order in which the exporter
				believes them. source says whose it is.`,
			expr: `
				unit_indicator:dvc_indicator:ratio{source="portal"}
				or on (unit, indicator, window) unit_indicator:dvc_indicator:ratio{source="records"}
				or on (unit, indicator, window) unit_indicator:dvc_indicator:ratio{source="sql"}
				or on (unit, indicator, window) unit_indicator:dvc_indicator:ratio{source="documents"}
				or on (unit, indicator, window) unit_indicator:dvc_indicator:ratio{source="pages"}`,
		},
		{
			record: "unit_indicator:dvc_indicator:target_gap",
			about: `
				Above (+) or below (-) the target, as a ratio.`,
			expr: `
				unit_indicator:dvc_indicator_preferred:ratio
				- on (indicator) group_left () max by (indicator) (dvc_target_ratio)`,
		},
		{
			record: "unit:dvc_targets:reached",
			expr: `
				count by (unit, window) (unit_indicator:dvc_indicator:target_gap >= 0)`,
		},
		{
			record: "unit:dvc_targets:missed",
			expr: `
				count by (unit, window) (unit_indicator:dvc_indicator:target_gap < 0)`,
		},
		{
			record: "kind_indicator:dvc_indicator:ratio",
			about: `
				All units of a kind together, and all units of the province together.`,
			expr: `
				sum by (kind, indicator, window, source) (
					max by (unit, indicator, window, source) (dvc_indicator_numerator)
					* on (unit) group_left (kind) unit:dvc_unit_info:newest{kind!="province"}
				)
				/ (
					sum by (kind, indicator, window, source) (
						max by (unit, indicator, window, source) (dvc_indicator_denominator)
						* on (unit) group_left (kind) unit:dvc_unit_info:newest{kind!="province"}
					) > 0
				)`,
		},
		{
			record: "province_indicator:dvc_indicator:ratio",
			expr: `
				sum by (indicator, window, source) (
					max by (unit, indicator, window, source) (dvc_indicator_numerator)
					and on (unit) unit:dvc_unit_info:newest{kind!="province"}
				)
				/ (
					sum by (indicator, window, source) (
						max by (unit, indicator, window, source) (dvc_indicator_denominator)
						and on (unit) unit:dvc_unit_info:newest{kind!="province"}
					) > 0
				)`,
		},
	}},
	{"dvc_dossiers", []recording{
		{
			record: "dossiers:dvc_source_up:steady",
			about: `
				1 if every source of local dossiers stands behind its figures.`,
			expr: `
				min(dvc_source_up{source=~"records|sql"}) == 1`,
		},
		{
			record: "unit_stage:dvc_dossiers_overdue:held",
			expr: `
				(max by (unit, stage) (dvc_dossiers_overdue) and on () dossiers:dvc_source_up:steady)
				or
				(
					last_over_time(unit_stage:dvc_dossiers_overdue:held[1h])
					and on (unit, stage) dvc_dossiers_overdue
					unless on () dossiers:dvc_source_up:steady
				)`,
		},
		{
			record: "unit:dvc_dossiers_overdue:sum",
			expr: `
				sum by (unit) (unit_stage:dvc_dossiers_overdue:held)`,
		},
		{
			record: "province:dvc_dossiers_overdue:sum",
			expr: `
				sum(
					unit:dvc_dossiers_overdue:sum
					unless on (unit) unit:dvc_unit_info:newest{kind="province"}
				)`,
		},
		{
			record: "unit:dvc_dossiers_overdue:share",
			about: `
				A unit's share of all overdue dossiers, where there is more than one unit to share.`,
			expr: `
				(
					unit:dvc_dossiers_overdue:sum
					unless on (unit) unit:dvc_unit_info:newest{kind="province"}
				)
				/ on () group_left () (province:dvc_dossiers_overdue:sum > 0)
				and on ()
				count(
					unit:dvc_dossiers_overdue:sum
					unless on (unit) unit:dvc_unit_info:newest{kind="province"}
				) > 1`,
		},
		{
			record: "unit:dvc_dossiers_overdue:rank",
			about: `
				The ten units that hold most, 1 = most; equal counts share a place: 1, 1, 3. PromQL
				has no rank: a unit's place is one more than how many of the ten largest counts
				are above its own.`,
			expr: `
				(
					1
					+ (unit:dvc_dossiers_overdue:share < bool on () group_left () min(topk(1, unit:dvc_dossiers_overdue:share)))
					+ (unit:dvc_dossiers_overdue:share < bool on () group_left () min(topk(2, unit:dvc_dossiers_overdue:share)))
					+ (unit:dvc_dossiers_overdue:share < bool on () group_left () min(topk(3, unit:dvc_dossiers_overdue:share)))
					+ (unit:dvc_dossiers_overdue:share < bool on () group_left () min(topk(4, unit:dvc_dossiers_overdue:share)))
					+ (unit:dvc_dossiers_overdue:share < bool on () group_left () min(topk(5, unit:dvc_dossiers_overdue:share)))
					+ (unit:dvc_dossiers_overdue:share < bool on () group_left () min(topk(6, unit:dvc_dossiers_overdue:share)))
					+ (unit:dvc_dossiers_overdue:share < bool on () group_left () min(topk(7, unit:dvc_dossiers_overdue:share)))
					+ (unit:dvc_dossiers_overdue:share < bool on () group_left () min(topk(8, unit:dvc_dossiers_overdue:share)))
					+ (unit:dvc_dossiers_overdue:share < bool on () group_left () min(topk(9, unit:dvc_dossiers_overdue:share)))
					+ (unit:dvc_dossiers_overdue:share < bool on () group_left () min(topk(10, unit:dvc_dossiers_overdue:share)))
				) <= 10`,
		},
		{
			record: "unit:dvc_dossiers_overdue:delta1w",
			about: `
				More (+) or fewer (-) than on the same day of the week before.`,
			expr: `
				unit:dvc_dossiers_overdue:sum
				- last_over_time(unit:dvc_dossiers_overdue:sum[6h] offset 1w)`,
		},
		{
			record: "unit:dvc_dossiers_oldest_overdue:age_days",
			expr: `
				(
					(time() - min by (unit) (dvc_dossiers_oldest_overdue_timestamp_seconds)) / 86400
					and on () dossiers:dvc_source_up:steady
				)
				or
				(
					last_over_time(unit:dvc_dossiers_oldest_overdue:age_days[1h])
					and on (unit) dvc_dossiers_oldest_overdue_timestamp_seconds
					unless on () dossiers:dvc_source_up:steady
				)`,
		},
		{
			record: "unit:dvc_dossiers_due_soon:held",
			expr: `
				(max by (unit) (dvc_dossiers_due_soon) and on () dossiers:dvc_source_up:steady)
				or
				(
					last_over_time(unit:dvc_dossiers_due_soon:held[1h])
					and on (unit) dvc_dossiers_due_soon
					unless on () dossiers:dvc_source_up:steady
				)`,
		},
		{
			record: "unit:dvc_dossiers_due_soon:ratio",
			about: `
				Of the open ones.`,
			expr: `
				unit:dvc_dossiers_due_soon:held / (max by (unit) (dvc_dossiers_open) > 0)`,
		},
		{
			record: "unit:dvc_apologies:missing",
			about: `
				Late dossiers of the period that still lack their written apology.`,
			expr: `
				(
					max by (unit, window) (dvc_apologies_due) - max by (unit, window) (dvc_apologies_sent)
					and on () dossiers:dvc_source_up:steady
				)
				or
				(
					last_over_time(unit:dvc_apologies:missing[1h])
					and on (unit, window) dvc_apologies_sent
					unless on () dossiers:dvc_source_up:steady
				)`,
		},
		{
			record: "unit:dvc_dossiers_received:held",
			about: `
				Dossiers received in the period according to local records. The own province's are
				those of all its units, as the portal counts it.`,
			expr: `
				(
					sum by (unit, window) (max by (unit, window, channel) (dvc_dossiers_received))
					and on () dossiers:dvc_source_up:steady
				)
				or
				(
					last_over_time(unit:dvc_dossiers_received:held[1h])
					and on (unit, window) dvc_dossiers_received
					unless on () dossiers:dvc_source_up:steady
				)`,
		},
		{
			record: "unit:dvc_dossiers_received:local",
			expr: `
				(unit:dvc_dossiers_received:held unless on (unit) unit:dvc_unit_info:newest{kind="province"})
				or on (unit, window)
				sum by (window) (
					unit:dvc_dossiers_received:held unless on (unit) unit:dvc_unit_info:newest{kind="province"}
				)
				* on () group_left (unit) province:dvc_unit_info:own`,
		},
		{
			record: "unit:dvc_dossiers_received:larger",
			about: `
				The larger of the two counts, and the gap between them as its share: 0 = equal.`,
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
	}},
	{"dvc_documents", []recording{
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
	}},
	{"dvc_age", []recording{
		{
			record: "part_window:dvc_source_part_up:current",
			about: `
				1 where a part's last round was used and the exporter still makes rounds, 0 where the
				last good figures of the part are kept: what dashboards grey by.`,
			expr: `
				max by (source, part, window) (dvc_source_part_up)
				* on (source) group_left ()
				(
					time() - max by (source) (dvc_source_last_attempt_timestamp_seconds)
					<= bool 2.5 * max by (source) (dvc_source_refresh_interval_seconds) + 300
				)`,
		},
		{
			record: "indicator_window:dvc_indicator:current",
			about: `
				The same for an indicator's ratio: by the portal's answer that details its group, or
				by the whole source where it is no portal.`,
			expr: `
				count by (indicator, source, window) (dvc_indicator_denominator{source="portal"}) ^ 0
				* on (indicator) group_left (group) max by (indicator, group) (dvc_indicator_info)
				* on (group, window) group_left ()
				(
					max by (group, window) (label_replace(part_window:dvc_source_part_up:current{part="transparency"}, "group", "CKMB", "", ""))
					or max by (group, window) (label_replace(part_window:dvc_source_part_up:current{part="dvc-progress-tree"}, "group", "TDGQ", "", ""))
					or max by (group, window) (label_replace(part_window:dvc_source_part_up:current{part="provide-online-tree"}, "group", "CLGQ", "", ""))
					or max by (group, window) (label_replace(part_window:dvc_source_part_up:current{part="formality-online-payment-tree"}, "group", "TTTT", "", ""))
					or max by (group, window) (label_replace(part_window:dvc_source_part_up:current{part="handling-satisfaction"}, "group", "MDHL", "", ""))
					or max by (group, window) (label_replace(part_window:dvc_source_part_up:current{part="dossier-digitized"}, "group", "MDSH", "", ""))
				)
				or
				count by (indicator, source, window) (dvc_indicator_denominator{source!="portal"}) ^ 0
				* on (source) group_left () min by (source) (part_window:dvc_source_part_up:current{source!="portal"})`,
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
	}},
}
