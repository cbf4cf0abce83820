package portal

import (
	"cmp"
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/units"
)

// envelope is around every answer of the new API.
type envelope struct {
	Code    string   `json:"code"`
	Message string   `json:"message"`
	Data    *results `json:"data"`
}

// results is the data of an answer. The services named tree call the head parent
// and the rows children, the others overview and evaluation.
type results struct {
	Overview   *row      `json:"overview"`
	Parent     *row      `json:"parent"`
	Evaluation list[row] `json:"evaluation"`
	Children   list[row] `json:"children"`
	Radar      list[struct {
		Code     string  `json:"code"`
		Name     string  `json:"name"`
		MaxScore float64 `json:"maxScore"`
	}] `json:"radar"`
	Pagination struct {
		Total      int `json:"total"`
		TotalPages int `json:"totalPages"`
	} `json:"pagination"`
}

// row is what any service says of one unit; each fills some of the fields. The
// names are the portal's.
type row struct {
	DepartmentID   string `json:"departmentId"`
	DepartmentCode string `json:"departmentCode"`
	DepartmentName string `json:"departmentName"`
	ChildGroup     string `json:"childGroup"`
	DepartmentType string `json:"departmentType"`
	Level          string `json:"level"`

	TotalScore    *float64 `json:"totalScore"`
	TotalMaxScore float64  `json:"totalMaxScore"` // 0: it does not say
	Score         *float64 `json:"score"`         // dvc-progress-tree's rows have it for totalScore
	MaxScore      float64  `json:"maxScore"`
	Ratio         *float64 `json:"ratio"`

	GroupScores points      `json:"groupScores"`
	Metrics     few[metric] `json:"metrics"`

	TotalReceived    *float64 `json:"totalReceived"`
	TotalOnTime      *float64 `json:"totalOnTime"`
	TotalOverdue     *float64 `json:"totalOverdue"`
	ChannelOnlineSum *float64 `json:"channelOnlineSum"`
	ChannelTotalSum  *float64 `json:"channelTotalSum"`
	PaidOnline       *float64 `json:"totalDossierOnlinePaymentSuccess"`
	WithObligation   *float64 `json:"totalDossierFinancialObligation"`
}

// metric is one indicator of a unit.
type metric struct {
	Code        string   `json:"code"`
	Name        string   `json:"name"`
	Numerator   *float64 `json:"numerator"`
	Denominator *float64 `json:"denominator"`
	Score       *float64 `json:"score"`
	MaxScore    float64  `json:"maxScore"` // 0: shown beside the others but not scored
}

// alsoKnownAs gives the portal's indicators that targets speak of the codes that
// local records use for the same ratio.
var alsoKnownAs = map[string]string{
	"SO_HOA_GIAY_TO_GIAI_QUYET": index.DigitizedDossier,
	"ORIGINAL_RESULT_AVAILABLE": index.ElectronicResult,
}

// parseResults opens the envelope.
func parseResults(body []byte) (*results, error) {
	var e envelope
	err := decode(body, "{", &e)
	var wrong *json.UnmarshalTypeError
	switch {
	case reasonOf(err) == index.NotData:
		return nil, err
	case e.Code != "" && e.Code != "OK":
		return nil, index.Failf(index.NotData, "the portal answered code %q, message %q", shorten(units.Clean(e.Code)), shorten(units.Clean(e.Message)))
	case errors.As(err, &wrong) && (wrong.Field == "code" || wrong.Field == "data"):
		return nil, index.Failf(index.NotData, "not the portal's envelope: %s", explain(err))
	case err != nil:
		return nil, index.Failf(reasonOf(err), "%s", explain(err))
	case e.Code == "" || e.Data == nil:
		return nil, index.Failf(index.NotData, "not the portal's envelope: code %q, data null or absent", e.Code)
	case e.Data.Evaluation == nil && e.Data.Children == nil:
		return nil, index.Failf(index.Malformed, "data has neither evaluation nor children")
	}
	return e.Data, nil
}

// fill makes the part of an answer.
func (s service) fill(part *index.Part, head *results, rows []row, province, root string) error {
	m := maker{service: s, part: part, totalMax: 100, groupMax: map[string]float64{}, indicators: map[string]bool{}}
	for _, g := range index.BuiltInGroups {
		m.groupMax[g.Code] = g.Max
	}
	for _, r := range head.Radar {
		if err := checkCode("group", r.Code); err != nil {
			return err
		}
		if r.Code == index.OnlineService { // no group of its own: CLGQ + TTTT
			continue
		}
		m.groupMax[r.Code] = cmp.Or(r.MaxScore, m.groupMax[r.Code])
		part.Groups = append(part.Groups, index.Group{Code: r.Code, Name: units.Clean(r.Name), Max: r.MaxScore})
	}
	own := cmp.Or(head.Overview, head.Parent)
	if own != nil && own.TotalMaxScore != 0 {
		m.totalMax = own.TotalMaxScore
		if s.group != "" {
			m.groupMax[s.group] = own.TotalMaxScore
			part.Groups = []index.Group{{Code: s.group, Max: own.TotalMaxScore}} // no answer of a detail names its group
		}
	}
	if !s.national {
		part.Parent = province
		if own != nil {
			// Only here overdue has to be worked out: a parent carries no such field.
			if own.TotalReceived != nil && own.TotalOnTime != nil && own.TotalOverdue == nil {
				overdue := *own.TotalReceived - *own.TotalOnTime
				own.TotalOverdue = &overdue
			}
			u := index.Unit{Code: province, ID: root, Name: units.Clean(own.DepartmentName), Kind: index.Province}
			if err := m.add(u, 0, *own); err != nil {
				return err
			}
		}
	}
	for i, r := range rows {
		u := index.Unit{Code: units.Clean(r.DepartmentCode), ID: units.Clean(r.DepartmentID), Name: units.Clean(r.DepartmentName), Kind: s.kind(r)}
		if u.Kind != index.Province {
			u.Parent = province
		}
		if err := m.add(u, i+1, r); err != nil {
			return err
		}
	}
	return nil
}

// kind reads what a row says of itself, each service in a field of its own. A
// department's level is PROVINCE. Two of the trees say nothing.
func (s service) kind(r row) index.Kind {
	switch {
	case s.national, r.DepartmentType == "PROVINCE":
		return index.Province
	case r.ChildGroup == "AGENCY", r.DepartmentType == "PROVINCIAL_DEPARTMENT", r.Level == "PROVINCE":
		return index.Department
	case r.ChildGroup == "COMMUNE", r.DepartmentType == "COMMUNE_PEOPLE_COMMITTEE", r.Level == "COMMUNE":
		return index.Commune
	}
	return ""
}

// maker makes the rows of one part.
type maker struct {
	service    service
	part       *index.Part
	totalMax   float64
	groupMax   map[string]float64
	indicators map[string]bool // those that the part has
}

func (m *maker) add(u index.Unit, line int, r row) error {
	if err := checkUnit(u, line); err != nil {
		return err
	}
	f, err := m.figures(r)
	if err != nil {
		return index.Failf(reasonOf(err), "%s: %s", rowName(line, u.Name), explain(err))
	}
	m.part.Rows = append(m.part.Rows, index.Row{Unit: u, Line: line, Figures: f})
	return nil
}

func (m *maker) figures(r row) (figures, error) {
	var f figures
	if g := m.service.group; g == "" {
		f.points(r.TotalScore, m.totalMax, index.Figure{Measure: index.Score})
		f.add(r.Ratio, index.Figure{Measure: index.ScorePercent})
	} else {
		f.points(cmp.Or(r.TotalScore, r.Score), cmp.Or(r.TotalMaxScore, r.MaxScore, m.groupMax[g]), index.Figure{Measure: index.GroupScore, Group: g})
		if r.TotalReceived == nil { // else the ratio is of dossiers on time, not of points
			f.add(r.Ratio, index.Figure{Measure: index.GroupPercent, Group: g})
		}
	}
	for _, g := range slices.Sorted(maps.Keys(r.GroupScores)) {
		if err := checkCode("group", g); err != nil {
			return nil, err
		}
		f.points(r.GroupScores[g], m.groupMax[g], index.Figure{Measure: index.GroupScore, Group: g})
	}
	seen := map[string]bool{}
	for _, x := range r.Metrics {
		if err := checkCode("metric", x.Code); err != nil {
			return nil, err
		}
		alias := alsoKnownAs[x.Code]
		if seen[x.Code] || alias != "" && seen[alias] {
			return nil, index.Failf(index.Contradictory, "metric %s twice", x.Code)
		}
		seen[x.Code], seen[alias] = true, true
		m.metric(&f, x)
	}
	f.add(r.TotalReceived, index.Figure{Measure: index.ReceivedDossiers})
	f.add(r.TotalOnTime, index.Figure{Measure: index.OnTimeDossiers})
	f.add(r.TotalOverdue, index.Figure{Measure: index.OverdueDossiers})
	f.ratio(index.DossierOnTime, r.TotalOnTime, r.TotalReceived)
	f.ratio(index.OnlineDossier, r.ChannelOnlineSum, r.ChannelTotalSum)
	f.ratio(index.OnlinePayment, r.PaidOnline, r.WithObligation)
	return f, nil
}

func (m *maker) metric(f *figures, x metric) {
	g := m.service.group
	if !m.indicators[x.Code] {
		m.indicators[x.Code] = true
		m.part.Indicators = append(m.part.Indicators, index.Indicator{Code: x.Code, Group: g, Name: units.Clean(x.Name)})
	}
	f.points(x.Score, x.MaxScore, index.Figure{Measure: index.IndicatorScore, Group: g, Indicator: x.Code})
	f.ratio(x.Code, x.Numerator, x.Denominator)
	if alias := alsoKnownAs[x.Code]; alias != "" {
		f.ratio(alias, x.Numerator, x.Denominator)
	}
}
