package main

var lostTests = testFile{name: "lost", about: "Where points are lost, what would win them, where the year ends. Calculated by hand.", tests: []ruleTest{
	{
		name:  "points lost: allotted by what is missing, adds up to the published loss",
		steps: 5,
		series: city + tuPhap + xayDung + baDinh + `
			dvc_indicator_info{indicator="DIGITIZED_DOSSIER",group="MDSH",name="Số hóa"} 1
			dvc_indicator_info{indicator="SATISFACTION",group="MDHL",name="Hài lòng"} 1
			dvc_indicator_info{indicator="ONLINE_PAYMENT",group="TTTT",name="Thanh toán"} 1
			# 3 lost: 60 and 20 missing are 2.25 and 0.75; 0 of 0 is nothing
			dvc_indicator_score_max{unit="H26",group="MDSH",indicator="DIGITIZED_DOSSIER",window="month"} 12
			dvc_indicator_score{unit="H26",group="MDSH",indicator="DIGITIZED_DOSSIER",window="month"} 9
			dvc_indicator_numerator{unit="H26.07",indicator="DIGITIZED_DOSSIER",window="month",source="portal"} 40
			dvc_indicator_denominator{unit="H26.07",indicator="DIGITIZED_DOSSIER",window="month",source="portal"} 100
			dvc_indicator_numerator{unit="H26.08",indicator="DIGITIZED_DOSSIER",window="month",source="portal"} 80
			dvc_indicator_denominator{unit="H26.08",indicator="DIGITIZED_DOSSIER",window="month",source="portal"} 100
			dvc_indicator_numerator{unit="H26.20",indicator="DIGITIZED_DOSSIER",window="month",source="portal"} 0
			dvc_indicator_denominator{unit="H26.20",indicator="DIGITIZED_DOSSIER",window="month",source="portal"} 0
			# the province's own parts are no unit's
			dvc_indicator_numerator{unit="H26",indicator="DIGITIZED_DOSSIER",window="month",source="portal"} 120
			dvc_indicator_denominator{unit="H26",indicator="DIGITIZED_DOSSIER",window="month",source="portal"} 200
			# 2 lost, a tie: 5 missing each; a numerator above its denominator is no merit of others
			dvc_indicator_score_max{unit="H26",group="MDHL",indicator="SATISFACTION",window="month"} 18
			dvc_indicator_score{unit="H26",group="MDHL",indicator="SATISFACTION",window="month"} 16
			dvc_indicator_numerator{unit="H26.07",indicator="SATISFACTION",window="month",source="portal"} 95
			dvc_indicator_denominator{unit="H26.07",indicator="SATISFACTION",window="month",source="portal"} 100
			dvc_indicator_numerator{unit="H26.08",indicator="SATISFACTION",window="month",source="portal"} 45
			dvc_indicator_denominator{unit="H26.08",indicator="SATISFACTION",window="month",source="portal"} 50
			dvc_indicator_numerator{unit="H26.20",indicator="SATISFACTION",window="month",source="portal"} 12
			dvc_indicator_denominator{unit="H26.20",indicator="SATISFACTION",window="month",source="portal"} 10
			# 5 lost: all of it where 10 of 30 were late
			dvc_group_score_max{unit="H26",group="TDGQ",window="month"} 20
			dvc_group_score{unit="H26",group="TDGQ",window="month"} 15
			dvc_portal_dossiers_received{unit="H26.07",window="month"} 50
			dvc_portal_dossiers_on_time{unit="H26.07",window="month"} 50
			dvc_portal_dossiers_received{unit="H26.08",window="month"} 30
			dvc_portal_dossiers_on_time{unit="H26.08",window="month"} 20
			# 2 lost and nothing missing by the parts: it stays with the province
			dvc_group_score_max{unit="H26",group="TTTT",window="month"} 10
			dvc_group_score{unit="H26",group="TTTT",window="month"} 8
			dvc_indicator_numerator{unit="H26.07",indicator="ONLINE_PAYMENT",window="month",source="portal"} 9
			dvc_indicator_denominator{unit="H26.07",indicator="ONLINE_PAYMENT",window="month",source="portal"} 9
			# 3 lost and no parts at all: the same
			dvc_group_score_max{unit="H26",group="CLGQ",window="month"} 12
			dvc_group_score{unit="H26",group="CLGQ",window="month"} 9
			# groups that have indicators are not counted twice
			dvc_group_score_max{unit="H26",group="MDSH",window="month"} 22
			dvc_group_score{unit="H26",group="MDSH",window="month"} 10`,
		query: []queryCase{
			{at: "2m", expr: "unit_indicator:dvc_points_lost > 0", want: []sample{
				{`unit_indicator:dvc_points_lost{unit="H26.07",group="MDSH",indicator="DIGITIZED_DOSSIER",window="month"}`, 2.25},
				{`unit_indicator:dvc_points_lost{unit="H26.08",group="MDSH",indicator="DIGITIZED_DOSSIER",window="month"}`, 0.75},
				{`unit_indicator:dvc_points_lost{unit="H26.07",group="MDHL",indicator="SATISFACTION",window="month"}`, 1},
				{`unit_indicator:dvc_points_lost{unit="H26.08",group="MDHL",indicator="SATISFACTION",window="month"}`, 1},
				{`unit_indicator:dvc_points_lost{unit="H26.08",group="TDGQ",window="month"}`, 5},
				{`unit_indicator:dvc_points_lost{unit="H26",group="TTTT",window="month"}`, 2},
				{`unit_indicator:dvc_points_lost{unit="H26",group="CLGQ",window="month"}`, 3},
			}},
			{at: "2m", expr: "unit:dvc_points_lost:sum", want: []sample{
				{`unit:dvc_points_lost:sum{unit="H26",window="month"}`, 5}, {`unit:dvc_points_lost:sum{unit="H26.07",window="month"}`, 3.25},
				{`unit:dvc_points_lost:sum{unit="H26.08",window="month"}`, 6.75}, {`unit:dvc_points_lost:sum{unit="H26.20",window="month"}`, 0},
			}},
			{at: "2m", expr: "group:dvc_points_lost:sum", want: []sample{
				{`group:dvc_points_lost:sum{unit="H26",group="MDSH",window="month"}`, 3}, {`group:dvc_points_lost:sum{unit="H26",group="MDHL",window="month"}`, 2},
				{`group:dvc_points_lost:sum{unit="H26",group="TDGQ",window="month"}`, 5}, {`group:dvc_points_lost:sum{unit="H26",group="TTTT",window="month"}`, 2},
				{`group:dvc_points_lost:sum{unit="H26",group="CLGQ",window="month"}`, 3},
			}},
			{at: "2m", expr: "sum(unit:dvc_points_lost:sum) - sum(group:dvc_points_lost:sum)", want: []sample{{"{}", 0}}},
		},
	},
	{
		name:  "at the best unit's level: of the loss as large a part as of what is missing; small units set no level",
		steps: 5,
		series: city + tuPhap + xayDung + baDinh + `
			dvc_indicator_info{indicator="DIGITIZED_DOSSIER",group="MDSH",name="Số hóa"} 1
			dvc_indicator_info{indicator="SATISFACTION",group="MDHL",name="Hài lòng"} 1
			dvc_indicator_info{indicator="PUBLISH",group="CKMB",name="Công bố"} 1
			# 3 lost, 80 of 200 missing: at the best level of 0.8, 40 would be, and half is won.
			# The commune has all of its 5, which are too few to judge by; they count in the sum.
			dvc_indicator_score_max{unit="H26",group="MDSH",indicator="DIGITIZED_DOSSIER",window="month"} 12
			dvc_indicator_score{unit="H26",group="MDSH",indicator="DIGITIZED_DOSSIER",window="month"} 9
			dvc_indicator_numerator{unit="H26.07",indicator="DIGITIZED_DOSSIER",window="month",source="portal"} 39
			dvc_indicator_denominator{unit="H26.07",indicator="DIGITIZED_DOSSIER",window="month",source="portal"} 100
			dvc_indicator_numerator{unit="H26.08",indicator="DIGITIZED_DOSSIER",window="month",source="portal"} 76
			dvc_indicator_denominator{unit="H26.08",indicator="DIGITIZED_DOSSIER",window="month",source="portal"} 95
			dvc_indicator_numerator{unit="H26.20",indicator="DIGITIZED_DOSSIER",window="month",source="portal"} 5
			dvc_indicator_denominator{unit="H26.20",indicator="DIGITIZED_DOSSIER",window="month",source="portal"} 5
			# 2 lost and a tie at 0.9: nobody is better, nothing is won
			dvc_indicator_score_max{unit="H26",group="MDHL",indicator="SATISFACTION",window="month"} 18
			dvc_indicator_score{unit="H26",group="MDHL",indicator="SATISFACTION",window="month"} 16
			dvc_indicator_numerator{unit="H26.07",indicator="SATISFACTION",window="month",source="portal"} 90
			dvc_indicator_denominator{unit="H26.07",indicator="SATISFACTION",window="month",source="portal"} 100
			dvc_indicator_numerator{unit="H26.08",indicator="SATISFACTION",window="month",source="portal"} 45
			dvc_indicator_denominator{unit="H26.08",indicator="SATISFACTION",window="month",source="portal"} 50
			# 1 lost, but units of enough procedures are not known: no level
			dvc_indicator_score_max{unit="H26",group="CKMB",indicator="PUBLISH",window="month"} 6
			dvc_indicator_score{unit="H26",group="CKMB",indicator="PUBLISH",window="month"} 5
			dvc_indicator_numerator{unit="H26.20",indicator="PUBLISH",window="month",source="portal"} 5
			dvc_indicator_denominator{unit="H26.20",indicator="PUBLISH",window="month",source="portal"} 9
			# 5 lost: 20 of 80 late, at the best level of 1 all is won
			dvc_group_score_max{unit="H26",group="TDGQ",window="month"} 20
			dvc_group_score{unit="H26",group="TDGQ",window="month"} 15
			dvc_portal_dossiers_received{unit="H26.07",window="month"} 50
			dvc_portal_dossiers_on_time{unit="H26.07",window="month"} 50
			dvc_portal_dossiers_received{unit="H26.08",window="month"} 30
			dvc_portal_dossiers_on_time{unit="H26.08",window="month"} 10
			# 3 lost and no parts of units: nothing can be said
			dvc_group_score_max{unit="H26",group="CLGQ",window="month"} 12
			dvc_group_score{unit="H26",group="CLGQ",window="month"} 9`,
		query: []queryCase{
			{at: "2m", expr: "round(unit_indicator:dvc_points_lost:comparable_ratio, 0.0001)", want: []sample{
				{`{unit="H26.07",parent="H26",group="MDSH",indicator="DIGITIZED_DOSSIER",window="month"}`, 0.39},
				{`{unit="H26.08",parent="H26",group="MDSH",indicator="DIGITIZED_DOSSIER",window="month"}`, 0.8},
				{`{unit="H26.07",parent="H26",group="MDHL",indicator="SATISFACTION",window="month"}`, 0.9},
				{`{unit="H26.08",parent="H26",group="MDHL",indicator="SATISFACTION",window="month"}`, 0.9},
				{`{unit="H26.07",parent="H26",group="TDGQ",window="month"}`, 1},
				{`{unit="H26.08",parent="H26",group="TDGQ",window="month"}`, 0.3333},
			}},
			{at: "2m", expr: "round(province_indicator:dvc_points_lost:at_best, 0.0001)", want: []sample{
				{`{unit="H26",group="MDSH",indicator="DIGITIZED_DOSSIER",window="month"}`, 1.5},
				{`{unit="H26",group="MDHL",indicator="SATISFACTION",window="month"}`, 0},
				{`{unit="H26",group="TDGQ",window="month"}`, 5},
			}},
		},
	},
	{
		name:  "grades: from the bound on, one for each score; no grades, none",
		steps: 5,
		series: `
			dvc_grade_min_score{grade="excellent"} 90
			dvc_grade_min_score{grade="good"} 79.5
			dvc_grade_min_score{grade="weak"} 0
			# the same again from another exporter
			dvc_grade_min_score{grade="good",instance="other"} 79.5
			dvc_score{unit="a",window="month"} 100
			dvc_score{unit="b",window="month"} 90
			dvc_score{unit="c",window="month"} 89.99
			dvc_score{unit="d",window="month"} 79.5
			dvc_score{unit="d",window="year"} 79.49
			dvc_score{unit="e",window="month"} 0`,
		query: []queryCase{
			{at: "2m", expr: "unit:dvc_score:grade", want: []sample{
				{`unit:dvc_score:grade{unit="a",window="month",grade="excellent"}`, 1},
				{`unit:dvc_score:grade{unit="b",window="month",grade="excellent"}`, 1},
				{`unit:dvc_score:grade{unit="c",window="month",grade="good"}`, 1},
				{`unit:dvc_score:grade{unit="d",window="month",grade="good"}`, 1},
				{`unit:dvc_score:grade{unit="d",window="year",grade="weak"}`, 1},
				{`unit:dvc_score:grade{unit="e",window="month",grade="weak"}`, 1},
			}},
		},
	},
	{
		name:  "grades: none are in force",
		steps: 5,
		series: `
			dvc_score{unit="a",window="month"} 100`,
		query: []queryCase{{at: "2m", expr: "unit:dvc_score:grade"}},
	},
	{
		name:  "points to the ten best: to the lowest score of the ten, none on or above it",
		steps: 5,
		series: ranked(map[string]int{"a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6, "g": 7, "h": 8, "i": 9, "j": 10, "k": 10, "l": 12}, twelve...) + `
			dvc_score{unit="a",window="month"} 90
			dvc_score{unit="b",window="month"} 89
			dvc_score{unit="c",window="month"} 88
			dvc_score{unit="d",window="month"} 87
			dvc_score{unit="e",window="month"} 86
			dvc_score{unit="f",window="month"} 85
			dvc_score{unit="g",window="month"} 84
			dvc_score{unit="h",window="month"} 83
			dvc_score{unit="i",window="month"} 82
			dvc_score{unit="j",window="month"} 81
			dvc_score{unit="k",window="month"} 81
			dvc_score{unit="l",window="month"} 79.5
			# not ranked
			dvc_score{unit="m",window="month"} 12`,
		query: []queryCase{
			{at: "2m", expr: "unit:dvc_score:to_best10", want: []sample{{`unit:dvc_score:to_best10{unit="l",window="month",among="departments"}`, 1.5}}},
		},
	},
	{
		name:  "year's end: 4 and 30/31 months from 2 August at the pace of three; a missing month is no projection",
		steps: 5,
		series: portalAsOf + `
			dvc_period_start_timestamp_seconds{window="year"} 1704042000
			dvc_indicator_numerator{unit="H26",indicator="ONLINE_PAYMENT",window="year",source="portal"} 600
			dvc_indicator_denominator{unit="H26",indicator="ONLINE_PAYMENT",window="year",source="portal"} 1000
			dvc_indicator_numerator{unit="H26",indicator="ONLINE_PAYMENT",window="month",source="portal"} 110
			dvc_indicator_denominator{unit="H26",indicator="ONLINE_PAYMENT",window="month",source="portal"} 140
			dvc_indicator_numerator_past{unit="H26",indicator="ONLINE_PAYMENT",window="month",periods_ago="1"} 100
			dvc_indicator_denominator_past{unit="H26",indicator="ONLINE_PAYMENT",window="month",periods_ago="1"} 150
			dvc_indicator_numerator_past{unit="H26",indicator="ONLINE_PAYMENT",window="month",periods_ago="2"} 90
			dvc_indicator_denominator_past{unit="H26",indicator="ONLINE_PAYMENT",window="month",periods_ago="2"} 160
			dvc_indicator_numerator{unit="H26",indicator="ONLINE_DOSSIER",window="year",source="portal"} 600
			dvc_indicator_denominator{unit="H26",indicator="ONLINE_DOSSIER",window="year",source="portal"} 1000
			dvc_indicator_numerator{unit="H26",indicator="ONLINE_DOSSIER",window="month",source="portal"} 110
			dvc_indicator_denominator{unit="H26",indicator="ONLINE_DOSSIER",window="month",source="portal"} 140
			dvc_indicator_numerator_past{unit="H26",indicator="ONLINE_DOSSIER",window="month",periods_ago="1"} 100
			dvc_indicator_denominator_past{unit="H26",indicator="ONLINE_DOSSIER",window="month",periods_ago="1"} 150
			# nothing received in the whole year
			dvc_indicator_numerator{unit="H26",indicator="NOTHING",window="year",source="portal"} 0
			dvc_indicator_denominator{unit="H26",indicator="NOTHING",window="year",source="portal"} 0
			dvc_indicator_numerator{unit="H26",indicator="NOTHING",window="month",source="portal"} 0
			dvc_indicator_denominator{unit="H26",indicator="NOTHING",window="month",source="portal"} 0
			dvc_indicator_numerator_past{unit="H26",indicator="NOTHING",window="month",periods_ago="1"} 0
			dvc_indicator_denominator_past{unit="H26",indicator="NOTHING",window="month",periods_ago="1"} 0
			dvc_indicator_numerator_past{unit="H26",indicator="NOTHING",window="month",periods_ago="2"} 0
			dvc_indicator_denominator_past{unit="H26",indicator="NOTHING",window="month",periods_ago="2"} 0`,
		query: []queryCase{
			{at: "2m", expr: "round(year:dvc_period_months:left, 0.0001)", want: []sample{{"{}", 4.9677}}},
			// (600 + 4.967742 * 100) / (1000 + 4.967742 * 150)
			{at: "2m", expr: "round(unit_indicator:dvc_indicator:projection, 0.0001)", want: []sample{{`{unit="H26",indicator="ONLINE_PAYMENT"}`, 0.6285}}},
		},
	},
	{
		name:  "year's end: in January the year that is over stays as it is",
		steps: 5,
		series: `
			dvc_data_timestamp_seconds{source="portal"} 1736910000
			dvc_period_start_timestamp_seconds{window="year"} 1704042000`,
		query: []queryCase{
			{at: "2m", expr: "year:dvc_period_months:left", want: []sample{{"year:dvc_period_months:left", 0}}},
		},
	},
}}
