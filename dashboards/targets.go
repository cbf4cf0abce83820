package main

import (
	"fmt"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// targets is the wall's third dashboard: units × targets, who misses what by how much.
func targets(e *edition) *dashboard.Dashboard {
	b := newBuilder(e, "dvc-chi-tieu", "Chỉ tiêu", "Từng đơn vị so với từng chỉ tiêu của kế hoạch: đạt, chưa đạt, còn thiếu bao nhiêu. Dùng cho màn hình treo tường.", instant).choosePeriod()
	t := b.t

	b.add(0, 0, 15, 23, b.targetMatrix(t("Sở, ban, ngành, xếp từ chưa đạt nhiều chỉ tiêu nhất: ✓ đạt, ✗ chưa đạt, ⚠ số cũ"), `unit:dvc_unit_info:own{kind="department",parent="$province"}`))
	b.add(15, 0, 9, 8, b.progress())

	b.add(15, 8, 9, 8, b.reachedByUnits())
	b.add(15, 16, 9, 10, b.lackMost())
	b.add(0, 23, 15, 3, b.asOf(true, "portal|pages|records|sql"))
	b.folded(26, t("Từng xã, phường (bấm để mở)"), func(b *builder) {
		b.add(0, 0, 24, 30, b.targetMatrix(t("Xã, phường, xếp từ chưa đạt nhiều chỉ tiêu nhất: ✓ đạt, ✗ chưa đạt, ⚠ số cũ"), `unit:dvc_unit_info:own{kind="commune",parent="$province"}`))
	})
	return &b.Dashboard
}

// gapOf is how far departments and communes are from their targets, where that can be judged.
const gapOf = `(unit_indicator:dvc_indicator_comparable:target_gap{window="$window"} and on (unit) unit:dvc_unit_info:own{kind=~"department|commune",parent="$province"})`

// withAge writes labels of rows together with whether any figure behind a row is old:
// 95|new, 95|old. Rows are told apart by the label by.
func withAge(rows, by string, labels ...string) string {
	old := gapOf + ` unless on (indicator, source, window) (indicator_window:dvc_indicator:current == 1` + present + `)`
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
		b.t("Sở, ban, ngành và xã, phường có tỷ lệ của kỳ bằng hoặc trên chỉ tiêu; đơn vị không có số liệu, hoặc có quá ít hồ sơ (dvc:ratio_base:threshold), không tính vào mẫu số."),
		tablePanel{by: "indicator", from: withAge(rows, "indicator", "met", "known", "share"), columns: []column{
			{query: query{ref: "indicator"}, title: b.t("Chỉ tiêu"), cell: words(style{}, indicatorNames...), least: 200},
			{query: query{ref: "met"}, title: b.t("Đạt"), cell: aged(count(style{bold: true})), width: 85, right: true},
			{query: query{ref: "known"}, title: b.t("Trên"), cell: aged(outOf), width: 95},
			{query: query{ref: "share"}, title: b.t("Phần đạt"), cell: aged(shareBar), width: 95},
		}})
}

// lackMost names, for each target, the commune that lacks most dossiers or payments to
// reach it.
func (b *builder) lackMost() *panel {
	const each = "unit, indicator, window"
	lack := `topk by (indicator) (1, (unit_indicator:dvc_indicator:missing{window="$window"} and on (` + each + `) (` + gapOf + ` < 0))` +
		` and on (unit) unit:dvc_unit_info:own{kind="commune"})`
	part := func(label, rule string) string {
		return ` * on (` + each + `) group_left (` + label + `) ` + labelled(label, each, rule+`{window="$window"}`, 1)
	}
	rows := lack + part("lack", "unit_indicator:dvc_indicator:missing") +
		part("n", "unit_indicator:dvc_indicator_preferred:numerator") + part("d", "unit_indicator:dvc_indicator_preferred:denominator") +
		` * on (unit) group_left (name) max by (unit, name) (unit:dvc_unit_info:newest)`
	return b.table(b.t("Xã, phường còn thiếu nhiều nhất ở từng chỉ tiêu"),
		b.t("Số hồ sơ, số lượt thanh toán còn thiếu để đạt chỉ tiêu (đạt/tổng bên cạnh), của xã, phường thiếu nhiều nhất. Đơn vị có quá ít hồ sơ không tính."),
		tablePanel{by: "indicator", from: withAge(joined("("+rows+")", "both", "n", "d"), "indicator", "lack", "both"), rows: common.TableCellHeightSm, columns: []column{
			{query: query{ref: "indicator"}, title: b.t("Chỉ tiêu"), cell: words(style{size: sizeDesk}, indicatorNames...), width: 190},
			{query: query{ref: "name"}, title: b.t("Đơn vị"), cell: unitName(narrowName), least: 200},
			{query: query{ref: "lack"}, title: b.t("Còn thiếu"), cell: aged(count(style{bold: true, color: colorBad})), width: 100, right: true},
			{query: query{ref: "both"}, title: b.t("Đạt/tổng"), cell: aged(counts(style{size: sizeDesk})), width: 110, right: true},
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

// targetMatrix has the units in sel as rows and the targets as columns; its first row says
// what is to be reached.
func (b *builder) targetMatrix(title, sel string) *panel {
	cells := joined(againstTarget(chosenWindow, ` and on (unit) `+sel), "cell", "v", "n", "d", "state") + ` * on (unit) group_left (name) max by (unit, name) (unit:dvc_unit_info:newest)`
	// Rows stand in the order of the series: those that miss most targets first, among them
	// those that miss them by most, and last those of which nothing can be judged.
	gap := `unit_indicator:dvc_indicator_comparable:target_gap{window="$window"}`
	order := `(sum by (unit) ((` + gap + ` < bool 0) - clamp_max(` + gap + `, 0) / 10) or on (unit) 0 * count by (unit) (unit_indicator:dvc_indicator:target_gap{window="$window"}) - 1)`
	heads := joined(labelled("t", "indicator", "100 * max by (indicator) (dvc_target_ratio)", 0.1), "cell", "indicator", "t")
	expr := fmt.Sprintf(`(%s) * 0 + on (unit) group_left () %s or %s`, cells, order, as("1e9 * "+heads, "name", b.t("Phải đạt")))
	return b.matrix(title, b.t("Tỷ lệ của kỳ; dòng đầu là chỉ tiêu đang có hiệu lực (dvc_target_ratio). Thứ tự: chưa đạt nhiều chỉ tiêu nhất ở trên, cùng số thì thiếu nhiều điểm phần trăm hơn ở trên. Số của Cổng trước; nơi Cổng không có thì theo hồ sơ của địa phương. Hai số như 1/3: quá ít hồ sơ để đánh giá (dvc:ratio_base:threshold). Ô trống: không có số liệu."),
		matrix{expr: expr, row: "name", column: "indicator", value: "cell", names: unitName(narrowName), cell: matrixChip,
			order: []string{"ONLINE_DOSSIER", "ONLINE_PAYMENT", "DIGITIZED_DOSSIER", "ELECTRONIC_RESULT"}, nameWidth: 320, least: 82, rows: smallMatrix})
}

// progress is the own province's ratios over the year so far, the quarter and the month:
// how they move within the year.
func (b *builder) progress() *panel {
	cells := joined(joined(againstTarget(everyWindow, own), "cell", "v", "n", "d", "state"), "row", "indicator", "t")
	heads := as(joined(`1e9 * window:dvc_period:name{`+everyWindow+`}`, "cell", "window", "period"), "row", b.t("Phải đạt"))
	return b.matrix(b.t("Toàn tỉnh, thành phố: tiến độ trong năm"),
		b.t("Tỷ lệ lũy kế từ đầu năm, của quý và của tháng gần nhất so với chỉ tiêu đang có hiệu lực: tháng hơn quý, quý hơn năm là đang tiến."),
		matrix{expr: `(` + cells + `) or (` + heads + `)`, row: "row", column: "window", value: "cell", names: targetName, cell: matrixChip,
			order: []string{"year", "quarter", "month"}, nameWidth: 220, least: 82, rows: smallMatrix})
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
