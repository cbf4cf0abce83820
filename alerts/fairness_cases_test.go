package main

import (
	"fmt"
	"strings"
)

// ranked is departments with places, by their codes.
func ranked(places map[string]int, order ...string) string {
	var b strings.Builder
	for _, code := range order {
		fmt.Fprintf(&b, "\ndvc_rank{unit=%q,window=\"month\",among=\"departments\"} %d", code, places[code])
	}
	return b.String() + below(order...)
}

var twelve = []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"}

var fairnessTests = testFile{name: "fairness", about: "Small counts, what is missing to a target, several provinces, alerts listed once.", tests: []ruleTest{
	{
		name:  "base: nineteen payments of a department are too few, twenty are enough, ten of a commune too",
		steps: 5,
		series: city + tuPhap + xayDung + baDinh + recordsUp + paymentTarget + `
			dvc_indicator_numerator{unit="H26.07",indicator="ONLINE_PAYMENT",window="month",source="records"} 0
			dvc_indicator_denominator{unit="H26.07",indicator="ONLINE_PAYMENT",window="month",source="records"} 19
			dvc_indicator_numerator{unit="H26.08",indicator="ONLINE_PAYMENT",window="month",source="records"} 10
			dvc_indicator_denominator{unit="H26.08",indicator="ONLINE_PAYMENT",window="month",source="records"} 20
			dvc_indicator_numerator{unit="H26.20",indicator="ONLINE_PAYMENT",window="month",source="records"} 10
			dvc_indicator_denominator{unit="H26.20",indicator="ONLINE_PAYMENT",window="month",source="records"} 10`,
		query: []queryCase{
			{at: "2m", expr: "sum by (unit) (unit_indicator:dvc_indicator_preferred:ratio)", want: []sample{{`{unit="H26.07"}`, 0}, {`{unit="H26.08"}`, 0.5}, {`{unit="H26.20"}`, 1}}},
			{at: "2m", expr: "sum by (unit) (unit_indicator:dvc_indicator_comparable:ratio)", want: []sample{{`{unit="H26.08"}`, 0.5}, {`{unit="H26.20"}`, 1}}},
			{at: "2m", expr: "sum by (unit) (unit_indicator:dvc_indicator_preferred:numerator)", want: []sample{{`{unit="H26.07"}`, 0}, {`{unit="H26.08"}`, 10}, {`{unit="H26.20"}`, 10}}},
			{at: "2m", expr: "sum by (unit) (unit_indicator:dvc_indicator_preferred:denominator)", want: []sample{{`{unit="H26.07"}`, 19}, {`{unit="H26.08"}`, 20}, {`{unit="H26.20"}`, 10}}},
			{at: "2m", expr: "sum by (unit) (unit:dvc_targets:missed)", want: []sample{{`{unit="H26.08"}`, 1}}},
			{at: "2m", expr: "sum by (unit) (unit:dvc_targets:reached)", want: []sample{{`{unit="H26.20"}`, 1}}},
		},
	},
	{
		name:  "missing to a target: 55 of 100 at 55 % is none, one less is one, of 0 payments nothing is missing",
		steps: 5,
		series: city + tuPhap + xayDung + baDinh + below("over", "none") + recordsUp + paymentTarget + `
			dvc_indicator_numerator{unit="H26.07",indicator="ONLINE_PAYMENT",window="month",source="records"} 55
			dvc_indicator_denominator{unit="H26.07",indicator="ONLINE_PAYMENT",window="month",source="records"} 100
			dvc_indicator_numerator{unit="H26.08",indicator="ONLINE_PAYMENT",window="month",source="records"} 54
			dvc_indicator_denominator{unit="H26.08",indicator="ONLINE_PAYMENT",window="month",source="records"} 100
			dvc_indicator_numerator{unit="H26.20",indicator="ONLINE_PAYMENT",window="month",source="records"} 0
			dvc_indicator_denominator{unit="H26.20",indicator="ONLINE_PAYMENT",window="month",source="records"} 3
			dvc_indicator_numerator{unit="over",indicator="ONLINE_PAYMENT",window="month",source="records"} 90
			dvc_indicator_denominator{unit="over",indicator="ONLINE_PAYMENT",window="month",source="records"} 100
			dvc_indicator_numerator{unit="none",indicator="ONLINE_PAYMENT",window="month",source="records"} 0
			dvc_indicator_denominator{unit="none",indicator="ONLINE_PAYMENT",window="month",source="records"} 0
			# no target is set for this one
			dvc_indicator_numerator{unit="H26.07",indicator="DOSSIER_ON_TIME",window="month",source="records"} 1
			dvc_indicator_denominator{unit="H26.07",indicator="DOSSIER_ON_TIME",window="month",source="records"} 9`,
		query: []queryCase{
			{at: "2m", expr: "sum by (unit, indicator) (unit_indicator:dvc_indicator:missing)", want: []sample{
				{`{unit="H26.07",indicator="ONLINE_PAYMENT"}`, 0}, {`{unit="H26.08",indicator="ONLINE_PAYMENT"}`, 1},
				{`{unit="H26.20",indicator="ONLINE_PAYMENT"}`, 2}, {`{unit="over",indicator="ONLINE_PAYMENT"}`, 0},
			}},
			// 199 of 303: 166.65 are enough.
			{at: "2m", expr: "province_indicator:dvc_indicator:missing", want: []sample{{`province_indicator:dvc_indicator:missing{unit="H26",indicator="ONLINE_PAYMENT",window="month",source="records"}`, 0}}},
			{at: "2m", expr: "province_indicator:dvc_indicator_numerator:sum{indicator=\"ONLINE_PAYMENT\"}", want: []sample{{`province_indicator:dvc_indicator_numerator:sum{unit="H26",indicator="ONLINE_PAYMENT",window="month",source="records"}`, 199}}},
		},
	},
	{
		name:  "places: the ten best and the ten last, without those who received too few dossiers",
		steps: 5,
		series: city + ranked(map[string]int{"a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6, "g": 7, "h": 8, "i": 9, "j": 9, "k": 11, "l": 12}, twelve...) + `
			dvc_portal_dossiers_received{unit="a",window="month"} 19
			dvc_portal_dossiers_received{unit="l",window="month"} 0
			dvc_portal_dossiers_received{unit="b",window="month"} 20`,
		query: []queryCase{
			// Ten are left from b to k: all of them are best and last. Of the others nobody knows the count.
			{at: "2m", expr: "count(unit:dvc_rank:best10)", want: []sample{{"{}", 10}}},
			{at: "2m", expr: `unit:dvc_rank:worst10{unit=~"a|l"} or unit:dvc_rank:best10{unit=~"a|l"}`},
			{at: "2m", expr: `unit:dvc_dossiers_received:few`, want: []sample{{`unit:dvc_dossiers_received:few{unit="a",window="month"}`, 19}, {`unit:dvc_dossiers_received:few{unit="l",window="month"}`, 0}}},
		},
	},
	{
		name:   "places: a tie at the tenth place is eleven best, at the tenth last eleven last",
		steps:  5,
		series: city + ranked(map[string]int{"a": 1, "b": 2, "c": 2, "d": 4, "e": 5, "f": 6, "g": 7, "h": 8, "i": 9, "j": 10, "k": 10, "l": 12}, twelve...),
		query: []queryCase{
			{at: "2m", expr: "count(unit:dvc_rank:best10)", want: []sample{{"{}", 11}}},
			{at: "2m", expr: "count(unit:dvc_rank:worst10)", want: []sample{{"{}", 11}}},
			{at: "2m", expr: `unit:dvc_rank:best10{unit="l"} or unit:dvc_rank:worst10{unit="a"}`},
		},
	},
	{
		name:  "two provinces: each has its own sums, shares and places; a name without a place belongs to neither",
		steps: 5,
		series: city + tuPhap + xayDung + recordsUp + `
			dvc_exporter_province_info{unit="H01"} 1
			dvc_unit_info{unit="H01",name="UBND tỉnh Lào Cai",kind="province"} 1
			dvc_unit_info{unit="H01.1",name="Sở Tư pháp",kind="department",parent="H01"} 1
			dvc_unit_info{unit="H01.2",name="Sở Y tế",kind="department",parent="H01"} 1
			dvc_unit_info{unit="ten-la",name="Tên lạ",kind="unlisted"} 1
			dvc_dossiers_overdue{unit="H26.07",stage="processing"} 30
			dvc_dossiers_overdue{unit="H26.08",stage="processing"} 10
			dvc_dossiers_overdue{unit="H01.1",stage="processing"} 1
			dvc_dossiers_overdue{unit="H01.2",stage="reception"} 3
			dvc_dossiers_overdue{unit="ten-la",stage="processing"} 1000
			dvc_dossiers_received{unit="H26.07",window="month",channel="online"} 7
			dvc_dossiers_received{unit="H26.08",window="month",channel="post"} 5
			dvc_dossiers_received{unit="H01.1",window="month",channel="online"} 4`,
		query: []queryCase{
			{at: "2m", expr: "province:dvc_dossiers_overdue:sum", want: []sample{{`province:dvc_dossiers_overdue:sum{unit="H26"}`, 40}, {`province:dvc_dossiers_overdue:sum{unit="H01"}`, 4}}},
			{at: "2m", expr: "province_stage:dvc_dossiers_overdue:sum{unit=\"H01\"}", want: []sample{{`province_stage:dvc_dossiers_overdue:sum{unit="H01",stage="processing"}`, 1}, {`province_stage:dvc_dossiers_overdue:sum{unit="H01",stage="reception"}`, 3}}},
			{at: "2m", expr: "unit:dvc_dossiers_overdue:share", want: []sample{
				{`unit:dvc_dossiers_overdue:share{unit="H26.07"}`, 0.75}, {`unit:dvc_dossiers_overdue:share{unit="H26.08"}`, 0.25},
				{`unit:dvc_dossiers_overdue:share{unit="H01.1"}`, 0.25}, {`unit:dvc_dossiers_overdue:share{unit="H01.2"}`, 0.75},
			}},
			{at: "2m", expr: "unit:dvc_dossiers_overdue:rank == 1", want: []sample{{`unit:dvc_dossiers_overdue:rank{unit="H26.07"}`, 1}, {`unit:dvc_dossiers_overdue:rank{unit="H01.2"}`, 1}}},
			{at: "2m", expr: `unit:dvc_dossiers_received:local{unit=~"H..$"}`, want: []sample{{`unit:dvc_dossiers_received:local{unit="H26",window="month"}`, 12}, {`unit:dvc_dossiers_received:local{unit="H01",window="month"}`, 4}}},
		},
	},
	{
		name:  "alerts: each once with its beginning, a warning not beside the same critical one, never the sign of life",
		epoch: true,
		series: city + tuPhap + below("H26.09") + recordsUp + `
			dvc_dossiers_overdue{unit="H26.07",stage="processing"} 600
			dvc_dossiers_overdue{unit="H26.09",stage="processing"} 400`,
		query: []queryCase{
			{at: "10m", expr: `alert:dvc_alert_firing:start_timestamp{alertname=~"DvcOverdueShareHigh|Watchdog"}`, want: []sample{
				{`alert:dvc_alert_firing:start_timestamp{alertname="DvcOverdueShareHigh",unit="H26.07",severity="critical",category="domain",source="records"}`, 0},
				{`alert:dvc_alert_firing:start_timestamp{alertname="DvcOverdueShareHigh",unit="H26.09",severity="warning",category="domain",source="records"}`, 0},
			}},
		},
	},
}}
