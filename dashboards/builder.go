package main

import (
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// edition is the language of the texts. They stand in the code in Vietnamese; other
// languages have a translation of each.
type edition struct {
	folder   string            // below dashboards/
	words    map[string]string // nil: Vietnamese
	comma    string            // before the decimals
	thousand string            // between the thousands
	missing  map[string]bool   // texts without a translation
}

// t translates a text.
func (e *edition) t(vietnamese string) string {
	if e.words == nil {
		return vietnamese
	}
	text, ok := e.words[vietnamese]
	if !ok {
		e.missing[vietnamese] = true
		return vietnamese
	}
	return text
}

// builder puts a dashboard together.
type builder struct {
	*edition
	dashboard.Dashboard
	wall        bool   // it hangs on a wall
	reachesBack bool   // its figures are those of the exporter's last answer
	next        uint32 // the id of the next panel that nobody links to
}

// instant is the time of a dashboard that shows the figures of now; where it is longer ago,
// graphs begin there.
const instant = "now-5m"

// newBuilder begins a dashboard. Those of the wall are asked for the figures of now and
// hide their variables, which the address can still set: variables take a strip of the
// screen even in kiosk mode.
func newBuilder(e *edition, uid, title, description, from string) *builder {
	b := &builder{edition: e, wall: from == instant, next: 101}
	b.Dashboard = dashboard.Dashboard{
		Uid: &uid, Title: new(e.t(title)), Description: new(e.t(description)),
		Tags: []string{"dvc"}, Refresh: new("1m"), SchemaVersion: schemaVersion,
		Editable: new(false), // a provisioned dashboard is changed here or saved as a copy
		Time:     &dashboard.DashboardDashboardTime{From: from, To: "now"}, Timepicker: &dashboard.TimePickerConfig{Hidden: &b.wall},
		Timezone: new("Asia/Ho_Chi_Minh"), WeekStart: new("monday"),
		Templating: dashboard.DashboardDashboardTemplating{List: []variable{{
			Name: "datasource", Type: dashboard.VariableTypeDatasource, Label: new(e.t("Nguồn Prometheus")),
			Hide: new(dashboard.VariableHideHideVariable), Query: &dashboard.StringOrMap{String: new("prometheus")},
			Current: choice("dvc-prometheus", "dvc-prometheus"),
		}}},
	}
	if !b.wall { // on a wall it would take a strip of the screen
		b.Links = []link{{Title: e.t("Các bảng khác"), Type: dashboard.DashboardLinkTypeDashboards, Tags: []string{"dvc"}, AsDropdown: true, IncludeVars: true}}
	}
	return b
}

// choosePeriod adds the variable window, the kind of period that is shown, and those that
// nobody has to choose: the province, the first one where there are several, and how far
// behind the present the figures are.
func (b *builder) choosePeriod() *builder {
	b.reachesBack = true
	b.found(variable{Name: "behind", Current: choice("1", "1"), Regex: new(`/ (?<value>\d+) /`)}, behind)
	b.found(variable{Name: "province", Sort: new(dashboard.VariableSortAlphabeticalAsc), Regex: new(`/unit="(?<value>[^"]+)"/`)}, asOfAnswer("province:dvc_unit_info:own"))
	window := variable{Name: "window", Type: dashboard.VariableTypeCustom, Label: new(b.t("Kỳ")), Current: choice(b.t("Tháng"), "month")}
	if b.wall {
		window.Hide = new(dashboard.VariableHideHideVariable)
	}
	var choices []string
	for i := 0; i < len(windowNames); i += 2 {
		value, text := windowNames[i], b.t(windowNames[i+1])
		choices = append(choices, text+" : "+value)
		window.Options = append(window.Options, *choice(text, value))
	}
	window.Options[0].Selected = new(true)
	window.Query = &dashboard.StringOrMap{String: new(strings.Join(choices, ", "))}
	b.Templating.List = append(b.Templating.List, window)
	return b
}

// choice is a value of a variable, and its text.
func choice(text, value string) *dashboard.VariableOption {
	return &dashboard.VariableOption{Text: dashboard.StringOrArrayOfString{String: &text}, Value: dashboard.StringOrArrayOfString{String: &value}}
}

// chosen adds a variable whose values a query finds, named by the expression's labels
// name and code.
func (b *builder) chosen(v variable, expr string) {
	v.Regex = new(`/code="(?<value>[^"]+)".*name="(?<text>[^"]+)"/`)
	b.found(v, asOfAnswer(expr))
}

// found adds a variable whose values a query finds; it is hidden unless it says otherwise.
func (b *builder) found(v variable, expr string) {
	v.Type, v.Datasource, v.Refresh = dashboard.VariableTypeQuery, prometheusSource, new(dashboard.VariableRefreshOnTimeRangeChanged)
	if v.Hide == nil {
		v.Hide = new(dashboard.VariableHideHideVariable)
	}
	v.Query = &dashboard.StringOrMap{Map: map[string]any{"query": "query_result(" + expr + ")", "refId": v.Name}}
	b.Templating.List = append(b.Templating.List, v)
}

// add puts a panel at a place of the grid, which has 24 columns and rows of 38 px. A panel
// that something links to brings its id.
func (b *builder) add(x, y, w, h uint32, p *panel) {
	p.GridPos = &dashboard.GridPos{X: x, Y: y, W: w, H: h}
	if p.FieldConfig != nil && p.FieldConfig.Overrides == nil {
		p.FieldConfig.Overrides = []override{} // Grafana expects a list
	}
	if p.Id == nil {
		p.Id = new(b.next)
		b.next++
	}
	b.Panels = append(b.Panels, dashboard.PanelOrRowPanel{Panel: p})
}

// folded adds a closed row with panels for the desk, which a wall does not show. Their
// places count from the row's.
func (b *builder) folded(y uint32, title string, add func(inner *builder)) {
	inner := *b
	inner.Panels = nil
	add(&inner)
	row := &dashboard.RowPanel{Type: "row", Title: &title, Collapsed: true, Id: inner.next, GridPos: &dashboard.GridPos{Y: y, W: 24, H: 1}}
	b.next = inner.next + 1
	for _, p := range inner.Panels {
		p.Panel.GridPos.Y += y + 1
		row.Panels = append(row.Panels, *p.Panel)
	}
	b.Panels = append(b.Panels, dashboard.PanelOrRowPanel{RowPanel: row})
}

// id gives a panel the id that alerts link to; see alerts/panels.yml.
func id(n uint32, p *panel) *panel {
	p.Id = &n
	return p
}
