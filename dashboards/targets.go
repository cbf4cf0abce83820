package main

import (
	"fmt"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// targets is the wall's third dashboard: units × targets, who misses what by how much.
func targets(e *edition) *dashboard.Dashboard {
	b := newBuilder(e, "dvc-chi-tieu", "Chỉ tiêu", "Từng đơn vị so với từng chỉ tiêu của kế hoạch: đạt, chưa đạt, còn thiếu bao nhiêu. Dùng cho màn hình treo tường.", instant).choosePeriod()
	t := b.t

	b.add(0, 0, 15, 26, b.targetMatrix(t("Sở, ban, ngành: ✓ đạt, ✗ chưa đạt chỉ tiêu, ⚠ số cũ"), `unit:dvc_unit_info:newest{kind="department"}`))
	b.add(15, 0, 9, 8, b.progress())

	b.add(15, 8, 9, 8, b.reachedByUnits())
	b.add(15, 16, 9, 7, b.lackMost())
	b.add(15, 23, 9, 3, b.asOf(true, "portal|pages|records|sql"))
	b.folded(26, t("Từng xã, phường (bấm để mở)"), func(b *builder) {
		b.add(0, 0, 24, 30, b.targetMatrix(t("Xã, phường: ✓ đạt, ✗ chưa đạt chỉ tiêu, ⚠ số cũ"), `unit:dvc_unit_info:newest{kind="commune"}`))
	})
	return &b.Dashboard
}

// gapOf is how far departments and communes are from their targets.
const gapOf = `(unit_indicator:dvc_indicator:target_gap{window="$window"} and on (unit) unit:dvc_unit_info:newest{kind=~"department|commune"})`

// withAge writes labels of rows together with whether any figure behind a row is old:
// 95|new, 95|old. Rows are told apart by the label by.
func withAge(rows, by string, labels ...string) string {
	old := gapOf + ` unless on (indicator, source, window) (indicator_window:dvc_indicator:current == 1)`
	count := `count by (` + by + `) (` + gapOf + `)`
	rows += ` * on (` + by + `) group_left (state) (` + as(count+` unless on (`+by+`) (`+old+`)`, "state", "new") +
		` or ` + as(count+` and on (`+by+`) (`+old+`)`, "state", stale) + `) ^ 0`
	for _, label := range labels {
		rows = joined(rows, label, label, "state")
	}
	return rows
}

// aged shows values that carry their age.
func aged(c cell) cell {
	return func(e *edition, _ bool) []pattern {
		var list []pattern
		for _, age := range []string{"new", stale} {
			for _, p := range c(e, age == stale) {
				list = append(list, pattern{strings.TrimSuffix(p.match, "$") + `\|` + age + `$`, p.text})
			}
		}
		return list
	}
}

// reachedByUnits counts, for each target, the units that reach it.
func (b *builder) reachedByUnits() *panel {
	known := `count by (indicator) (` + gapOf + `)`
	met := `(count by (indicator) (` + gapOf + ` >= 0) or 0 * ` + known + `)`
	rows := met +
		` * on (indicator) group_left (met) ` + labelled("met", "indicator", met, 1) +
		` * on (indicator) group_left (known) ` + labelled("known", "indicator", known, 1) +
		` * on (indicator) group_left (share) ` + labelled("share", "indicator", "(100 * "+met+" / "+known+")", 1)
	return b.table(b.t("Số đơn vị đạt trên số đơn vị có số liệu"),
		b.t("Sở, ban, ngành và xã, phường có tỷ lệ của kỳ bằng hoặc trên chỉ tiêu; đơn vị không có số liệu không tính vào mẫu số."),
		tablePanel{by: "indicator", from: "sort_desc(" + withAge(rows, "indicator", "met", "known", "share") + ")", columns: []column{
			{query: query{ref: "indicator"}, title: b.t("Chỉ tiêu"), cell: words(style{}, indicatorNames...), least: 200},
			{query: query{ref: "met"}, title: b.t("Đạt"), cell: aged(count(style{bold: true})), width: 85, right: true},
			{query: query{ref: "known"}, title: b.t("Trên"), cell: aged(outOf), width: 95},
			{query: query{ref: "share"}, cell: aged(shareBar), width: 95},
		}})
}

// lackMost lists the communes that lack most, over all targets that they miss.
func (b *builder) lackMost() *panel {
	lack := `topk(3, sum by (unit) (-100 * (` + gapOf + ` < 0)) and on (unit) unit:dvc_unit_info:newest{kind="commune"})`
	rows := lack +
		` * on (unit) group_left (missed) ` + labelled("missed", "unit", "count by (unit) ("+gapOf+" < 0)", 1) +
		` * on (unit) group_left (lack) ` + labelled("lack", "unit", lack, 0.1) +
		` * on (unit) group_left (name) max by (unit, name) (unit:dvc_unit_info:newest)`
	return b.table(b.t("Xã, phường còn thiếu nhiều nhất"),
		b.t("Cộng số điểm phần trăm còn thiếu của các chỉ tiêu chưa đạt; chỉ tiêu không có số liệu không tính."),
		tablePanel{by: "unit", from: "sort_desc(" + withAge(rows, "unit", "missed", "lack") + ")", columns: []column{
			{query: query{ref: "name"}, title: b.t("Đơn vị"), cell: unitName(wideName), least: 200},
			{query: query{ref: "missed"}, title: b.t("Chưa đạt"), cell: aged(count(style{bold: true})), width: 100, right: true},
			{query: query{ref: "lack"}, title: b.t("Còn thiếu"), cell: aged(lacking), width: 150, right: true},
		}})
}

func outOf(e *edition, old bool) []pattern {
	return []pattern{{`^(\d+)$`, e.text(style{}, "/ $1", old)}}
}

// shareBar is a bar of a share in percent.
func shareBar(_ *edition, old bool) []pattern {
	color := colorGood
	if old {
		color = colorOld
	}
	return []pattern{{`^(\d+)$`, `<div style="width:$1%;height:28px;background-color:` + color + `"></div>`}}
}

// lacking is how many percentage points are lacking.
func lacking(e *edition, old bool) []pattern {
	s := style{bold: true, color: colorBad}
	return []pattern{
		{`^(\d+)\.(\d)\d*$`, e.text(s, "▼ $1"+e.comma+"$2", old)},
		{`^(\d+)$`, e.text(s, "▼ $1"+e.comma+"0", old)},
	}
}

// targetMatrix has the units in sel as rows and the targets as columns; its first row says
// what is to be reached.
func (b *builder) targetMatrix(title, sel string) *panel {
	cells := joined(againstTarget(chosenWindow, ` and on (unit) `+sel), "cell", "v", "state") + ` * on (unit) group_left (name) max by (unit, name) (unit:dvc_unit_info:newest)`
	// Rows stand in the order of the series: the units with the most reached first.
	order := `(sum by (unit) (clamp_max(unit_indicator:dvc_indicator:target_gap{window="$window"}, 0) + 1))`
	heads := joined(labelled("t", "indicator", "100 * max by (indicator) (dvc_target_ratio)", 0.1), "cell", "indicator", "t")
	expr := fmt.Sprintf(`sort_desc((%s) * 0 + on (unit) group_left () %s or %s)`, cells, order, as("1e9 * "+heads, "name", b.t("Phải đạt")))
	return b.matrix(title, b.t("Tỷ lệ của kỳ; dòng đầu là chỉ tiêu đang có hiệu lực (dvc_target_ratio). Số của Cổng trước; nơi Cổng không có thì theo hồ sơ của địa phương. Ô trống: không có số liệu."),
		matrix{expr: expr, row: "name", column: "indicator", value: "cell", names: unitName(narrowName), cell: matrixChip,
			order: []string{"ONLINE_DOSSIER", "ONLINE_PAYMENT", "DIGITIZED_DOSSIER", "ELECTRONIC_RESULT"}, nameWidth: 320, least: 82})
}

// progress is the own province's ratios over the year so far, the quarter and the month:
// how they move within the year.
func (b *builder) progress() *panel {
	cells := joined(joined(againstTarget(everyWindow, own), "cell", "v", "state"), "row", "indicator", "t")
	heads := as(joined(`1e9 * window:dvc_period:name{`+everyWindow+`}`, "cell", "window", "period"), "row", b.t("Phải đạt"))
	return b.matrix(b.t("Toàn tỉnh, thành phố: tiến độ trong năm"),
		b.t("Tỷ lệ lũy kế từ đầu năm, của quý và của tháng gần nhất so với chỉ tiêu đang có hiệu lực: tháng hơn quý, quý hơn năm là đang tiến."),
		matrix{expr: `sort_desc((` + cells + `) or (` + heads + `))`, row: "row", column: "window", value: "cell", names: targetName, cell: matrixChip,
			order: []string{"year", "quarter", "month"}, nameWidth: 220, least: 82})
}

// targetName is an indicator with its target, from a value such as ONLINE_DOSSIER|60.
func targetName(e *edition, _ bool) []pattern {
	var list []pattern
	for i := 0; i < len(indicatorNames); i += 2 {
		list = append(list,
			pattern{`^` + indicatorNames[i] + `\|(\d+)$`, style{size: sizeTwo}.html(e.t(indicatorNames[i+1]) + "<br><b>≥ $1 %</b>")},
			pattern{`^` + indicatorNames[i] + `\|(\d+)\.(\d)\d*$`, style{size: sizeTwo}.html(e.t(indicatorNames[i+1]) + "<br><b>≥ $1" + e.comma + "$2 %</b>")})
	}
	return append(list, pattern{"^(.+)$", style{}.html("$1")})
}
