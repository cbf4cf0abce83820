package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"slices"

	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// Grafana's model in the types that Grafana publishes, which are of schema version 42,
// that of Grafana 12.4; and the few parts of it that they leave untyped.

const schemaVersion = 42

type (
	panel    = dashboard.Panel
	config   = dashboard.FieldConfig // how fields are shown
	override = dashboard.DashboardFieldConfigSourceOverrides
	variable = dashboard.VariableModel
	link     = dashboard.DashboardLink
	mapping  = dashboard.ValueMapping
)

// prometheusSource is the data source of every query: whatever the variable chooses.
var prometheusSource = &common.DataSourceRef{Type: new("prometheus"), Uid: new("${datasource}")}

// byName, byRef and byPattern set, for some fields, what is set in a config: those of a
// name, of a query, or of names that match a regular expression.
func byName(name string, c config) override { return overrides("byName", name, c) }

func byRef(ref string, c config) override { return overrides("byFrameRefID", ref, c) }

func byPattern(pattern string, c config) override { return overrides("byRegexp", pattern, c) }

func overrides(matcher, options string, c config) override {
	custom := c.Custom
	c.Custom = nil
	return override{
		Matcher:    dashboard.MatcherConfig{Id: matcher, Options: options},
		Properties: append(properties("", c), properties("custom.", custom)...),
	}
}

// properties writes options as Grafana's overrides have them, each by itself. Grafana
// publishes no type for an override, but what it may set is what a config may set.
func properties(prefix string, options any) []dashboard.DynamicConfigValue {
	var fields map[string]any
	encoded, err := json.Marshal(options)
	if err == nil {
		err = json.Unmarshal(encoded, &fields)
	}
	if err != nil {
		panic(err) // the types above can be written and read
	}
	var list []dashboard.DynamicConfigValue
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		list = append(list, dashboard.DynamicConfigValue{Id: prefix + name, Value: fields[name]})
	}
	return list
}

func fixed(color string) *dashboard.FieldColor {
	return &dashboard.FieldColor{Mode: dashboard.FieldColorModeIdFixed, FixedColor: &color}
}

// columnOptions are the options of a table's column. Grafana's published type lacks
// hideFrom and the markdown cell, and writes align where it is not set.
type columnOptions struct {
	Align       string       `json:"align,omitempty"`
	CellOptions *cellOptions `json:"cellOptions,omitempty"`
	Filterable  *bool        `json:"filterable,omitempty"`
	HideFromViz bool         `json:"hideFrom.viz,omitempty"` // Grafana heeds it only under its whole path
	Inspect     *bool        `json:"inspect,omitempty"`
	MinWidth    float64      `json:"minWidth,omitempty"` // px
	Width       float64      `json:"width,omitempty"`    // px
}

type cellOptions struct {
	Type             string `json:"type"`
	Mode             string `json:"mode,omitempty"`
	ValueDisplayMode string `json:"valueDisplayMode,omitempty"`
}

// The options of transformations, each type named like the transformation.
type (
	joinByField struct {
		ByField string `json:"byField"`
		Mode    string `json:"mode"`
	}
	sortBy struct {
		Sort []sortField `json:"sort"`
	}
	sortField struct {
		Field string `json:"field"`
		Desc  bool   `json:"desc"`
	}
	limit struct {
		LimitField int `json:"limitField"`
	}
	convertFieldType struct {
		Conversions []conversion `json:"conversions"`
	}
	conversion struct {
		TargetField     string `json:"targetField"`
		DestinationType string `json:"destinationType"`
	}
	filterFieldsByName struct {
		Include fieldNames `json:"include"`
	}
	fieldNames struct {
		Names   []string `json:"names,omitempty"`
		Pattern string   `json:"pattern,omitempty"`
	}
	organize struct {
		IndexByName map[string]int `json:"indexByName"`
	}
	groupingToMatrix struct {
		RowField    string `json:"rowField"`
		ColumnField string `json:"columnField"`
		ValueField  string `json:"valueField"`
		EmptyValue  string `json:"emptyValue"`
	}
)

// transformation makes one of its options.
func transformation(options any) dashboard.DataTransformerConfig {
	return dashboard.DataTransformerConfig{Id: reflect.TypeOf(options).Name(), Options: options}
}

// encode writes a dashboard as it stands in its file. Its keys are sorted, so that the same
// code writes the same file.
func encode(d *dashboard.Dashboard) ([]byte, error) {
	typed, err := json.Marshal(d)
	if err != nil {
		return nil, err
	}
	var plain any
	if err := json.Unmarshal(typed, &plain); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false) // queries are read by people in a diff
	encoder.SetIndent("", " ")
	err = encoder.Encode(plain)
	return out.Bytes(), err
}
