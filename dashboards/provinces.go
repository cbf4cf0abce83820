package main

import (
	"fmt"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// halfOfProvinces is how many of the best and of the last the wall has room for: together
// all 34 provinces, of the 63 until July 2025 the upper and the lower end.
const halfOfProvinces = 17

// provinces is the wall's fourth dashboard: all provinces, group by group, and the own one
// against the mean and the best.
func provinces(e *edition) *dashboard.Dashboard {
	b := newBuilder(e, "dvc-tinh-thanh", "Các tỉnh, thành phố", "Thứ hạng các tỉnh, thành phố, điểm từng nhóm, và địa phương so với trung bình và cao nhất. Dùng cho màn hình treo tường.", instant).choosePeriod()
	t := b.t

	place := `max by (unit) (dvc_rank{window="$window",among="provinces"})`
	b.add(0, 0, 12, 19, b.provinceTable(t("Các hạng đầu: điểm và % điểm tối đa của từng nhóm"), fmt.Sprintf(`(%s <= %d)`, place, halfOfProvinces)))
	b.add(12, 0, 12, 19, b.provinceTable(t("Các hạng cuối: điểm và % điểm tối đa của từng nhóm"),
		fmt.Sprintf(`(%s > %d and %[1]s > on () group_left () (max(dvc_ranked_units{window="$window",among="provinces"}) - %[2]d))`, place, halfOfProvinces)))
	b.add(0, 19, 10, 8, b.againstOthers())
	b.add(10, 19, 10, 8, b.pastMonths())
	b.add(20, 19, 4, 8, b.asOf(false, "portal|pages"))
	return &b.Dashboard
}

// ofProvinces is an expression's provinces.
func ofProvinces(expr string) string {
	return expr + ` and on (unit) unit:dvc_unit_info:newest{kind="province"}`
}

// provinceTable lists the provinces in sel by place, each group's share of its maximum a
// coloured cell. The colours say how far from the mean of all provinces: nobody typed
// where good begins.
func (b *builder) provinceTable(title, sel string) *panel {
	marks := as(`(`+sel+own+`)`, "mark", "►") + ` or on (unit) (` + sel + `)`
	columns := []column{
		{query: query{ref: "place", expr: sel, of: provinceScores}, title: b.t("Hạng"), cell: count(style{bold: true}), width: 50, right: true},
		{label: true, query: query{ref: "name", expr: `max by (unit, name) (` + marked(marks, "►") + `)`}, title: b.t("Tỉnh, thành phố"), cell: unitName(wideName), width: 180},
		{query: query{ref: "points", expr: `round(max by (unit) (dvc_score{window="$window"}) and on (unit) ` + sel + `, 0.01)`, of: provinceScores}, title: b.t("Điểm"), cell: points(style{bold: true}), width: 88, right: true},
	}
	for _, group := range sixGroups {
		codes := group
		if group == "CLGQ" {
			codes += "|ONLINE_SERVICE"
		}
		share := `100 * ` + ofProvinces(`max by (unit) (unit_group:dvc_group_score:ratio{window="$window",group=~"`+codes+`"})`)
		step := fmt.Sprintf(`clamp(floor((%s - scalar(avg(%[1]s))) / (scalar(stddev(%[1]s)) + 1e-9)) + 2, 0, 3)`, "("+share+")")
		expr := joined(
			labelled("share", "unit", "("+share+")", 1)+` * on (unit) group_left (step) ((`+labelled("step", "unit", step, 1)+` and on () `+provinceScores.current()+`)`+
				` or on (unit) `+as("(("+share+") ^ 0 unless on () "+provinceScores.current()+")", "step", stale)+`)`,
			group, "share", "step")
		columns = append(columns, column{label: true, query: query{ref: group, expr: "(" + expr + ") and on (unit) " + sel}, title: b.t(shortGroup[group]), cell: heat, least: 54})
	}
	return b.table(title, b.t("Tổng điểm và điểm từng nhóm theo % điểm tối đa. ▲▲, ▲, ▼, ▼▼: trên hay dưới trung bình các tỉnh, thành phố, hơn hay không quá một độ lệch chuẩn. ►: địa phương. Nguồn: Cổng Dịch vụ công quốc gia."),
		tablePanel{by: "unit", sort: "place", rows: "sm", columns: columns})
}

// sixGroups are the groups in the order of Decision 766. Pages publish CLGQ and TTTT as one
// group, ONLINE_SERVICE, which then stands in the place of CLGQ.
var sixGroups = []string{"CKMB", "TDGQ", "CLGQ", "TTTT", "MDHL", "MDSH"}

// shortGroup names the groups where there is room for a word.
var shortGroup = map[string]string{"CKMB": "Công khai", "TDGQ": "Tiến độ", "CLGQ": "Trực tuyến", "TTTT": "Thanh toán", "MDHL": "Hài lòng", "MDSH": "Số hóa"}

// againstOthers compares the own province with the mean and the best, in total and by group.
func (b *builder) againstOthers() *panel {
	shares := `(100 * ` + ofProvinces(`unit_group:dvc_group_score:ratio{window="$window",group!="ONLINE_SERVICE"}`) +
		` or ` + as(`100 * `+ofProvinces(`unit_group:dvc_group_score:ratio{window="$window",group="ONLINE_SERVICE"}`), "group", "CLGQ") +
		` or ` + as(`100 * max by (unit) (`+ofProvinces(`dvc_score{window="$window"}`)+`) / max by (unit) (dvc_score_max{window="$window"})`, "group", "TOTAL") + `)`
	mine, mean, best := `max by (group) (`+shares+own+`)`, `avg by (group) (`+shares+`)`, `max by (group) (`+shares+`)`
	row := func(order int, name, expr, kind string) string {
		state := as(provinceScores.current()+` ^ 0`, "state", kind) + ` or ` + as(`absent(`+provinceScores.current()+`)`, "state", stale)
		cells := labelled("v", "group", expr, 0.1) + ` * on () group_left (state) (` + state + `)`
		return fmt.Sprintf("%d * ", order) + as(joined(cells, "cell", "v", "state"), "row", name)
	}
	order := append([]string{"TOTAL"}, sixGroups...)
	var rows []string
	for _, group := range order {
		name := b.t("Tổng")
		if short, ok := shortGroup[group]; ok {
			name = b.t(short)
		}
		rows = append(rows, as(as(as("vector(9)", "cell", name+"|head"), "group", group), "row", b.t("Nhóm")))
	}
	rows = append(rows,
		row(4, b.t("Địa phương"), mine, "points"), row(3, b.t("Trung bình"), mean, "points"), row(2, b.t("Cao nhất"), best, "points"),
		row(1, b.t("Chênh lệch"), "("+mine+" - "+mean+")", "gap"))
	return b.matrix(b.t("So với trung bình và cao nhất cả nước (% điểm tối đa)"),
		b.t("Điểm của địa phương, trung bình và cao nhất của các tỉnh, thành phố, theo % điểm tối đa; dòng cuối: hơn hay kém trung bình. Nguồn: Cổng Dịch vụ công quốc gia."),
		matrix{expr: strings.Join(rows, " or "), row: "row", column: "group", value: "cell", names: words(style{}), cell: plainCell, order: order, nameWidth: 165, least: 50, rows: smallMatrix})
}

// pastMonths shows the last seven months as a table large enough for a wall: the own
// province's score and place, the mean and the best.
func (b *builder) pastMonths() *panel {
	const before = 6
	series := func(now, past string) string {
		return `(` + ofProvinces(past+`{window="month",among=~"|provinces",periods_ago=~"[1-6]"}`) + ` or ` +
			as(ofProvinces(now+`{window="month",among=~"|provinces"}`), "periods_ago", "0") + `)`
	}
	scores, places := series("dvc_score", "dvc_score_past"), series("dvc_rank", "dvc_rank_past")
	// Of the months only the latest can be old: those before are closed.
	current := provinceScores.during("month").current()
	age := as(current+` ^ 0`, "age", "new") + ` or ` + as(`absent(`+current+`)`, "age", stale)
	row := func(order int, name, expr, kind string) string {
		cells := joined(joined(labelled("v", "periods_ago", expr, 0.1)+` * on () group_left (age) (`+age+`)`, "both", "periods_ago", "age"), "all", "both", "v")
		cells = `label_replace(` + cells + `, "cell", "$1|` + kind + `", "v", "(.+)")`
		cells = `label_replace(` + cells + `, "cell", "$1|` + stale + kind + `", "all", "0[|]` + stale + `[|](.+)")`
		return fmt.Sprintf("%d * ", order) + as(cells, "row", name)
	}
	var parts []string
	order := make([]string, 0, before+1)
	for ago := before; ago >= 0; ago-- {
		parts = append(parts, "9 * "+as(as(`label_replace(`+monthOf(ago)+`, "cell", "`+b.t("T")+`$1|head", "m", "(.+)")`, "periods_ago", fmt.Sprint(ago)), "row", b.t("Tháng")))
		order = append(order, fmt.Sprint(ago))
	}
	parts = append(parts,
		row(4, b.t("Điểm"), `max by (periods_ago) (`+scores+own+`)`, "points"),
		row(3, b.t("Hạng"), `max by (periods_ago) (`+places+own+`)`, "place"),
		row(2, b.t("Trung bình"), `avg by (periods_ago) (`+scores+`)`, "points"),
		row(1, b.t("Cao nhất"), `max by (periods_ago) (`+scores+`)`, "points"))
	return b.matrix(b.t("Bảy tháng gần đây: địa phương, trung bình và cao nhất cả nước"),
		b.t("Tổng điểm và thứ hạng từng tháng theo số Cổng Dịch vụ công quốc gia công bố hiện nay. Ô trống: không có số liệu."),
		matrix{expr: strings.Join(parts, " or "), row: "row", column: "periods_ago", value: "cell",
			names: words(style{}), cell: plainCell, order: order, nameWidth: 150, least: 50, rows: smallMatrix})
}

// plainCell is a cell of the small tables: what it is stands behind its value.
func plainCell(e *edition, _ bool) []pattern {
	up, down := style{size: sizeLong, color: colorGood}, style{size: sizeLong, color: colorBad}
	return []pattern{
		{`^(.+)\|head$`, style{size: sizeHead, bold: true, color: colorOld}.html("$1")},
		{`^(\d+)\|place$`, style{bold: true}.html("$1")},
		{`^(\d+)\.(\d)\d*\|points$`, style{}.html("$1" + e.comma + "$2")},
		{`^(\d+)\|points$`, style{}.html("$1" + e.comma + "0")},
		{`^-(\d+)\.(\d)\d*\|gap$`, down.html("▼$1" + e.comma + "$2")},
		{`^-(\d+)\|gap$`, down.html("▼$1" + e.comma + "0")},
		{`^(\d+)\.(\d)\d*\|gap$`, up.html("▲$1" + e.comma + "$2")},
		{`^(\d+)\|gap$`, up.html("▲$1" + e.comma + "0")},
		{`^(\d+)\|` + stale + `place$`, e.text(style{bold: true}, "$1", true)},
		{`^(-?\d+)\.(\d)\d*\|` + stale + `(?:points)?$`, e.text(style{}, "$1"+e.comma+"$2", true)},
		{`^(-?\d+)\|` + stale + `(?:points)?$`, e.text(style{}, "$1"+e.comma+"0", true)},
	}
}
