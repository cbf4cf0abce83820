package main

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// ranking is the wall's second dashboard: who does well and who does not, departments and
// communes apart.
func ranking(e *edition) *dashboard.Dashboard {
	b := newBuilder(e, "dvc-xep-hang", "Xếp hạng đơn vị", "Sở, ban, ngành và xã, phường theo tổng điểm hoặc theo một nhóm, một chỉ số. Dùng cho màn hình treo tường.", instant).choosePeriod()
	t := b.t
	b.chosen(variable{Name: "indicator", Label: new(t("Xếp theo")), Hide: new(dashboard.VariableHideHideVariable), Current: choice("total", "total")}, as(as("vector(1)", "code", "total"), "name", t("Tổng điểm"))+
		` or label_replace(max by (group, name) (dvc_group_info), "code", "$1", "group", "(.+)")`+
		` or label_replace(max by (indicator, name) (dvc_indicator_info), "code", "$1", "indicator", "(.+)")`)

	of := func(kind string) (string, string) {
		listed := `unit:dvc_unit_info:own{kind="` + kind + `",parent="$province"}`
		return listed, measure("") + ` and on (unit) ` + listed
	}
	departments, ofDepartments := of("department")
	communes, ofCommunes := of("commune")
	b.add(0, 0, 12, 23, b.rankTable(t("Sở, ban, ngành, xếp theo: ${indicator:text}"), "departments", departments, ofDepartments, ofDepartments, rowHeight))
	b.add(0, 23, 12, 3, b.asOf(true, "portal|pages"))

	// Of a commune that received too few dossiers the points are mostly defaults.
	judged := `(` + ofCommunes + ` unless on (unit) unit:dvc_dossiers_received:few{window="$window"})`
	best, last := `topk(10, `+judged+`)`, `bottomk(10, `+judged+`)`
	b.add(12, 0, 12, 13, b.rankTable(t("10 xã, phường dẫn đầu (khen), xếp theo: ${indicator:text}"), "communes", best, best, judged, "sm"))
	b.add(12, 13, 12, 13, b.rankTable(t("10 xã, phường cuối bảng (đôn đốc), xếp theo: ${indicator:text}"), "communes", last, last, judged, "sm"))
	b.folded(26, t("Tất cả xã, phường (bấm để mở)"), func(b *builder) {
		b.add(0, 0, 24, 30, b.rankTable(t("Tất cả xã, phường, xếp theo: ${indicator:text}"), "communes", communes, ofCommunes, ofCommunes, "sm"))
	})
	return &b.Dashboard
}

// rankTable lists the units that the expression listed has, by their score, which is the
// points that the variable chooses, and places them between the worst and the best of all.
// One without points is the last row. Only totals have places; a group has its change of
// points.
func (b *builder) rankTable(title, among, listed, score, all string, rows common.TableCellHeight) *panel {
	keep := ` and on (unit) (` + score + `)`
	const total = ` unless on () (dvc_group_info{group="$indicator"} or dvc_indicator_info{indicator="$indicator"})`
	return b.table(title, b.t("Thứ tự dòng, điểm và dấu theo chỉ số đã chọn (biến indicator; mặc định là tổng điểm); hạng và đổi hạng khi xếp theo tổng điểm, đổi điểm khi xếp theo nhóm. Dấu: vị trí giữa đơn vị thấp nhất và cao nhất cùng loại; vạch xám: trung bình. 10 đơn vị dẫn đầu, cuối bảng không gồm đơn vị nhận quá ít hồ sơ trong kỳ (dvc:ratio_base:threshold). Nguồn: Cổng Dịch vụ công quốc gia."), tablePanel{by: "unit", sort: "points", desc: true, rows: rows, columns: []column{
		{query: query{ref: "place", expr: fmt.Sprintf(`max by (unit) (dvc_rank{window="$window",among="%s"})`, among) + keep + total, of: unitMeasures}, title: b.t("Hạng"), cell: count(style{bold: true}), width: 65, right: true},
		{label: true, query: name(listed), title: b.t("Đơn vị"), cell: unitName(narrowName), least: 170},
		{query: query{ref: "points", expr: "round(" + score + ", 0.01)", of: unitMeasures}, title: b.t("Điểm"), cell: points(style{bold: true}), width: 100, right: true},
		{label: true, query: query{ref: "graded", expr: joined(gradeName+unitMeasures.age(), "graded", "graded", "state") + keep + total}, title: b.t("Xếp loại"), cell: aged(words(style{size: sizeDesk})), width: 100},
		{query: query{ref: "delta", expr: fmt.Sprintf(`max by (unit) (unit:dvc_rank:delta1{window="$window",among="%s"})`, among) + keep + total, of: unitMeasures}, title: b.t("Đổi hạng"), cell: places, width: 90},
		{query: query{ref: "change", expr: `round(max by (unit) (unit_group:dvc_group_score:delta1{window="$window",group="$indicator"})` + keep + `, 0.01)`, of: unitMeasures}, title: b.t("Đổi điểm"), cell: change, width: 115},
		{label: true, query: query{ref: "scale", expr: onScale("("+score+")", "("+all+")", unitMeasures)}, title: b.t("thấp ◂ │ trung bình ▸ cao"), cell: wide(onScaleBar, 208), width: 225, drill: true},
	}})
}
