package main

var recordingTests = testFile{name: "recording", about: "The recording rules that carry a decision: who is ours, what is summed, what is the weakest, who shares a place.", tests: []ruleTest{
	{
		name:  "own units: the province that the exporter names, its units, and names without a place",
		epoch: true,
		steps: 5,
		series: `
				dvc_exporter_province_info{unit="H26"} 1
				dvc_unit_info{unit="H26",name="UBND Thành phố Hà Nội",kind="province",instance="a"} 1
				dvc_unit_info{unit="H26.07",name="Sở Tư pháp",kind="department",parent="H26",instance="a"} 1
				# A second exporter says the same: nothing is there twice.
				dvc_unit_info{unit="H26.07",name="Sở Tư pháp",kind="department",parent="H26",instance="b"} 1
				dvc_unit_info{unit="H26.08",name="Sở Xây dựng",kind="department",parent="H26",instance="a"} 1
				dvc_unit_info{unit="quan-ba-dinh",name="UBND quận Ba Đình",kind="unlisted",instance="a"} 1
				dvc_unit_info{unit="H24",name="UBND Thành phố Hải Phòng",kind="province",instance="a"} 1
				dvc_unit_info{unit="H01",name="UBND tỉnh Lào Cai",kind="province",instance="a"} 1
				dvc_unit_info{unit="H01.12",name="Sở Tư pháp",kind="department",parent="H01",instance="a"} 1
				dvc_unit_contact_info{unit="H26.07",email="stp@example.com",instance="a"} 1`,
		query: []queryCase{
			{at: "2m", expr: "province:dvc_unit_info:own", want: []sample{{`province:dvc_unit_info:own{unit="H26",name="UBND Thành phố Hà Nội",kind="province"}`, 1}}},
			{at: "2m", expr: "unit:dvc_unit_info:own", want: []sample{{`unit:dvc_unit_info:own{unit="H26",name="UBND Thành phố Hà Nội",kind="province"}`, 1}, {`unit:dvc_unit_info:own{unit="H26.07",name="Sở Tư pháp",kind="department",parent="H26",email="stp@example.com"}`, 1}, {`unit:dvc_unit_info:own{unit="H26.08",name="Sở Xây dựng",kind="department",parent="H26"}`, 1}, {`unit:dvc_unit_info:own{unit="quan-ba-dinh",name="UBND quận Ba Đình",kind="unlisted",parent="H26"}`, 1}}},
		},
	},
	{
		name:  "scores: against last month, the month before and the target; July 2024",
		epoch: true,
		steps: 5,
		series: `
				dvc_score{unit="H26",window="month"} 58.86
				dvc_score_past{unit="H26",window="month",periods_ago="1"} 57.25
				dvc_score_past{unit="H26",window="month",periods_ago="2"} 50.76
				dvc_target_score{window="month"} 65`,
		query: []queryCase{
			{at: "2m", expr: "round(unit:dvc_score:delta1, 0.01)", want: []sample{{`{unit="H26",window="month"}`, 1.61}}},
			{at: "2m", expr: "round(unit:dvc_score:delta2, 0.1)", want: []sample{{`{unit="H26",window="month"}`, 8.1}}},
			{at: "2m", expr: "round(unit:dvc_score:target_gap, 0.01)", want: []sample{{`{unit="H26",window="month"}`, -6.14}}},
		},
	},
	{
		name:  "weakest group: share of its maximum, not points; five groups of a page are enough",
		epoch: true,
		steps: 5,
		series: `
				dvc_group_score_max{unit="H26",group="CKMB",window="year"} 18
				dvc_group_score_max{unit="H26",group="TDGQ",window="year"} 20
				dvc_group_score_max{unit="H26",group="ONLINE_SERVICE",window="year"} 22
				dvc_group_score_max{unit="H26",group="MDHL",window="year"} 18
				dvc_group_score_max{unit="H26",group="MDSH",window="year"} 22
				dvc_group_score{unit="H26",group="CKMB",window="year"} 9
				dvc_group_score{unit="H26",group="TDGQ",window="year"} 10
				dvc_group_score{unit="H26",group="ONLINE_SERVICE",window="year"} 11
				dvc_group_score{unit="H26",group="MDHL",window="year"} 9
				dvc_group_score{unit="H26",group="MDSH",window="year"} 9.9`,
		query: []queryCase{
			{at: "2m", expr: "unit_group:dvc_group_score:weakest", want: []sample{{`unit_group:dvc_group_score:weakest{unit="H26",group="MDSH",window="year"}`, 0.45}}},
		},
	},
	{
		name:  "ratios: sum over sum, by kind and for the province, never with the province itself",
		epoch: true,
		steps: 5,
		series: city + tuPhap + xayDung + baDinh + recordsUp + `
				dvc_indicator_numerator{unit="H26",indicator="ONLINE_PAYMENT",window="month",source="records"} 999
				dvc_indicator_denominator{unit="H26",indicator="ONLINE_PAYMENT",window="month",source="records"} 999
				dvc_indicator_numerator{unit="H26.07",indicator="ONLINE_PAYMENT",window="month",source="records"} 1
				dvc_indicator_denominator{unit="H26.07",indicator="ONLINE_PAYMENT",window="month",source="records"} 1
				dvc_indicator_numerator{unit="H26.08",indicator="ONLINE_PAYMENT",window="month",source="records"} 0
				dvc_indicator_denominator{unit="H26.08",indicator="ONLINE_PAYMENT",window="month",source="records"} 99
				dvc_indicator_numerator{unit="H26.20",indicator="ONLINE_PAYMENT",window="month",source="records"} 50
				dvc_indicator_denominator{unit="H26.20",indicator="ONLINE_PAYMENT",window="month",source="records"} 100`,
		query: []queryCase{
			{at: "2m", expr: "kind_indicator:dvc_indicator:ratio", want: []sample{{`kind_indicator:dvc_indicator:ratio{kind="department",indicator="ONLINE_PAYMENT",window="month",source="records"}`, 0.01}, {`kind_indicator:dvc_indicator:ratio{kind="commune",indicator="ONLINE_PAYMENT",window="month",source="records"}`, 0.5}}},
			{at: "2m", expr: "province_indicator:dvc_indicator:ratio", want: []sample{{`province_indicator:dvc_indicator:ratio{unit="H26",indicator="ONLINE_PAYMENT",window="month",source="records"}`, 0.255}}},
		},
	},
	{
		name:  "overdue: sum of both stages, share of the units together, places with a tie",
		epoch: true,
		steps: 5,
		series: city + below("a", "b", "c") + recordsUp + `
				dvc_dossiers_overdue{unit="H26",stage="processing"} 5000
				dvc_dossiers_overdue{unit="a",stage="processing"} 30
				dvc_dossiers_overdue{unit="a",stage="reception"} 10
				dvc_dossiers_overdue{unit="b",stage="processing"} 40
				dvc_dossiers_overdue{unit="c",stage="processing"} 20`,
		query: []queryCase{
			{at: "2m", expr: "province:dvc_dossiers_overdue:sum", want: []sample{{`province:dvc_dossiers_overdue:sum{unit="H26"}`, 100}}},
			{at: "2m", expr: "unit:dvc_dossiers_overdue:share", want: []sample{{`unit:dvc_dossiers_overdue:share{unit="a"}`, 0.4}, {`unit:dvc_dossiers_overdue:share{unit="b"}`, 0.4}, {`unit:dvc_dossiers_overdue:share{unit="c"}`, 0.2}}},
			{at: "2m", expr: "unit:dvc_dossiers_overdue:rank", want: []sample{{`unit:dvc_dossiers_overdue:rank{unit="a"}`, 1}, {`unit:dvc_dossiers_overdue:rank{unit="b"}`, 1}, {`unit:dvc_dossiers_overdue:rank{unit="c"}`, 3}}},
		},
	},
	{
		name:  "overdue: eleven units, ten places",
		epoch: true,
		steps: 5,
		series: city + below("u01", "u02", "u03", "u04", "u05", "u06", "u07", "u08", "u09", "u10", "u11") + `
				dvc_source_up{source="sql"} 1
				dvc_dossiers_overdue{unit="u01",stage="processing"} 110
				dvc_dossiers_overdue{unit="u02",stage="processing"} 100
				dvc_dossiers_overdue{unit="u03",stage="processing"} 90
				dvc_dossiers_overdue{unit="u04",stage="processing"} 80
				dvc_dossiers_overdue{unit="u05",stage="processing"} 70
				dvc_dossiers_overdue{unit="u06",stage="processing"} 60
				dvc_dossiers_overdue{unit="u07",stage="processing"} 50
				dvc_dossiers_overdue{unit="u08",stage="processing"} 40
				dvc_dossiers_overdue{unit="u09",stage="processing"} 30
				dvc_dossiers_overdue{unit="u10",stage="processing"} 20
				dvc_dossiers_overdue{unit="u11",stage="processing"} 10`,
		query: []queryCase{
			{at: "2m", expr: "count(unit:dvc_dossiers_overdue:rank)", want: []sample{{"{}", 10}}},
			{at: "2m", expr: `unit:dvc_dossiers_overdue:rank{unit=~"u01|u10"}`, want: []sample{{`unit:dvc_dossiers_overdue:rank{unit="u01"}`, 1}, {`unit:dvc_dossiers_overdue:rank{unit="u10"}`, 10}}},
		},
	},
	{
		name:  "sync gap: of the larger count, whichever it is",
		epoch: true,
		steps: 5,
		series: recordsUp + `
				dvc_portal_dossiers_received{unit="a",window="month"} 100
				dvc_dossiers_received{unit="a",window="month",channel="online"} 80
				dvc_portal_dossiers_received{unit="b",window="month"} 80
				dvc_dossiers_received{unit="b",window="month",channel="online"} 60
				dvc_dossiers_received{unit="b",window="month",channel="post"} 40
				dvc_portal_dossiers_received{unit="c",window="month"} 0
				dvc_dossiers_received{unit="c",window="month",channel="online"} 0`,
		query: []queryCase{
			{at: "2m", expr: "unit:dvc_dossiers_received:sync_gap", want: []sample{{`unit:dvc_dossiers_received:sync_gap{unit="a",window="month"}`, 0.2}, {`unit:dvc_dossiers_received:sync_gap{unit="b",window="month"}`, 0.2}}},
		},
	},
	{
		name:  "due soon: of the open ones",
		epoch: true,
		steps: 5,
		series: recordsUp + `
				dvc_dossiers_due_soon{unit="a"} 3
				dvc_dossiers_open{unit="a"} 12
				dvc_dossiers_due_soon{unit="b"} 0
				dvc_dossiers_open{unit="b"} 0`,
		query: []queryCase{
			{at: "2m", expr: "unit:dvc_dossiers_due_soon:ratio", want: []sample{{`unit:dvc_dossiers_due_soon:ratio{unit="a"}`, 0.25}}},
		},
	},
	{
		name:  "age: a part is current while its last round was used and rounds go on; the others are not touched",
		epoch: true,
		steps: 60,
		series: `
				dvc_source_refresh_interval_seconds{source="portal"} 600
				dvc_source_refresh_interval_seconds{source="records"} 15
				dvc_source_last_attempt_timestamp_seconds{source="portal"} 0x9 600x9 1200x40
				dvc_source_last_attempt_timestamp_seconds{source="records"} 0+60x60
				dvc_source_part_up{source="portal",part="provide-online-tree",window="month"} 1
				dvc_source_part_up{source="portal",part="dossier-digitized",window="month"} 0
				dvc_source_part_up{source="records",part="ho-so"} 1
				dvc_indicator_info{indicator="ONLINE_DOSSIER",group="CLGQ",name="Hồ sơ trực tuyến"} 1
				dvc_indicator_info{indicator="DIGITIZED_DOSSIER",group="MDSH",name="Số hóa"} 1
				dvc_indicator_denominator{unit="a",indicator="ONLINE_DOSSIER",window="month",source="portal"} 9
				dvc_indicator_denominator{unit="a",indicator="DIGITIZED_DOSSIER",window="month",source="portal"} 9
				dvc_indicator_denominator{unit="a",indicator="ONLINE_DOSSIER",window="month",source="records"} 9`,
		query: []queryCase{
			{at: "25m", expr: "part_window:dvc_source_part_up:current", want: []sample{{`part_window:dvc_source_part_up:current{source="portal",part="provide-online-tree",window="month"}`, 1}, {`part_window:dvc_source_part_up:current{source="portal",part="dossier-digitized",window="month"}`, 0}, {`part_window:dvc_source_part_up:current{source="records",part="ho-so"}`, 1}}},
			{at: "25m", expr: "indicator_window:dvc_indicator:current", want: []sample{{`indicator_window:dvc_indicator:current{indicator="ONLINE_DOSSIER",group="CLGQ",window="month",source="portal"}`, 1}, {`indicator_window:dvc_indicator:current{indicator="DIGITIZED_DOSSIER",group="MDSH",window="month",source="portal"}`, 0}, {`indicator_window:dvc_indicator:current{indicator="ONLINE_DOSSIER",window="month",source="records"}`, 1}}},
			{at: "50m", expr: `part_window:dvc_source_part_up:current{part="provide-online-tree"}`, want: []sample{{`part_window:dvc_source_part_up:current{source="portal",part="provide-online-tree",window="month"}`, 1}}},
			{at: "51m", expr: `part_window:dvc_source_part_up:current{part="provide-online-tree"}`, want: []sample{{`part_window:dvc_source_part_up:current{source="portal",part="provide-online-tree",window="month"}`, 0}}},
		},
	},
	{
		name:  "names of periods: as they begin in Viet Nam, the evening before in UTC",
		epoch: true,
		steps: 5,
		series: july + `
				dvc_period_start_timestamp_seconds{window="quarter"} 1711904400
				dvc_period_start_timestamp_seconds{window="half_year"} 1719766800
				dvc_period_start_timestamp_seconds{window="year"} 1704042000`,
		query: []queryCase{
			{at: "2m", expr: "count by (window, period) (window:dvc_period:name)", want: []sample{{`{window="month",period="7/2024"}`, 1}, {`{window="quarter",period="2/2024"}`, 1}, {`{window="half_year",period="2/2024"}`, 1}, {`{window="year",period="2024"}`, 1}}},
		},
	},
}}
