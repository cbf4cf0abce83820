// Package index holds the words of the domain: who is assessed (Unit), on what
// (Group, Indicator), for which time (Window, Period), what a source says of it
// (Reading, Part, Row, Figure) and why it said nothing (Failure). It does no I/O.
//
// The domain is Decision 766/QĐ-TTg of 23 June 2022: every province, department
// and commune of Viet Nam is scored, 100 points in six groups, on how it serves
// people and businesses.
package index

import "time"

// SourceName is the value of the label "source".
type SourceName string

// The sources that an exporter can have.
const (
	Portal    SourceName = "portal"    // the national portal's reporting services
	Pages     SourceName = "pages"     // published HTML tables
	Records   SourceName = "records"   // local dossier files
	Documents SourceName = "documents" // local documents and work files
	SQL       SourceName = "sql"       // a database of dossiers
)

// Kind says what a unit is; it decides among whom a unit is ranked.
type Kind string

// The kinds of unit. Districts ended on 1 July 2025 but stand in older records.
const (
	Province   Kind = "province"
	Department Kind = "department"
	Commune    Kind = "commune"
	District   Kind = "district"
	Unlisted   Kind = "unlisted" // known only by a name in some source
)

// Unit is somebody who is assessed. A zero field is not known.
type Unit struct {
	Code   string `json:"code,omitempty"` // stable code: H26 for Hà Nội, H26.01 below it
	ID     string `json:"id,omitempty"`   // the portal's departmentId, joins answers that carry no code
	Name   string `json:"name,omitempty"` // as the source spells it
	Kind   Kind   `json:"kind,omitempty"`
	Parent string `json:"parent,omitempty"` // code of the province, empty for a province
}

// Group is one of the six component groups of the score. Max is in points of
// 100, 0 where the answer does not say.
type Group struct {
	Code string  `json:"code"`
	Name string  `json:"name"`
	Max  float64 `json:"max,omitempty"`
}

// BuiltInGroups are the six groups of Decision 766 with their maxima, in the
// decision's order: for answers that give no names or maxima. The split of the
// 22 points of online services into 12 + 10 is the 2026 API's.
var BuiltInGroups = []Group{
	{"CKMB", "Công khai, minh bạch", 18},
	{"TDGQ", "Tiến độ giải quyết", 20},
	{"CLGQ", "Cung cấp dịch vụ trực tuyến", 12},
	{"TTTT", "Thanh toán trực tuyến", 10},
	{"MDHL", "Mức độ hài lòng", 18},
	{"MDSH", "Số hóa hồ sơ", 22},
}

// OnlineService is the code under which CLGQ and TTTT are published as one
// group of 22 points.
const OnlineService = "ONLINE_SERVICE"

// Indicator is one measured ratio within a group. Codes and names are the
// portal's own and open: new ones need no code here.
type Indicator struct {
	Code  string `json:"code"`
	Group string `json:"group,omitempty"`
	Name  string `json:"name"`
}

// Measure says what a Figure counts. Missing is never 0: a figure that is not
// known is not there.
type Measure string

// The measures. Points are of the maximum that stands beside them; counts are
// whole numbers.
const (
	Score             Measure = "score"               // points of ScoreMax
	ScoreMax          Measure = "score_max"           // 100
	ScorePercent      Measure = "score_percent"       // published beside Score, only to judge it
	GroupScore        Measure = "group_score"         // points of GroupScoreMax
	GroupScoreMax     Measure = "group_score_max"     //
	GroupPercent      Measure = "group_percent"       // published beside GroupScore, only to judge it
	IndicatorScore    Measure = "indicator_score"     // points of IndicatorScoreMax
	IndicatorScoreMax Measure = "indicator_score_max" //
	Numerator         Measure = "numerator"           // of the indicator's ratio, counts
	Denominator       Measure = "denominator"         //
	ReceivedDossiers  Measure = "received"            // the portal's dossiers of the period
	OnTimeDossiers    Measure = "on_time"             //
	OverdueDossiers   Measure = "overdue"             //
)

// Figure is one published number about one unit. Group and Indicator are set
// where the measure is of one.
type Figure struct {
	Measure   Measure `json:"m"`
	Group     string  `json:"g,omitempty"`
	Indicator string  `json:"i,omitempty"`
	Value     float64 `json:"v"`
}

// Row is what one answer says of one unit, which stands there as the answer
// names it: by id, code or only a name.
type Row struct {
	Unit    Unit     `json:"unit"`
	Line    int      `json:"line,omitempty"` // where it stood in the answer, 1 = first; 0 = the head of the answer
	Figures []Figure `json:"figures"`
}

// Figure returns the row's value of a measure without group or indicator.
func (r Row) Figure(m Measure) (float64, bool) {
	for _, f := range r.Figures {
		if f.Measure == m && f.Group == "" && f.Indicator == "" {
			return f.Value, true
		}
	}
	return 0, false
}

// Part is one answer of a source for one window: a service of the portal, a
// page, a folder of files. Either Failure is set or the rest is.
type Part struct {
	Name       string      `json:"name"`
	Window     Window      `json:"window,omitempty"` // empty where the part is not about one window
	Period     Period      `json:"period,omitzero"`
	AsOf       time.Time   `json:"as_of,omitzero"` // when the figures hold
	URL        string      `json:"url,omitempty"`  // where it was read, for people
	Parent     string      `json:"parent,omitempty"`
	Rows       []Row       `json:"rows,omitempty"`
	Groups     []Group     `json:"groups,omitempty"`
	Indicators []Indicator `json:"indicators,omitempty"`
	Failure    *Failure    `json:"-"`
}

// Reading is what one source learned in one round.
type Reading struct {
	Parts []Part
}
