package main

var stabilityTests = testFile{name: "stability", about: "What must not move an alert: a failed source whose last values are kept, a restart, a new name. And what must: values that have expired.", tests: []ruleTest{
	{
		name: "DvcOverdueShareHigh: held, neither fires nor resolves while its source fails",
		// Nobody hears what is finished, the clock goes on: Sở Tư pháp would pass 30 %, Sở Xây dựng fall below.
		series: city + tuPhap + xayDung + below("H26.09", "H26.10", "H26.11") + recordsAsOf + `
				dvc_source_up{source="records"} 1x5 0x20 1x5
				dvc_dossiers_overdue{unit="H26.07",stage="processing"} 200x8 900x30
				dvc_dossiers_overdue{unit="H26.08",stage="processing"} 400x8 300x30
				dvc_dossiers_overdue{unit="H26.09",stage="processing"} 200
				dvc_dossiers_overdue{unit="H26.10",stage="processing"} 200
				dvc_dossiers_overdue{unit="H26.11",stage="processing"} 200`,
		alerts: []alertCase{
			{at: "5m", fires: []firing{
				{unit: "H26.08", labels: "severity: warning", text: text{
					summary:     "Sở Xây dựng: 400 hồ sơ quá hạn, chiếm 33,3 % của toàn địa phương",
					description: "Đơn vị đang giữ 400 trong tổng số 1.200 hồ sơ quá hạn của tất cả các đơn vị: chưa có số liệu chậm tiếp nhận, 400 chậm xử lý.",
					period:      toThisDay,
					asOf:        "09:00 2/8/2024",
					indicator:   "Tỷ trọng hồ sơ quá hạn",
					value:       "400 hồ sơ (33,3 %)",
					target:      "không quá 30 %",
				}},
			}},
			{at: "25m", fires: []firing{
				{unit: "H26.08", labels: "severity: warning", text: text{
					summary:     "Sở Xây dựng: 400 hồ sơ quá hạn, chiếm 33,3 % của toàn địa phương",
					description: "Đơn vị đang giữ 400 trong tổng số 1.200 hồ sơ quá hạn của tất cả các đơn vị: chưa có số liệu chậm tiếp nhận, 400 chậm xử lý.",
					period:      toThisDay,
					asOf:        "09:00 2/8/2024",
					indicator:   "Tỷ trọng hồ sơ quá hạn",
					value:       "400 hồ sơ (33,3 %)",
					target:      "không quá 30 %",
				}},
			}},
			{at: "30m", fires: []firing{
				{unit: "H26.07", labels: "severity: warning", text: text{
					summary:     "Sở Tư pháp: 900 hồ sơ quá hạn, chiếm 50 % của toàn địa phương",
					description: "Đơn vị đang giữ 900 trong tổng số 1.800 hồ sơ quá hạn của tất cả các đơn vị: chưa có số liệu chậm tiếp nhận, 900 chậm xử lý.",
					period:      toThisDay,
					asOf:        "09:00 2/8/2024",
					indicator:   "Tỷ trọng hồ sơ quá hạn",
					value:       "900 hồ sơ (50 %)",
					target:      "không quá 30 %",
				}},
				{unit: "H26.08", labels: "severity: warning", text: text{
					summary:     "Sở Xây dựng: 400 hồ sơ quá hạn, chiếm 33,3 % của toàn địa phương",
					description: "Đơn vị đang giữ 400 trong tổng số 1.200 hồ sơ quá hạn của tất cả các đơn vị: chưa có số liệu chậm tiếp nhận, 400 chậm xử lý.",
					period:      toThisDay,
					asOf:        "09:00 2/8/2024",
					indicator:   "Tỷ trọng hồ sơ quá hạn",
					value:       "400 hồ sơ (33,3 %)",
					target:      "không quá 30 %",
				}},
			}},
		},
	},
	{
		name: "DvcOldestOverdue: held, fires only when its source is back",
		series: city + tuPhap + recordsAsOf + `
				dvc_source_up{source="records"} 1x5 0x20 1x10
				dvc_dossiers_oldest_overdue_timestamp_seconds{unit="H26.07"} 1719889800x36`,
		alerts: []alertCase{
			{at: "24m"},
			{at: "30m", fires: []firing{
				{unit: "H26.07", text: text{
					summary:     "Sở Tư pháp: hồ sơ quá hạn lâu nhất đã 31 ngày",
					description: "Có hồ sơ đã quá hạn 31 ngày mà chưa giải quyết xong (mức cảnh báo: trên 30 ngày).",
					period:      toThisDay,
					asOf:        "09:00 2/8/2024",
					indicator:   "Hồ sơ quá hạn lâu nhất",
					value:       "31 ngày",
					target:      "không quá 30 ngày",
				}},
			}},
		},
	},
	{
		name: "DvcManyDueSoon: held, more fall due while its source fails",
		series: city + tuPhap + `
				dvc_source_up{source="sql"} 1x5 0x25
				dvc_dossiers_due_soon{unit="H26.07"} 40x8 90x22
				dvc_dossiers_open{unit="H26.07"} 100`,
		alerts: []alertCase{
			{at: "25m"},
		},
	},
	{
		name: "DvcLateToReceive: held, a first sight of figures whose source fails",
		series: city + tuPhap + `
				dvc_source_up{source="records"} 0
				dvc_dossiers_overdue{unit="H26.07",stage="reception"} 900`,
		alerts: []alertCase{
			{at: "25m"},
		},
	},
	{
		name: "DvcDocumentsOverdue: held",
		series: city + tuPhap + `
				dvc_source_up{source="documents"} 1x5 0x25
				dvc_documents_overdue{unit="H26.07"} 9x8 99x22`,
		alerts: []alertCase{
			{at: "25m"},
		},
	},
	{
		name: "DvcApologiesMissing: held, a month ends while the source fails",
		series: city + tuPhap + `
				dvc_source_up{source="records"} 1x5 0x25
				dvc_apologies_due{unit="H26.07",window="month"} 50x8 70x22
				dvc_apologies_sent{unit="H26.07",window="month"} 50x8 10x22`,
		alerts: []alertCase{
			{at: "25m"},
		},
	},
	{
		name: "DvcIndicatorBelowTarget: held, a month ends while the source fails",
		series: city + tuPhap + paymentTarget + `
				dvc_source_up{source="records"} 1x5 0x25
				dvc_indicator_numerator{unit="H26.07",indicator="ONLINE_PAYMENT",window="month",source="records"} 60x8 1x22
				dvc_indicator_denominator{unit="H26.07",indicator="ONLINE_PAYMENT",window="month",source="records"} 100`,
		alerts: []alertCase{
			{at: "25m"},
		},
	},
	{
		name: "DvcSyncGapHigh: held, local records lack what came in since their source fails",
		series: city + tuPhap + portalUp + `
				dvc_source_up{source="records"} 1x5 0x25
				dvc_dossiers_received{unit="H26.07",window="month",channel="online"} 1000x8 400x22
				dvc_portal_dossiers_received{unit="H26.07",window="month"} 1000`,
		alerts: []alertCase{
			{at: "25m"},
		},
	},
	{
		name: "DvcScoreBelowTarget: held, the portal fails and its last values are kept",
		series: city + tuPhap + tuPhapMail + july + portalAsOf + `
				dvc_source_up{source="portal"} 1x5 0x25
				dvc_score{unit="H26.07",window="month"} 58.86
				dvc_score_max{unit="H26.07",window="month"} 100
				dvc_target_score{window="month"} 65`,
		alerts: []alertCase{
			{at: "5m", fires: []firing{
				{unit: "H26.07", labels: "window: month", email: "stp@example.com", text: text{
					summary:     "Sở Tư pháp: 58,86 điểm, thấp hơn chỉ tiêu 65 điểm",
					description: "Điểm tháng 7/2024 là 58,86 trên 100, còn thiếu 6,14 điểm so với chỉ tiêu.",
					period:      "tháng 7/2024",
					asOf:        "10:00 2/8/2024",
					indicator:   "Tổng điểm so với chỉ tiêu",
					value:       "58,86 điểm",
					target:      "65 điểm",
				}},
			}},
			{at: "25m", fires: []firing{
				{unit: "H26.07", labels: "window: month", email: "stp@example.com", text: text{
					summary:     "Sở Tư pháp: 58,86 điểm, thấp hơn chỉ tiêu 65 điểm",
					description: "Điểm tháng 7/2024 là 58,86 trên 100, còn thiếu 6,14 điểm so với chỉ tiêu.",
					period:      "tháng 7/2024",
					asOf:        "10:00 2/8/2024",
					indicator:   "Tổng điểm so với chỉ tiêu",
					value:       "58,86 điểm",
					target:      "65 điểm",
				}},
			}},
		},
	},
	{
		name: "DvcUnitMissing: held, the portal fails and the last table is kept",
		series: city + tuPhap + `
				dvc_source_up{source="portal"} 1x5 0x25
				dvc_rank{unit="H26.07",window="month",among="departments"} 14
				dvc_ranked_units{window="month",among="departments"} 16
				dvc_rank_past{unit="H26.07",window="month",among="departments",periods_ago="1"} 14`,
		alerts: []alertCase{
			{at: "25m"},
		},
	},
	{
		name:  "DvcScoreBelowTarget: restart, a gap of ten minutes changes nothing",
		steps: 40,
		series: city + tuPhap + july + portalAsOf + `
				dvc_score{unit="H26.07",window="month"} 58.86x5 _x10 58.86x24
				dvc_score_max{unit="H26.07",window="month"} 100
				dvc_target_score{window="month"} 65`,
		alerts: []alertCase{
			{at: "5m", fires: []firing{
				{unit: "H26.07", labels: "window: month", text: text{
					summary:     "Sở Tư pháp: 58,86 điểm, thấp hơn chỉ tiêu 65 điểm",
					description: "Điểm tháng 7/2024 là 58,86 trên 100, còn thiếu 6,14 điểm so với chỉ tiêu.",
					period:      "tháng 7/2024",
					asOf:        "10:00 2/8/2024",
					indicator:   "Tổng điểm so với chỉ tiêu",
					value:       "58,86 điểm",
					target:      "65 điểm",
				}},
			}},
			{at: "14m", fires: []firing{
				{unit: "H26.07", labels: "window: month", text: text{
					summary:     "Sở Tư pháp: 58,86 điểm, thấp hơn chỉ tiêu 65 điểm",
					description: "Điểm tháng 7/2024 là 58,86 trên 100, còn thiếu 6,14 điểm so với chỉ tiêu.",
					period:      "tháng 7/2024",
					asOf:        "10:00 2/8/2024",
					indicator:   "Tổng điểm so với chỉ tiêu",
					value:       "58,86 điểm",
					target:      "65 điểm",
				}},
			}},
			{at: "20m", fires: []firing{
				{unit: "H26.07", labels: "window: month", text: text{
					summary:     "Sở Tư pháp: 58,86 điểm, thấp hơn chỉ tiêu 65 điểm",
					description: "Điểm tháng 7/2024 là 58,86 trên 100, còn thiếu 6,14 điểm so với chỉ tiêu.",
					period:      "tháng 7/2024",
					asOf:        "10:00 2/8/2024",
					indicator:   "Tổng điểm so với chỉ tiêu",
					value:       "58,86 điểm",
					target:      "65 điểm",
				}},
			}},
		},
	},
	{
		name:  "DvcScoreBelowTarget: renamed, two names for five minutes",
		steps: 40,
		series: city + `
				dvc_unit_info{unit="H26.07",name="Sở Tư pháp",kind="department",parent="H26"} 1x10
				dvc_unit_info{unit="H26.07",name="Sở Tư pháp Hà Nội",kind="department",parent="H26"} _x9 1x30
				dvc_unit_contact_info{unit="H26.07",email="cu@example.com"} 1x10
				dvc_unit_contact_info{unit="H26.07",email="moi@example.com"} _x9 1x30
				dvc_score{unit="H26.07",window="month"} 58.86
				dvc_score_max{unit="H26.07",window="month"} 100
				dvc_target_score{window="month"} 65`,
		alerts: []alertCase{
			{at: "8m", fires: []firing{
				{unit: "H26.07", labels: "window: month", email: "cu@example.com", text: text{
					summary:     "Sở Tư pháp: 58,86 điểm, thấp hơn chỉ tiêu 65 điểm",
					description: "Điểm tháng gần nhất là 58,86 trên 100, còn thiếu 6,14 điểm so với chỉ tiêu.",
					period:      "tháng gần nhất",
					indicator:   "Tổng điểm so với chỉ tiêu",
					value:       "58,86 điểm",
					target:      "65 điểm",
				}},
			}},
			{at: "13m", fires: []firing{
				{unit: "H26.07", labels: "window: month", name: "Sở Tư pháp Hà Nội", email: "moi@example.com", text: text{
					summary:     "Sở Tư pháp Hà Nội: 58,86 điểm, thấp hơn chỉ tiêu 65 điểm",
					description: "Điểm tháng gần nhất là 58,86 trên 100, còn thiếu 6,14 điểm so với chỉ tiêu.",
					period:      "tháng gần nhất",
					indicator:   "Tổng điểm so với chỉ tiêu",
					value:       "58,86 điểm",
					target:      "65 điểm",
				}},
			}},
		},
	},
	{
		name: "DvcLateToReceive: held, by an old list of its own, not by another office's",
		series: city + tuPhap + xayDung + recordsAsOf + `
				dvc_source_up{source="records"} 1x5 0x25
				dvc_source_last_success_timestamp_seconds{source="records"} 1722567900
				dvc_dossiers_data_timestamp_seconds{unit="H26.07"} 1722567600
				dvc_dossiers_data_timestamp_seconds{unit="H26.08"} 1722567600x8 1722568200x22
				dvc_dossiers_overdue{unit="H26.07",stage="reception"} 5x8 900x22
				dvc_dossiers_overdue{unit="H26.08",stage="reception"} 5x8 900x22`,
		alerts: []alertCase{
			{at: "25m", fires: []firing{
				{unit: "H26.08", text: text{
					summary:     "Sở Xây dựng: 900 hồ sơ chậm tiếp nhận",
					description: "900 hồ sơ nộp trực tuyến chưa được tiếp nhận trong thời hạn. Danh sách hồ sơ chậm của đơn vị có trên bảng theo dõi.",
					period:      toThisDay,
					asOf:        "09:00 2/8/2024",
					indicator:   "Hồ sơ chậm tiếp nhận",
					value:       "900 hồ sơ",
					target:      "không quá 20",
				}},
			}},
		},
	},
}}
