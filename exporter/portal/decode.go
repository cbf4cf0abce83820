package portal

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/units"
)

const (
	// maxRows bounds the entries of one list. The largest province had about 600
	// units while there were districts.
	maxRows = 10_000
	// maxMembers bounds the groups and the indicators of one unit. There are 6 and
	// about 20.
	maxMembers = 100
	// maxLabel and maxName bound, in bytes, what becomes the value of a label.
	maxLabel = 100
	maxName  = 500
)

// list is a JSON array that is read entry by entry: an error names the entry, and
// the length is bounded by maxRows. A null stays nil.
type list[T any] []T

func (l *list[T]) UnmarshalJSON(b []byte) (err error) {
	*l, err = readList[T](b, maxRows)
	return err
}

// few is a list within a row, bounded by maxMembers.
type few[T any] []T

func (l *few[T]) UnmarshalJSON(b []byte) (err error) {
	*l, err = readList[T](b, maxMembers)
	return err
}

func readList[T any](b []byte, most int) ([]T, error) {
	if string(b) == "null" {
		return nil, nil
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	if t, err := dec.Token(); err != nil || t != json.Delim('[') {
		return nil, index.Failf(index.Malformed, "no list where a list should be: %s", excerpt(b))
	}
	l := []T{}
	for dec.More() {
		if len(l) == most {
			return nil, index.Failf(index.TooLarge, "a list of more than %d entries", most)
		}
		var raw json.RawMessage
		var v T
		err := dec.Decode(&raw)
		if err == nil {
			err = json.Unmarshal(raw, &v)
		}
		if err != nil {
			return nil, index.Failf(reasonOf(err), "%s: %s", entryName(raw, len(l)+1), explain(err))
		}
		l = append(l, v)
	}
	return l, nil
}

// points are scores by the code of their group, at most maxMembers. It is read
// member by member, so that what is too much costs nothing.
type points map[string]*float64

func (p *points) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return index.Failf(index.Malformed, "no object where the groups should be: %s", excerpt(b))
	}
	*p = points{}
	for dec.More() {
		if len(*p) == maxMembers {
			return index.Failf(index.TooLarge, "more than %d groups", maxMembers)
		}
		group, err := dec.Token()
		if err != nil {
			return err
		}
		var score *float64
		if err := dec.Decode(&score); err != nil {
			return index.Failf(index.Malformed, "group %v: %s", group, explain(err))
		}
		(*p)[fmt.Sprint(group)] = score
	}
	return nil
}

// entryName names a row or a metric that cannot be read, as far as it can be.
func entryName(raw json.RawMessage, line int) string {
	var names struct {
		Name any `json:"departmentName"`
		Ten  any `json:"TEN"`
		Code any `json:"code"`
	}
	_ = json.Unmarshal(raw, &names) // whatever it gives is better than nothing
	for _, v := range []any{names.Name, names.Ten, names.Code} {
		if s, ok := v.(string); ok && s != "" {
			return rowName(line, s)
		}
	}
	return fmt.Sprintf("row %d", line)
}

func rowName(line int, name string) string {
	return fmt.Sprintf("row %d, %q", line, shorten(units.Clean(name)))
}

// decode reads a whole body into v, which opens with the given bracket. A body that
// opens otherwise is not the portal's data.
func decode(body []byte, bracket string, v any) error {
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	if !bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n"), []byte(bracket)) {
		text := "not the portal's data: " + excerpt(body)
		if id := supportID(body); id != "" {
			text += "; " + id
		}
		return index.Failf(index.NotData, "%s", text)
	}
	err := json.Unmarshal(body, v)
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		if syntax.Offset >= int64(len(body)) {
			return index.Failf(index.Malformed, "the JSON breaks off at byte %d", len(body))
		}
		return index.Failf(index.Malformed, "byte %d is no JSON: %v", syntax.Offset, syntax)
	}
	return err
}

// reasonOf and explain put an error of the decoder in words.
func reasonOf(err error) index.Reason {
	if f, ok := errors.AsType[*index.Failure](err); ok {
		return f.Reason
	}
	return index.Malformed
}

func explain(err error) string {
	if f, ok := errors.AsType[*index.Failure](err); ok {
		return f.Text
	}
	var wrong *json.UnmarshalTypeError
	if !errors.As(err, &wrong) {
		return err.Error()
	}
	want := wrong.Type.String()
	switch wrong.Type.Kind() {
	case reflect.Float64, reflect.Int:
		want = "a number"
	case reflect.String:
		want = "text"
	case reflect.Struct, reflect.Map:
		want = "an object"
	}
	got := shorten(strings.Replace(wrong.Value, "string", "text", 1))
	return fmt.Sprintf("field %s is %s where %s should be", cmp.Or(wrong.Field, "(all)"), got, want)
}

var (
	tags    = regexp.MustCompile(`(?s)<(?:style|script)\b.*?</(?:style|script)>|<[^>]*>`)
	support = regexp.MustCompile(`(?i)support id(?: is)?\s*:?\s*(\d{1,30})`)
)

// excerpt shows a person what came instead of data.
func excerpt(body []byte) string {
	if len(bytes.TrimSpace(body)) == 0 {
		return "an empty answer"
	}
	const enough = 4 << 10
	text := tags.ReplaceAllString(strings.ToValidUTF8(string(body[:min(len(body), enough)]), "?"), " ")
	return fmt.Sprintf("%q", shorten(units.Clean(text)))
}

// supportID finds the number by which those who run the portal's firewall know a
// refusal, or returns "".
func supportID(body []byte) string {
	m := support.FindSubmatch(body)
	if m == nil {
		return ""
	}
	return "the portal's firewall refused this: give Support ID " + string(m[1]) + " to those who run it"
}

func shorten(s string) string {
	const most = 160 // runes
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// checkUnit refuses a row whose unit has no identity, or one that is no label.
func checkUnit(u index.Unit, line int) error {
	if u.ID == "" && u.Code == "" && u.Name == "" {
		return index.Failf(index.Malformed, "row %d: a unit without id, code and name", line)
	}
	if max(len(u.ID), len(u.Code)) > maxLabel || len(u.Name) > maxName {
		return index.Failf(index.Malformed, "%s: an id, code or name that is too long", rowName(line, u.Name))
	}
	return nil
}

// checkCode refuses a code of a group or an indicator that cannot be a label.
func checkCode(what, code string) error {
	if code == "" || len(code) > maxLabel {
		return index.Failf(index.Malformed, "a %s whose code %q is empty or longer than %d bytes", what, shorten(code), maxLabel)
	}
	return nil
}

// figures collects what one row says. Nil is "no value" and leaves no figure.
type figures []index.Figure

func (f *figures) add(value *float64, fig index.Figure) {
	if value != nil {
		fig.Value = *value
		*f = append(*f, fig)
	}
}

// maximumOf is the measure that says what a score is of.
var maximumOf = map[index.Measure]index.Measure{
	index.Score: index.ScoreMax, index.GroupScore: index.GroupScoreMax, index.IndicatorScore: index.IndicatorScoreMax,
}

// points adds a score with its maximum, 0 if that is not known; a maximum says
// nothing where there is no score.
func (f *figures) points(score *float64, most float64, of index.Figure) {
	f.add(score, of)
	if of.Measure = maximumOf[of.Measure]; score != nil && most > 0 {
		f.add(&most, of)
	}
}

// ratio adds both parts of an indicator's ratio.
func (f *figures) ratio(indicator string, numerator, denominator *float64) {
	f.add(numerator, index.Figure{Measure: index.Numerator, Indicator: indicator})
	f.add(denominator, index.Figure{Measure: index.Denominator, Indicator: indicator})
}
