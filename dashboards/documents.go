package main

import "github.com/grafana/grafana-foundation-sdk/go/dashboard"

// documents is about documents and work files, the second half of what the letter of July
// 2024 looks at.
func documents(e *edition) *dashboard.Dashboard {
	b := newBuilder(e, "dvc-van-ban", "Văn bản, hồ sơ công việc", "Xử lý văn bản và hồ sơ công việc: đã nhận, đúng hạn, trên môi trường mạng, quá hạn, theo đơn vị.", instant).choosePeriod()
	t := b.t
	sum := func(metric string) string {
		return `sum(max by (unit, window, timeliness) (` + metric + `)` + below + `)`
	}
	ratio := func(indicator string) string {
		return `100 * province_indicator:dvc_indicator:ratio{unit="$province",window="$window",indicator="` + indicator + `",source="documents"}`
	}
	one := func(title, description, ref, expr, unit string, decimals float64, color string) *panel {
		return b.single(title, description, figure{query: query{ref: ref, expr: expr, of: localDocuments}, unit: unit, decimals: decimals, color: color})
	}
	b.add(0, 0, 5, 5, one(t("Đã nhận trong kỳ"), t("Văn bản và hồ sơ công việc đến trong kỳ của mọi đơn vị, theo dữ liệu của địa phương."), "received", sum(`dvc_documents_received{window="$window"}`), unitNumber, 0, ""))
	b.add(5, 0, 5, 5, one(t("Xử lý đúng hạn"), t("Trong số đã xong của kỳ, phần xong đúng hạn."), "on_time", ratio("DOCUMENT_ON_TIME"), unitPercent, 1, ""))
	b.add(10, 0, 5, 5, one(t("Trên môi trường mạng"), t("Trong số đã xong của kỳ, phần xử lý từ đầu đến cuối trên môi trường mạng."), "online", ratio("DOCUMENT_ONLINE"), unitPercent, 1, ""))
	b.add(15, 0, 4, 5, one(t("Đang xử lý"), t("Văn bản và hồ sơ công việc đang xử lý lúc này của mọi đơn vị."), "open", sum(`dvc_documents_open`), unitNumber, 0, ""))
	b.add(19, 0, 5, 5, one(t("Đang quá hạn"), t("Văn bản và hồ sơ công việc đã quá hạn mà chưa xong, lúc này, của mọi đơn vị."), "overdue", `province:dvc_documents_overdue:sum{unit="$province"}`, unitNumber, 0, colorCellBad))

	late := `((unit:dvc_documents_overdue:held` + below + `) > 0)`
	b.add(0, 5, 12, 19, id(1, b.table(t("Quá hạn: mười bốn đơn vị còn nhiều nhất"),
		t("Văn bản và hồ sơ công việc đã quá hạn mà chưa xong, lúc này, và phần của chúng trong số đang xử lý của đơn vị. Bấm vào thanh để xem đơn vị."),
		tablePanel{by: "unit", sort: "count", desc: true, most: 14, rows: "md", columns: []column{
			{label: true, query: name(late), title: t("Đơn vị"), cell: unitName(wideName), least: 200},
			{query: query{ref: "count", expr: late, of: localDocuments}, title: t("Quá hạn"), cell: count(style{bold: true}), width: 110, right: true},
			{query: query{ref: "open", expr: `max by (unit) (dvc_documents_open) and on (unit) ` + late, of: localDocuments}, title: t("Đang xử lý"), cell: count(style{}), width: 115, right: true},
			{query: query{ref: "bar", expr: `100 * ` + late + ` / on (unit) (max by (unit) (dvc_documents_open) > 0)`, of: localDocuments}, title: t("% đang xử lý"), bar: colorBad, width: 130, drill: true},
		}})))
	documents := func(rule, indicator string) string {
		return `max by (unit) (unit_indicator:dvc_indicator` + rule + `{window="$window",indicator="` + indicator + `",source="documents"})`
	}
	worst := `(100 * ` + documents("_comparable:ratio", "DOCUMENT_ONLINE") + below + `)`
	parts := joined(labelled("n", "unit", documents("_preferred:numerator", "DOCUMENT_ONLINE"), 1)+
		` * on (unit) group_left (d) `+labelled("d", "unit", documents("_preferred:denominator", "DOCUMENT_ONLINE"), 1)+localDocuments.age(), "counts", "n", "d", "state")
	b.add(12, 5, 12, 19, b.table(t("Trên môi trường mạng: mười bốn đơn vị thấp nhất (đôn đốc)"),
		t("Tỷ lệ xử lý hoàn toàn trên môi trường mạng và tỷ lệ đúng hạn trong số đã xong của kỳ. Đơn vị có quá ít văn bản (dvc:ratio_base:threshold) không xếp. Bấm vào thanh để xem đơn vị."),
		tablePanel{by: "unit", sort: "online", most: 14, rows: "md", columns: []column{
			{label: true, query: name(worst), title: t("Đơn vị"), cell: unitName(narrowName), least: 200},
			{query: query{ref: "online", expr: "round(" + worst + ", 0.1)", of: localDocuments}, title: t("Trên mạng"), cell: percent(style{bold: true}), width: 125, right: true},
			{label: true, query: query{ref: "counts", expr: parts + ` and on (unit) ` + worst}, title: t("Đạt/tổng"), cell: aged(counts(style{size: sizeDesk})), width: 100, right: true},
			{query: query{ref: "on_time", expr: `round(100 * ` + documents(":ratio", "DOCUMENT_ON_TIME") + ` and on (unit) ` + worst + `, 0.1)`, of: localDocuments}, title: t("Đúng hạn"), cell: percent(style{}), width: 125, right: true},
			{query: query{ref: "bar", expr: worst, of: localDocuments}, title: "0 – 100 %", bar: colorGood, width: 120, drill: true},
		}}))
	b.add(0, 24, 24, 3, b.asOf(true, "documents"))
	return &b.Dashboard
}
