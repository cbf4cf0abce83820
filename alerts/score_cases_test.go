package main

var scoreTests = testFile{name: "score", about: `Scores, places, groups, tables: the published figures. Every test starts on 2/8/2024 at 10:00 in Viet Nam, one sample and one evaluation a minute. Test names are "<alert>: <kind>[, what]"; alerts_test.go demands of each alert the kinds fires, just below and missing.`, tests: []ruleTest{
	{
		name:  "DvcScoreDropped: fires, the city against June",
		links: true,
		steps: 20,
		series: city + tuPhap + baDinh + tuPhapMail + july + portalAsOf + portalUp + `
				dvc_unit_info{unit="H24",name="UBND Thành phố Hải Phòng",kind="province"} 1
				dvc_score{unit="H26",window="month"} 58.86
				dvc_score_past{unit="H26",window="month",periods_ago="1"} 60.96
				dvc_target_score{window="month"} 65
				dvc_score{unit="H24",window="month"} 60
				dvc_score_past{unit="H24",window="month",periods_ago="1"} 75`,
		alerts: []alertCase{
			{at: "1m"},
			{at: "5m", fires: []firing{
				{unit: "H26", labels: "severity: warning, window: month", text: text{
					summary:     "UBND Thành phố Hà Nội: điểm giảm 2,10 điểm so với tháng trước",
					description: "Điểm tháng 7/2024 là 58,86, tháng trước đó là 60,96. Cần xem nhóm chỉ số nào giảm nhiều nhất và giao người khắc phục.",
					period:      "tháng 7/2024",
					asOf:        "10:00 2/8/2024",
					indicator:   "Tổng điểm",
					value:       "58,86 điểm",
					target:      "65 điểm",
					change:      "-2,10 điểm",
				}},
			}},
		},
	},
	{
		name:  "DvcScoreDropped: fires, critical from ten points",
		steps: 20,
		series: city + tuPhap + tuPhapMail + july + portalAsOf + portalUp + `
				dvc_score{unit="H26.07",window="month"} 58.86
				dvc_score_past{unit="H26.07",window="month",periods_ago="1"} 69`,
		alerts: []alertCase{
			{at: "5m", fires: []firing{
				{unit: "H26.07", labels: "severity: critical, window: month", email: "stp@example.com", text: text{
					summary:     "Sở Tư pháp: điểm giảm 10,14 điểm so với tháng trước",
					description: "Điểm tháng 7/2024 là 58,86, tháng trước đó là 69,00. Cần xem nhóm chỉ số nào giảm nhiều nhất và giao người khắc phục.",
					period:      "tháng 7/2024",
					asOf:        "10:00 2/8/2024",
					indicator:   "Tổng điểm",
					value:       "58,86 điểm",
					change:      "-10,14 điểm",
				}},
				{unit: "H26.07", labels: "severity: warning, window: month", email: "stp@example.com", text: text{
					summary:     "Sở Tư pháp: điểm giảm 10,14 điểm so với tháng trước",
					description: "Điểm tháng 7/2024 là 58,86, tháng trước đó là 69,00. Cần xem nhóm chỉ số nào giảm nhiều nhất và giao người khắc phục.",
					period:      "tháng 7/2024",
					asOf:        "10:00 2/8/2024",
					indicator:   "Tổng điểm",
					value:       "58,86 điểm",
					change:      "-10,14 điểm",
				}},
			}},
		},
	},
	{
		name:  "DvcScoreDropped: just below",
		steps: 20,
		series: city + tuPhap + `
				dvc_score{unit="H26.07",window="month"} 58.86
				dvc_score_past{unit="H26.07",window="month",periods_ago="1"} 60.85
				dvc_score{unit="H26.07",window="year"} 50
				dvc_score_past{unit="H26.07",window="year",periods_ago="1"} 80`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name:  "DvcScoreDropped: missing, no past value or no present one",
		steps: 20,
		series: city + tuPhap + baDinh + `
				dvc_score{unit="H26.07",window="month"} 10
				dvc_score_past{unit="H26.07",window="month",periods_ago="2"} 90
				dvc_score_past{unit="H26.20",window="month",periods_ago="1"} 90`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name:  "DvcRankFell: fires",
		steps: 20,
		series: city + tuPhap + july + portalAsOf + `
				dvc_rank{unit="H26",window="month",among="provinces"} 58
				dvc_rank_past{unit="H26",window="month",among="provinces",periods_ago="1"} 53
				dvc_ranked_units{window="month",among="provinces"} 63`,
		alerts: []alertCase{
			{at: "5m", fires: []firing{
				{unit: "H26", labels: "among: provinces, window: month", text: text{
					summary:     "UBND Thành phố Hà Nội: tụt 5 bậc xếp hạng so với tháng trước",
					description: "Tháng 7/2024 xếp hạng 58 trên 63, tháng trước đó hạng 53.",
					period:      "tháng 7/2024",
					asOf:        "10:00 2/8/2024",
					indicator:   "Xếp hạng",
					value:       "hạng 58/63",
					change:      "tụt 5 bậc",
				}},
			}},
		},
	},
	{
		name:  "DvcRankFell: just below, two places of a department, nine of a commune",
		steps: 20,
		series: city + tuPhap + baDinh + `
				dvc_rank{unit="H26.07",window="month",among="departments"} 12
				dvc_rank_past{unit="H26.07",window="month",among="departments",periods_ago="1"} 10
				dvc_rank{unit="H26.20",window="month",among="communes"} 59
				dvc_rank_past{unit="H26.20",window="month",among="communes",periods_ago="1"} 50`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name:  "DvcRankFell: missing, no place last month",
		steps: 20,
		series: city + tuPhap + `
				dvc_rank{unit="H26.07",window="month",among="departments"} 16`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name:  "DvcScoreBelowTarget: fires",
		steps: 20,
		series: city + tuPhap + tuPhapMail + july + portalAsOf + `
				dvc_score{unit="H26.07",window="month"} 64.99
				dvc_score_max{unit="H26.07",window="month"} 100
				dvc_score_past{unit="H26.07",window="month",periods_ago="1"} 63.38
				dvc_target_score{window="month"} 65`,
		alerts: []alertCase{
			{at: "5m", fires: []firing{
				{unit: "H26.07", labels: "window: month", email: "stp@example.com", text: text{
					summary:     "Sở Tư pháp: 64,99 điểm, thấp hơn chỉ tiêu 65 điểm",
					description: "Điểm tháng 7/2024 là 64,99 trên 100, còn thiếu 0,01 điểm so với chỉ tiêu.",
					period:      "tháng 7/2024",
					asOf:        "10:00 2/8/2024",
					indicator:   "Tổng điểm so với chỉ tiêu",
					value:       "64,99 điểm",
					target:      "65 điểm",
					change:      "+1,61 điểm",
				}},
			}},
		},
	},
	{
		name:  "DvcScoreBelowTarget: just below, on the target",
		steps: 20,
		series: city + tuPhap + `
				dvc_score{unit="H26.07",window="month"} 65
				dvc_target_score{window="month"} 65`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name:  "DvcScoreBelowTarget: missing, a target for another window only",
		steps: 20,
		series: city + tuPhap + `
				dvc_score{unit="H26.07",window="month"} 20
				dvc_target_score{window="year"} 65`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name:  "DvcGroupLowest: fires, publicity and transparency",
		steps: 20,
		series: city + tuPhap + july + portalAsOf + `
				dvc_group_info{group="CKMB",name="Công khai, minh bạch"} 1
				dvc_group_score_max{unit="H26",group="CKMB",window="month"} 18
				dvc_group_score_max{unit="H26",group="TDGQ",window="month"} 20
				dvc_group_score_max{unit="H26",group="CLGQ",window="month"} 12
				dvc_group_score_max{unit="H26",group="TTTT",window="month"} 10
				dvc_group_score_max{unit="H26",group="MDHL",window="month"} 18
				dvc_group_score_max{unit="H26",group="MDSH",window="month"} 22
				dvc_group_score{unit="H26",group="CKMB",window="month"} 9.9
				dvc_group_score_past{unit="H26",group="CKMB",window="month",periods_ago="1"} 9.4
				dvc_group_score{unit="H26",group="TDGQ",window="month"} 15
				dvc_group_score{unit="H26",group="CLGQ",window="month"} 8
				dvc_group_score{unit="H26",group="TTTT",window="month"} 7
				dvc_group_score{unit="H26",group="MDHL",window="month"} 15
				dvc_group_score{unit="H26",group="MDSH",window="month"} 15`,
		alerts: []alertCase{
			{at: "5m", fires: []firing{
				{unit: "H26", labels: "group: CKMB, window: month", cost: "00008.10", text: text{
					summary:     "UBND Thành phố Hà Nội: nhóm Công khai, minh bạch thấp nhất, đạt 55 % điểm tối đa",
					description: "Tháng 7/2024 nhóm Công khai, minh bạch đạt 9,90 trên 18 điểm, thấp nhất trong các nhóm của đơn vị. Việc chậm công bố, công khai thủ tục hành chính không được để xảy ra (Quyết định 766/QĐ-TTg).",
					period:      "tháng 7/2024",
					asOf:        "10:00 2/8/2024",
					indicator:   "Nhóm Công khai, minh bạch",
					value:       "9,90/18 điểm (55 %)",
					change:      "+0,50 điểm",
				}},
			}},
		},
	},
	{
		name:  "DvcGroupLowest: fires, another group only below half",
		steps: 20,
		series: city + tuPhap + `
				dvc_group_score_max{unit="H26",group="CKMB",window="month"} 18
				dvc_group_score_max{unit="H26",group="TDGQ",window="month"} 20
				dvc_group_score_max{unit="H26",group="CLGQ",window="month"} 12
				dvc_group_score_max{unit="H26",group="TTTT",window="month"} 10
				dvc_group_score_max{unit="H26",group="MDHL",window="month"} 18
				dvc_group_score_max{unit="H26",group="MDSH",window="month"} 22
				dvc_group_score{unit="H26",group="CKMB",window="month"} 17
				dvc_group_score{unit="H26",group="TDGQ",window="month"} 15
				dvc_group_score{unit="H26",group="CLGQ",window="month"} 8
				dvc_group_score{unit="H26",group="TTTT",window="month"} 4.9
				dvc_group_score{unit="H26",group="MDHL",window="month"} 15
				dvc_group_score{unit="H26",group="MDSH",window="month"} 15`,
		alerts: []alertCase{
			{at: "5m", fires: []firing{
				{unit: "H26", labels: "group: TTTT, window: month", cost: "00005.10", text: text{
					summary:     "UBND Thành phố Hà Nội: nhóm TTTT thấp nhất, đạt 49 % điểm tối đa",
					description: "Tháng gần nhất nhóm TTTT đạt 4,90 trên 10 điểm, thấp nhất trong các nhóm của đơn vị.",
					period:      "tháng gần nhất",
					indicator:   "Nhóm TTTT",
					value:       "4,90/10 điểm (49 %)",
				}},
			}},
		},
	},
	{
		name:  "DvcGroupLowest: just below, another group on half",
		steps: 20,
		series: city + tuPhap + `
				dvc_group_score_max{unit="H26",group="CKMB",window="month"} 18
				dvc_group_score_max{unit="H26",group="TDGQ",window="month"} 20
				dvc_group_score_max{unit="H26",group="CLGQ",window="month"} 12
				dvc_group_score_max{unit="H26",group="TTTT",window="month"} 10
				dvc_group_score_max{unit="H26",group="MDHL",window="month"} 18
				dvc_group_score_max{unit="H26",group="MDSH",window="month"} 22
				dvc_group_score{unit="H26",group="CKMB",window="month"} 17
				dvc_group_score{unit="H26",group="TDGQ",window="month"} 15
				dvc_group_score{unit="H26",group="CLGQ",window="month"} 8
				dvc_group_score{unit="H26",group="TTTT",window="month"} 5
				dvc_group_score{unit="H26",group="MDHL",window="month"} 15
				dvc_group_score{unit="H26",group="MDSH",window="month"} 15`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name:  "DvcGroupLowest: missing, one group is not known and might be the lowest",
		steps: 20,
		series: city + tuPhap + `
				dvc_group_score_max{unit="H26",group="CKMB",window="month"} 18
				dvc_group_score_max{unit="H26",group="TDGQ",window="month"} 20
				dvc_group_score_max{unit="H26",group="CLGQ",window="month"} 12
				dvc_group_score_max{unit="H26",group="TTTT",window="month"} 10
				dvc_group_score_max{unit="H26",group="MDHL",window="month"} 18
				dvc_group_score_max{unit="H26",group="MDSH",window="month"} 22
				dvc_group_score{unit="H26",group="CKMB",window="month"} 1
				dvc_group_score{unit="H26",group="TDGQ",window="month"} 15
				dvc_group_score{unit="H26",group="CLGQ",window="month"} 8
				dvc_group_score{unit="H26",group="TTTT",window="month"} 7
				dvc_group_score{unit="H26",group="MDHL",window="month"} 15`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name:  "DvcUnitMissing: fires",
		steps: 20,
		series: city + tuPhap + baDinh + july + portalAsOf + `
				dvc_rank{unit="H26.20",window="month",among="communes"} 1
				dvc_rank{unit="H26.08",window="month",among="departments"} 1
				dvc_ranked_units{window="month",among="departments"} 15
				dvc_rank_past{unit="H26.07",window="month",among="departments",periods_ago="1"} 14`,
		alerts: []alertCase{
			{at: "5m", fires: []firing{
				{unit: "H26.07", labels: "among: departments, window: month", text: text{
					summary:     "Sở Tư pháp: không có trong bảng kết quả mới nhất",
					description: "Bảng kết quả tháng 7/2024 có 15 đơn vị nhưng không có đơn vị này; tháng trước đó đơn vị xếp hạng 14.",
					period:      "tháng 7/2024",
					asOf:        "10:00 2/8/2024",
					indicator:   "Có trong bảng kết quả",
					value:       "không có",
					change:      "tháng trước hạng 14",
				}},
			}},
		},
	},
	{
		name:  "DvcUnitMissing: just below, it is there",
		steps: 20,
		series: city + tuPhap + `
				dvc_rank{unit="H26.07",window="month",among="departments"} 16
				dvc_ranked_units{window="month",among="departments"} 16
				dvc_rank_past{unit="H26.07",window="month",among="departments",periods_ago="1"} 14`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name:  "DvcUnitMissing: missing, the whole table is not there",
		steps: 20,
		series: city + tuPhap + baDinh + `
				dvc_rank{unit="H26.20",window="month",among="communes"} 1
				dvc_ranked_units{window="month",among="communes"} 126
				dvc_rank_past{unit="H26.07",window="month",among="departments",periods_ago="1"} 14`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name:  "DvcFigureRevised: fires",
		steps: 20,
		series: portalAsOf + `
				dvc_source_revisions_total{source="portal"} 5x10 8x20`,
		alerts: []alertCase{
			{at: "20m", fires: []firing{
				{labels: "source: portal", text: text{
					summary:     "Nguồn công bố đã sửa 3 số liệu của các kỳ đã kết thúc",
					description: "Trong 24 giờ qua nguồn portal đã thay đổi 3 số liệu đã công bố; các so sánh với kỳ trước có thể khác với báo cáo đã gửi.",
					period:      "24 giờ qua",
					asOf:        "10:00 2/8/2024",
					indicator:   "Số liệu đã công bố bị sửa",
					value:       "3 số liệu",
				}},
			}},
		},
	},
	{
		name: "DvcFigureRevised: just below, nothing new",
		series: `
				dvc_source_revisions_total{source="portal"} 5`,
		alerts: []alertCase{
			{at: "20m"},
		},
	},
	{
		name: "DvcFigureRevised: missing, a restart begins to count anew",
		series: `
				dvc_source_revisions_total{source="portal"} 5x10 _x5 0x15`,
		alerts: []alertCase{
			{at: "5m"},
			{at: "25m"},
		},
	},
	{
		name:  "DvcRankRose: fires",
		steps: 20,
		series: city + tuPhap + tuPhapMail + july + portalAsOf + `
				dvc_rank{unit="H26.07",window="month",among="departments"} 10
				dvc_rank_past{unit="H26.07",window="month",among="departments",periods_ago="1"} 13
				dvc_ranked_units{window="month",among="departments"} 16`,
		alerts: []alertCase{
			{at: "5m", fires: []firing{
				{unit: "H26.07", labels: "among: departments, window: month", email: "stp@example.com", text: text{
					summary:     "Sở Tư pháp: tăng 3 bậc xếp hạng so với tháng trước",
					description: "Tháng 7/2024 xếp hạng 10 trên 16, tháng trước đó hạng 13.",
					period:      "tháng 7/2024",
					asOf:        "10:00 2/8/2024",
					indicator:   "Xếp hạng",
					value:       "hạng 10/16",
					change:      "tăng 3 bậc",
				}},
			}},
		},
	},
	{
		name:  "DvcRankRose: just below, two places",
		steps: 20,
		series: city + tuPhap + `
				dvc_rank{unit="H26.07",window="month",among="departments"} 11
				dvc_rank_past{unit="H26.07",window="month",among="departments",periods_ago="1"} 13`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name:  "DvcRankRose: missing, no place last month",
		steps: 20,
		series: city + tuPhap + `
				dvc_rank{unit="H26.07",window="month",among="departments"} 1`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name: "DvcScoreDropped: just below, the month of a unit with nineteen dossiers",
		series: city + tuPhap + portalUp + `
				dvc_portal_dossiers_received{unit="H26.07",window="month"} 19
				dvc_score{unit="H26.07",window="month"} 50
				dvc_score_past{unit="H26.07",window="month",periods_ago="1"} 70`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name: "DvcRankFell: just below, the month of a unit with nineteen dossiers",
		series: city + tuPhap + portalUp + `
				dvc_portal_dossiers_received{unit="H26.07",window="month"} 19
				dvc_rank{unit="H26.07",window="month",among="departments"} 16
				dvc_rank_past{unit="H26.07",window="month",among="departments",periods_ago="1"} 1`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name: "DvcScoreBelowTarget: just below, the month of a unit with nineteen dossiers",
		series: city + tuPhap + portalUp + `
				dvc_portal_dossiers_received{unit="H26.07",window="month"} 19
				dvc_score{unit="H26.07",window="month"} 50
				dvc_target_score{window="month"} 65`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name: "DvcTenBest: fires",
		series: city + tuPhap + tuPhapMail + july + portalAsOf + portalUp + `
				dvc_portal_dossiers_received{unit="H26.07",window="month"} 20
				dvc_score{unit="H26.07",window="month"} 88.5
				dvc_score_past{unit="H26.07",window="month",periods_ago="1"} 87
				dvc_ranked_units{window="month",among="departments"} 16
				dvc_rank{unit="H26.07",window="month",among="departments"} 2`,
		alerts: []alertCase{
			{at: "5m", fires: []firing{
				{unit: "H26.07", labels: "among: departments, window: month", email: "stp@example.com", text: text{
					summary:     "Sở Tư pháp: trong mười đơn vị có kết quả tốt nhất, hạng 2",
					description: "Tháng 7/2024 xếp hạng 2 trên 16, trong mười đơn vị có kết quả tốt nhất (không tính đơn vị có quá ít hồ sơ).",
					period:      "tháng 7/2024",
					asOf:        "10:00 2/8/2024",
					indicator:   "Mười đơn vị có kết quả tốt nhất",
					value:       "hạng 2/16",
					change:      "+1,50 điểm",
				}},
			}},
		},
	},
	{
		name: "DvcTenBest: just below, the eleventh, and the first with too few dossiers",
		series: city + tuPhap + xayDung + portalUp + `
				dvc_portal_dossiers_received{unit="H26.08",window="month"} 19
				dvc_rank{unit="H26.08",window="month",among="departments"} 1
				dvc_rank{unit="H01.1",window="month",among="departments"} 2
				dvc_rank{unit="H01.2",window="month",among="departments"} 3
				dvc_rank{unit="H01.3",window="month",among="departments"} 4
				dvc_rank{unit="H01.4",window="month",among="departments"} 5
				dvc_rank{unit="H01.5",window="month",among="departments"} 6
				dvc_rank{unit="H01.6",window="month",among="departments"} 7
				dvc_rank{unit="H01.7",window="month",among="departments"} 8
				dvc_rank{unit="H01.8",window="month",among="departments"} 9
				dvc_rank{unit="H01.9",window="month",among="departments"} 10
				dvc_rank{unit="H01.10",window="month",among="departments"} 11
				dvc_rank{unit="H26.07",window="month",among="departments"} 12`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name: "DvcTenBest: missing, a unit without a place",
		series: city + tuPhap + portalUp + `
				dvc_score{unit="H26.07",window="month"} 88.5`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name: "DvcRankRose: just below, from defaults: nineteen dossiers",
		series: city + tuPhap + portalUp + `
				dvc_portal_dossiers_received{unit="H26.07",window="month"} 19
				dvc_rank{unit="H26.07",window="month",among="departments"} 1
				dvc_rank_past{unit="H26.07",window="month",among="departments",periods_ago="1"} 16`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
}}
