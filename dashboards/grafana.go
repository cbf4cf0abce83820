package main

import (
	"bytes"
	"encoding/json"
)

// The part of Grafana's dashboard model that the dashboards use: schema version 42,
// that of Grafana 12.4. Field names are Grafana's.

const schemaVersion = 42

// obj is a piece of the model with no fields worth a type; its keys are sorted when
// it is written, so that the same code writes the same file.
type obj = map[string]any

type dashboard struct {
	UID           string     `json:"uid"`
	Title         string     `json:"title"`
	Description   string     `json:"description"`
	Tags          []string   `json:"tags"`
	Editable      bool       `json:"editable"` // always false: a provisioned dashboard is changed here or saved as a copy
	GraphTooltip  int        `json:"graphTooltip"`
	Links         []link     `json:"links"`
	Panels        []*panel   `json:"panels"`
	Refresh       string     `json:"refresh"`
	SchemaVersion int        `json:"schemaVersion"`
	Templating    templating `json:"templating"`
	Time          obj        `json:"time"`
	Timepicker    obj        `json:"timepicker"`
	Timezone      string     `json:"timezone"`
	WeekStart     string     `json:"weekStart"`
}

type templating struct {
	List []variable `json:"list"`
}

type variable struct {
	Name       string `json:"name"`
	Type       string `json:"type"`
	Label      string `json:"label,omitempty"`
	Hide       int    `json:"hide"` // 0 shown, 2 hidden: still taken from the address
	Query      any    `json:"query"`
	Datasource *obj   `json:"datasource,omitempty"`
	Current    obj    `json:"current,omitempty"`
	Options    []obj  `json:"options,omitempty"`
	Regex      string `json:"regex,omitempty"`
	Refresh    int    `json:"refresh,omitempty"` // 2: whenever the time range changes
	Sort       int    `json:"sort,omitempty"`
}

// sortNatural sorts a variable's values by their texts as a dictionary does.
const sortNatural = 7

type link struct {
	Title       string   `json:"title"`
	Type        string   `json:"type,omitempty"`
	URL         string   `json:"url,omitempty"`
	Tags        []string `json:"tags,omitempty"`
	AsDropdown  bool     `json:"asDropdown,omitempty"`
	IncludeVars bool     `json:"includeVars,omitempty"`
	KeepTime    bool     `json:"keepTime,omitempty"`
	TargetBlank bool     `json:"targetBlank,omitempty"`
}

type grid struct {
	X int `json:"x"`
	Y int `json:"y"`
	W int `json:"w"`
	H int `json:"h"`
}

type panel struct {
	ID              int         `json:"id"`
	Type            string      `json:"type"`
	Title           string      `json:"title"`
	Description     string      `json:"description,omitempty"`
	GridPos         grid        `json:"gridPos"`
	Datasource      *obj        `json:"datasource,omitempty"`
	Targets         []target    `json:"targets,omitempty"`
	Transformations []obj       `json:"transformations,omitempty"`
	FieldConfig     fieldConfig `json:"fieldConfig"`
	Options         obj         `json:"options,omitempty"`
	Links           []link      `json:"links,omitempty"`
	Collapsed       bool        `json:"collapsed,omitempty"`
	Panels          []*panel    `json:"panels,omitempty"` // of a collapsed row
}

type target struct {
	RefID        string `json:"refId"`
	Datasource   *obj   `json:"datasource"`
	Expr         string `json:"expr"`
	Instant      bool   `json:"instant"`
	Range        bool   `json:"range"`
	Format       string `json:"format"`
	LegendFormat string `json:"legendFormat,omitempty"`
}

type fieldConfig struct {
	Defaults  obj        `json:"defaults"`
	Overrides []override `json:"overrides"`
}

type override struct {
	Matcher    obj        `json:"matcher"`
	Properties []property `json:"properties"`
}

type property struct {
	ID    string `json:"id"`
	Value any    `json:"value"`
}

// prometheus is the data source of every query: whatever the variable chooses.
func prometheus() *obj { return &obj{"type": "prometheus", "uid": "${datasource}"} }

// byName and byRef choose the fields that an override is about.
func byName(name string, properties ...property) override {
	return override{obj{"id": "byName", "options": name}, properties}
}

func byRef(ref string, properties ...property) override {
	return override{obj{"id": "byFrameRefID", "options": ref}, properties}
}

func fixed(color string) obj { return obj{"mode": "fixed", "fixedColor": color} }

// encode writes a dashboard as it stands in its file.
func encode(d *dashboard) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false) // cells are HTML and are read by people in a diff
	encoder.SetIndent("", " ")
	err := encoder.Encode(d)
	return out.Bytes(), err
}
