package main

var risingTests = testFile{name: "rising", interval: "1h", about: "What needs a week: one sample and one evaluation every hour.", tests: []ruleTest{
	{
		name:  "DvcOverdueRising: fires, more than on the same day last week",
		steps: 170,
		series: city + tuPhap + tuPhapMail + recordsUp + `
				dvc_data_timestamp_seconds{source="records"} 1723168800
				dvc_dossiers_overdue{unit="H26.07",stage="reception"} 800
				dvc_dossiers_overdue{unit="H26.07",stage="processing"} 430x85 1434x85`,
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
		steps: 170,
		series: city + tuPhap + xayDung + recordsUp + `
				dvc_dossiers_overdue{unit="H26.07",stage="processing"} 90x85 100x85
				dvc_dossiers_overdue{unit="H26.08",stage="processing"} 5000`,
		alerts: []alertCase{
			{at: "7d1h"},
		},
	},
	{
		name:  "DvcOverdueRising: missing, nothing is known of last week",
		steps: 170,
		series: city + tuPhap + recordsUp + `
				dvc_dossiers_overdue{unit="H26.07",stage="processing"} 24130`,
		alerts: []alertCase{
			{at: "100h"},
		},
	},
	{
		name:  "DvcIndicatorWorse: fires, below its target a week ago and lower now",
		steps: 170,
		series: city + tuPhap + tuPhapMail + recordsUp + paymentName + paymentTarget + `
				dvc_data_timestamp_seconds{source="records"} 1723168800
				dvc_indicator_numerator{unit="H26.07",indicator="ONLINE_PAYMENT",window="month",source="records"} 1500x85 1344x85
				dvc_indicator_denominator{unit="H26.07",indicator="ONLINE_PAYMENT",window="month",source="records"} 3000`,
		alerts: []alertCase{
			{at: "80h"},
			{at: "7d1h", fires: []firing{
				{unit: "H26.07", labels: "indicator: ONLINE_PAYMENT, source: records, window: month", email: "stp@example.com", text: text{
					summary:     "Sở Tư pháp: Thanh toán trực tuyến giảm thêm 5,2 điểm phần trăm so với 7 ngày trước",
					description: "Thanh toán trực tuyến, tháng gần nhất: 1.344 trên 3.000 theo số liệu của địa phương, còn thiếu 306 để đạt chỉ tiêu; 7 ngày trước đã chưa đạt và nay thấp hơn nữa.",
					period:      "tháng gần nhất",
					asOf:        "09:00 9/8/2024",
					indicator:   "Thanh toán trực tuyến: giảm thêm",
					value:       "44,8 %",
					target:      "55 %",
					change:      "-5,2 điểm phần trăm trong 7 ngày",
				}},
			}},
		},
	},
	{
		name:  "DvcIndicatorWorse: just below, 1,9 points lost, or the target reached a week ago",
		steps: 170,
		series: city + tuPhap + xayDung + recordsUp + paymentTarget + `
				dvc_indicator_numerator{unit="H26.07",indicator="ONLINE_PAYMENT",window="month",source="records"} 500x85 481x85
				dvc_indicator_denominator{unit="H26.07",indicator="ONLINE_PAYMENT",window="month",source="records"} 1000
				dvc_indicator_numerator{unit="H26.08",indicator="ONLINE_PAYMENT",window="month",source="records"} 600x85 400x85
				dvc_indicator_denominator{unit="H26.08",indicator="ONLINE_PAYMENT",window="month",source="records"} 1000`,
		alerts: []alertCase{
			{at: "7d1h"},
		},
	},
	{
		name:  "DvcIndicatorWorse: missing, a week ago nothing was known",
		steps: 170,
		series: city + tuPhap + recordsUp + paymentTarget + `
				dvc_indicator_numerator{unit="H26.07",indicator="ONLINE_PAYMENT",window="month",source="records"} _x15 400x155
				dvc_indicator_denominator{unit="H26.07",indicator="ONLINE_PAYMENT",window="month",source="records"} _x15 1000x155`,
		alerts: []alertCase{
			{at: "7d1h"},
		},
	},
}}
