package main

var dossiersTests = testFile{name: "dossiers", about: "What is open now: dossiers, documents, apologies.", tests: []ruleTest{
	{
		name: "DvcOverdueShareHigh: fires, Sở Tư pháp in July 2024",
		// Sixteen units hold the rest of 53.828.
		series: city + tuPhap + xayDung + tuPhapMail + recordsAsOf + recordsUp +
			below("H26.10", "H26.11", "H26.12", "H26.13", "H26.14", "H26.15", "H26.16", "H26.17", "H26.18", "H26.19", "H26.20", "H26.21", "H26.22", "H26.23", "H26.24") + `
				dvc_group_score_max{unit="H26.07",group="TDGQ",window="month"} 20
				dvc_group_score{unit="H26.07",group="TDGQ",window="month"} 6.4
				dvc_dossiers_overdue{unit="H26.07",stage="reception"} 4826
				dvc_dossiers_overdue{unit="H26.07",stage="processing"} 19304
				dvc_dossiers_overdue{unit="H26.08",stage="processing"} 14698
				dvc_dossiers_overdue{unit="H26.10",stage="processing"} 1000
				dvc_dossiers_overdue{unit="H26.11",stage="processing"} 1000
				dvc_dossiers_overdue{unit="H26.12",stage="processing"} 1000
				dvc_dossiers_overdue{unit="H26.13",stage="processing"} 1000
				dvc_dossiers_overdue{unit="H26.14",stage="processing"} 1000
				dvc_dossiers_overdue{unit="H26.15",stage="processing"} 1000
				dvc_dossiers_overdue{unit="H26.16",stage="processing"} 1000
				dvc_dossiers_overdue{unit="H26.17",stage="processing"} 1000
				dvc_dossiers_overdue{unit="H26.18",stage="processing"} 1000
				dvc_dossiers_overdue{unit="H26.19",stage="processing"} 1000
				dvc_dossiers_overdue{unit="H26.20",stage="processing"} 1000
				dvc_dossiers_overdue{unit="H26.21",stage="processing"} 1000
				dvc_dossiers_overdue{unit="H26.22",stage="processing"} 1000
				dvc_dossiers_overdue{unit="H26.23",stage="processing"} 1000
				dvc_dossiers_overdue{unit="H26.24",stage="processing"} 1000`,
		alerts: []alertCase{
			{at: "5m", fires: []firing{
				{unit: "H26.07", labels: "severity: warning", email: "stp@example.com", cost: "00013.60", text: text{
					summary:     "Sở Tư pháp: 24.130 hồ sơ quá hạn, chiếm 44,8 % của toàn địa phương",
					description: "Đơn vị đang giữ 24.130 trong tổng số 53.828 hồ sơ quá hạn của tất cả các đơn vị: 4.826 chậm tiếp nhận, 19.304 chậm xử lý.",
					period:      toThisDay,
					asOf:        "09:00 2/8/2024",
					indicator:   "Tỷ trọng hồ sơ quá hạn",
					value:       "24.130 hồ sơ (44,8 %)",
					target:      "không quá 30 %",
				}},
			}},
		},
	},
	{
		name: "DvcOverdueShareHigh: fires, critical above half",
		series: city + tuPhap + xayDung + recordsAsOf + recordsUp + `
				dvc_dossiers_overdue{unit="H26.07",stage="processing"} 501
				dvc_dossiers_overdue{unit="H26.08",stage="processing"} 499`,
		alerts: []alertCase{
			{at: "5m", fires: []firing{
				{unit: "H26.07", labels: "severity: critical", text: text{
					summary:     "Sở Tư pháp: 501 hồ sơ quá hạn, chiếm 50,1 % của toàn địa phương",
					description: "Đơn vị đang giữ 501 trong tổng số 1.000 hồ sơ quá hạn của tất cả các đơn vị: chưa có số liệu chậm tiếp nhận, 501 chậm xử lý.",
					period:      toThisDay,
					asOf:        "09:00 2/8/2024",
					indicator:   "Tỷ trọng hồ sơ quá hạn",
					value:       "501 hồ sơ (50,1 %)",
					target:      "không quá 30 %",
				}},
				{unit: "H26.07", labels: "severity: warning", text: text{
					summary:     "Sở Tư pháp: 501 hồ sơ quá hạn, chiếm 50,1 % của toàn địa phương",
					description: "Đơn vị đang giữ 501 trong tổng số 1.000 hồ sơ quá hạn của tất cả các đơn vị: chưa có số liệu chậm tiếp nhận, 501 chậm xử lý.",
					period:      toThisDay,
					asOf:        "09:00 2/8/2024",
					indicator:   "Tỷ trọng hồ sơ quá hạn",
					value:       "501 hồ sơ (50,1 %)",
					target:      "không quá 30 %",
				}},
				{unit: "H26.08", labels: "severity: warning", text: text{
					summary:     "Sở Xây dựng: 499 hồ sơ quá hạn, chiếm 49,9 % của toàn địa phương",
					description: "Đơn vị đang giữ 499 trong tổng số 1.000 hồ sơ quá hạn của tất cả các đơn vị: chưa có số liệu chậm tiếp nhận, 499 chậm xử lý.",
					period:      toThisDay,
					asOf:        "09:00 2/8/2024",
					indicator:   "Tỷ trọng hồ sơ quá hạn",
					value:       "499 hồ sơ (49,9 %)",
					target:      "không quá 30 %",
				}},
			}},
		},
	},
	{
		name: "DvcOverdueShareHigh: just below, exactly 30 %",
		series: city + tuPhap + xayDung + below("H26.09", "H26.10") + recordsUp + `
				dvc_dossiers_overdue{unit="H26.07",stage="processing"} 30
				dvc_dossiers_overdue{unit="H26.08",stage="processing"} 29
				dvc_dossiers_overdue{unit="H26.09",stage="processing"} 21
				dvc_dossiers_overdue{unit="H26.10",stage="processing"} 20`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name: "DvcOverdueShareHigh: just below, too few overdue dossiers in the province",
		series: city + tuPhap + xayDung + recordsUp + `
				dvc_dossiers_overdue{unit="H26.07",stage="processing"} 60
				dvc_dossiers_overdue{unit="H26.08",stage="processing"} 39`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name: "DvcOverdueShareHigh: missing, only one unit counts",
		series: city + tuPhap + recordsUp + `
				dvc_dossiers_overdue{unit="H26.07",stage="processing"} 24130
				dvc_dossiers_overdue{unit="H26",stage="processing"} 24130`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name: "DvcLateToReceive: fires",
		series: city + tuPhap + tuPhapMail + recordsAsOf + recordsUp + `
				dvc_dossiers_overdue{unit="H26.07",stage="reception"} 4826
				dvc_dossiers_overdue{unit="H26.07",stage="processing"} 1`,
		alerts: []alertCase{
			{at: "5m", fires: []firing{
				{unit: "H26.07", email: "stp@example.com", text: text{
					summary:     "Sở Tư pháp: 4.826 hồ sơ chậm tiếp nhận",
					description: "4.826 hồ sơ nộp trực tuyến chưa được tiếp nhận trong thời hạn. Danh sách hồ sơ chậm của đơn vị có trên bảng theo dõi.",
					period:      toThisDay,
					asOf:        "09:00 2/8/2024",
					indicator:   "Hồ sơ chậm tiếp nhận",
					value:       "4.826 hồ sơ",
					target:      "không quá 20",
				}},
			}},
		},
	},
	{
		name: "DvcLateToReceive: just below",
		series: city + tuPhap + recordsUp + `
				dvc_dossiers_overdue{unit="H26.07",stage="reception"} 20
				dvc_dossiers_overdue{unit="H26.07",stage="processing"} 9000`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name: "DvcLateToReceive: missing",
		series: city + tuPhap + recordsUp + `
				dvc_dossiers_overdue{unit="H26.07",stage="processing"} 9000`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name: "DvcOldestOverdue: fires",
		series: city + tuPhap + tuPhapMail + recordsAsOf + recordsUp + `
				dvc_dossiers_oldest_overdue_timestamp_seconds{unit="H26.07"} 1719889200`,
		alerts: []alertCase{
			{at: "5m", fires: []firing{
				{unit: "H26.07", email: "stp@example.com", text: text{
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
		name: "DvcOldestOverdue: just below, thirty days and some hours",
		series: city + tuPhap + recordsUp + `
				dvc_dossiers_oldest_overdue_timestamp_seconds{unit="H26.07"} 1719895600`,
		alerts: []alertCase{
			{at: "25m"},
		},
	},
	{
		name: "DvcOldestOverdue: missing, nothing overdue",
		series: city + tuPhap + recordsUp + `
				dvc_dossiers_open{unit="H26.07"} 10`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name: "DvcManyDueSoon: fires",
		series: city + tuPhap + tuPhapMail + recordsAsOf + recordsUp + `
				dvc_dossiers_due_soon{unit="H26.07"} 1200
				dvc_dossiers_open{unit="H26.07"} 3000`,
		alerts: []alertCase{
			{at: "5m", fires: []firing{
				{unit: "H26.07", email: "stp@example.com", text: text{
					summary:     "Sở Tư pháp: 1.200 hồ sơ sẽ đến hạn trong 72 giờ tới",
					description: "1.200 trong 3.000 hồ sơ đang xử lý (40 %) sẽ đến hạn trong 72 giờ tới; cần bố trí người để không phát sinh hồ sơ quá hạn.",
					period:      toThisDay,
					asOf:        "09:00 2/8/2024",
					indicator:   "Hồ sơ sắp đến hạn",
					value:       "1.200 hồ sơ",
				}},
			}},
		},
	},
	{
		name: "DvcManyDueSoon: just below, 49 dossiers, or 30 % of the open ones",
		series: city + tuPhap + xayDung + recordsUp + `
				dvc_dossiers_due_soon{unit="H26.07"} 49
				dvc_dossiers_open{unit="H26.07"} 60
				dvc_dossiers_due_soon{unit="H26.08"} 300
				dvc_dossiers_open{unit="H26.08"} 1000`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name: "DvcManyDueSoon: missing, how many are open is not known",
		series: city + tuPhap + recordsUp + `
				dvc_dossiers_due_soon{unit="H26.07"} 1200`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name: "DvcDocumentsOverdue: fires",
		series: city + tuPhap + tuPhapMail + documentsAsOf + documentsUp + `
				dvc_documents_overdue{unit="H26.07"} 35
				dvc_documents_open{unit="H26.07"} 120`,
		alerts: []alertCase{
			{at: "5m", fires: []firing{
				{unit: "H26.07", email: "stp@example.com", text: text{
					summary:     "Sở Tư pháp: 35 văn bản, hồ sơ công việc quá hạn",
					description: "35 trong 120 văn bản, hồ sơ công việc đang xử lý đã quá hạn.",
					period:      toThisDay,
					asOf:        "09:00 2/8/2024",
					indicator:   "Văn bản, hồ sơ công việc quá hạn",
					value:       "35 văn bản",
					target:      "không quá 10",
				}},
			}},
		},
	},
	{
		name: "DvcDocumentsOverdue: just below",
		series: city + tuPhap + documentsUp + `
				dvc_documents_overdue{unit="H26.07"} 10`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name: "DvcDocumentsOverdue: missing",
		series: city + tuPhap + documentsUp + `
				dvc_documents_open{unit="H26.07"} 120`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name: "DvcApologiesMissing: fires",
		series: city + tuPhap + tuPhapMail + july + recordsAsOf + recordsUp + `
				dvc_apologies_due{unit="H26.07",window="month"} 57
				dvc_apologies_sent{unit="H26.07",window="month"} 40`,
		alerts: []alertCase{
			{at: "5m", fires: []firing{
				{unit: "H26.07", labels: "window: month", email: "stp@example.com", text: text{
					summary:     "Sở Tư pháp: còn thiếu 17 thư xin lỗi vì trễ hẹn",
					description: "Tháng 7/2024 có 57 hồ sơ trễ hẹn phải xin lỗi bằng văn bản, mới có 40 thư xin lỗi.",
					period:      "tháng 7/2024",
					asOf:        "09:00 2/8/2024",
					indicator:   "Thư xin lỗi còn thiếu",
					value:       "17 thư",
					target:      "0",
				}},
			}},
		},
	},
	{
		name: "DvcApologiesMissing: just below, every one has been sent",
		series: city + tuPhap + recordsUp + `
				dvc_apologies_due{unit="H26.07",window="month"} 57
				dvc_apologies_sent{unit="H26.07",window="month"} 57`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name: "DvcApologiesMissing: missing, the records do not carry apologies",
		series: city + tuPhap + recordsUp + `
				dvc_apologies_due{unit="H26.07",window="month"} 57`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name: "DvcListNotRenewed: fires, nobody has renewed the list since Monday",
		series: city + tuPhap + xayDung + tuPhapMail + recordsUp + `
				dvc_dossiers_data_timestamp_seconds{unit="H26.07"} 1722153600
				dvc_dossiers_data_timestamp_seconds{unit="H26.08"} 1722564000`,
		alerts: []alertCase{
			{at: "5m", fires: []firing{
				{unit: "H26.07", email: "stp@example.com", text: text{
					summary:     "Sở Tư pháp: danh sách hồ sơ không được cập nhật 4,8 ngày",
					description: "Danh sách hồ sơ mới nhất của đơn vị là của 15:00 28/7/2024, đã 4,8 ngày (mức cho phép 4 ngày). Số liệu của đơn vị vì vậy là số cũ; quá 10 ngày sẽ không còn được hiển thị. Đề nghị xuất lại danh sách.",
					period:      "đến nay",
					asOf:        "15:00 28/7/2024",
					indicator:   "Danh sách hồ sơ không được cập nhật",
					value:       "4,8 ngày",
					target:      "không quá 4 ngày",
				}},
			}},
		},
	},
	{
		name: "DvcListNotRenewed: just below, from Friday evening to Tuesday morning",
		series: city + tuPhap + recordsUp + `
				dvc_dossiers_data_timestamp_seconds{unit="H26.07"} 1722225600`,
		alerts: []alertCase{
			{at: "25m"},
		},
	},
	{
		name:   "DvcListNotRenewed: missing, a unit without a list",
		series: city + tuPhap + recordsUp,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
}}
