package main

import (
	"cmp"
	"slices"

	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/table"
)

// column is one column of a table whose cells are set as HTML.
type column struct {
	query      // its ref is the name of a label where expr is empty or label is set
	label bool // show the label that is named like ref, not the value
	title string
	cell  cell
	bar   string  // a bar of this colour in place of text; its values are percents
	width float64 // px; 0: what is left
	least float64 // px that it does not go below
	right bool
	drill bool // a link to the unit's own dashboard; on a bar, since it would paint text blue
}

// tablePanel shows rows of several queries joined by a label, or of one query whose labels are
// its columns.
type tablePanel struct {
	by      string // label that joins the queries
	from    string // the one query whose labels are the columns; empty: the columns' own
	sort    string // column that the rows are sorted by
	desc    bool
	most    int                    // rows that are shown; 0: all. Not topk, of which each query may choose others among equals
	rows    common.TableCellHeight // rowHeight if empty
	columns []column
}

// table makes the panel. Rows are joined before numbers are made text, and sorted before
// that, because text would be sorted by its letters.
func (b *builder) table(title, description string, t tablePanel) *panel {
	p := &panel{Type: "table", Title: &title, Description: &description, Datasource: prometheusSource, FieldConfig: &dashboard.FieldConfigSource{}}
	var queries []query
	if t.from != "" {
		queries = append(queries, query{ref: "rows", expr: t.from, sorted: true})
	}
	for _, c := range t.columns {
		if c.expr != "" {
			queries = append(queries, c.query)
		}
	}
	p.Targets = b.queries(prometheus.PromQueryFormatTable, queries...)
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
	order, position := map[string]int{}, 0
	var conversions []conversion
	var sorts []dashboard.DataTransformerConfig
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
				sorts = append(sorts, transformation(sortBy{[]sortField{{f, t.desc}}}))
			}
			if c.cell != nil && c.expr != "" && !c.label {
				conversions = append(conversions, conversion{f, "string"})
			}
			p.FieldConfig.Overrides = append(p.FieldConfig.Overrides, byName(f, b.columnConfig(c, aged)))
		}
	}
	if !single {
		p.Transformations = append(p.Transformations, transformation(joinByField{t.by, "outer"}))
	}
	p.Transformations = append(p.Transformations, sorts...)
	if t.most > 0 {
		p.Transformations = append(p.Transformations, transformation(limit{t.most}))
	}
	if len(conversions) > 0 {
		p.Transformations = append(p.Transformations, transformation(convertFieldType{conversions}))
	}
	if !slices.Contains(shown, t.by) { // a link needs the code, though nobody is shown it
		shown = append(shown, t.by)
		order[t.by] = position
		p.FieldConfig.Overrides = append(p.FieldConfig.Overrides, byName(t.by, config{Custom: columnOptions{HideFromViz: true}}))
	}
	p.Transformations = append(p.Transformations,
		transformation(filterFieldsByName{fieldNames{Names: shown}}),
		transformation(organize{order}))
	p.FieldConfig.Defaults = config{Color: fixed("text"), NoValue: new(b.t("–")), Custom: columnOptions{Align: "left", CellOptions: &cellOptions{Type: "auto"}, Filterable: new(false), Inspect: new(false)}}
	rows := cmp.Or(t.rows, rowHeight)
	p.Options = table.Options{CellHeight: &rows, ShowHeader: true}
	return p
}

func (b *builder) columnConfig(c column, aged bool) config {
	title := c.title
	if aged {
		title += " ⚠ " + b.t("cũ")
	}
	options := columnOptions{Width: c.width, MinWidth: c.least}
	set := config{DisplayName: &title}
	if c.right {
		options.Align = "right"
	}
	if c.bar != "" {
		color := c.bar
		if aged {
			color = colorOld
		}
		options.CellOptions = &cellOptions{Type: "gauge", Mode: "gradient", ValueDisplayMode: "hidden"}
		set.Min, set.Max, set.Color = new(0.0), new(100.0), fixed(color)
	}
	if c.cell != nil {
		options.CellOptions = &cellOptions{Type: "markdown"}
		set.Mappings = mappings(append([]pattern{nothing}, c.cell(b.edition, aged)...)...)
	}
	if c.drill {
		set.Links = []link{{Title: b.t("Xem đơn vị"), Tags: []string{}, Url: new("/d/dvc-don-vi?var-unit=${__data.fields.unit}&var-window=${window}")}}
	}
	set.Custom = options
	return set
}

// smallMatrix is the height of the rows of a matrix that fills its panel. It leaves room for a
// scroll bar: where there is none, one bar that comes for a moment brings the other, and both
// stay.
const smallMatrix = common.TableCellHeightMd

// matrix shows one query as rows by columns: its labels row, column and value become the
// rows' names, the columns and the cells. Rows stand in the order of the series.
type matrix struct {
	expr        string
	row, column string
	value       string
	names       cell // of the rows
	cell        cell
	order       []string               // of the columns; others follow
	nameWidth   float64                // px
	least       float64                // px of a cell
	rows        common.TableCellHeight // rowHeight if empty
}

func (b *builder) matrix(title, description string, m matrix) *panel {
	p := &panel{Type: "table", Title: &title, Description: &description, Datasource: prometheusSource, FieldConfig: &dashboard.FieldConfigSource{}}
	p.Targets = b.queries(prometheus.PromQueryFormatTable, query{ref: "cells", expr: m.expr, sorted: true})
	corner := m.row + `\` + m.column
	index := map[string]int{corner: 0}
	for i, c := range m.order {
		index[c] = i + 1
	}
	p.Transformations = []dashboard.DataTransformerConfig{
		transformation(groupingToMatrix{m.row, m.column, m.value, "null"}),
		transformation(organize{index}),
	}
	p.FieldConfig.Defaults = config{
		Color: fixed("text"), NoValue: new(b.t("–")), Mappings: mappings(m.cell(b.edition, false)...),
		Custom: columnOptions{Align: "right", CellOptions: &cellOptions{Type: "markdown"}, Filterable: new(false), Inspect: new(false), MinWidth: m.least},
	}
	p.FieldConfig.Overrides = []override{byPattern(".*"+m.row+`.*\\.*`, config{
		Mappings: mappings(m.names(b.edition, false)...), Custom: columnOptions{Align: "left", Width: m.nameWidth},
	})}
	rows := cmp.Or(m.rows, rowHeight)
	p.Options = table.Options{CellHeight: &rows} // its heads are the first row
	return p
}
