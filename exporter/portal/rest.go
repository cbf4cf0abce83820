package portal

import (
	"cmp"
	"encoding/json"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"dvc_exporter/exporter/fetch"
	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/units"
)

const (
	restPath     = "/jsp/rest.jsp"
	restService  = "report_tinh_766_service"
	restPageSize = 1000 // the largest province had about 640 units while there were districts
	restScoreMax = 100.0
)

// restParts are the names of the parts that a period has.
var restParts = []string{restService, restService + "-units"}

// districtsEnded is when the level between province and commune was abolished.
var districtsEnded = time.Date(2025, time.July, 1, 0, 0, 0, 0, index.Vietnam)

// restQuery is the form field "params" of the old API.
type restQuery struct {
	Type       string `json:"type"`
	Service    string `json:"service"`
	Year       string `json:"p_nam"`
	HalfYear   int    `json:"p_6thang"` // with the next two: 0 is the whole year
	Quarter    int    `json:"p_quy"`
	Month      int    `json:"p_thang"`
	Province   string `json:"p_tinh_id"` // "0": the provinces; an id: its units
	District   string `json:"p_huyen_id"`
	Commune    string `json:"p_xa_id"`
	KindOfUnit int    `json:"p_loaidonvi"`
	Detail     int    `json:"loaichitieu"` // 0: totals
	Page       int    `json:"pageIndex"`
	PageSize   int    `json:"pageSize"`
	Default    int    `json:"p_default"`
}

func newRestQuery(p index.Period, province string) restQuery {
	q := restQuery{Type: "ref", Service: restService, Year: strconv.Itoa(p.Year), Province: province, KindOfUnit: 1, Page: 1, PageSize: restPageSize}
	switch p.Months {
	case 6:
		q.HalfYear = p.Number
	case 3:
		q.Quarter = p.Number
	case 1:
		q.Month = p.Number
	}
	return q
}

// restRow is one unit. Every value is a text, numbers with a dot.
type restRow struct {
	ID    text `json:"ID"`
	Name  text `json:"TEN"`
	Code  text `json:"MA_COQUAN"`
	Kind  text `json:"LOAI_COQUAN"`
	Total text `json:"TONG_SCORE"`
	CKMB  text `json:"CKMB"`
	TDGQ  text `json:"TDGQ"`
	CLGQ  text `json:"CLGQ"`
	TTTT  text `json:"TTTT"`
	MDHL  text `json:"MDHL"`
	MDSH  text `json:"MDSH"`
}

// text is a JSON text or number, as text; null is "".
type text string

func (t *text) UnmarshalJSON(b []byte) error {
	if b[0] == '"' || b[0] == 'n' {
		return json.Unmarshal(b, (*string)(t))
	}
	var n json.Number
	err := json.Unmarshal(b, &n)
	*t = text(n)
	return err
}

// number returns nil for no value.
func (t text) number(field string) (*float64, error) {
	s := strings.TrimSpace(string(t))
	if s == "" {
		return nil, nil
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return nil, index.Failf(index.Malformed, "field %s is %q, which is no number with a dot", field, shorten(s))
	}
	return &v, nil
}

// restQuestion asks for the provinces, then for the units of the own province: its
// id stands in the first answer, and ids of old periods are others than today's.
func (p *Portal) restQuestion(w index.Window, period index.Period) question {
	return func(do ask) []index.Part {
		provinces := p.answer(restService, restPath, w, period, func(part *index.Part) error {
			return p.readRest(do, "0", part)
		})
		below := p.answer(restService+"-units", restPath, w, period, func(part *index.Part) error {
			part.Parent = p.opts.Province
			id := p.provinceID()
			for _, r := range provinces.Rows {
				if r.Unit.Code == p.opts.Province && r.Unit.ID != "" {
					id = r.Unit.ID
				}
			}
			switch {
			case id != "":
				return cmp.Or(p.readRest(do, id, part), allGroups(part))
			case provinces.Failure != nil:
				return index.Failf(provinces.Failure.Reason, "not asked: the portal's id of the province %s is not known, because its list of provinces is missing", p.opts.Province)
			case len(provinces.Rows) == 0: // no data of this period, so none of the units
				part.AsOf, part.EmptyIsNoData = provinces.AsOf, true
				return nil
			}
			return index.Failf(index.NotData, "not asked: the province %s is not among the %d of the portal's list", p.opts.Province, len(provinces.Rows))
		})
		return []index.Part{provinces, below}
	}
}

func (p *Portal) readRest(do ask, province string, part *index.Part) error {
	part.EmptyIsNoData = true // half of its periods were never filled
	params, err := json.Marshal(newRestQuery(part.Period, province))
	if err != nil {
		return err
	}
	resp, err := do(fetch.Request{
		Method: http.MethodPost,
		URL:    p.opts.URL + restPath,
		Header: http.Header{
			"Content-Type":     {"application/x-www-form-urlencoded; charset=UTF-8"},
			"X-Requested-With": {"XMLHttpRequest"},
		},
		Body: []byte(url.Values{"params": {string(params)}}.Encode()),
	})
	if err != nil {
		return err
	}
	var rows list[restRow]
	if err := decode(resp.Body, "[", &rows); err != nil {
		return err
	}
	if len(rows) >= restPageSize {
		return index.Failf(index.TooLarge, "%d units, as many as one answer holds: others may be missing", len(rows))
	}
	part.AsOf = resp.At
	for _, r := range rows {
		if err := addRestRow(part, r, province == "0", p.opts.Province); err != nil {
			return err
		}
	}
	return nil
}

// allGroups refuses an answer in which not one unit has points of a group: its field
// has been renamed, and the points known before must not end in silence. The list
// of provinces is judged so with those of the other generation.
func allGroups(part *index.Part) error {
	for _, g := range index.BuiltInGroups {
		has := func(r index.Row) bool {
			return slices.ContainsFunc(r.Figures, func(f index.Figure) bool { return f.Measure == index.GroupScore && f.Group == g.Code })
		}
		if len(part.Rows) > 0 && !slices.ContainsFunc(part.Rows, has) {
			return index.Failf(index.Contradictory, "no unit has points of group %s (%s); has the portal renamed its groups?", g.Code, g.Name)
		}
	}
	return nil
}

func addRestRow(part *index.Part, r restRow, national bool, province string) error {
	line := len(part.Rows) + 1
	u := index.Unit{
		ID:   units.Clean(string(r.ID)),
		Code: strings.TrimPrefix(units.Clean(string(r.Code)), "000.00.00."), // seen before the code of Lạng Sơn
		Name: units.Clean(string(r.Name)),
		Kind: restKind(r, national, part.Period),
	}
	if u.Kind != index.Province {
		u.Parent = province
	}
	if err := checkUnit(u, line); err != nil {
		return err
	}
	of := map[string]text{"CKMB": r.CKMB, "TDGQ": r.TDGQ, "CLGQ": r.CLGQ, "TTTT": r.TTTT, "MDHL": r.MDHL, "MDSH": r.MDSH}
	var f figures
	total, err := r.Total.number("TONG_SCORE")
	f.points(total, restScoreMax, index.Figure{Measure: index.Score})
	for _, g := range index.BuiltInGroups {
		if err != nil {
			break
		}
		if g.Code == "CLGQ" || g.Code == "TTTT" {
			g.Max = 0 // how these years split the 22 points of both is not known
		}
		var v *float64
		v, err = of[g.Code].number(g.Code)
		f.points(v, g.Max, index.Figure{Measure: index.GroupScore, Group: g.Code})
	}
	if err != nil {
		return index.Failf(index.Malformed, "%s: %s", rowName(line, u.Name), explain(err))
	}
	part.Rows = append(part.Rows, index.Row{Unit: u, Line: line, Figures: f})
	return nil
}

// restKind reads LOAI_COQUAN. Before July 2025 districts have the communes' kind,
// and only their names tell them apart.
func restKind(r restRow, national bool, p index.Period) index.Kind {
	switch strings.TrimSpace(string(r.Kind)) {
	case "1":
		return index.Province
	case "2":
		return index.Department
	case "3":
		if p.Start().Before(districtsEnded) {
			name := strings.ToLower(units.Clean(string(r.Name)))
			for _, prefix := range []string{"ubnd quận ", "ubnd huyện ", "ubnd thị xã ", "ubnd thành phố "} {
				if strings.HasPrefix(name, prefix) {
					return index.District
				}
			}
		}
		return index.Commune
	}
	if national {
		return index.Province
	}
	return ""
}
