package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	sdktable "github.com/grafana/grafana-foundation-sdk/go/table"
)

// TestModel reads every file back, in which nothing may be unknown to Grafana's types, and
// then with each kind of key and each name of an option, override and transformation
// misspelt in turn, which must not go unnoticed.
func TestModel(t *testing.T) {
	paths, err := filepath.Glob("*/dvc-*.json")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no dashboards: %v", err)
	}
	tried := map[string]bool{}
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := readStrictly(raw); err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		var tree map[string]any
		if err := json.Unmarshal(raw, &tree); err != nil {
			t.Fatal(err)
		}
		panels, _ := tree["panels"].([]any)
		for _, p := range panels {
			tree["panels"] = []any{p} // the whole would be read 400 times
			misspell(tree, "", tried, func(place string) {
				if readStrictly(must(json.Marshal(tree))) == nil {
					t.Errorf("%s: nobody notices that %s is misspelt", path, place)
				}
			})
		}
	}
	t.Logf("%d misspellings", len(tried))
}

// misspell misspells one thing below a node after the other, each kind of place once, and
// calls try while it is misspelt. A place is named by the keys on the way to it and by
// what the objects on the way are.
func misspell(node any, place string, tried map[string]bool, try func(place string)) {
	switch n := node.(type) {
	case []any:
		for _, child := range n {
			misspell(child, place+"[]", tried, try)
		}
	case map[string]any:
		for _, name := range []string{"type", "id"} { // of panels, mappings, properties, transformations
			value, _ := n[name].(string)
			if value == "" || strings.HasSuffix(place, "links[]") {
				continue
			}
			if value == "row" {
				place = "" // its panels are as those outside it
				continue
			}
			place += "(" + value + ")"
			if !tried[place] {
				tried[place] = true
				n[name] = value + "x"
				try(place + "." + name)
				n[name] = value
			}
		}
		for _, key := range slices.Sorted(maps.Keys(n)) {
			at := place + "." + key
			if strings.HasSuffix(place, ".indexByName") || strings.HasSuffix(place, "(value).options") {
				at = place + ".*" // keys that are data
			} else if !tried[at] {
				tried[at] = true
				n[key+"x"] = n[key]
				delete(n, key)
				try(at)
				n[key] = n[key+"x"]
				delete(n, key+"x")
			}
			misspell(n[key], at, tried, try)
		}
	}
}

// readStrictly reads a dashboard by Grafana's types and, where they leave something
// untyped, by ours.
func readStrictly(raw []byte) error {
	plugins.RegisterDefaultPlugins()
	columns := sdktable.VariantConfig()
	columns.StrictFieldConfigUnmarshaler = readColumn
	cog.NewRuntime().RegisterPanelcfgVariant(columns)

	var d dashboard.Dashboard
	if err := found(d.UnmarshalJSONStrict(raw)); err != nil {
		return err
	}
	var parts struct {
		Panels     []rawPanel
		Templating struct {
			List []struct {
				Type       dashboard.VariableType
				Datasource json.RawMessage
				Query      json.RawMessage
			}
		}
	}
	if err := json.Unmarshal(raw, &parts); err != nil {
		return err
	}
	for _, v := range parts.Templating.List {
		var err error
		switch v.Type {
		case dashboard.VariableTypeQuery:
			_, err = strictly[variableQuery](v.Query)
			err = errors.Join(err, isPrometheus(v.Datasource))
		case dashboard.VariableTypeDatasource, dashboard.VariableTypeCustom:
		default:
			err = fmt.Errorf("variable of type %q", v.Type)
		}
		if err != nil {
			return err
		}
	}
	return readPanels(parts.Panels)
}

// rawPanel is what Grafana's types do not read strictly of a panel.
type rawPanel struct {
	Type            string
	Datasource      json.RawMessage
	Targets         []struct{ Datasource json.RawMessage }
	FieldConfig     json.RawMessage
	Transformations []struct {
		ID      string
		Options json.RawMessage
	}
	Panels []rawPanel
}

type fieldConfig struct {
	Defaults  json.RawMessage
	Overrides []json.RawMessage
}

type variableQuery struct{ Query, RefID string }

func readPanels(panels []rawPanel) error {
	for _, p := range panels {
		if p.Type == "row" {
			if err := readPanels(p.Panels); err != nil {
				return err
			}
			continue
		}
		kind, known := cog.ConfigForPanelcfgVariant(p.Type)
		if !known {
			return fmt.Errorf("panel of type %q", p.Type)
		}
		var fields fieldConfig
		var err error
		if p.FieldConfig != nil {
			fields, err = strictly[fieldConfig](p.FieldConfig)
		}
		err = errors.Join(err, readConfig(kind, fields.Defaults))
		if len(p.Targets) > 0 {
			err = errors.Join(err, isPrometheus(p.Datasource))
		}
		for _, q := range p.Targets {
			err = errors.Join(err, isPrometheus(q.Datasource))
		}
		for _, o := range fields.Overrides {
			err = errors.Join(err, readOverride(kind, o))
		}
		for _, step := range p.Transformations {
			read, known := transformations[step.ID]
			if !known {
				return fmt.Errorf("transformation %q", step.ID)
			}
			_, wrong := read(step.Options)
			err = errors.Join(err, wrong)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func isPrometheus(raw []byte) error {
	if source, err := strictly[common.DataSourceRef](raw); err != nil || !source.Equals(*prometheusSource) {
		return fmt.Errorf("data source %s: %w", raw, err)
	}
	return nil
}

var transformations = map[string]func([]byte) (any, error){
	"joinByField":        anything[joinByField],
	"sortBy":             anything[sortBy],
	"limit":              anything[limit],
	"convertFieldType":   anything[convertFieldType],
	"filterFieldsByName": anything[filterFieldsByName],
	"organize":           anything[organize],
	"groupingToMatrix":   anything[groupingToMatrix],
}

// readOverride reads an override as the config whose parts it sets.
func readOverride(kind variants.PanelcfgConfig, raw []byte) error {
	var o override
	if err := found(o.UnmarshalJSONStrict(raw)); err != nil {
		return err
	}
	if !slices.Contains([]string{"byName", "byFrameRefID", "byRegexp"}, o.Matcher.Id) {
		return fmt.Errorf("matcher %q", o.Matcher.Id)
	}
	set, custom := map[string]any{}, map[string]any{}
	for _, p := range o.Properties {
		if name, ok := strings.CutPrefix(p.Id, "custom."); ok {
			custom[name] = p.Value
		} else {
			set[p.Id] = p.Value
		}
	}
	if len(custom) > 0 {
		set["custom"] = custom
	}
	encoded, err := json.Marshal(set)
	if err != nil {
		return err
	}
	return readConfig(kind, encoded)
}

func readConfig(kind variants.PanelcfgConfig, raw []byte) error {
	if raw == nil {
		return nil
	}
	var c config
	if err := found(c.UnmarshalJSONStrict(raw)); err != nil || c.Custom == nil {
		return err
	}
	if kind.StrictFieldConfigUnmarshaler == nil {
		return fmt.Errorf("panels of type %q have no custom options", kind.Identifier)
	}
	encoded, err := json.Marshal(c.Custom)
	if err != nil {
		return err
	}
	_, err = kind.StrictFieldConfigUnmarshaler(encoded)
	return found(err)
}

// strictly reads a T; a field that it does not have is an error.
func strictly[T any](raw []byte) (T, error) {
	var v T
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	return v, decoder.Decode(&v)
}

func anything[T any](raw []byte) (any, error) { return strictly[T](raw) }

// readColumn reads the options of a table's column, whose cell is of a kind that Grafana
// 12.4 has.
func readColumn(raw []byte) (any, error) {
	c, err := strictly[columnOptions](raw)
	if err == nil && c.CellOptions != nil && !slices.Contains([]string{"auto", "color-background", "gauge", "markdown"}, c.CellOptions.Type) {
		err = fmt.Errorf("cell of type %q", c.CellOptions.Type)
	}
	return c, err
}

// found is nil for a list of no errors, which the published types return for what is right.
func found(err error) error {
	var list cog.BuildErrors
	if errors.As(err, &list) && len(list) == 0 {
		return nil
	}
	return err
}
