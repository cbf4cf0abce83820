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

	const departments, communes = `unit:dvc_unit_info:newest{kind="department"}`, `unit:dvc_unit_info:newest{kind="commune"}`
	ofDepartments, ofCommunes := measure("")+` and on (unit) `+departments, measure("")+` and on (unit) `+communes
	b.add(0, 0, 12, 23, b.rankTable(t("Sở, ban, ngành, xếp theo: ${indicator:text}"), "departments", departments, ofDepartments, colorGood, rowHeight))
	b.add(0, 23, 12, 3, b.asOf(true, "portal|pages"))

	best, last := `topk(10, `+ofCommunes+`)`, `bottomk(10, `+ofCommunes+`)`
	b.add(12, 0, 12, 13, b.rankTable(t("10 xã, phường dẫn đầu (khen), xếp theo: ${indicator:text}"), "communes", best, best, colorGood, "sm"))
	b.add(12, 13, 12, 13, b.rankTable(t("10 xã, phường cuối bảng (đôn đốc), xếp theo: ${indicator:text}"), "communes", last, last, colorBad, "sm"))
	b.folded(26, t("Tất cả xã, phường (bấm để mở)"), func(b *builder) {
		b.add(0, 0, 24, 30, b.rankTable(t("Tất cả xã, phường, xếp theo: ${indicator:text}"), "communes", communes, ofCommunes, colorGood, "sm"))
	})
	return &b.Dashboard
}

// rankTable lists the units that the expression listed has, by their score, which is the
// points that the variable chooses. One without points is the last row.
func (b *builder) rankTable(title, among, listed, score, bar string, rows common.TableCellHeight) *panel {
	keep := ` and on (unit) (` + score + `)`
	return b.table(title, b.t("Thứ hạng và mức đổi hạng theo tổng điểm của kỳ; thứ tự dòng và thanh theo chỉ số đã chọn (biến indicator; mặc định là tổng điểm). Nguồn: Cổng Dịch vụ công quốc gia."), tablePanel{by: "unit", sort: "points", desc: true, rows: rows, columns: []column{
		{query: query{ref: "place", expr: fmt.Sprintf(`max by (unit) (dvc_rank{window="$window",among="%s"})`, among) + keep, of: unitMeasures}, title: b.t("Hạng chung"), cell: count(style{bold: true}), width: 92, right: true},
		{label: true, query: name(listed), title: b.t("Đơn vị"), cell: unitName(wideName), least: 170},
		{query: query{ref: "points", expr: "round(" + score + ", 0.01)", of: unitMeasures}, title: b.t("Điểm"), cell: points(style{bold: true}), width: 105, right: true},
		{query: query{ref: "delta", expr: fmt.Sprintf(`max by (unit) (unit:dvc_rank:delta1{window="$window",among="%s"})`, among) + keep, of: unitMeasures}, title: b.t("Đổi hạng"), cell: places, width: 115},
		{query: query{ref: "bar", expr: "(100 * " + measure("") + " / (" + measure("_max") + " > 0))" + keep, of: unitMeasures}, bar: bar, width: 118, drill: true},
	}})
}
