package main

var ratioTests = testFile{name: "ratio", about: "Ratios against targets, publication in time, the two counts of dossiers.", tests: []ruleTest{
	{
		name: "DvcIndicatorBelowTarget: fires, local records",
		series: city + tuPhap + tuPhapMail + july + recordsAsOf + recordsUp + paymentName + paymentTarget + `
				dvc_indicator_numerator{unit="H26.07",indicator="ONLINE_PAYMENT",window="month",source="records"} 1344
				dvc_indicator_denominator{unit="H26.07",indicator="ONLINE_PAYMENT",window="month",source="records"} 3000`,
		alerts: []alertCase{
			{at: "5m", fires: []firing{
				{unit: "H26.07", labels: "indicator: ONLINE_PAYMENT, source: records, window: month", email: "stp@example.com", text: text{
					summary:     "Sở Tư pháp: Thanh toán trực tuyến đạt 44,8 %, chỉ tiêu 55 %",
					description: "Thanh toán trực tuyến, tháng 7/2024: 1.344 trên 3.000 theo số liệu của địa phương, còn thiếu 306 để đạt chỉ tiêu. Thủ trưởng đơn vị chịu trách nhiệm về chỉ tiêu không đạt.",
					period:      "tháng 7/2024",
					asOf:        "09:00 2/8/2024",
					indicator:   "Thanh toán trực tuyến",
					value:       "44,8 %",
					target:      "55 %",
					change:      "còn thiếu 306",
				}},
			}},
		},
	},
	{
		name: "DvcIndicatorBelowTarget: fires, the portal is believed before local records",
		series: city + tuPhap + july + portalAsOf + portalUp + recordsUp + paymentName + paymentTarget + `
				dvc_group_score{unit="H26",group="TTTT",window="month"} 6.5
				dvc_group_score_max{unit="H26",group="TTTT",window="month"} 10
				dvc_indicator_numerator{unit="H26",indicator="ONLINE_PAYMENT",window="month",source="portal"} 540
				dvc_indicator_denominator{unit="H26",indicator="ONLINE_PAYMENT",window="month",source="portal"} 1000
				dvc_indicator_numerator{unit="H26",indicator="ONLINE_PAYMENT",window="month",source="records"} 999
				dvc_indicator_denominator{unit="H26",indicator="ONLINE_PAYMENT",window="month",source="records"} 1000`,
		alerts: []alertCase{
			{at: "5m", fires: []firing{
				{unit: "H26", labels: "indicator: ONLINE_PAYMENT, source: portal, window: month", cost: "00003.50", text: text{
					summary:     "UBND Thành phố Hà Nội: Thanh toán trực tuyến đạt 54 %, chỉ tiêu 55 %",
					description: "Thanh toán trực tuyến, tháng 7/2024: 540 trên 1.000 theo số liệu Cổng Dịch vụ công quốc gia, còn thiếu 10 để đạt chỉ tiêu. Thủ trưởng đơn vị chịu trách nhiệm về chỉ tiêu không đạt.",
					period:      "tháng 7/2024",
					asOf:        "10:00 2/8/2024",
					indicator:   "Thanh toán trực tuyến",
					value:       "54 %",
					target:      "55 %",
					change:      "còn thiếu 10",
				}},
			}},
		},
	},
	{
		name: "DvcIndicatorBelowTarget: just below, on the target",
		series: city + tuPhap + recordsUp + paymentTarget + `
				dvc_target_ratio{indicator="DIGITIZED_DOSSIER"} 1
				dvc_indicator_numerator{unit="H26.07",indicator="ONLINE_PAYMENT",window="month",source="records"} 55
				dvc_indicator_denominator{unit="H26.07",indicator="ONLINE_PAYMENT",window="month",source="records"} 100
				dvc_indicator_numerator{unit="H26.07",indicator="DIGITIZED_DOSSIER",window="month",source="records"} 70
				dvc_indicator_denominator{unit="H26.07",indicator="DIGITIZED_DOSSIER",window="month",source="records"} 70`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name: "DvcIndicatorBelowTarget: just below, one of nineteen payments is too few to urge anybody",
		series: city + tuPhap + recordsUp + paymentTarget + `
				dvc_indicator_numerator{unit="H26.07",indicator="ONLINE_PAYMENT",window="month",source="records"} 1
				dvc_indicator_denominator{unit="H26.07",indicator="ONLINE_PAYMENT",window="month",source="records"} 19`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name: "DvcIndicatorBelowTarget: missing, nothing to pay for, or no target",
		series: city + tuPhap + recordsUp + paymentTarget + `
				dvc_indicator_numerator{unit="H26.07",indicator="ONLINE_PAYMENT",window="month",source="records"} 0
				dvc_indicator_denominator{unit="H26.07",indicator="ONLINE_PAYMENT",window="month",source="records"} 0
				dvc_indicator_numerator{unit="H26.07",indicator="DOSSIER_ON_TIME",window="month",source="records"} 1
				dvc_indicator_denominator{unit="H26.07",indicator="DOSSIER_ON_TIME",window="month",source="records"} 100`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name: "DvcPublicationLate: fires",
		series: city + tuPhap + tuPhapMail + july + portalAsOf + portalUp + `
				dvc_indicator_info{indicator="PUBLISH_ON_TIME",group="CKMB",name="Tỷ lệ TTHC công bố đúng hạn"} 1
				dvc_indicator_numerator{unit="H26.07",indicator="PUBLISH_ON_TIME",window="month",source="portal"} 117
				dvc_indicator_denominator{unit="H26.07",indicator="PUBLISH_ON_TIME",window="month",source="portal"} 120`,
		alerts: []alertCase{
			{at: "5m", fires: []firing{
				{unit: "H26.07", labels: "indicator: PUBLISH_ON_TIME, window: month", email: "stp@example.com", text: text{
					summary:     "Sở Tư pháp: 3 thủ tục hành chính công bố, công khai chậm",
					description: "Tháng 7/2024 có 3 trong 120 thủ tục hành chính không đúng hạn ở chỉ số “Tỷ lệ TTHC công bố đúng hạn”. Việc chậm công bố, công khai không được để xảy ra (Quyết định 766/QĐ-TTg).",
					period:      "tháng 7/2024",
					asOf:        "10:00 2/8/2024",
					indicator:   "Tỷ lệ TTHC công bố đúng hạn",
					value:       "3 thủ tục chậm",
					target:      "0",
				}},
			}},
		},
	},
	{
		name: "DvcPublicationLate: just below, all in time",
		series: city + tuPhap + portalUp + `
				dvc_indicator_numerator{unit="H26.07",indicator="PUBLISH_ON_TIME",window="month",source="portal"} 120
				dvc_indicator_denominator{unit="H26.07",indicator="PUBLISH_ON_TIME",window="month",source="portal"} 120`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name: "DvcPublicationLate: missing, a numerator without denominator",
		series: city + tuPhap + portalUp + `
				dvc_indicator_numerator{unit="H26.07",indicator="PUBLISH_ON_TIME",window="month",source="portal"} 0`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name: "DvcSyncGapHigh: fires, a unit and the city as the sum of its units",
		series: city + tuPhap + xayDung + tuPhapMail + july + portalAsOf + portalUp + recordsUp + `
				dvc_dossiers_received{unit="H26.07",window="month",channel="online"} 900
				dvc_dossiers_received{unit="H26.07",window="month",channel="counter"} 40
				dvc_dossiers_received{unit="H26.08",window="month",channel="online"} 1000
				dvc_dossiers_received{unit="H26",window="month",channel="online"} 5000
				dvc_portal_dossiers_received{unit="H26.07",window="month"} 1000
				dvc_portal_dossiers_received{unit="H26.08",window="month"} 1000
				dvc_portal_dossiers_received{unit="H26",window="month"} 2100`,
		alerts: []alertCase{
			{at: "5m", fires: []firing{
				{unit: "H26", labels: "window: month", text: text{
					summary:     "UBND Thành phố Hà Nội: số hồ sơ trên Cổng quốc gia và tại địa phương lệch 7,6 %",
					description: "Tháng 7/2024 Cổng Dịch vụ công quốc gia ghi nhận 2.100 hồ sơ, hệ thống của địa phương 1.940 hồ sơ (mức cho phép 5 %). Cần kiểm tra việc đồng bộ.",
					period:      "tháng 7/2024",
					asOf:        "10:00 2/8/2024",
					indicator:   "Chênh lệch đồng bộ hồ sơ",
					value:       "7,6 %",
					target:      "không quá 5 %",
				}},
				{unit: "H26.07", labels: "window: month", email: "stp@example.com", text: text{
					summary:     "Sở Tư pháp: số hồ sơ trên Cổng quốc gia và tại địa phương lệch 6 %",
					description: "Tháng 7/2024 Cổng Dịch vụ công quốc gia ghi nhận 1.000 hồ sơ, hệ thống của địa phương 940 hồ sơ (mức cho phép 5 %). Cần kiểm tra việc đồng bộ.",
					period:      "tháng 7/2024",
					asOf:        "10:00 2/8/2024",
					indicator:   "Chênh lệch đồng bộ hồ sơ",
					value:       "6 %",
					target:      "không quá 5 %",
				}},
			}},
		},
	},
	{
		name: "DvcSyncGapHigh: just below, 5 % and too few dossiers",
		series: city + tuPhap + xayDung + portalUp + recordsUp + `
				dvc_dossiers_received{unit="H26.07",window="month",channel="online"} 950
				dvc_dossiers_received{unit="H26.08",window="month",channel="online"} 10
				dvc_portal_dossiers_received{unit="H26.07",window="month"} 1000
				dvc_portal_dossiers_received{unit="H26.08",window="month"} 49`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name: "DvcSyncGapHigh: missing, only one side counts",
		series: city + tuPhap + xayDung + portalUp + recordsUp + `
				dvc_dossiers_received{unit="H26.07",window="month",channel="online"} 900
				dvc_portal_dossiers_received{unit="H26.08",window="month"} 1000`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name: "DvcAllTargetsReached: fires",
		series: city + tuPhap + tuPhapMail + july + portalAsOf + recordsUp + paymentTarget + `
				dvc_target_ratio{indicator="ONLINE_DOSSIER"} 0.6
				dvc_target_ratio{indicator="DIGITIZED_DOSSIER"} 1
				dvc_target_ratio{indicator="ELECTRONIC_RESULT"} 1
				dvc_indicator_numerator{unit="H26.07",indicator="ONLINE_PAYMENT",window="month",source="records"} 60
				dvc_indicator_denominator{unit="H26.07",indicator="ONLINE_PAYMENT",window="month",source="records"} 100
				dvc_indicator_numerator{unit="H26.07",indicator="ONLINE_DOSSIER",window="month",source="records"} 60
				dvc_indicator_denominator{unit="H26.07",indicator="ONLINE_DOSSIER",window="month",source="records"} 100
				dvc_indicator_numerator{unit="H26.07",indicator="DIGITIZED_DOSSIER",window="month",source="records"} 100
				dvc_indicator_denominator{unit="H26.07",indicator="DIGITIZED_DOSSIER",window="month",source="records"} 100
				dvc_indicator_numerator{unit="H26.07",indicator="ELECTRONIC_RESULT",window="month",source="records"} 80
				dvc_indicator_denominator{unit="H26.07",indicator="ELECTRONIC_RESULT",window="month",source="records"} 80
				dvc_score{unit="H26.07",window="month"} 71
				dvc_score_past{unit="H26.07",window="month",periods_ago="1"} 70
				dvc_target_score{window="month"} 65`,
		alerts: []alertCase{
			{at: "5m", fires: []firing{
				{unit: "H26.07", labels: "window: month", email: "stp@example.com", text: text{
					summary:     "Sở Tư pháp: đạt tất cả 4 chỉ tiêu",
					description: "Tháng 7/2024 đơn vị đạt tất cả 4 chỉ tiêu được giao.",
					period:      "tháng 7/2024",
					asOf:        "10:00 2/8/2024",
					indicator:   "Chỉ tiêu đạt",
					value:       "4 chỉ tiêu",
					change:      "+1,00 điểm",
				}},
			}},
		},
	},
	{
		name: "DvcAllTargetsReached: just below, one dossier short, or the score below its target",
		series: city + tuPhap + xayDung + recordsUp + paymentTarget + `
				dvc_target_ratio{indicator="ONLINE_DOSSIER"} 0.6
				dvc_target_ratio{indicator="DIGITIZED_DOSSIER"} 1
				dvc_target_ratio{indicator="ELECTRONIC_RESULT"} 1
				dvc_indicator_numerator{unit="H26.07",indicator="ONLINE_PAYMENT",window="month",source="records"} 60
				dvc_indicator_denominator{unit="H26.07",indicator="ONLINE_PAYMENT",window="month",source="records"} 100
				dvc_indicator_numerator{unit="H26.07",indicator="ONLINE_DOSSIER",window="month",source="records"} 60
				dvc_indicator_denominator{unit="H26.07",indicator="ONLINE_DOSSIER",window="month",source="records"} 100
				dvc_indicator_numerator{unit="H26.07",indicator="DIGITIZED_DOSSIER",window="month",source="records"} 100
				dvc_indicator_denominator{unit="H26.07",indicator="DIGITIZED_DOSSIER",window="month",source="records"} 100
				dvc_indicator_numerator{unit="H26.07",indicator="ELECTRONIC_RESULT",window="month",source="records"} 79
				dvc_indicator_denominator{unit="H26.07",indicator="ELECTRONIC_RESULT",window="month",source="records"} 80
				dvc_indicator_numerator{unit="H26.08",indicator="ONLINE_PAYMENT",window="month",source="records"} 60
				dvc_indicator_denominator{unit="H26.08",indicator="ONLINE_PAYMENT",window="month",source="records"} 100
				dvc_indicator_numerator{unit="H26.08",indicator="ONLINE_DOSSIER",window="month",source="records"} 60
				dvc_indicator_denominator{unit="H26.08",indicator="ONLINE_DOSSIER",window="month",source="records"} 100
				dvc_indicator_numerator{unit="H26.08",indicator="DIGITIZED_DOSSIER",window="month",source="records"} 100
				dvc_indicator_denominator{unit="H26.08",indicator="DIGITIZED_DOSSIER",window="month",source="records"} 100
				dvc_indicator_numerator{unit="H26.08",indicator="ELECTRONIC_RESULT",window="month",source="records"} 80
				dvc_indicator_denominator{unit="H26.08",indicator="ELECTRONIC_RESULT",window="month",source="records"} 80
				dvc_score{unit="H26.08",window="month"} 64.99
				dvc_target_score{window="month"} 65`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
	{
		name: "DvcAllTargetsReached: missing, an unknown ratio is not a reached target",
		series: city + tuPhap + recordsUp + paymentTarget + `
				dvc_target_ratio{indicator="ONLINE_DOSSIER"} 0.6
				dvc_target_ratio{indicator="DIGITIZED_DOSSIER"} 1
				dvc_target_ratio{indicator="ELECTRONIC_RESULT"} 1
				dvc_indicator_numerator{unit="H26.07",indicator="ONLINE_PAYMENT",window="month",source="records"} 60
				dvc_indicator_denominator{unit="H26.07",indicator="ONLINE_PAYMENT",window="month",source="records"} 100
				dvc_indicator_numerator{unit="H26.07",indicator="ONLINE_DOSSIER",window="month",source="records"} 60
				dvc_indicator_denominator{unit="H26.07",indicator="ONLINE_DOSSIER",window="month",source="records"} 100
				dvc_indicator_numerator{unit="H26.07",indicator="DIGITIZED_DOSSIER",window="month",source="records"} 100
				dvc_indicator_denominator{unit="H26.07",indicator="DIGITIZED_DOSSIER",window="month",source="records"} 100`,
		alerts: []alertCase{
			{at: "5m"},
		},
	},
}}
