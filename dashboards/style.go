package main

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// Colours, the same on a dark and a light wall because the HTML of a cell cannot know
// which it stands on: each has a contrast of 3 or more on both, enough for bars and marks;
// text is set in their ink. Blue and orange are told apart by the colour-blind; a sign stands
// beside them all the same.
const (
	colorGood     = "#3A87C8" // good, won, reached; bars
	colorBad      = "#C8690F" // lost, missed, overdue, the weakest
	colorOld      = "#8A8F98" // old figures, nothing changed, marks of targets
	colorCellGood = "#2B6CA3" // behind white text
	colorCellBad  = "#A8540A"
	colorCellHigh = "#1F4E79" // the two ends of a heat map, behind white text
	colorCellLow  = "#7A3B05"
	colorCellOld  = "#5F646D"
)

// ink is a colour for text, mixed with the theme's own colour of text: lighter on a dark wall,
// darker on a light one. No colour has a contrast of 4.5 on both.
func ink(color string) string { return "color-mix(in srgb," + color + " 70%,currentcolor)" }

// Sizes of text in table cells, in px of the one screen that the walls are designed for,
// 1920 × 1080; other screens get there by scaling. They do not grow with the screen,
// because the rows of Grafana's tables do not. Grafana's own 14 px cannot be read from five
// metres.
const (
	sizeWall = "26px"
	sizeLong = "20px" // of a longer name
	sizeTwo  = "15px" // two lines of it fit a row
	sizeDesk = "16px" // of what is read at a desk
	sizeHead = "14px" // of a column's head inside a table
)

// rowHeight is 48 px, the tallest that Grafana has.
const rowHeight = common.TableCellHeightLg

// style is how a cell's text is set.
type style struct {
	size  string // sizeWall if empty
	bold  bool
	color string // as the theme has it if empty

	slanted bool
}

// html sets a text.
func (s style) html(text string) string {
	if s.size == "" {
		s.size = sizeWall
	}
	css := "font-size:" + s.size
	if s.bold {
		css += ";font-weight:bold"
	}
	if s.color != "" {
		css += ";color:" + ink(s.color)
	}
	if s.slanted {
		css += ";font-style:italic"
	}
	return `<span style="` + css + `">` + text + `</span>`
}

// pattern rewrites a cell's value: what matches is replaced by an HTML text.
type pattern struct{ match, text string }

// nothing is what a figure that is not there has become when it was made text.
var nothing = pattern{`^(?:undefined|null)$`, style{color: colorOld}.html("–")}

// mappings turns patterns into Grafana's value mappings; the first that matches wins.
// They work on text only, so numbers are made text before.
func mappings(patterns ...pattern) []mapping {
	var list []mapping
	for i, p := range patterns {
		list = append(list, mapping{RegexMap: &dashboard.RegexMap{Type: dashboard.MappingTypeRegexToText, Options: dashboard.DashboardRegexMapOptions{
			Pattern: p.match, Result: dashboard.ValueMappingResult{Index: new(int32(i)), Text: &p.text},
		}}})
	}
	return list
}

// cell is how the values of a column are shown: patterns for figures that are current,
// and the same for old ones.
type cell func(e *edition, old bool) []pattern

// text sets a figure, grey and slanted if it is old: signs that take no room. The column's
// head says it in words.
func (e *edition) text(s style, text string, old bool) string {
	if old {
		s.color, s.slanted = colorOld, true
	}
	return s.html(text)
}

// points are 58,75: two decimals.
func points(s style) cell {
	return func(e *edition, old bool) []pattern {
		return []pattern{
			{`^(-?\d+)\.(\d\d)\d*$`, e.text(s, "$1"+e.comma+"$2", old)},
			{`^(-?\d+)\.(\d)$`, e.text(s, "$1"+e.comma+"$2&#48;", old)},
			{`^(-?\d+)$`, e.text(s, "$1"+e.comma+"00", old)},
		}
	}
}

// percent is 76,1 %: one decimal.
func percent(s style) cell {
	return func(e *edition, old bool) []pattern {
		return []pattern{
			{`^(-?\d+)\.(\d)\d*$`, e.text(s, "$1"+e.comma+"$2 %", old)},
			{`^(-?\d+)$`, e.text(s, "$1"+e.comma+"0 %", old)},
		}
	}
}

// count is 24.130.
func count(s style) cell {
	return func(e *edition, old bool) []pattern {
		return []pattern{
			{`^(\d{1,3})$`, e.text(s, "$1", old)},
			{`^(\d{1,3})(\d{3})$`, e.text(s, "$1"+e.thousand+"$2", old)},
			{`^(\d{1,3})(\d{3})(\d{3})$`, e.text(s, "$1"+e.thousand+"$2"+e.thousand+"$3", old)},
		}
	}
}

// counts are the two that a ratio is made of, from a value such as 1234|5678.
func counts(s style) cell {
	return func(e *edition, old bool) []pattern {
		var list []pattern
		for _, n := range []struct{ match, text string }{{`(\d{1,3})`, "$1"}, {`(\d{1,3})(\d{3})`, "$1" + e.thousand + "$2"}, {`(\d{1,3})(\d{3})(\d{3})`, "$1" + e.thousand + "$2" + e.thousand + "$3"}} {
			for _, d := range []struct{ match, text string }{{`(\d{1,3})`, "$7"}, {`(\d{1,3})(\d{3})`, "$7" + e.thousand + "$8"}, {`(\d{1,3})(\d{3})(\d{3})`, "$7" + e.thousand + "$8" + e.thousand + "$9"}} {
				first := strings.Count(n.match, "(") // groups of the second count are numbered on
				text := strings.NewReplacer("$7", fmt.Sprintf("$%d", first+1), "$8", fmt.Sprintf("$%d", first+2), "$9", fmt.Sprintf("$%d", first+3)).Replace(d.text)
				list = append(list, pattern{"^" + n.match + `\|` + d.match + "$", e.text(s, n.text+"/"+text, old)})
			}
		}
		return list
	}
}

// places is a change of place: the unit rises where its number falls.
func places(e *edition, old bool) []pattern {
	return []pattern{
		{`^-(\d+)$`, e.text(style{color: colorGood}, "▲ $1", old)},
		{`^0$`, e.text(style{color: colorOld}, "=", old)},
		{`^(\d+)$`, e.text(style{color: colorBad}, "▼ $1", old)},
	}
}

// change is points won or lost.
func change(e *edition, old bool) []pattern {
	won, lost := style{color: colorGood}, style{color: colorBad}
	return []pattern{
		{`^-0$|^-?0\.00\d*$|^0$`, e.text(style{color: colorOld}, "=", old)},
		{`^-(\d+)\.(\d\d)\d*$`, e.text(lost, "▼ $1"+e.comma+"$2", old)},
		{`^-(\d+)\.(\d)$`, e.text(lost, "▼ $1"+e.comma+"$2&#48;", old)},
		{`^-(\d+)$`, e.text(lost, "▼ $1"+e.comma+"00", old)},
		{`^(\d+)\.(\d\d)\d*$`, e.text(won, "▲ $1"+e.comma+"$2", old)},
		{`^(\d+)\.(\d)$`, e.text(won, "▲ $1"+e.comma+"$2&#48;", old)},
		{`^(\d+)$`, e.text(won, "▲ $1"+e.comma+"00", old)},
	}
}

// unitName is a unit's name as it is said: "Phường Tây Hồ" for "UBND phường Tây Hồ",
// "An Giang" for "UBND tỉnh An Giang". A value that begins with "► " is the own province
// among others, one with "Σ " a total. A name of more letters than fit is set
// smaller, one of many more in two lines.
func unitName(fit int) cell {
	return func(e *edition, _ bool) []pattern { return unitNames(e, fit) }
}

func unitNames(e *edition, fit int) []pattern {
	var list []pattern
	for _, p := range []struct{ match, kind string }{
		{`(?:UBND )?(?:tỉnh|Tỉnh|thành phố|Thành phố|TP\.?) (%s)`, ""},
		{`(?:UBND )?(?:xã|Xã) (%s)`, e.t("Xã") + " "},
		{`(?:UBND )?(?:phường|Phường) (%s)`, e.t("Phường") + " "},
		{`(?:UBND )?(?:đặc khu|Đặc khu) (%s)`, e.t("Đặc khu") + " "},
		{`(?:Ban Quản lý|Ban quản lý) (%s)`, "BQL "},
		{`(%s)`, ""},
	} {
		room := fit - utf8.RuneCountInString(p.kind)
		for _, mark := range []struct {
			prefix, sign string
			style        style
		}{{"► ", "► ", style{bold: true}}, {"Σ ", "", style{bold: true}}, {"", "", style{}}} {
			for _, length := range []struct {
				letters string
				size    string
			}{{fmt.Sprintf(".{%d,}", room*5/4+1), sizeTwo}, {fmt.Sprintf(".{%d,}", room+1), sizeLong}, {".+", sizeWall}} {
				set := mark.style
				set.size = length.size
				list = append(list, pattern{"^" + mark.prefix + fmt.Sprintf(p.match, length.letters) + "$", set.html(mark.sign + p.kind + "$1")})
			}
		}
	}
	return list
}

// words names codes. A code that is not among them is shown as it is.
func words(s style, names ...string) cell {
	return func(e *edition, _ bool) []pattern {
		var list []pattern
		for i := 0; i+1 < len(names); i += 2 {
			list = append(list, pattern{"^" + names[i] + "$", s.html(e.t(names[i+1]))})
		}
		return append(list, pattern{"^(.+)$", s.html("$1")})
	}
}

// groupNames names the six groups as the wall has room for; pages know CLGQ and TTTT as one.
var groupNames = []string{
	"CKMB", "Công khai, minh bạch",
	"TDGQ", "Tiến độ giải quyết",
	"CLGQ", "Dịch vụ công trực tuyến",
	"TTTT", "Thanh toán trực tuyến",
	"MDHL", "Mức độ hài lòng",
	"MDSH", "Số hóa hồ sơ",
	"ONLINE_SERVICE", "Cung cấp dịch vụ trực tuyến",
}

// indicatorNames names the indicators that a plan has targets for, likewise.
var indicatorNames = []string{
	"ONLINE_DOSSIER", "Hồ sơ trực tuyến",
	"ONLINE_PAYMENT", "Thanh toán trực tuyến",
	"DIGITIZED_DOSSIER", "Số hóa hồ sơ, kết quả",
	"ELECTRONIC_RESULT", "Kết quả điện tử",
	"DOSSIER_ON_TIME", "Hồ sơ đúng hạn",
	"DOCUMENT_ONLINE", "Văn bản xử lý trực tuyến",
	"DOCUMENT_ON_TIME", "Văn bản đúng hạn",
}

// windowNames names the kinds of periods.
var windowNames = []string{"month", "Tháng", "quarter", "Quý", "year", "Năm"}

// markedGroup names the weakest group in words too; its value begins with "▼|", or with
// "▽|" where the figures are old.
func markedGroup(e *edition, _ bool) []pattern {
	var list []pattern
	for i := 0; i < len(groupNames); i += 2 {
		list = append(list,
			pattern{`^▼\|` + groupNames[i] + "$", style{bold: true, color: colorBad}.html("▼ " + e.t(groupNames[i+1]) + `<span style="font-size:.7em"> · ` + e.t("yếu nhất") + `</span>`)},
			pattern{`^▽\|` + groupNames[i] + "$", e.text(style{}, "▽ "+e.t(groupNames[i+1]), true)},
			pattern{`^\|` + groupNames[i] + "$", style{}.html(e.t(groupNames[i+1]))})
	}
	return list
}

// The states of a figure against its target, as they stand behind a "|" in a value.
const (
	reached = "ok"
	missed  = "bad"
	few     = "few" // made of too few dossiers to be judged
	stale   = "old"
)

// verdict says in a word whether a target is reached.
func verdict(size string) cell {
	return func(e *edition, _ bool) []pattern {
		return []pattern{
			{"^" + reached + "$", style{size: size, bold: true, color: colorGood}.html("✓ " + e.t("đạt"))},
			{"^" + missed + "$", style{size: size, bold: true, color: colorBad}.html("✗ " + e.t("chưa"))},
			{"^" + few + "$", style{size: size}.html(e.t("còn ít"))},
			{"^" + stale + "$", style{size: size, color: colorOld}.html("⚠ " + e.t("số cũ"))},
		}
	}
}

// judged is a percentage with its state behind it, as 76.1|ok.
func judged(s style) cell {
	return func(e *edition, _ bool) []pattern {
		var list []pattern
		for _, state := range []string{reached, missed, few, stale} {
			list = append(list,
				pattern{`^(-?\d+)\.(\d)\d*\|` + state + `$`, e.text(s, "$1"+e.comma+"$2 %", state == stale)},
				pattern{`^(-?\d+)\|` + state + `$`, e.text(s, "$1"+e.comma+"0 %", state == stale)})
		}
		return list
	}
}

// atLeast is a target, ≥ 60 %.
func atLeast(s style) cell {
	return func(e *edition, _ bool) []pattern {
		return []pattern{
			{`^(\d+)\.(\d)\d*$`, s.html("≥ $1" + e.comma + "$2 %")},
			{`^(\d+)$`, s.html("≥ $1 %")},
		}
	}
}

// bullet is a bar with the mark of its target, from a value such as 76.1|60|ok. Grafana
// has no such bar: one block is the bar, a second one, pulled up over it, has the mark
// as its right edge.
func bullet(_ *edition, _ bool) []pattern {
	var list []pattern
	for _, s := range []struct{ state, color string }{{reached, colorGood}, {missed, colorBad}, {few, colorOld}, {stale, colorOld}} {
		list = append(list, pattern{`^` + percentage + `\|` + percentage + `\|` + s.state + `$`,
			`<div style="width:100%;background-color:` + colorOld + `55"><div style="width:$1%;height:24px;background-color:` + s.color + `"></div></div>` +
				mark("$2", 32, 5, colorOld)})
	}
	return list
}

const percentage = `(\d+(?:\.\d)?)\d*`

// mark is the right edge of a block that is pulled up over what stands before it, of 24 px.
func mark(percent string, height, width int, color string) string {
	return fmt.Sprintf(`<div style="width:%s%%;height:%dpx;margin-top:-%dpx;border-right:%dpx solid %s"></div>`, percent, height, height/2+12, width, color)
}

// onScaleBar is a mark on a line from the worst to the best, with a thin one for the mean if
// there is one, from a value such as 71.3|52.8|new.
func onScaleBar(_ *edition, _ bool) []pattern {
	line := `<div style="padding:9px 0"><div style="width:100%;height:6px;background-color:` + colorOld + `55"></div></div>`
	var list []pattern
	for _, s := range []struct{ state, color string }{{"new", colorGood}, {stale, colorOld}} {
		list = append(list,
			pattern{`^` + percentage + `\|\|` + s.state + `$`, line + mark("$1", 24, 14, s.color)},
			pattern{`^` + percentage + `\|` + percentage + `\|` + s.state + `$`, line + mark("$2", 30, 3, colorOld) + strings.Replace(mark("$1", 24, 14, s.color), "-24px", "-27px", 1)})
	}
	return list
}

// wide gives a cell a width of its own, in px: inside a link, percents are of nothing.
func wide(c cell, px int) cell {
	return func(e *edition, old bool) []pattern {
		list := c(e, old)
		for i := range list {
			list[i].text = fmt.Sprintf(`<div style="width:%dpx">%s</div>`, px, list[i].text)
		}
		return list
	}
}

// chip is a coloured cell with white text and a sign of the given size before it.
func chip(color, size, sign, text string) string {
	return `<div style="background-color:` + color + `;color:#fff;font-size:` + sizeWall +
		`;font-weight:bold;text-align:right;padding:0 3px"><span style="font-size:` + size + `">` + sign + `</span>` + text + `</div>`
}

// matrixChip is a judged percentage, 76.1|137|180|ok, as a chip, two counts where they are
// too few to be judged, or a column's head, name|target.
func matrixChip(e *edition, _ bool) []pattern {
	var list []pattern
	for _, s := range []struct{ state, color, sign string }{
		{reached, colorCellGood, "✓"}, {missed, colorCellBad, "✗"}, {stale, colorCellOld, "⚠"},
	} {
		list = append(list,
			pattern{`^(\d+)\.(\d)\d*\|\d+\|\d+\|` + s.state + `$`, chip(s.color, "1em", s.sign+"&nbsp;", "$1"+e.comma+"$2 %")},
			pattern{`^(\d+)\|\d+\|\d+\|` + s.state + `$`, chip(s.color, "1em", s.sign+"&nbsp;", "$1"+e.comma+"0 %")})
	}
	list = append(list, pattern{`^[^|]+\|(\d+)\|(\d+)\|` + few + `$`, style{}.html("$1/$2")})
	for i := 0; i < len(indicatorNames); i += 2 {
		list = append(list,
			pattern{`^` + indicatorNames[i] + `\|(\d+)$`, head(e.t(indicatorNames[i+1]), "≥ $1 %")},
			pattern{`^` + indicatorNames[i] + `\|(\d+)\.(\d)\d*$`, head(e.t(indicatorNames[i+1]), "≥ $1"+e.comma+"$2 %")})
	}
	for i := 0; i < len(windowNames); i += 2 {
		list = append(list, pattern{`^` + windowNames[i] + `\|(.+)$`, head(e.t(windowNames[i+1]), "$1")})
	}
	return append(list,
		pattern{`^([^|]+)\|(\d+)$`, head("$1", "≥ $2 %")},
		pattern{`^([^|]+)\|(\d+)\.(\d)\d*$`, head("$1", "≥ $2"+e.comma+"$3 %")})
}

// head is a column's head of two lines inside a table whose own heads are hidden.
func head(above, below string) string {
	return `<div style="font-size:` + sizeHead + `;text-align:right;padding:0 4px">` + above +
		`<br><b style="font-size:1.15em">` + below + `</b></div>`
}

// heat is a share in percent with its distance from the mean in steps of a standard
// deviation, 58|0 to 58|3: low, below, above, high. Grey where old.
func heat(e *edition, _ bool) []pattern {
	list := []pattern{{`^(\d+)\|` + stale + `$`, chip(colorCellOld, "0.5em", e.t("cũ")+"&nbsp;", "$1")}}
	for i, s := range []struct{ color, sign string }{
		{colorCellLow, "▼▼"}, {colorCellBad, "▼"}, {colorCellGood, "▲"}, {colorCellHigh, "▲▲"},
	} {
		list = append(list, pattern{fmt.Sprintf(`^(\d+)\|%d$`, i), chip(s.color, "0.42em", s.sign, "$1")})
	}
	return list
}
