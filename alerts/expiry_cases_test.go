package main

var expiryTests = testFile{name: "expiry", interval: "10m", about: "What needs hours: one sample and one evaluation every ten minutes.", tests: []ruleTest{
	{
		name:  "DvcScoreBelowTarget: expired, DvcSourceStale stands in its place",
		steps: 96,
		series: city + tuPhap + `
				dvc_source_up{source="portal"} 1 0x96
				dvc_source_refresh_interval_seconds{source="portal"} 3600
				dvc_source_last_success_timestamp_seconds{source="portal"} 1722567600
				dvc_score{unit="H26.07",window="month"} 58.86x6 stale
				dvc_score_max{unit="H26.07",window="month"} 100x6 stale
				dvc_target_score{window="month"} 65`,
		alerts: []alertCase{
			{at: "30m", fires: []firing{
				{unit: "H26.07", labels: "window: month", text: text{
					summary:     "Sở Tư pháp: 58,86 điểm, thấp hơn chỉ tiêu 65 điểm",
					description: "Điểm tháng gần nhất là 58,86 trên 100, còn thiếu 6,14 điểm so với chỉ tiêu.",
					period:      "tháng gần nhất",
					indicator:   "Tổng điểm so với chỉ tiêu",
					value:       "58,86 điểm",
					target:      "65 điểm",
				}},
			}},
			{at: "30m", alert: "DvcSourceStale"},
			{at: "16h"},
			{at: "16h", alert: "DvcSourceStale", fires: []firing{
				{labels: "source: portal", text: text{
					summary:     "Số liệu nguồn portal đã cũ: 16 lần chu kỳ cập nhật",
					description: "Lần thành công gần nhất: 10:00 2/8/2024. Khi quá hạn lưu (DVC_EXPIRE_AFTER) số liệu sẽ không còn được hiển thị và các cảnh báo nghiệp vụ dựa trên nguồn này sẽ dừng.",
				}},
			}},
		},
	},
	{
		name:  "DvcPublicationLate: held, one service is in the new month before another and the parts are gone for two rounds",
		steps: 90,
		series: city + tuPhap + `
				dvc_indicator_numerator{unit="H26.07",indicator="PUBLISH_ON_TIME",window="month",source="portal"} 117x1 _x76 117x13
				dvc_indicator_denominator{unit="H26.07",indicator="PUBLISH_ON_TIME",window="month",source="portal"} 120x1 _x76 120x13`,
		alerts: []alertCase{
			{at: "12h40m", fires: []firing{latePublication}},
			{at: "14h", fires: []firing{latePublication}},
		},
	},
}}

var latePublication = firing{unit: "H26.07", labels: "indicator: PUBLISH_ON_TIME, window: month", text: text{
	summary:     "Sở Tư pháp: 3 thủ tục hành chính công bố, công khai chậm",
	description: "Tháng gần nhất có 3 trong 120 thủ tục hành chính không đúng hạn ở chỉ số “PUBLISH_ON_TIME”. Việc chậm công bố, công khai không được để xảy ra (Quyết định 766/QĐ-TTg).",
	period:      "tháng gần nhất",
	indicator:   "PUBLISH_ON_TIME",
	value:       "3 thủ tục chậm",
	target:      "0",
}}
