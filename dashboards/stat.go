package main

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/bargauge"
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
	unitSame    = "currency:financial:＝ "
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
	p := b.figures("stat", title, description, s.figures, "text")
	options := stat.Options{
		ColorMode: common.BigValueColorModeValue, GraphMode: common.BigValueGraphModeNone, JustifyMode: common.BigValueJustifyModeCenter,
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

// figures makes a panel of figures, the old ones grey.
func (b *builder) figures(kind, title, description string, list []figure, color string) *panel {
	p := &panel{Type: kind, Title: &title, Description: &description, Datasource: prometheusSource, FieldConfig: &dashboard.FieldConfigSource{
		Defaults: config{Color: fixed(color), NoValue: new(b.t("Chưa có số liệu")), Thresholds: thresholds()},
	}}
	var queries []query
	for _, f := range list {
		queries = append(queries, f.query)
		c := config{Unit: &f.unit, Decimals: &f.decimals, Mappings: f.mappings}
		old := c
		old.Color = fixed(colorOld)
		if f.color != "" {
			c.Color = fixed(f.color)
		}
		if f.color == colorBad { // nothing overdue is not bad
			c.Mappings = []mapping{values(map[string]dashboard.ValueMappingResult{"0": {Color: new(colorGood), Index: new(int32(0))}})}
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
		{query: query{ref: "up", expr: "(" + expr + ") > 0", legend: legend, of: of}, unit: unitUp, decimals: 2, color: colorGood},
		{query: query{ref: "down", expr: "-((" + expr + ") < 0)", legend: legend, of: of}, unit: unitDown, decimals: 2, color: colorBad},
		{query: query{ref: "same", expr: "(" + expr + ") == 0", legend: legend, of: of}, unit: unitSame, decimals: 2, color: colorOld},
	}})
}

// placeOf shows a place among how many, as 33/34, which is a name and no number.
func (b *builder) placeOf(title, description, sel string, of origin) *panel {
	place := `count_values by (among) ("place", max by (unit, window, among) (dvc_rank{window="$window"}` + sel + `))` +
		` * on (among) group_left (n) count_values by (among) ("n", max by (among) (dvc_ranked_units{window="$window"}))`
	none := `absent(dvc_rank{window="$window"}` + sel + `)`
	return b.stat(title, description, statPanel{names: true, figures: []figure{
		{query: query{ref: "place", expr: place, legend: "{{place}}/{{n}}", of: of}},
		{query: query{ref: "none", expr: none, legend: b.t("Chưa có số liệu")}, color: colorOld},
	}})
}

// asOf says which period is shown, as of when the figures of each source hold, and whether
// they are old.
func (b *builder) asOf(across bool, sources string) *panel {
	const at = `1000 * max by (source) (dvc_data_timestamp_seconds{source=~"%s"})`
	// By the parts of the chosen period; a source that has none, such as a page about another
	// period, by all of its parts.
	const current = ` on (source) ((min by (source) (part_window:dvc_source_part_up:current{window=~"|$window"})` +
		` or min by (source) (part_window:dvc_source_part_up:current)) == 1)`
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
	p := b.stat(b.t("Kỳ; số liệu tính đến (⚠: số cũ)"),
		b.t("Kỳ của số liệu, và thời điểm của số liệu mỗi nguồn (dvc_data_timestamp_seconds). Xám và ⚠ khi lượt đọc gần nhất của nguồn có phần không đọc được, hoặc đã lâu không có lượt đọc."),
		statPanel{across: across, text: sizes(min(16, size-4), size), figures: append(list,
			figure{query: query{ref: "fresh", expr: expr + " and" + current, legend: "{{source}}"}, unit: unitTime},
			figure{query: query{ref: "aged", expr: expr + " unless" + current, legend: "{{source}} ⚠"}, unit: unitTime, color: colorOld},
		)})
	for _, s := range sourceNames {
		p.FieldConfig.Overrides = append(p.FieldConfig.Overrides,
			byName(s[0], config{DisplayName: new(b.t(s[1]))}),
			byName(s[0]+" ⚠", config{DisplayName: new(b.t(s[1]) + " ⚠ " + b.t("SỐ CŨ"))}))
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

// bars shows figures as upright bars with their values above, in the order of the queries,
// in text of a size in px.
func (b *builder) bars(title, description string, size float64, list []figure) *panel {
	p := b.figures("bargauge", title, description, list, colorGood)
	p.FieldConfig.Defaults.Min = new(0.0)
	p.Options = bargauge.Options{
		DisplayMode: common.BarGaugeDisplayModeGradient, Orientation: common.VizOrientationVertical, ValueMode: common.BarGaugeValueModeText,
		NamePlacement: common.BarGaugeNamePlacementAuto, Sizing: common.BarGaugeSizingAuto, MinVizWidth: 8, MinVizHeight: 16, MaxVizHeight: 300,
		Legend: *common.NewVizLegendOptions(), Text: sizes(size, size), ReduceOptions: lastValue,
	}
	return p
}

// months are the scores of a unit in the months before and in the latest one.
func (b *builder) months(sel string, before int, of origin) []figure {
	var list []figure
	for ago := before; ago >= 0; ago-- {
		score, age := fmt.Sprintf(`dvc_score_past{window="month",periods_ago="%d"}`, ago), origin{} // a closed month is not old
		if ago == 0 {
			score, age = `dvc_score{window="month"}`, of.during("month")
		}
		list = append(list, figure{query: query{
			ref: fmt.Sprintf("m%d", ago), expr: `max by (unit) (` + score + sel + `) * on () group_left (m) ` + monthOf(ago), legend: b.t("T") + "{{m}}", of: age,
		}, unit: unitNumber, decimals: 1, color: colorGood})
	}
	return list
}

// monthOf has the number of the month that many before the latest one as its label m: that
// of the middle of the month, by the mean length of a month.
func monthOf(ago int) string {
	return fmt.Sprintf(`count_values("m", month(max(dvc_period_start_timestamp_seconds{window="month"}) - %d * 2629746 + 15 * 86400))`, ago)
}
