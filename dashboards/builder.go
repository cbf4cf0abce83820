package main

import "strings"

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
	dashboard
	wall bool // it hangs on a wall
	next int  // the id of the next panel that nobody links to
}

// instant is the time of a dashboard that shows the figures of now; where it is longer ago,
// graphs begin there.
const instant = "now-5m"

// newBuilder begins a dashboard. Those of the wall are asked for the figures of now and
// hide their variables, which the address can still set: variables take a strip of the
// screen even in kiosk mode.
func newBuilder(e *edition, uid, title, description, from string) *builder {
	b := &builder{edition: e, wall: from == instant, next: 101}
	b.dashboard = dashboard{
		Links: []link{},
		UID:   uid, Title: e.t(title), Description: e.t(description),
		Tags: []string{"dvc"}, Refresh: "1m", SchemaVersion: schemaVersion,
		Time: obj{"from": from, "to": "now"}, Timepicker: obj{"hidden": b.wall},
		Timezone: "Asia/Ho_Chi_Minh", WeekStart: "monday",
		Templating: templating{List: []variable{{
			Name: "datasource", Type: "datasource", Label: e.t("Nguồn Prometheus"), Hide: 2, Query: "prometheus",
			Current: obj{"text": "dvc-prometheus", "value": "dvc-prometheus"},
		}}},
	}
	if !b.wall { // on a wall it would take a strip of the screen
		b.Links = []link{{Title: e.t("Các bảng khác"), Type: "dashboards", Tags: []string{"dvc"}, AsDropdown: true, IncludeVars: true}}
	}
	return b
}

// choosePeriod adds the variable window, the kind of period that is shown.
func (b *builder) choosePeriod() *builder {
	window := variable{Name: "window", Type: "custom", Label: b.t("Kỳ")}
	if b.wall {
		window.Hide = 2
	}
	var choices []string
	for i := 0; i < len(windowNames); i += 2 {
		value, text := windowNames[i], b.t(windowNames[i+1])
		choices = append(choices, text+" : "+value)
		window.Options = append(window.Options, obj{"text": text, "value": value, "selected": i == 0})
	}
	window.Query, window.Current = strings.Join(choices, ", "), obj{"text": b.t("Tháng"), "value": "month"}
	b.Templating.List = append(b.Templating.List, window)
	return b
}

// chosen adds a variable whose values a query finds, named by the expression's labels
// name and code.
func (b *builder) chosen(v variable, expr string) {
	v.Type, v.Label, v.Datasource, v.Refresh = "query", b.t(v.Label), prometheus(), 2
	v.Query = obj{"query": "query_result(" + expr + ")", "refId": v.Name}
	v.Regex = `/code="(?<value>[^"]+)".*name="(?<text>[^"]+)"/`
	b.Templating.List = append(b.Templating.List, v)
}

// add puts a panel at a place of the grid, which has 24 columns and rows of 38 px. A panel
// that something links to brings its id.
func (b *builder) add(x, y, w, h int, p *panel) {
	p.GridPos = grid{x, y, w, h}
	if p.ID == 0 {
		p.ID = b.next
		b.next++
	}
	if p.FieldConfig.Overrides == nil {
		p.FieldConfig.Overrides = []override{}
	}
	if p.FieldConfig.Defaults == nil {
		p.FieldConfig.Defaults = obj{}
	}
	b.Panels = append(b.Panels, p)
}

// folded adds a closed row with panels for the desk, which a wall does not show. Their
// places count from the row's.
func (b *builder) folded(y int, title string, add func(inner *builder)) {
	inner := *b
	inner.Panels = nil
	add(&inner)
	b.next = inner.next
	for _, p := range inner.Panels {
		p.GridPos.Y += y + 1
	}
	b.add(0, y, 24, 1, &panel{Type: "row", Title: title, Collapsed: true, Panels: inner.Panels})
}

// id gives a panel the id that alerts link to; see alerts/panels.yml.
func id(n int, p *panel) *panel {
	p.ID = n
	return p
}
