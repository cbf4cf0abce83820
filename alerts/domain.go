package main

// As of when figures are: published ones, those of local dossiers, those of the alert's
// own source.
var (
	published = momentIfKnown(`max(dvc_data_timestamp_seconds{source=~"portal|pages"})`)
	local     = momentIfKnown(`max(dvc_data_timestamp_seconds{source=~"records|sql"})`)
	ofSource  = momentIfKnown("dvc_data_timestamp_seconds{source=$source}")
)

// ownProvince narrows a query to the province of the alert's unit.
func ownProvince(query string) string {
	return query + ` and on (unit) label_replace(unit:dvc_unit_info:own{unit=$unit}, "unit", "$1", "parent", "(.+)")`
}

// cost is how many points of 100 a matter costs the unit, from a query; mails begin with
// what costs most.
func cost(query string) string { return sortable.ifKnown(query, "") }

var (
	groupCost     = cost(`unit_group:dvc_group_score:lost{unit=$unit,group=$group,window="month"}`)
	indicatorCost = cost(`unit_indicator:dvc_indicator_score:lost{unit=$unit,indicator=$indicator,window="month"}`)
	overdueCost   = cost(`unit_group:dvc_group_score:lost{unit=$unit,group="TDGQ",window="month"}`)
)

// missing is what would reach the target of the alert's indicator.
var missing = count.of(`unit_indicator:dvc_indicator:missing{unit=$unit,indicator=$indicator,window="month"}`)

// parts are both counts of the alert's ratio.
var parts = count.of(`unit_indicator:dvc_indicator_preferred:numerator{unit=$unit,indicator=$indicator,window="month"}`) + " trên " +
	count.of(`unit_indicator:dvc_indicator_preferred:denominator{unit=$unit,indicator=$indicator,window="month"}`)

const bySource = `{{ if eq $labels.source "portal" "pages" }}số liệu Cổng Dịch vụ công quốc gia{{ else }}số liệu của địa phương{{ end }}`

var domain = []alert{
	{
		name:       "DvcScoreDropped",
		severities: []string{"warning", "critical"},
		source:     "portal",
		panel:      panel{unitPage, 1},
		expr: `
			-1 * unit:dvc_score:delta1{window="month"}
			>= on () group_left () dvc:score_drop_points:threshold{severity="$severity"}
			unless on (unit, window) unit:dvc_dossiers_received:few`,
		text: text{
			summary:     unitName + ": điểm giảm " + points.value() + " điểm so với tháng trước",
			description: "Điểm " + month + " là " + points.of(`dvc_score{unit=$unit,window="month"}`) + ", tháng trước đó là " + points.of(`dvc_score_past{unit=$unit,window="month",periods_ago="1"}`) + ". Cần xem nhóm chỉ số nào giảm nhiều nhất và giao người khắc phục.",
			period:      month,
			asOf:        published,
			indicator:   "Tổng điểm",
			value:       points.of(`dvc_score{unit=$unit,window="month"}`) + " điểm",
			target:      maximum.ifKnown(`dvc_target_score{window="month"}`, " điểm"),
			change:      "-" + points.value() + " điểm",
		},
	},
	{
		name:   "DvcRankFell",
		source: "portal",
		panel:  panel{unitPage, 2},
		expr: `
			unit:dvc_rank:delta1{window="month"}
			>= on (among) group_left () dvc:rank_fall_places:threshold
			unless on (unit, window) unit:dvc_dossiers_received:few`,
		text: text{
			summary:     unitName + ": tụt " + count.value() + " bậc xếp hạng so với tháng trước",
			description: monthFirst + " xếp hạng " + count.of(`dvc_rank{unit=$unit,window="month"}`) + " trên " + count.of(`dvc_ranked_units{window="month",among=$among}`) + ", tháng trước đó hạng " + count.of(`dvc_rank_past{unit=$unit,window="month",periods_ago="1"}`) + ".",
			period:      month,
			asOf:        published,
			indicator:   "Xếp hạng",
			value:       "hạng " + count.of(`dvc_rank{unit=$unit,window="month"}`) + "/" + count.of(`dvc_ranked_units{window="month",among=$among}`),
			change:      "tụt " + count.value() + " bậc",
		},
	},
	{
		name:   "DvcScoreBelowTarget",
		source: "portal",
		panel:  panel{unitPage, 1},
		expr: `
			max by (unit, window) (dvc_score{window="month"})
			< on (window) group_left () max by (window) (dvc_target_score)
			unless on (unit, window) unit:dvc_dossiers_received:few`,
		text: text{
			summary:     unitName + ": " + points.value() + " điểm, thấp hơn chỉ tiêu " + maximum.of(`dvc_target_score{window="month"}`) + " điểm",
			description: "Điểm " + month + " là " + points.value() + " trên " + maximum.of(`dvc_score_max{unit=$unit,window="month"}`) + ", còn thiếu " + points.of(`-unit:dvc_score:target_gap{unit=$unit,window="month"}`) + " điểm so với chỉ tiêu.",
			period:      month,
			asOf:        published,
			indicator:   "Tổng điểm so với chỉ tiêu",
			value:       points.value() + " điểm",
			target:      maximum.ifKnown(`dvc_target_score{window="month"}`, " điểm"),
			change:      pointsChange.ifKnown(`unit:dvc_score:delta1{unit=$unit,window="month"}`, " điểm"),
		},
	},
	{
		name:    "DvcGroupLowest",
		source:  "portal",
		panel:   panel{unitPage, 3},
		percent: true,
		expr: `
			unit_group:dvc_group_score:weakest{window="month"}
			< on (group) group_left () dvc:weakest_group_ratio:threshold
			unless on (unit, window) unit:dvc_dossiers_received:few`,
		cost: groupCost,
		text: text{
			summary:     unitName + ": nhóm " + groupName + " thấp nhất, đạt " + percent.value() + " điểm tối đa",
			description: monthFirst + " nhóm " + groupName + " đạt " + points.of(`dvc_group_score{unit=$unit,group=$group,window="month"}`) + " trên " + maximum.of(`dvc_group_score_max{unit=$unit,group=$group,window="month"}`) + ` điểm, thấp nhất trong các nhóm của đơn vị.{{ if eq $labels.group "CKMB" }} Việc chậm công bố, công khai thủ tục hành chính không được để xảy ra (Quyết định 766/QĐ-TTg).{{ end }}`,
			period:      month,
			asOf:        published,
			indicator:   "Nhóm " + groupName,
			value:       points.of(`dvc_group_score{unit=$unit,group=$group,window="month"}`) + "/" + maximum.of(`dvc_group_score_max{unit=$unit,group=$group,window="month"}`) + " điểm (" + percent.value() + ")",
			change:      pointsChange.ifKnown(`unit_group:dvc_group_score:delta1{unit=$unit,group=$group,window="month"}`, " điểm"),
		},
	},
	{
		name:    "DvcIndicatorBelowTarget",
		panel:   panel{unitPage, 4},
		percent: true,
		keep:    twoRounds,
		expr: `
			unit_indicator:dvc_indicator_comparable:ratio{window="month"}
			< on (indicator) group_left () max by (indicator) (dvc_target_ratio)`,
		cost: indicatorCost,
		text: text{
			summary:     unitName + ": " + indicatorName + " đạt " + percent.value() + ", chỉ tiêu " + percent.of("100 * dvc_target_ratio{indicator=$indicator}"),
			description: indicatorName + ", " + month + ": " + parts + " theo " + bySource + ", còn thiếu " + missing + " để đạt chỉ tiêu. Thủ trưởng đơn vị chịu trách nhiệm về chỉ tiêu không đạt.",
			period:      month,
			asOf:        ofSource,
			indicator:   indicatorName,
			value:       percent.value(),
			target:      percent.ifKnown("100 * dvc_target_ratio{indicator=$indicator}", ""),
			change:      "còn thiếu " + missing,
		},
	},
	{
		name: "DvcIndicatorWorse",
		about: `
			Below its target a week ago too, and now by more: what only stands is told once a
			month, what gets worse at once. The value is the loss in percentage points.`,
		panel:   panel{unitPage, 4},
		percent: true,
		keep:    twoRounds,
		expr: `
			-1 * unit_indicator:dvc_indicator_comparable:delta1w{window="month"}
			>= on () group_left () dvc:ratio_drop:threshold
			and unit_indicator:dvc_indicator_comparable:target_gap < 0
			and last_over_time(unit_indicator:dvc_indicator_comparable:target_gap[6h] offset 1w) < 0`,
		cost: indicatorCost,
		text: text{
			summary:     unitName + ": " + indicatorName + " giảm thêm " + times.value() + " điểm phần trăm so với 7 ngày trước",
			description: indicatorName + ", " + month + ": " + parts + " theo " + bySource + ", còn thiếu " + missing + " để đạt chỉ tiêu; 7 ngày trước đã chưa đạt và nay thấp hơn nữa.",
			period:      month,
			asOf:        ofSource,
			indicator:   indicatorName + ": giảm thêm",
			value:       percent.of(`100 * unit_indicator:dvc_indicator_comparable:ratio{unit=$unit,indicator=$indicator,window="month"}`),
			target:      percent.ifKnown("100 * dvc_target_ratio{indicator=$indicator}", ""),
			change:      "-" + times.value() + " điểm phần trăm trong 7 ngày",
		},
	},
	{
		name:   "DvcOverdueRising",
		source: "records",
		panel:  panel{unitPage, 5},
		expr: `
			unit:dvc_dossiers_overdue:sum > on () group_left () dvc:overdue_dossiers:threshold
			and on (unit) unit:dvc_dossiers_overdue:delta1w > 0`,
		cost: overdueCost,
		text: text{
			summary:     unitName + ": " + count.value() + " hồ sơ quá hạn, tăng " + count.of("unit:dvc_dossiers_overdue:delta1w{unit=$unit}") + " so với 7 ngày trước",
			description: "Hồ sơ quá hạn lũy kế đến nay: " + count.of(`unit_stage:dvc_dossiers_overdue:held{unit=$unit,stage="reception"}`) + " chậm tiếp nhận, " + count.of(`unit_stage:dvc_dossiers_overdue:held{unit=$unit,stage="processing"}`) + " chậm xử lý. Mức cảnh báo: trên " + count.of("dvc:overdue_dossiers:threshold") + " hồ sơ và đang tăng.",
			period:      toThisDay,
			asOf:        local,
			indicator:   "Hồ sơ quá hạn đang tăng",
			value:       count.value() + " hồ sơ",
			change:      "+" + count.of("unit:dvc_dossiers_overdue:delta1w{unit=$unit}") + " trong 7 ngày",
		},
	},
	{
		name:       "DvcOverdueShareHigh",
		severities: []string{"warning", "critical"},
		source:     "records",
		panel:      panel{unitPage, 6},
		percent:    true,
		expr: `
			unit:dvc_dossiers_overdue:share
			> on () group_left () dvc:overdue_share_ratio:threshold{severity="$severity"}
			and on (unit) (
				unit_parent:dvc_dossiers_overdue:sum
				and on (parent)
				sum by (parent) (unit_parent:dvc_dossiers_overdue:sum) >= on () group_left () dvc:overdue_share_base:threshold
			)`,
		cost: overdueCost,
		text: text{
			summary:     unitName + ": " + count.of("unit:dvc_dossiers_overdue:sum{unit=$unit}") + " hồ sơ quá hạn, chiếm " + percent.value() + " của toàn địa phương",
			description: "Đơn vị đang giữ " + count.of("unit:dvc_dossiers_overdue:sum{unit=$unit}") + " trong tổng số " + count.of(ownProvince("province:dvc_dossiers_overdue:sum")) + " hồ sơ quá hạn của tất cả các đơn vị: " + count.of(`unit_stage:dvc_dossiers_overdue:held{unit=$unit,stage="reception"}`) + " chậm tiếp nhận, " + count.of(`unit_stage:dvc_dossiers_overdue:held{unit=$unit,stage="processing"}`) + " chậm xử lý.",
			period:      toThisDay,
			asOf:        local,
			indicator:   "Tỷ trọng hồ sơ quá hạn",
			value:       count.of("unit:dvc_dossiers_overdue:sum{unit=$unit}") + " hồ sơ (" + percent.value() + ")",
			target:      "không quá " + percent.of(`100 * dvc:overdue_share_ratio:threshold{severity="warning"}`),
			change:      countChange.ifKnown("unit:dvc_dossiers_overdue:delta1w{unit=$unit}", " trong 7 ngày"),
		},
	},
	{
		name:   "DvcLateToReceive",
		source: "records",
		panel:  panel{unitPage, 5},
		expr: `
			sum by (unit) (unit_stage:dvc_dossiers_overdue:held{stage="reception"})
			> on () group_left () dvc:late_reception_dossiers:threshold`,
		text: text{
			summary:     unitName + ": " + count.value() + " hồ sơ chậm tiếp nhận",
			description: count.value() + " hồ sơ nộp trực tuyến chưa được tiếp nhận trong thời hạn. Danh sách hồ sơ chậm của đơn vị có trên bảng theo dõi.",
			period:      toThisDay,
			asOf:        local,
			indicator:   "Hồ sơ chậm tiếp nhận",
			value:       count.value() + " hồ sơ",
			target:      "không quá " + count.of("dvc:late_reception_dossiers:threshold"),
		},
	},
	{
		name:   "DvcOldestOverdue",
		source: "records",
		panel:  panel{unitPage, 7},
		expr: `
			floor(unit:dvc_dossiers_oldest_overdue:age_days)
			> on () group_left () dvc:oldest_overdue_days:threshold`,
		text: text{
			summary:     unitName + ": hồ sơ quá hạn lâu nhất đã " + count.value() + " ngày",
			description: "Có hồ sơ đã quá hạn " + count.value() + " ngày mà chưa giải quyết xong (mức cảnh báo: trên " + count.of("dvc:oldest_overdue_days:threshold") + " ngày).",
			period:      toThisDay,
			asOf:        local,
			indicator:   "Hồ sơ quá hạn lâu nhất",
			value:       count.value() + " ngày",
			target:      "không quá " + count.of("dvc:oldest_overdue_days:threshold") + " ngày",
		},
	},
	{
		name:   "DvcManyDueSoon",
		source: "records",
		panel:  panel{unitPage, 8},
		expr: `
			unit:dvc_dossiers_due_soon:held >= on () group_left () dvc:due_soon_dossiers:threshold
			and on (unit) unit:dvc_dossiers_due_soon:ratio > on () group_left () dvc:due_soon_ratio:threshold`,
		text: text{
			summary:     unitName + ": " + count.value() + " hồ sơ sẽ đến hạn trong 72 giờ tới",
			description: count.value() + " trong " + count.of("dvc_dossiers_open{unit=$unit}") + " hồ sơ đang xử lý (" + percent.of("100 * unit:dvc_dossiers_due_soon:ratio{unit=$unit}") + ") sẽ đến hạn trong 72 giờ tới; cần bố trí người để không phát sinh hồ sơ quá hạn.",
			period:      toThisDay,
			asOf:        local,
			indicator:   "Hồ sơ sắp đến hạn",
			value:       count.value() + " hồ sơ",
		},
	},
	{
		name:   "DvcDocumentsOverdue",
		source: "documents",
		panel:  panel{documentsPage, 1},
		expr: `
			unit:dvc_documents_overdue:held > on () group_left () dvc:overdue_documents:threshold`,
		text: text{
			summary:     unitName + ": " + count.value() + " văn bản, hồ sơ công việc quá hạn",
			description: count.value() + " trong " + count.of("dvc_documents_open{unit=$unit}") + " văn bản, hồ sơ công việc đang xử lý đã quá hạn.",
			period:      toThisDay,
			asOf:        momentIfKnown(`max(dvc_data_timestamp_seconds{source="documents"})`),
			indicator:   "Văn bản, hồ sơ công việc quá hạn",
			value:       count.value() + " văn bản",
			target:      "không quá " + count.of("dvc:overdue_documents:threshold"),
		},
	},
	{
		name:   "DvcApologiesMissing",
		source: "records",
		panel:  panel{unitPage, 9},
		expr: `
			unit:dvc_apologies:missing{window="month"}
			> on () group_left () dvc:missing_apologies:threshold`,
		text: text{
			summary:     unitName + ": còn thiếu " + count.value() + " thư xin lỗi vì trễ hẹn",
			description: monthFirst + " có " + count.of(`dvc_apologies_due{unit=$unit,window="month"}`) + " hồ sơ trễ hẹn phải xin lỗi bằng văn bản, mới có " + count.of(`dvc_apologies_sent{unit=$unit,window="month"}`) + " thư xin lỗi.",
			period:      month,
			asOf:        local,
			indicator:   "Thư xin lỗi còn thiếu",
			value:       count.value() + " thư",
			target:      count.of("dvc:missing_apologies:threshold"),
		},
	},
	{
		name:   "DvcPublicationLate",
		source: "portal",
		panel:  panel{unitPage, 10},
		expr: `
			max by (unit, indicator, window) (
				dvc_indicator_denominator{indicator=~"PUBLISH_ON_TIME|PUBLIC_UPDATE_ON_TIME",window="month",source="portal"}
			)
			- max by (unit, indicator, window) (
				dvc_indicator_numerator{indicator=~"PUBLISH_ON_TIME|PUBLIC_UPDATE_ON_TIME",window="month",source="portal"}
			)
			> on () group_left () dvc:late_publications:threshold`,
		cost: indicatorCost,
		text: text{
			summary:     unitName + ": " + count.value() + " thủ tục hành chính công bố, công khai chậm",
			description: monthFirst + " có " + count.value() + " trong " + count.of(`dvc_indicator_denominator{unit=$unit,indicator=$indicator,window="month",source="portal"}`) + " thủ tục hành chính không đúng hạn ở chỉ số “" + indicatorName + "”. Việc chậm công bố, công khai không được để xảy ra (Quyết định 766/QĐ-TTg).",
			period:      month,
			asOf:        published,
			indicator:   indicatorName,
			value:       count.value() + " thủ tục chậm",
			target:      count.of("dvc:late_publications:threshold"),
		},
	},
	{
		name: "DvcListNotRenewed",
		about: `
			Nobody renews the unit's list of dossiers: its figures are old, and nothing new can
			become overdue by it. The value is its age in days.`,
		source: "records",
		panel:  panel{unitPage, 5},
		expr: `
			unit:dvc_dossiers_list:age_days
			> on () group_left () dvc:list_age_days:threshold`,
		text: text{
			summary: unitName + ": danh sách hồ sơ không được cập nhật " + times.value() + " ngày",
			description: "Danh sách hồ sơ mới nhất của đơn vị là của " + moment("dvc_dossiers_data_timestamp_seconds{unit=$unit}") + ", đã " + times.value() + " ngày (mức cho phép " + count.of("dvc:list_age_days:threshold") +
				" ngày). Số liệu của đơn vị vì vậy là số cũ; quá 10 ngày sẽ không còn được hiển thị. Đề nghị xuất lại danh sách.",
			period:    "đến nay",
			asOf:      momentIfKnown("dvc_dossiers_data_timestamp_seconds{unit=$unit}"),
			indicator: "Danh sách hồ sơ không được cập nhật",
			value:     times.value() + " ngày",
			target:    "không quá " + count.of("dvc:list_age_days:threshold") + " ngày",
		},
	},
	{
		name:    "DvcSyncGapHigh",
		source:  "portal",
		panel:   panel{unitPage, 11},
		percent: true,
		expr: `
			unit:dvc_dossiers_received:sync_gap{window="month"}
			> on () group_left () dvc:sync_gap_ratio:threshold
			and on (unit, window)
			unit:dvc_dossiers_received:larger >= on () group_left () dvc:sync_gap_base:threshold`,
		text: text{
			summary:     unitName + ": số hồ sơ trên Cổng quốc gia và tại địa phương lệch " + percent.value(),
			description: monthFirst + " Cổng Dịch vụ công quốc gia ghi nhận " + count.of(`dvc_portal_dossiers_received{unit=$unit,window="month"}`) + " hồ sơ, hệ thống của địa phương " + count.of(`unit:dvc_dossiers_received:local{unit=$unit,window="month"}`) + " hồ sơ (mức cho phép " + percent.of("100 * dvc:sync_gap_ratio:threshold") + "). Cần kiểm tra việc đồng bộ.",
			period:      month,
			asOf:        published,
			indicator:   "Chênh lệch đồng bộ hồ sơ",
			value:       percent.value(),
			target:      "không quá " + percent.of("100 * dvc:sync_gap_ratio:threshold"),
		},
	},
	{
		name: "DvcUnitMissing",
		about: `
			A unit of last month's table that the newest table, which is there, does not have.
			The value is its last place.`,
		source: "portal",
		panel:  panel{unitPage, 2},
		expr: `
			max by (unit, window, among) (dvc_rank_past{window="month",periods_ago="1"})
			unless on (unit) dvc_rank{window="month"}
			and on (window, among) dvc_ranked_units`,
		text: text{
			summary:     unitName + ": không có trong bảng kết quả mới nhất",
			description: "Bảng kết quả " + month + " có " + count.of(`dvc_ranked_units{window="month",among=$among}`) + " đơn vị nhưng không có đơn vị này; tháng trước đó đơn vị xếp hạng " + count.value() + ".",
			period:      month,
			asOf:        published,
			indicator:   "Có trong bảng kết quả",
			value:       "không có",
			change:      "tháng trước hạng " + count.value(),
		},
	},
	{
		name: "DvcFigureRevised",
		about: `
			Not of one unit: the office that steers hears of it, not the units.`,
		severities: []string{"info"},
		panel:      panel{system, 4},
		expr: `
			sum by (source) (increase(dvc_source_revisions_total[1d])) > 0`,
		text: text{
			summary:     "Nguồn công bố đã sửa " + count.value() + " số liệu của các kỳ đã kết thúc",
			description: "Trong 24 giờ qua nguồn " + sourceName + " đã thay đổi " + count.value() + " số liệu đã công bố; các so sánh với kỳ trước có thể khác với báo cáo đã gửi.",
			period:      "24 giờ qua",
			asOf:        ofSource,
			indicator:   "Số liệu đã công bố bị sửa",
			value:       count.value() + " số liệu",
		},
	},
}

var praise = []alert{
	{
		name:       "DvcTenBest",
		about:      `The value is the place.`,
		severities: []string{"info"},
		source:     "portal",
		panel:      panel{unitPage, 2},
		expr:       `unit:dvc_rank:best10{window="month"}`,
		text: text{
			summary:     unitName + ": trong mười đơn vị có kết quả tốt nhất, hạng " + count.value(),
			description: monthFirst + " xếp hạng " + count.value() + " trên " + count.of(`dvc_ranked_units{window="month",among=$among}`) + ", trong mười đơn vị có kết quả tốt nhất (không tính đơn vị có quá ít hồ sơ).",
			period:      month,
			asOf:        published,
			indicator:   "Mười đơn vị có kết quả tốt nhất",
			value:       "hạng " + count.value() + "/" + count.of(`dvc_ranked_units{window="month",among=$among}`),
			change:      pointsChange.ifKnown(`unit:dvc_score:delta1{unit=$unit,window="month"}`, " điểm"),
		},
	},
	{
		name: "DvcAllTargetsReached",
		about: `
			No target missed, enough of them known, and the score not below its own target.`,
		severities: []string{"info"},
		source:     "portal",
		panel:      panel{unitPage, 4},
		expr: `
			unit:dvc_targets:reached{window="month"} >= on () group_left () dvc:praised_targets:threshold
			unless on (unit, window) unit:dvc_targets:missed
			unless on (unit, window) unit:dvc_score:target_gap < 0`,
		text: text{
			summary:     unitName + ": đạt tất cả " + count.value() + " chỉ tiêu",
			description: monthFirst + " đơn vị đạt tất cả " + count.value() + " chỉ tiêu được giao.",
			period:      month,
			asOf:        published,
			indicator:   "Chỉ tiêu đạt",
			value:       count.value() + " chỉ tiêu",
			change:      pointsChange.ifKnown(`unit:dvc_score:delta1{unit=$unit,window="month"}`, " điểm"),
		},
	},
	{
		name:       "DvcRankRose",
		severities: []string{"info"},
		source:     "portal",
		panel:      panel{unitPage, 2},
		expr: `
			-1 * unit:dvc_rank:delta1{window="month"}
			>= on (among) group_left () dvc:rank_rise_places:threshold
			unless on (unit, window) unit:dvc_dossiers_received:few`,
		text: text{
			summary:     unitName + ": tăng " + count.value() + " bậc xếp hạng so với tháng trước",
			description: monthFirst + " xếp hạng " + count.of(`dvc_rank{unit=$unit,window="month"}`) + " trên " + count.of(`dvc_ranked_units{window="month",among=$among}`) + ", tháng trước đó hạng " + count.of(`dvc_rank_past{unit=$unit,window="month",periods_ago="1"}`) + ".",
			period:      month,
			asOf:        published,
			indicator:   "Xếp hạng",
			value:       "hạng " + count.of(`dvc_rank{unit=$unit,window="month"}`) + "/" + count.of(`dvc_ranked_units{window="month",among=$among}`),
			change:      "tăng " + count.value() + " bậc",
		},
	},
}
