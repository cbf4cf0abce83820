package main

import "github.com/grafana/grafana-foundation-sdk/go/dashboard"

// overview is the wall's first dashboard: where the own province stands, and what holds it
// back.
func overview(e *edition) *dashboard.Dashboard {
	b := newBuilder(e, "dvc-tong-quan", "Tổng quan", "Điểm, hạng, nhóm yếu nhất, hồ sơ quá hạn và chỉ tiêu của tỉnh, thành phố. Dùng cho màn hình treo tường.", instant).choosePeriod()
	t := b.t

	b.add(0, 0, 6, 5, b.stat(t("Điểm chỉ số phục vụ"),
		t("Tổng điểm do Cổng Dịch vụ công quốc gia công bố (Quyết định 766/QĐ-TTg), nguyên như công bố, của kỳ đang xem."),
		statPanel{figures: []figure{{query: query{
			ref: "score", of: provinceScores, legend: "${window:text} {{period}} · " + t("trên {{max}} điểm") + "{{graded}}",
			expr: withGrade(`max by (unit, window) (dvc_score{window="$window"}`+own+`)`) +
				` * on (window) group_left (period) window:dvc_period:name` +
				` * on (unit) group_left (max) count_values by (unit) ("max", max by (unit) (dvc_score_max{window="$window"}))`,
		}, unit: unitNumber, decimals: 2}}}))
	b.add(6, 0, 6, 5, b.placeOf(t("Xếp hạng toàn quốc"),
		t("Thứ hạng theo tổng điểm trong các tỉnh, thành phố có số liệu của kỳ; bằng điểm thì cùng hạng."), own, provinceScores))
	b.add(12, 0, 6, 5, b.delta(t("Thay đổi điểm so với kỳ trước"),
		t("Điểm kỳ này trừ điểm kỳ liền trước, cùng loại kỳ."), t("so với kỳ trước"),
		`unit:dvc_score:delta1{window="$window"}`+own, provinceScores))
	b.add(18, 0, 6, 5, b.delta(t("Thay đổi điểm so với hai kỳ trước"),
		t("Điểm kỳ này trừ điểm của hai kỳ trước, cùng loại kỳ."), t("so với hai kỳ trước"),
		`unit:dvc_score:delta2{window="$window"}`+own, provinceScores))

	ratio := `100 * max by (group) (unit_group:dvc_group_score:ratio{window="$window"}` + own + `)`
	weakest := `unit_group:dvc_group_score:weakest{window="$window"}` + own
	b.add(0, 5, 13, 11, b.groupTable(ratio, weakest, `{window="$window"}`, own, provinceScores))

	total := as(`province:dvc_dossiers_overdue:sum{unit="$province"}`, "mark", "Σ")
	top := `(unit:dvc_dossiers_overdue:sum` + below + `) > 0`
	rows := `(` + total + ` or ` + top + `)`
	share := `100 * ` + rows + ` / on () group_left () (province:dvc_dossiers_overdue:sum{unit="$province"} > 0)`
	b.add(13, 5, 11, 11, b.table(t("Hồ sơ quá hạn: năm đơn vị còn nhiều nhất"),
		t("Hồ sơ chậm tiếp nhận và chậm xử lý, lũy kế đến nay, theo hồ sơ của địa phương. Dòng đầu: tổng của mọi đơn vị. Bấm vào thanh để xem đơn vị."),
		tablePanel{by: "unit", sort: "count", desc: true, most: 6, columns: []column{
			{label: true, query: query{ref: "name", expr: `max by (unit, name) (` + marked(rows, "Σ") + `)`}, title: t("Đơn vị"), cell: unitName(narrowName), least: 170},
			{query: query{ref: "count", expr: `max by (unit) (` + rows + `)`, of: localDossiers}, title: t("Hồ sơ"), cell: count(style{bold: true}), width: 135, right: true},
			{query: query{ref: "share", expr: `round(max by (unit) (` + share + `), 0.1)`, of: localDossiers}, title: t("Tỷ trọng"), cell: percent(style{}), width: 145, right: true},
			{query: query{ref: "bar", expr: `max by (unit) (` + share + `)`, of: localDossiers}, title: t("Phần của tổng"), bar: colorBad, width: 120, drill: true},
		}}))

	b.add(0, 16, 13, 8, b.targetTable(t("Chỉ tiêu toàn tỉnh, thành phố (vạch xám: mức phải đạt)"), againstTarget(chosenWindow, own)))
	b.add(0, 24, 13, 3, b.asOf(true, "portal|pages|records|sql"))

	b.add(13, 16, 4, 11, b.stat(t("Quá hạn theo khâu"),
		t("Chậm tiếp nhận: đã nộp mà quá hạn tiếp nhận vẫn ở trạng thái Mới đăng ký. Chậm xử lý: đã quá ngày hẹn trả mà chưa xong. Tổng mọi đơn vị, lũy kế đến nay, theo hồ sơ của địa phương."),
		statPanel{figures: b.overdueByStage(`province_stage:dvc_dossiers_overdue:sum{unit="$province"}`)}))
	b.add(17, 16, 7, 11, b.months(t("Điểm các tháng gần đây"),
		t("Tổng điểm của tháng gần nhất và bảy tháng trước đó, theo số Cổng Dịch vụ công quốc gia công bố hiện nay; dấu cho thấy điểm nằm đâu giữa tháng thấp nhất và tháng cao nhất."), own, 7, provinceScores))
	return &b.Dashboard
}

// groupTable lists the six groups of one unit by their share of the maximum. sel and cond
// choose the unit: matchers, and a condition behind them.
func (b *builder) groupTable(ratio, weakest, sel, cond string, of origin) *panel {
	marks := `max by (group, name) (` + joined(as(`(`+weakest+`) and on () `+of.current(), "mark", "▼"), "name", "mark", "group") +
		` or ` + joined(as(`(`+weakest+`) unless on () `+of.current(), "mark", "▽"), "name", "mark", "group") +
		` or ` + joined(`(unit_group:dvc_group_score:ratio`+sel+cond+`) unless on (group) (`+weakest+`)`, "name", "mark", "group") + `)`
	return b.table(b.t("Sáu nhóm chỉ số: đạt bao nhiêu % điểm tối đa của nhóm"),
		b.t("Điểm nhóm chia điểm tối đa của nhóm, theo Cổng Dịch vụ công quốc gia. ▼ là nhóm yếu nhất. Đổi điểm: tăng, giảm so với kỳ trước."),
		tablePanel{by: "group", sort: "ratio", desc: true, columns: []column{
			{label: true, query: query{ref: "name", expr: marks}, title: b.t("Nhóm"), cell: markedGroup, least: 250},
			{query: query{ref: "ratio", expr: "round(" + ratio + ", 0.1)", of: of}, title: b.t("Đạt"), cell: percent(style{bold: true}), width: 120, right: true},
			{query: query{ref: "delta", expr: `round(max by (group) (unit_group:dvc_group_score:delta1` + sel + cond + `), 0.01)`, of: of}, title: b.t("Đổi điểm"), cell: change, width: 115},
			{query: query{ref: "bar", expr: ratio, of: of}, title: b.t("0 – 100 %"), bar: colorGood, width: 150},
		}})
}

// marked gives series with a label mark the name of their unit with the mark before it.
func marked(rows, mark string) string {
	named := `(` + rows + `) * on (unit) group_left (name) max by (unit, name) (unit:dvc_unit_info:newest)`
	return `label_replace(label_join(` + named + `, "both", ";", "mark", "name"), "name", "` + mark + ` $1", "both", "` + mark + `;(.*)")`
}

// overdueByStage are overdue dossiers by stage.
func (b *builder) overdueByStage(rule string) []figure {
	stage := func(code string) string {
		return `sum(` + rule + ` and on (stage) ` + as("vector(1)", "stage", code) + `)`
	}
	return []figure{
		{query: query{ref: "reception", expr: stage("reception"), legend: b.t("Chậm tiếp nhận"), of: localDossiers}, unit: unitNumber, color: colorCellBad},
		{query: query{ref: "processing", expr: stage("processing"), legend: b.t("Chậm xử lý"), of: localDossiers}, unit: unitNumber, color: colorCellBad},
	}
}

// targetTable lists ratios against their targets, with bars; at a desk in smaller letters.
func (b *builder) targetTable(title, expr string) *panel {
	size, width, parts, bar := sizeWall, 125.0, 145.0, 140.0
	if !b.wall {
		size, width, parts, bar = sizeLong, 90, 105, 110
	}
	rows := joined(joined(joined(expr, "bar", "w", "t", "state"), "value", "v", "state"), "counts", "n", "d")
	columns := []column{
		{query: query{ref: "indicator"}, title: b.t("Chỉ tiêu"), cell: words(style{size: size}, indicatorNames...), least: 160},
		{query: query{ref: "value"}, title: b.t("Đạt"), cell: judged(style{size: size, bold: true}), width: width, right: true},
		{query: query{ref: "counts"}, title: b.t("Đạt/tổng"), cell: counts(style{size: sizeDesk}), width: parts, right: true},
		{query: query{ref: "t"}, title: b.t("Phải đạt"), cell: atLeast(style{size: size}), width: width, right: true},
		{query: query{ref: "state"}, title: b.t("Kết quả"), cell: verdict(size), width: width + 15},
		{query: query{ref: "bar"}, title: b.t("vạch: phải đạt"), cell: bullet, width: bar},
	}
	return b.table(title, b.t("Tỷ lệ của kỳ so với chỉ tiêu đang có hiệu lực (dvc_target_ratio, tệp chỉ tiêu). Số của Cổng trước; nơi Cổng không có thì theo hồ sơ của địa phương. Không có chỉ tiêu thì không có dòng."),
		tablePanel{by: "indicator", from: rows, columns: columns})
}
