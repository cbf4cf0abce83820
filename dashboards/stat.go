package main

import (
	"fmt"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
)

// Units of measure. "currency:financial" is the only one of Grafana's that writes decimals
// and thousands as the browser's language does and keeps trailing zeros; its sign must not
// be empty, hence the space of no width.
const (
	unitNumber  = "currency:financial:\u200b"
	unitPercent = "currency:financial: %:suffix"
	unitUp      = "currency:financial:▲ "
	unitDown    = "currency:financial:▼ "
	unitSame    = "currency:financial:= "
	unitTime    = "time:HH:mm DD/MM/YY"
)

// unitPeriod writes a period's beginning as its name.
var unitPeriod = map[string]string{"month": "time:MM/YYYY", "quarter": "time:Q/YYYY", "year": "time:YYYY"}

// figure is one value of a stat or of bars.
type figure struct {
	query
	unit     string
	decimals float64
	color    string    // as the theme has text if empty
	mappings []mapping // of values to words
}

// statPanel shows a few large figures.
type statPanel struct {
	figures  []figure
	names    bool                          // the legend is the figure: a value written into labels
	across   bool                          // side by side, not one above the other
	text     *common.VizTextDisplayOptions // its sizes; nil: as large as there is room, right for one figure
	nameless bool
}

func (b *builder) stat(title, description string, s statPanel) *panel {
	p := b.figures("stat", title, description, s.figures)
	options := stat.Options{
		ColorMode: common.BigValueColorModeBackgroundSolid, GraphMode: common.BigValueGraphModeNone, JustifyMode: common.BigValueJustifyModeCenter,
		TextMode: common.BigValueTextModeValueAndName, Orientation: common.VizOrientationHorizontal, Text: s.text,
		ReduceOptions: lastValue, PercentChangeColorMode: common.PercentChangeColorModeStandard,
	}
	switch {
	case s.names:
		options.TextMode = common.BigValueTextModeName
	case s.nameless:
		options.TextMode = common.BigValueTextModeValue
	}
	if s.across {
		options.Orientation = common.VizOrientationVertical
	}
	p.Options = options
	return p
}

var lastValue = common.ReduceDataOptions{Calcs: []string{"lastNotNull"}}

// sizes are those of a name and of its value, in px.
func sizes(title, value float64) *common.VizTextDisplayOptions {
	return &common.VizTextDisplayOptions{TitleSize: &title, ValueSize: &value}
}

// single shows one figure without a name beside it, which the title has.
func (b *builder) single(title, description string, f figure) *panel {
	f.legend = title
	return b.stat(title, description, statPanel{nameless: true, figures: []figure{f}})
}

// plainTile is the background of a figure that has no colour: that of the panel.
const plainTile = "panel-bg"

// figures makes a panel of figures, the old ones on grey. Grafana takes no colour for a text
// that depends on the theme, so it is the background that has the colour.
func (b *builder) figures(kind, title, description string, list []figure) *panel {
	p := &panel{Type: kind, Title: &title, Description: &description, Datasource: prometheusSource, FieldConfig: &dashboard.FieldConfigSource{
		Defaults: config{Color: fixed(plainTile), NoValue: new(b.t("Chưa có số liệu")), Thresholds: thresholds()},
	}}
	var queries []query
	for _, f := range list {
		queries = append(queries, f.query)
		c := config{Unit: &f.unit, Decimals: &f.decimals, Mappings: f.mappings}
		old := c
		old.Color = fixed(colorCellOld)
		if f.color != "" {
			c.Color = fixed(f.color)
		}
		if f.color == colorCellBad { // nothing overdue is not bad
			c.Mappings = []mapping{values(map[string]dashboard.ValueMappingResult{"0": {Color: new(colorCellGood), Index: new(int32(0))}})}
		}
		p.FieldConfig.Overrides = append(p.FieldConfig.Overrides, byRef(f.ref, c))
		if f.of != (origin{}) {
			p.FieldConfig.Overrides = append(p.FieldConfig.Overrides, byRef(f.ref+oldRef, old))
		}
	}
	p.Targets = b.queries(prometheus.PromQueryFormatTimeSeries, queries...)
	return p
}

// values maps values, written as text, to words and colours.
func values(results map[string]dashboard.ValueMappingResult) mapping {
	return mapping{ValueMap: &dashboard.ValueMap{Type: dashboard.MappingTypeValueToText, Options: results}}
}

// thresholds are none: nothing is coloured by a number that somebody typed.
func thresholds() *dashboard.ThresholdsConfig {
	return &dashboard.ThresholdsConfig{Mode: dashboard.ThresholdsModeAbsolute, Steps: []dashboard.Threshold{{Color: "text"}}}
}

// delta shows points won or lost with an arrow: three queries of which one has
// a value, since a stat has no other way to put a sign before a number.
func (b *builder) delta(title, description, legend, expr string, of origin) *panel {
	return b.stat(title, description, statPanel{figures: []figure{
		{query: query{ref: "up", expr: "(" + expr + ") > 0", legend: legend, of: of}, unit: unitUp, decimals: 2, color: colorCellGood},
		{query: query{ref: "down", expr: "-((" + expr + ") < 0)", legend: legend, of: of}, unit: unitDown, decimals: 2, color: colorCellBad},
		{query: query{ref: "same", expr: "(" + expr + ") == 0", legend: legend, of: of}, unit: unitSame, decimals: 2},
	}})
}

// placeOf shows a place among how many, as 33/34, which is a name and no number.
func (b *builder) placeOf(title, description, sel string, of origin) *panel {
	place := `count_values by (among) ("place", max by (unit, window, among) (dvc_rank{window="$window"}` + sel + `))` +
		` * on (among) group_left (n) count_values by (among) ("n", max by (among) (dvc_ranked_units{window="$window"}))`
	none := `absent(dvc_rank{window="$window"}` + sel + `)`
	return b.stat(title, description, statPanel{names: true, figures: []figure{
		{query: query{ref: "place", expr: place, legend: "{{place}}/{{n}}", of: of}},
		{query: query{ref: "none", expr: none, legend: b.t("Chưa có số liệu")}},
	}})
}

// asOf says which period is shown, as of when the figures of each source hold, and whether
// they are old.
func (b *builder) asOf(across bool, sources string) *panel {
	const at = `1000 * max by (source) (dvc_data_timestamp_seconds{source=~"%s"})`
	// A line of its own while the exporter is silent.
	silence := figure{query: query{ref: "silence", expr: `1000 * max(job:dvc_exporter_silence:start_timestamp)`, legend: b.t("Mất kết nối với exporter từ"), live: true}, unit: unitTime, color: colorCellBad}
	// By the parts of the chosen period; a source that has none, such as a page about another
	// period, by all of its parts.
	const current = ` on (source) ((min by (source) (part_window:dvc_source_part_up:current{window=~"|$window"})` +
		` or min by (source) (part_window:dvc_source_part_up:current)) == 1` + present + `)`
	expr := fmt.Sprintf(at, sources)
	var list []figure
	for i := 0; i < len(windowNames); i += 2 {
		kind := windowNames[i] // no series unless it is the chosen one
		list = append(list, figure{query: query{ref: "period_" + kind, expr: `1000 * max(dvc_period_start_timestamp_seconds{window="$window",window="` + kind + `"})`, legend: b.t(windowNames[i+1])}, unit: unitPeriod[kind]})
	}
	size := 18.0
	if b.wall {
		size = 24
	}
	p := b.stat(b.t("Kỳ; số liệu đến (⚠: cũ)"),
		b.t("Kỳ của số liệu, và thời điểm của số liệu mỗi nguồn (dvc_data_timestamp_seconds). Xám và ⚠ khi lượt đọc gần nhất của nguồn có phần không đọc được, hoặc đã lâu không có lượt đọc."),
		statPanel{across: across, text: sizes(min(16, size-4), size), figures: append(list,
			figure{query: query{ref: "fresh", expr: expr + " and" + current, legend: "{{source}}"}, unit: unitTime},
			figure{query: query{ref: "aged", expr: expr + " unless" + current, legend: "{{source}} ⚠"}, unit: unitTime, color: colorCellOld},
			silence,
		)})
	if b.wall { // the others list their alerts
		p.Links = []link{{Title: b.t("Cảnh báo đang phát"), Url: new("/d/dvc-he-thong?viewPanel=panel-6"), Tags: []string{}}}
	}
	for _, s := range sourceNames {
		p.FieldConfig.Overrides = append(p.FieldConfig.Overrides,
			byName(s[0], config{DisplayName: new(b.t(s[1]))}),
			byName(s[0]+" ⚠", config{DisplayName: new(b.t(s[1]) + " ⚠")}))
	}
	return p
}

// sourceNames names the values of the label source.
var sourceNames = [][2]string{
	{"portal", "Cổng DVC quốc gia"},
	{"pages", "Trang công bố"},
	{"records", "Hồ sơ của địa phương"},
	{"documents", "Văn bản, hồ sơ công việc"},
	{"sql", "Cơ sở dữ liệu hồ sơ"},
}

// months lists a unit's scores of the latest month and of those before it, as marks between
// the lowest and the highest of them and of the target, which is marked too.
func (b *builder) months(title, description, sel string, before int, of origin) *panel {
	const target = `max(dvc_target_score{window="month"})`
	score := fmt.Sprintf(`(max by (periods_ago) (dvc_score_past{window="month",periods_ago=~"[1-%d]"}%s) or %s)`,
		before, sel, as(`max(dvc_score{window="month"}`+sel+`)`, "periods_ago", "0"))
	place := func(expr string) string {
		all := `(` + score + ` or ` + target + `)`
		return `100 * (` + expr + ` - on () group_left () min` + all + `) / on () group_left () clamp_min(max` + all + ` - min` + all + `, 1e-9)`
	}
	var names, order []string
	for ago := range before + 1 {
		names = append(names, as(monthOf(ago), "periods_ago", fmt.Sprint(ago)))
		order = append(order, as(fmt.Sprintf("vector(%d)", ago), "periods_ago", fmt.Sprint(ago)))
	}
	latest := ` on (periods_ago) ` + as("vector(1)", "periods_ago", "0")
	state := as(score+` unless`+latest, "state", "new") + // a closed month is not old
		` or on (periods_ago) ` + as(score+` and on () `+of.during("month").current(), "state", "new") +
		` or on (periods_ago) ` + as(score, "state", stale)
	rows := labelled("v", "periods_ago", score, 0.01) +
		` * on (periods_ago) group_left (m) (` + strings.Join(names, " or ") + `)` +
		` * on (periods_ago) group_left (state) (` + state + `) ^ 0` +
		` * on (periods_ago) group_left (p) ` + labelled("p", "periods_ago", place(score), 0.1) +
		` * on () group_left (t) (` + labelled("t", "", place(target), 0.1) + ` or vector(1))` +
		` * on (periods_ago) group_left () (` + strings.Join(order, " or ") + `)`
	return b.table(title, description, tablePanel{by: "periods_ago", from: joined(joined(joined(rows, "value", "v", "state"), "month", "m", "state"), "scale", "p", "t", "state"), rows: common.TableCellHeightSm, columns: []column{
		{query: query{ref: "month"}, title: b.t("Tháng"), cell: aged(words(style{})), width: 85, right: true},
		{query: query{ref: "value"}, title: b.t("Điểm"), cell: aged(points(style{bold: true})), width: 105, right: true},
		{query: query{ref: "scale"}, title: b.t("thấp nhất ◂ ▸ cao nhất"), cell: onScaleBar, least: 120},
	}})
}

// monthOf has the number of the month that many before the latest one as its label m: that
// of the middle of the month, by the mean length of a month.
func monthOf(ago int) string {
	return fmt.Sprintf(`count_values("m", month(max(dvc_period_start_timestamp_seconds{window="month"}) - %d * 2629746 + 15 * 86400))`, ago)
}
