package main

import (
	"fmt"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// allotted is the origin of lost points: the scores, and the answers by whose parts they
// are allotted to units.
var allotted = origin{portal: provinceScores.portal + "|" + portalCounts.portal + "|formality-online-payment-tree|" + details}

// lost is the wall's dashboard that says where the points are lost, whom to call, and what
// would lift the province by a place.
func lost(e *edition) *dashboard.Dashboard {
	b := newBuilder(e, "dvc-diem-mat", "Điểm mất ở đâu", "Điểm mất theo nhóm, theo đơn vị (phân bổ), và cách lên hạng kế tiếp. Dùng cho màn hình treo tường.", instant).choosePeriod()
	b.add(0, 0, 10, 12, b.groupsLost())
	b.add(0, 12, 10, 6, b.gradeCounts())
	b.add(10, 0, 14, 18, b.costMost())
	b.add(0, 18, 10, 6, b.nextPlace())
	b.add(10, 18, 14, 6, b.wayUp())
	b.add(0, 24, 24, 3, b.asOf(true, "portal|pages"))
	return &b.Dashboard
}

// groupsLost lists what the own province has won and lost of each group's maximum, and in all.
func (b *builder) groupsLost() *panel {
	withTotal := func(metric, total string) string {
		return `(max by (group) (` + metric + `{window="$window"}` + own + `) or ` + as(`max(`+total+own+`)`, "group", "TOTAL") + `)`
	}
	won := withTotal("dvc_group_score", `dvc_score{window="$window"}`)
	most := withTotal("dvc_group_score_max", `dvc_score_max{window="$window"}`)
	missed := "(" + most + " - " + won + ")"
	part := func(label, expr string, step float64) string {
		return ` * on (group) group_left (` + label + `) ` + labelled(label, "group", expr, step)
	}
	// A group's bar is as long as its maximum is among the groups'; the total's is full.
	length := `(100 * max by (group) (dvc_group_score_max{window="$window"}` + own + `) / on () group_left () max(dvc_group_score_max{window="$window"}` + own + `) or ` + as("vector(100)", "group", "TOTAL") + `)`
	rows := `(` + missed + ` unless on (group) ` + as("vector(1)", "group", "TOTAL") + ` or ` + as("vector(-1)", "group", "TOTAL") + `)` +
		part("won", won, 0.01) + part("missed", missed, 0.01) + part("most", most, 0.01) +
		part("length", length, 0.1) + part("share", "(100 * "+won+" / ("+most+" > 0))", 0.1) + provinceScores.age()
	for _, label := range []string{"won", "missed", "most"} {
		rows = joined(rows, label, label, "state")
	}
	return b.table(b.t("Sáu nhóm: đạt và mất của điểm tối đa"),
		b.t("Điểm công bố của nhóm và phần chưa đạt của điểm tối đa; dòng cuối: tổng điểm công bố. Thanh dài theo điểm tối đa của nhóm: xanh là đạt, cam là mất. Nguồn: Cổng Dịch vụ công quốc gia."),
		tablePanel{by: "group", from: joined(rows, "bar", "length", "share", "state"), columns: []column{
			{query: query{ref: "group"}, title: b.t("Nhóm"), cell: groupOrTotal, width: 335},
			{query: query{ref: "won"}, title: b.t("Đạt"), cell: aged(points(style{})), width: 95, right: true},
			{query: query{ref: "missed"}, title: b.t("Mất"), cell: aged(points(style{bold: true, color: colorBad})), width: 95, right: true},
			{query: query{ref: "most"}, title: b.t("Tối đa"), cell: aged(short(style{})), width: 75, right: true},
			{query: query{ref: "bar"}, title: b.t("đạt │ mất"), cell: wonOfMost, least: 120},
		}})
}

func groupOrTotal(e *edition, old bool) []pattern {
	return append([]pattern{{"^TOTAL$", style{bold: true}.html(e.t("Tổng điểm"))}}, words(style{}, groupNames...)(e, old)...)
}

// short is a number with as many decimals as it has.
func short(s style) cell {
	return func(e *edition, old bool) []pattern {
		return []pattern{{`^(\d+)$`, e.text(s, "$1", old)}, {`^(\d+)\.(\d{1,2})\d*$`, e.text(s, "$1"+e.comma+"$2", old)}}
	}
}

// wonOfMost is a bar of some length, of which a share is won, from a value such as
// 81.8|36.4|new.
func wonOfMost(_ *edition, _ bool) []pattern {
	var list []pattern
	for _, s := range []struct{ state, won, lost string }{{"new", colorGood, colorBad}, {stale, colorOld, colorOld + "55"}} {
		list = append(list, pattern{`^` + percentage + `\|` + percentage + `\|` + s.state + `$`,
			`<div style="width:$1%;background-color:` + s.lost + `"><div style="width:$2%;height:28px;background-color:` + s.won + `"></div></div>`})
	}
	return list
}

// headings names what points are published for where a wall has room for few letters; a
// group where the portal publishes no indicators of it.
var headings = []string{
	"TDGQ", "Hồ sơ đúng hạn",
	"TTTT", "Thanh toán trực tuyến",
	"CLGQ", "Dịch vụ công trực tuyến",
	"CKMB", "Công khai, minh bạch",
	"MDHL", "Mức độ hài lòng",
	"MDSH", "Số hóa hồ sơ",
	"ONLINE_SERVICE", "Cung cấp dịch vụ trực tuyến",
	"DOSSIER_SYNC", "Đồng bộ hồ sơ",
	"PUBLISH_ON_TIME", "Công bố TTHC đúng hạn",
	"PUBLIC_UPDATE_ON_TIME", "Công khai TTHC đúng hạn",
	"PUBLIC_CONTENT_FULL", "Công khai đủ nội dung",
	"PETITION_PROCESSING_ON_TIME", "Xử lý PAKN đúng hạn",
	"PETITION_HANDLING_SATISFACTION", "Hài lòng về xử lý PAKN",
	"DOSSIER_RECEIVING_SATISFACTION", "Hài lòng về thủ tục",
	"ELECTRONIC_CERTIFIED_COPY", "Chứng thực điện tử",
	"ORIGINAL_RESULT_AVAILABLE", "Kết quả điện tử",
	"SO_HOA_GIAY_TO_GIAI_QUYET", "Số hóa hồ sơ, kết quả",
	"SYNCED_WITH_DVCQG_PERSONAL_STORAGE", "Đồng bộ Kho dữ liệu",
	"REUSED_DIGITIZED_DATA", "Dùng lại dữ liệu số hóa",
	"CITIZEN_DATA_CONNECTED_DOSSIER", "Hồ sơ nối dữ liệu dân cư",
	"CITIZEN_DATA_CONNECTED_FORMALITY", "TTHC nối dữ liệu dân cư",
}

// withHeading brings the label heading, as PUBLISH_ON_TIME|Tỷ lệ TTHC công bố đúng hạn, or
// TDGQ| where points are published for the whole group.
func withHeading(rows string) string {
	rows = `(` + rows + `) * on (indicator) group_left (what) (topk by (indicator) (1, max by (indicator, what) (label_replace(dvc_indicator_info, "what", "$1", "name", "(.+)"))) ^ 0 or vector(1))`
	for _, label := range []string{"group", "indicator"} {
		rows = `label_replace(` + rows + `, "code", "$1", "` + label + `", "(.+)")`
	}
	return joined(rows, "heading", "code", "what")
}

// heading shows it: by its short name, or by the portal's, which may be long.
func heading(e *edition, _ bool) []pattern {
	var list []pattern
	for i := 0; i < len(headings); i += 2 {
		list = append(list, pattern{`^` + headings[i] + `\|.*$`, style{size: sizeHeading}.html(e.t(headings[i+1]))})
	}
	return append(list, pattern{`^[^|]+\|(.+)$`, style{size: sizeTwo}.html("$1")}, pattern{`^([^|]+)\|$`, style{size: sizeHeading}.html("$1")})
}

// sizeHeading is that of the names of what points are published for.
const sizeHeading = "22px"

// Labels of a unit's, of the own province's lost points.
const (
	eachLost     = "unit, group, indicator, window"
	eachHeading  = "group, indicator"
	unitsMissing = `unit_indicator:dvc_points_lost:missing{window="$window"}`
)

// costMost lists the ten units that are allotted most of the loss, each with what costs it
// most, and at last what could be allotted to nobody.
func (b *builder) costMost() *panel {
	const sums = `unit:dvc_points_lost:sum{window="$window"`
	ten := `(topk(10, ` + sums + `}` + below + `) > 0)`
	all := `(` + ten + ` or ` + sums + `,unit="$province"} > 0)`
	most := `(topk by (unit) (1, unit_indicator:dvc_points_lost{window="$window"} and on (unit) ` + all + `))`
	rows := `(` + most + ` * 0 + on (unit) group_left () (` + ten + ` or ` + sums + `,unit="$province"} * 0 - 1))` +
		` * on (unit) group_left (sum) ` + labelled("sum", "unit", all, 0.01) +
		` * on (` + eachLost + `) group_left (part) ` + labelled("part", eachLost, most, 0.01) +
		` * on (` + eachLost + `) group_left (lack) (` + labelled("lack", eachLost, "("+unitsMissing+" and on ("+eachLost+") "+most+")", 1) + ` or on (` + eachLost + `) ` + as(most, "lack", "–") + ` ^ 0)` +
		` * on (unit) group_left (bar) ` + labelled("bar", "unit", `(100 * `+ten+` / on () group_left () max(`+ten+`) or `+as(`vector(0)`, "unit", "$province")+`)`, 1) +
		` * on (unit) group_left (name) max by (unit, name) (unit:dvc_unit_info:newest)` + allotted.age()
	rows = withHeading(rows)
	for _, label := range []string{"sum", "part", "bar"} {
		rows = joined(rows, label, label, "state")
	}
	rows = joined(rows, "lacks", "code", "lack", "state")
	return b.table(b.t("Mười đơn vị mất nhiều điểm nhất (phân bổ)"),
		b.t("Điểm mất đã công bố của tỉnh, thành phố, phân bổ cho đơn vị theo phần của đơn vị trong số còn thiếu (mẫu số trừ tử số) của từng chỉ số: đây là phân bổ, không phải tính lại điểm của đơn vị. Bên phải: chỉ số làm đơn vị mất nhiều nhất và số còn thiếu. Dòng cuối: điểm mất mà số đếm của đơn vị không cho phép phân bổ. Bấm vào thanh để xem đơn vị."),
		tablePanel{by: "unit", from: `label_replace(` + rows + `, "name", "` + b.t("Không phân bổ được") + `", "unit", "$province")`, columns: []column{
			{query: query{ref: "name"}, title: b.t("Đơn vị"), cell: unitName(narrowName), least: 320},
			{query: query{ref: "sum"}, title: b.t("Mất"), cell: aged(points(style{bold: true, color: colorBad})), width: 85, right: true},
			{query: query{ref: "bar"}, title: b.t("0 ◂ ▸ nhiều nhất"), cell: wide(aged(lostBar), 118), width: 135, drill: true},
			{query: query{ref: "heading"}, title: b.t("Mất nhiều nhất ở"), cell: heading, width: 275},
			{query: query{ref: "part"}, title: b.t("Trong đó"), cell: aged(points(style{color: colorBad})), width: 85, right: true},
			{query: query{ref: "lacks"}, title: b.t("Còn thiếu"), cell: lacks, width: 175, right: true},
		}})
}

// lostBar is a bar of a share in percent.
func lostBar(_ *edition, old bool) []pattern {
	color := colorBad
	if old {
		color = colorOld
	}
	return []pattern{{`^(\d+)$`, `<div style="width:$1%;height:28px;background-color:` + color + `"></div>`}}
}

// lacks is a count of what is missing under a heading, in what the portal counts there:
// procedures, petitions, dossiers; from a value such as TDGQ|1234|new.
func lacks(e *edition, _ bool) []pattern {
	list := []pattern{{`^[^|]*\|–\|.*$`, style{color: colorOld}.html("–")}}
	for _, n := range []struct{ codes, noun string }{
		{`(?:PUBLI.*|CITIZEN_DATA_CONNECTED_FORMALITY)`, "thủ tục"}, {`PETITION.*`, "kiến nghị"}, {`[^|]*`, "hồ sơ"},
	} {
		noun := `<span style="font-size:` + sizeDesk + `"> ` + e.t(n.noun) + `</span>`
		for _, p := range aged(count(style{bold: true}))(e, false) {
			list = append(list, pattern{`^` + n.codes + `\|` + strings.TrimPrefix(p.match, "^"), p.text + noun})
		}
	}
	return list
}

// gradeCounts says how many units have which grade.
func (b *builder) gradeCounts() *panel {
	found := `count by (kind, grade) (unit:dvc_score:grade{window="$window"} * on (unit) group_left (kind) unit:dvc_unit_info:own{kind=~"department|commune",parent="$province"})`
	kinds := []string{"department", "commune"}
	var rows []string
	for i, kind := range kinds {
		of := as(`grade:dvc_grade_min_score:max * 0`, "kind", kind)
		counts := `(` + found + ` and on (kind) ` + of + ` or (` + of + ` and on (kind) ` + found + `))`
		rows = append(rows, fmt.Sprintf("%d * ", len(kinds)-i)+joined(labelled("count", "kind, grade", counts, 1)+anyScores.age(), "cell", "count", "state"))
	}
	names := `topk by (grade) (1, max by (grade, name) (dvc_grade_info)) ^ 0`
	heads := `(1e6 + grade:dvc_grade_min_score:max) * on (grade) group_left (name) (` + names + `) * on (grade) group_left (bound) ` + labelled("bound", "grade", "grade:dvc_grade_min_score:max", 0.01)
	rows = append(rows, as(joined(as(heads, "kind", "head"), "cell", "name", "bound", "kind"), "kind", "Xếp loại"))
	return b.matrix(b.t("Xếp loại: bao nhiêu đơn vị"),
		b.t("Số đơn vị có điểm trong từng xếp loại; dòng đầu: xếp loại và điểm từ đó trở lên (dvc_grade_min_score, tệp chỉ tiêu). Chưa có xếp loại thì không có bảng."),
		matrix{expr: strings.Join(rows, " or "), row: "kind", column: "grade", value: "cell",
			names: words(style{}, "department", "Sở, ban, ngành", "commune", "Xã, phường", "Xếp loại", "Xếp loại"), cell: gradeCell, nameWidth: 200, least: 80})
}

func gradeCell(e *edition, _ bool) []pattern {
	return append(aged(count(style{bold: true}))(e, false),
		pattern{`^(.+)\|(\d+)\|head$`, head("$1", "≥ $2")},
		pattern{`^(.+)\|(\d+)\.(\d+)\|head$`, head("$1", "≥ $2"+e.comma+"$3")})
}

// gradeName has a series for each score of the period that has a grade, with the grade's name
// as the label graded.
const gradeName = `max by (unit, window, graded) (label_replace(unit:dvc_score:grade{window="$window"} * on (grade) group_left (name) topk by (grade) (1, max by (grade, name) (dvc_grade_info)), "graded", "$1", "name", "(.+)"))`

// withGrade adds the name of a score's grade as the label graded, with a dot before it. A
// score without a grade has no such label.
func withGrade(score string) string {
	return `((` + score + `) * on (unit, window) group_left (graded) label_replace(` + gradeName + `, "graded", " · $1", "graded", "(.+)") or on (unit, window) (` + score + `))`
}

// nextPlace says what is missing to the next better place and to the ten best, and who stands
// there.
func (b *builder) nextPlace() *panel {
	const among = `window="$window",among="provinces"`
	place := `max by (unit) (dvc_rank{` + among + `})`
	who := place + ` == on () group_left () max(` + place + ` < on () group_left () max(dvc_rank{unit="$province",` + among + `}))`
	rows := labelled("place", "unit", "("+who+")", 1) + ` * on (unit) group_left (name) max by (unit, name) (unit:dvc_unit_info:newest)`
	rows = `label_replace(label_replace(` + rows + `, "who", "$1", "name", "(.+)"), "who", "$1", "name", "(?:UBND )?(?:tỉnh|Tỉnh|thành phố|Thành phố|TP[.]?) (.+)")`
	missing := `max by (unit) (dvc_score_to_next_place{unit="$province",` + among + `})`
	return b.stat(b.t("Lên hạng kế tiếp: còn thiếu bao nhiêu điểm, ai đang ở đó"),
		b.t("Điểm còn thiếu để bằng điểm kế trên trong các tỉnh, thành phố (dvc_score_to_next_place), và để bằng điểm thấp nhất trong mười tỉnh, thành phố dẫn đầu. Nguồn: Cổng Dịch vụ công quốc gia."),
		statPanel{across: true, text: sizes(22, 54), figures: []figure{
			{query: query{ref: "next", expr: `topk(2, ` + rows + ` * 0 + on () group_left () ` + missing + `)`, legend: b.t("hạng") + " {{place}}: {{who}}", of: provinceScores}, unit: unitUp, decimals: 2},
			{query: query{ref: "best", expr: `max by (unit) (unit:dvc_score:to_best10{unit="$province",` + among + `})`, legend: b.t("mười hạng đầu"), of: provinceScores}, unit: unitUp, decimals: 2},
			{query: query{ref: "first", expr: `(max by (unit) (dvc_rank{unit="$province",` + among + `}) == 1) - 2`, legend: b.t("hạng") + " 1", of: provinceScores}, unit: "none",
				mappings: []mapping{values(map[string]dashboard.ValueMappingResult{"-1": {Text: new(b.t("Đang dẫn đầu")), Index: new(int32(0))}})}},
		}})
}

// wayUp names the three indicators by which the province would win most if all its units did
// as well as the best one, and says from which on that is enough for the next place.
func (b *builder) wayUp() *panel {
	const of, in = `{window="$window",unit="$province"}`, `{window="$window",parent="$province"}`
	won := `(province_indicator:dvc_points_lost:at_best` + of + ` > 0)`
	need := `max(dvc_score_to_next_place{unit="$province",window="$window",among="provinces"})`
	var three []string
	for n := 1; n <= 3; n++ {
		sum := fmt.Sprintf(`sum(topk(%d, %s))`, n, won)
		row := fmt.Sprintf(`topk(%d, %s)`, n, won)
		if n > 1 {
			row += fmt.Sprintf(` unless topk(%d, %s)`, n-1, won)
		}
		enough := `(` + as(`(`+sum+` >= `+need+` - 1e-9) ^ 0`, "enough", reached) + ` or on () ` + as(`(`+sum+` < `+need+`) ^ 0`, "enough", missed) + ` or on () ` + as(`vector(1)`, "enough", "first") + `)`
		three = append(three, `(`+row+`) * on () group_left (sum) `+labelled("sum", "", sum, 0.01)+` * on () group_left (enough) `+enough)
	}
	best := `topk by (` + eachHeading + `) (1, unit_indicator:dvc_points_lost:comparable_ratio` + in + `)`
	share := func(rule string) string {
		return `sum by (` + eachHeading + `) (unit_indicator:dvc_points_lost:` + rule + in + `)`
	}
	rows := `(` + strings.Join(three, " or ") + `)` +
		` * on (` + eachHeading + `) group_left (won) ` + labelled("won", eachHeading, won, 0.01) +
		` * on (` + eachHeading + `) group_left (now) ` + labelled("now", eachHeading, `(100 - 100 * `+share("missing")+` / `+share("counted")+`)`, 0.1) +
		` * on (` + eachHeading + `) group_left (level, name) (` + labelled("level", "unit, "+eachHeading, "(100 * "+best+")", 0.1) + ` * on (unit) group_left (name) max by (unit, name) (unit:dvc_unit_info:newest))` +
		allotted.age()
	rows = withHeading(rows)
	for _, label := range []string{"won", "now", "level", "sum"} {
		rows = joined(rows, label, label, "state")
	}
	return b.table(b.t("Ba chỉ số đủ để lên hạng, nếu mọi đơn vị bằng đơn vị tốt nhất (ước tính)"),
		b.t("Nếu mọi đơn vị đạt mức của đơn vị tốt nhất trong tỉnh, thành phố (không kể đơn vị có quá ít hồ sơ, dvc:ratio_base:threshold), điểm mất giảm theo cùng tỷ lệ với số còn thiếu: ước tính theo cách phân bổ, không phải tính lại điểm. Cộng dồn: từ dòng nào thì đủ cho hạng kế tiếp."),
		tablePanel{by: "heading", from: joined(rows, "result", "enough", "state"), rows: common.TableCellHeightMd, columns: []column{
			{query: query{ref: "heading"}, title: b.t("Chỉ số"), cell: heading, width: 280},
			{query: query{ref: "now"}, title: b.t("Hiện nay"), cell: aged(percent(style{})), width: 115, right: true},
			{query: query{ref: "level"}, title: b.t("Tốt nhất"), cell: aged(percent(style{bold: true})), width: 125, right: true},
			{query: query{ref: "name"}, title: b.t("Đơn vị tốt nhất"), cell: unitNameAt(sizeLong), least: 170},
			{query: query{ref: "won"}, title: b.t("Được thêm"), cell: aged(gained), width: 115, right: true},
			{query: query{ref: "sum"}, title: b.t("Cộng dồn"), cell: aged(gained), width: 115, right: true},
			{query: query{ref: "result"}, title: b.t("Lên hạng"), cell: enoughFor, width: 120},
		}})
}

// unitNameAt is a unit's name in one size.
func unitNameAt(size string) cell {
	return func(e *edition, old bool) []pattern {
		var list []pattern
		for _, p := range unitName(narrowName)(e, old) {
			list = append(list, pattern{p.match, strings.Replace(p.text, sizeWall, size, 1)})
		}
		return list
	}
}

// gained are points to be won.
func gained(e *edition, old bool) []pattern {
	var list []pattern
	for _, p := range points(style{color: colorGood})(e, old) {
		list = append(list, pattern{p.match, strings.Replace(p.text, "$1", "+$1", 1)})
	}
	return list
}

// enoughFor says whether the points up to a row are enough for the next place.
func enoughFor(e *edition, _ bool) []pattern {
	return []pattern{
		{"^" + reached + `\|new$`, style{size: sizeLong, bold: true, color: colorGood}.html("✓ " + e.t("đủ"))},
		{"^" + missed + `\|new$`, style{size: sizeLong, color: colorBad}.html("✗ " + e.t("chưa"))},
		{"^" + reached + `\|` + stale + "$", e.text(style{size: sizeLong}, "✓ "+e.t("đủ"), true)},
		{"^" + missed + `\|` + stale + "$", e.text(style{size: sizeLong}, "✗ "+e.t("chưa"), true)},
		{`^first\|.*$`, style{color: colorOld}.html("–")},
	}
}

// lostOf lists what one unit is allotted of its province's loss, or, of a province, what
// could be allotted to nobody.
func (b *builder) lostOf() *panel {
	lost := `(unit_indicator:dvc_points_lost{window="$window",unit="$unit"} > 0)`
	part := func(label, expr string, step float64) string {
		return ` * on (` + eachLost + `) group_left (` + label + `) (` + labelled(label, eachLost, expr, step) + ` or on (` + eachLost + `) ` + as(lost, label, "–") + ` ^ 0)`
	}
	rows := lost + part("lost", lost, 0.01) +
		part("lack", `unit_indicator:dvc_points_lost:missing{window="$window",unit="$unit"}`, 1) +
		part("all", `unit_indicator:dvc_points_lost:counted{window="$window",unit="$unit"}`, 1) + allotted.age()
	rows = withHeading(rows)
	for _, label := range []string{"lost", "all"} {
		rows = joined(rows, label, label, "state")
	}
	return b.table(b.t("Điểm mất của tỉnh, thành phố, phân bổ cho đơn vị"),
		b.t("Điểm mất đã công bố của tỉnh, thành phố, phân bổ cho đơn vị theo phần của đơn vị trong số còn thiếu của từng chỉ số: phân bổ, không phải tính lại điểm. Của tỉnh, thành phố: phần không phân bổ được."),
		tablePanel{by: "heading", from: joined(rows, "lacks", "code", "lack", "state"), rows: common.TableCellHeightMd, columns: []column{
			{query: query{ref: "heading"}, title: b.t("Chỉ số"), cell: heading, least: 220},
			{query: query{ref: "lost"}, title: b.t("Mất"), cell: aged(points(style{bold: true, color: colorBad})), width: 95, right: true},
			{query: query{ref: "lacks"}, title: b.t("Còn thiếu"), cell: lacks, width: 190, right: true},
			{query: query{ref: "all"}, title: b.t("Trên"), cell: orNothing(aged(count(style{size: sizeLong}))), width: 95, right: true},
		}})
}

// orNothing shows what is not known as such.
func orNothing(c cell) cell {
	return func(e *edition, old bool) []pattern {
		return append([]pattern{{`^–.*$`, style{color: colorOld}.html("–")}}, c(e, old)...)
	}
}
