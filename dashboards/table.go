package main

import "slices"

// column is one column of a table whose cells are set as HTML.
type column struct {
	query      // its ref is the name of a label where expr is empty or label is set
	label bool // show the label that is named like ref, not the value
	title string
	cell  cell
	bar   string // a bar of this colour in place of text; its values are percents
	width int    // px; 0: what is left
	least int    // px that it does not go below
	right bool
	drill bool // a link to the unit's own dashboard; on a bar, since it would paint text blue
}

// table shows rows of several queries joined by a label, or of one query whose labels are
// its columns.
type table struct {
	by      string // label that joins the queries
	from    string // the one query whose labels are the columns; empty: the columns' own
	sort    string // column that the rows are sorted by
	desc    bool
	rows    string // height of a row: rowHeight if empty
	columns []column
}

// table makes the panel. Rows are joined before numbers are made text, and sorted before
// that, because text would be sorted by its letters.
func (b *builder) table(title, description string, t table) *panel {
	p := &panel{Type: "table", Title: title, Description: description, Datasource: prometheus()}
	var queries []query
	if t.from != "" {
		queries = append(queries, query{ref: "rows", expr: t.from})
	}
	for _, c := range t.columns {
		if c.expr != "" {
			queries = append(queries, c.query)
		}
	}
	p.Targets = b.queries("table", queries...)
	single := len(p.Targets) == 1

	field := func(c column, aged bool) string {
		switch {
		case c.expr == "" || c.label:
			return c.ref
		case aged:
			return "Value #" + c.ref + oldRef
		case single:
			return "Value"
		}
		return "Value #" + c.ref
	}
	order, position := obj{}, 0
	var conversions, sorts []obj
	shown := []string{}
	for _, c := range t.columns {
		ages := []bool{false}
		if c.of != (origin{}) {
			ages = append(ages, true)
		}
		for _, aged := range ages {
			f := field(c, aged)
			shown = append(shown, f)
			order[f] = position
			position++
			if c.ref == t.sort {
				sorts = append(sorts, obj{"id": "sortBy", "options": obj{"fields": obj{}, "sort": []obj{{"field": f, "desc": t.desc}}}})
			}
			if c.cell != nil && c.expr != "" && !c.label {
				conversions = append(conversions, obj{"targetField": f, "destinationType": "string"})
			}
			p.FieldConfig.Overrides = append(p.FieldConfig.Overrides, byName(f, b.columnProperties(c, aged)...))
		}
	}
	if !single {
		p.Transformations = append(p.Transformations, obj{"id": "joinByField", "options": obj{"byField": t.by, "mode": "outer"}})
	}
	p.Transformations = append(p.Transformations, sorts...)
	if len(conversions) > 0 {
		p.Transformations = append(p.Transformations, obj{"id": "convertFieldType", "options": obj{"fields": obj{}, "conversions": conversions}})
	}
	if !slices.Contains(shown, t.by) { // a link needs the code, though nobody is shown it
		shown = append(shown, t.by)
		order[t.by] = position
		p.FieldConfig.Overrides = append(p.FieldConfig.Overrides, byName(t.by, property{"custom.hideFrom.viz", true}))
	}
	p.Transformations = append(p.Transformations,
		obj{"id": "filterFieldsByName", "options": obj{"include": obj{"names": shown}}},
		obj{"id": "organize", "options": obj{"indexByName": order, "excludeByName": obj{}, "renameByName": obj{}}})
	p.FieldConfig.Defaults = obj{"color": fixed("text"), "noValue": b.t("–"), "custom": obj{"align": "left", "cellOptions": obj{"type": "auto"}, "filterable": false, "inspect": false}}
	rows := t.rows
	if rows == "" {
		rows = rowHeight
	}
	p.Options = obj{"cellHeight": rows, "showHeader": true}
	return p
}

func (b *builder) columnProperties(c column, aged bool) []property {
	title := c.title
	switch {
	case title == "":
		title = " " // Grafana would show the field's name
	case aged:
		title += " ⚠ " + b.t("cũ")
	}
	list := []property{{"displayName", title}}
	if c.right {
		list = append(list, property{"custom.align", "right"})
	}
	if c.width > 0 {
		list = append(list, property{"custom.width", c.width})
	}
	if c.least > 0 {
		list = append(list, property{"custom.minWidth", c.least})
	}
	if c.bar != "" {
		color := c.bar
		if aged {
			color = colorOld
		}
		list = append(list,
			property{"custom.cellOptions", obj{"type": "gauge", "mode": "gradient", "valueDisplayMode": "hidden"}},
			property{"min", 0}, property{"max", 100}, property{"color", fixed(color)})
	}
	if c.cell != nil {
		list = append(list,
			property{"custom.cellOptions", obj{"type": "markdown"}},
			property{"mappings", mappings(append([]pattern{nothing}, c.cell(b.edition, aged)...)...)})
	}
	if c.drill {
		list = append(list, property{"links", []obj{{"title": b.t("Xem đơn vị"), "url": "/d/dvc-don-vi?var-unit=${__data.fields.unit}&var-window=${window}"}}})
	}
	return list
}

// matrix shows one query as rows by columns: its labels row, column and value become the
// rows' names, the columns and the cells. Rows stand in the order of the series.
type matrix struct {
	expr        string
	row, column string
	value       string
	names       cell // of the rows
	cell        cell
	order       []string // of the columns; others follow
	nameWidth   int      // px
	least       int      // px of a cell
}

func (b *builder) matrix(title, description string, m matrix) *panel {
	p := &panel{Type: "table", Title: title, Description: description, Datasource: prometheus()}
	p.Targets = b.queries("table", query{ref: "cells", expr: m.expr})
	corner := m.row + `\` + m.column
	index := obj{corner: 0}
	for i, c := range m.order {
		index[c] = i + 1
	}
	p.Transformations = []obj{
		{"id": "groupingToMatrix", "options": obj{"rowField": m.row, "columnField": m.column, "valueField": m.value, "emptyValue": "null"}},
		{"id": "organize", "options": obj{"indexByName": index, "excludeByName": obj{}, "renameByName": obj{}}},
	}
	p.FieldConfig.Defaults = obj{
		"color": fixed("text"), "noValue": b.t("–"), "mappings": mappings(m.cell(b.edition, false)...),
		"custom": obj{"align": "right", "cellOptions": obj{"type": "markdown"}, "filterable": false, "inspect": false, "minWidth": m.least},
	}
	p.FieldConfig.Overrides = []override{{obj{"id": "byRegexp", "options": ".*" + m.row + `.*\\.*`}, []property{
		{"mappings", mappings(m.names(b.edition, false)...)}, {"custom.align", "left"}, {"custom.width", m.nameWidth},
	}}}
	p.Options = obj{"cellHeight": rowHeight, "showHeader": false} // its heads are the first row
	return p
}
