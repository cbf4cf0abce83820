package main

var risingTests = testFile{name: "rising", interval: "30m", about: "What needs a week: one sample and one evaluation every half hour.", tests: []ruleTest{
	{
		name:  "DvcOverdueRising: fires, more than on the same day last week",
		steps: 340,
		series: city + tuPhap + tuPhapMail + recordsUp + `
				dvc_data_timestamp_seconds{source="records"} 1723168800
				dvc_dossiers_overdue{unit="H26.07",stage="reception"} 800
				dvc_dossiers_overdue{unit="H26.07",stage="processing"} 430x170 1434x170`,
		alerts: []alertCase{
			{at: "80h"},
			{at: "7d1h", fires: []firing{
				{unit: "H26.07", email: "stp@example.com", text: text{
					summary:     "Sở Tư pháp: 2.234 hồ sơ quá hạn, tăng 1.004 so với 7 ngày trước",
					description: "Hồ sơ quá hạn lũy kế đến nay: 800 chậm tiếp nhận, 1.434 chậm xử lý. Mức cảnh báo: trên 100 hồ sơ và đang tăng.",
					period:      toThisDay,
					asOf:        "09:00 9/8/2024",
					indicator:   "Hồ sơ quá hạn đang tăng",
					value:       "2.234 hồ sơ",
					change:      "+1.004 trong 7 ngày",
				}},
			}},
		},
	},
	{
		name:  "DvcOverdueRising: just below, on the limit, or above it and not rising",
		steps: 340,
		series: city + tuPhap + xayDung + recordsUp + `
				dvc_dossiers_overdue{unit="H26.07",stage="processing"} 90x170 100x170
				dvc_dossiers_overdue{unit="H26.08",stage="processing"} 5000`,
		alerts: []alertCase{
			{at: "7d1h"},
		},
	},
	{
		name:  "DvcOverdueRising: missing, nothing is known of last week",
		steps: 340,
		series: city + tuPhap + recordsUp + `
				dvc_dossiers_overdue{unit="H26.07",stage="processing"} 24130`,
		alerts: []alertCase{
			{at: "100h"},
		},
	},
}}
