package pages

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/units"
)

const (
	// tolerance in points: published points are rounded to two decimals.
	tolerance = 0.02 + 1e-9
	// maxName is the most letters of a unit's name.
	maxName = 200
)

// found is a row of a page, the number of the table that it stood in and the heading
// of its name.
type found struct {
	index.Row
	table  int
	column string
}

// rowReader reads the rows of one table.
type rowReader struct {
	table    *table
	heading  heading
	readings []reading
	where    string // page and table, for people
	parent   string // of units that are no province
	admits   func(index.Unit) bool

	rows      []found
	rejected  []index.Rejection
	unmatched int
	furniture int      // captions and rows without any value
	sums      []string // rows that add others up
}

func (r *rowReader) read() {
	nameAt, kind := r.heading.nameAt, r.heading.kind
	ordinalAt := slices.IndexFunc(r.heading.columns, func(c column) bool { return c.meaning == ordinal })
	grouped := slices.ContainsFunc(r.table.grid[r.heading.body:], func(row []*cell) bool { // units are numbered 1, 2, 3 and so groups are I, II, A, B
		return ordinalAt >= 0 && ordinalAt < len(row) && digits.MatchString(units.Clean(row[ordinalAt].Text))
	})
	needed := nameAt + 1
	for _, reading := range r.readings {
		needed = max(needed, slices.Max(reading.columns)+1)
	}
	for i := r.heading.body; i < len(r.table.grid); i++ {
		row, line := r.table.grid[i], i+1
		text := func(at int) string {
			if at < 0 || at >= len(row) {
				return ""
			}
			return units.Clean(row[at].Text)
		}
		name, number := text(nameAt), text(ordinalAt)
		sum := isTotal(name) || isTotal(number) || grouped && numbersGroup(number) || isName(meaningOf([]string{name}))
		if isCaption(row, nameAt) || sum && !r.hasFigure(row) {
			r.furniture++
			continue
		}
		if sum {
			r.sums = append(r.sums, strconv.Itoa(line))
			continue
		}
		if len(row) < needed {
			r.reject(line, r.heading.columns[len(row)].title, "", fmt.Sprintf("hàng thiếu ô: có %d, cần ít nhất %d", len(row), needed))
			continue
		}
		list, ok := r.figures(line, row)
		if !ok {
			continue
		}
		if len(list) == 0 {
			r.furniture++
			continue
		}
		if reason := badName(name); reason != "" {
			r.reject(line, r.heading.columns[nameAt].title, name, reason)
			continue
		}
		unit := index.Unit{Name: name, Kind: kind, Parent: r.parent}
		if kind == index.Province {
			unit.Parent = ""
		}
		if r.admits != nil && !r.admits(unit) {
			r.reject(line, r.heading.columns[nameAt].title, "", "không phải tên một cơ quan; thêm vào danh sách đơn vị nếu đúng là cơ quan")
			r.rejected[len(r.rejected)-1].Unmatched = true
			r.unmatched++
			continue
		}
		r.rows = append(r.rows, found{index.Row{Unit: unit, Line: line, Figures: list}, r.table.number, r.heading.columns[nameAt].title})
	}
}

// reject notes what is wrong with a row. Of a cell only its length is kept.
func (r *rowReader) reject(line int, column, cell, reason string) {
	if cell != "" {
		cell = fmt.Sprintf("%d ký tự", utf8.RuneCountInString(cell))
	}
	r.rejected = append(r.rejected, index.Rejection{Where: r.where, Line: line, Column: column, Value: cell, Reason: reason, Count: 1})
}

// hasFigure says whether a row has a number in a column that is read.
func (r *rowReader) hasFigure(row []*cell) bool {
	for _, reading := range r.readings {
		for _, at := range reading.columns {
			if at < len(row) {
				if _, given, _ := parseNumber(row[at].Text); given {
					return true
				}
			}
		}
	}
	return false
}

func shorten(s string, letters int) string {
	if runes := []rune(s); len(runes) > letters {
		return string(runes[:letters]) + "…"
	}
	return s
}

// figures reads the figures of a row; ok is false if it was refused.
func (r *rowReader) figures(line int, row []*cell) (list []index.Figure, ok bool) {
	for _, reading := range r.readings {
		sum, most, complete := 0.0, 0.0, true
		for _, at := range reading.columns {
			c, title := row[at], r.heading.columns[at].title
			parse := parseNumber
			if counts(reading.Figure) {
				parse = parseCount
			}
			n, given, err := parse(c.Text)
			reason := ""
			switch {
			case err != nil:
				reason = err.Error()
			case !given:
				complete = false
				continue
			case c.Columns > 1:
				reason = "ô trải trên nhiều cột"
			default:
				most, reason = judge(reading.Figure, n)
			}
			if reason != "" {
				r.reject(line, title, units.Clean(c.Text), reason)
				return nil, false
			}
			sum += n.value
		}
		if !complete {
			continue
		}
		f := reading.Figure
		f.Value = sum
		list = append(list, f)
		switch f.Value = most; f.Measure {
		case index.Score:
			f.Measure = index.ScoreMax
			list = append(list, f)
		case index.GroupScore:
			f.Measure = index.GroupScoreMax
			list = append(list, f)
		}
	}
	if reason := badSum(list); reason != "" {
		r.reject(line, r.heading.columns[r.heading.at[total]].title, "", reason)
		return nil, false
	}
	return list, true
}

// counts says whether a figure is a number of dossiers.
func counts(f index.Figure) bool { return f.Measure != index.Score && f.Measure != index.GroupScore }

// judge says what is wrong with a cell, and of how many points it is: 0 if it counts
// dossiers.
func judge(f index.Figure, n number) (most float64, reason string) {
	usual := index.GroupMax(f.Group)
	if f.Measure == index.Score {
		usual = 100
	}
	most = cmp.Or(n.max, usual)
	switch {
	case counts(f):
		if !n.whole || n.percent || n.max > 0 || n.value < 0 {
			reason = "số hồ sơ phải là số nguyên, ví dụ 24.130"
		}
		return 0, reason
	case f.Measure == index.Score && most != usual:
		reason = "tổng điểm phải trên thang 100"
	case f.Measure == index.GroupScore && n.percent:
		reason = "là tỷ lệ phần trăm, không phải điểm"
	case n.value < 0 || n.value > most+tolerance || most > 100:
		reason = fmt.Sprintf("điểm ngoài khoảng 0 đến %s", vietnamese(most))
	}
	return most, reason
}

// badSum says what is wrong where the groups of a row do not add up to its total.
// The reading is judged as a whole later; this keeps one bad row from spoiling it.
func badSum(list []index.Figure) (reason string) {
	score, groups, sum, full := math.NaN(), 0, 0.0, 0.0
	for _, f := range list {
		switch f.Measure {
		case index.Score:
			score = f.Value
		case index.GroupScore:
			groups++
			sum += f.Value
			full += index.GroupMax(f.Group)
		}
	}
	if gap := score - sum; groups > 0 && (gap < -tolerance || gap > 100-full+tolerance) {
		return fmt.Sprintf("tổng điểm %s không bằng tổng các nhóm %s", vietnamese(score), vietnamese(sum))
	}
	return ""
}

// vietnamese prints a number as people write it there.
func vietnamese(v float64) string {
	return strings.ReplaceAll(strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64), ".", ",")
}

// unitKey is what a unit is recognised by within a page.
type unitKey struct {
	name, parent string
	province     bool
}

func keyOf(u index.Unit) unitKey {
	return unitKey{strings.ToLower(u.Name), u.Parent, u.Kind == index.Province}
}

// isCaption says whether a row has no values: it is empty, or one cell goes
// across it ("I. Sở, ban, ngành", "Không có dữ liệu").
func isCaption(row []*cell, nameAt int) bool {
	if !slices.ContainsFunc(row, func(c *cell) bool { return units.Fold(c.Text) != "" }) {
		return true
	}
	last := row[len(row)-1]
	return last.Columns > 1 && last.Column <= nameAt
}

// isTotal says whether a name is that of a row that adds others up. Such a row is
// no unit's own: the province has it from the portal.
func isTotal(name string) bool {
	name = units.Fold(name)
	for _, word := range []string{"tong", "tong so", "tong cong", "cong", "toan tinh", "toan thanh pho", "toan quoc", "ca nuoc", "trung binh", "binh quan"} {
		if rest, ok := strings.CutPrefix(name, word); ok && strings.Trim(rest, " 0123456789") == "" {
			return true
		}
	}
	return false
}

var digits = regexp.MustCompile(`^\d+\.?$`)

var groupNumber = regexp.MustCompile(`^([ivx]+|[a-h])$`)

// numbersGroup says whether an ordinal is that of a group of units and their
// subtotal: I, II, A, B.
func numbersGroup(ordinal string) bool { return groupNumber.MatchString(units.Fold(ordinal)) }

func badName(name string) (reason string) {
	switch _, given, err := parseNumber(name); {
	case units.Slug(name) == "":
		return "không có tên đơn vị"
	case given && err == nil:
		return "là số, không phải tên đơn vị"
	case strings.ContainsRune(name, utf8.RuneError):
		return "tên có ký tự hỏng: trang khai sai bảng mã"
	case utf8.RuneCountInString(name) > maxName:
		return "tên đơn vị quá dài"
	}
	return ""
}
