// Package index holds the words of the domain: who is assessed (Unit), on what
// (Group, Indicator), for which time (Window, Period), what a source says of it
// (Answer, Part, Row, Figure) and why it said nothing (Failure). It does no I/O.
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

// The kinds of unit. Districts ended on 1 July 2025 but occur in older records.
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

// GroupMax returns the maximum of a group according to BuiltInGroups, 0 if it is
// not known.
func GroupMax(code string) float64 {
	if code == OnlineService {
		return 22
	}
	for _, g := range BuiltInGroups {
		if g.Code == code {
			return g.Max
		}
	}
	return 0
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

// The measures of local records. Those with a detail are distinguished by it.
const (
	DossiersReceived  Measure = "dossiers_received"  // detail: ByChannel
	DossiersFinished  Measure = "dossiers_finished"  // detail: Timeliness
	ApologiesDue      Measure = "apologies_due"      // late dossiers that call for a written apology
	ApologiesSent     Measure = "apologies_sent"     // those of them that have one
	DocumentsReceived Measure = "documents_received" //
	DocumentsFinished Measure = "documents_finished" // detail: Timeliness
	DocumentsOnline   Measure = "documents_online"   // handled end to end online
)

// The measures of sums, from a published statistics page or a database, beside
// DossiersReceived (a page does not tell channels, so without a detail there) and
// DossiersFinished. They hold at the part's AsOf, not in its period.
const (
	OpenNow    Measure = "dossiers_open_now"     // being handled, overdue ones too
	OverdueNow Measure = "dossiers_overdue_now"  // past its due time; detail: the stage, empty for Processing
	DueSoonNow Measure = "dossiers_due_soon_now" // being handled and due soon
)

// The details: how a dossier came in, and whether it was finished by its due time.
const (
	Online  = "online"
	Counter = "counter"
	Post    = "post"
	OnTime  = "on_time"
	Late    = "late"
)

// Codes of the ratios that targets speak of; a local source gives their
// numerators and denominators under the same codes as the portal's.
const (
	OnlineDossier    = "ONLINE_DOSSIER"    // submitted online / all received
	OnlinePayment    = "ONLINE_PAYMENT"    // paid online / with a financial obligation
	DigitizedDossier = "DIGITIZED_DOSSIER" // digitised / all received
	ElectronicResult = "ELECTRONIC_RESULT" // electronic result / finished with a result
	DossierOnTime    = "DOSSIER_ON_TIME"   // finished on time / finished
	DocumentOnline   = "DOCUMENT_ONLINE"   // handled online / finished
	DocumentOnTime   = "DOCUMENT_ON_TIME"  // finished on time / finished
)

// BuiltInIndicators names the ratios above for a wall; portal answers name their
// own indicators.
var BuiltInIndicators = []Indicator{
	{OnlineDossier, "CLGQ", "Hồ sơ trực tuyến"},
	{OnlinePayment, "TTTT", "Thanh toán trực tuyến"},
	{DigitizedDossier, "MDSH", "Số hóa hồ sơ, kết quả"},
	{ElectronicResult, "MDSH", "Kết quả điện tử"},
	{DossierOnTime, "TDGQ", "Hồ sơ đúng hạn"},
	{DocumentOnline, "", "Văn bản, hồ sơ công việc xử lý trên môi trường mạng"},
	{DocumentOnTime, "", "Văn bản, hồ sơ công việc đúng hạn"},
}

// Figure is one number about one unit. Group, Indicator and Detail are set where
// the measure is of one.
type Figure struct {
	Measure   Measure `json:"m"`
	Group     string  `json:"g,omitempty"`
	Indicator string  `json:"i,omitempty"`
	Detail    string  `json:"d,omitempty"`
	Value     float64 `json:"v"`
}

// Row is what one answer says of one unit, which stands there as the answer
// names it: by id, code or only a name.
//
// Rows of local records come one for each unit and calendar month (Month is set,
// the figures are that month's, and a window is the sum of its months), and one
// more for each unit with what is not finished (Backlog is set).
type Row struct {
	Unit    Unit     `json:"unit"`
	Line    int      `json:"line,omitempty"` // where it stood in the answer, 1 = first; 0 = the head of the answer
	Month   Period   `json:"month,omitzero"`
	Backlog *Backlog `json:"backlog,omitempty"`
	Figures []Figure `json:"figures,omitempty"`
}

// Backlog is what a unit has not finished, in a form that does not depend on the
// clock: it is compared with the clock when it is shown.
type Backlog struct {
	Open    []Dossier `json:"open,omitempty"`    // being handled; by due time, those without one first
	Waiting []Dossier `json:"waiting,omitempty"` // submitted and not received yet; by time of submission
}

// Dossier is a dossier, document or work file that is not finished. It names no
// person. Times are Unix seconds, 0 where there is none.
type Dossier struct {
	Code      string `json:"c,omitempty"`
	Procedure string `json:"p,omitempty"` // its code, empty if not known
	State     uint8  `json:"s,omitempty"` // as the national portal numbers them
	Received  int64  `json:"r,omitempty"` // of one that waits: submitted
	Due       int64  `json:"d,omitempty"`
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

// Part is what a source says of one thing for one window: a service of the
// portal, a page, a file of records, a database's answer. A part with a Failure
// and no rows says nothing, and what was known of it stays; one with a Failure and
// rows is what the source still stands by.
type Part struct {
	Name   string    `json:"name"`             // one of its kind within the source and window: service, address, path
	Window Window    `json:"window,omitempty"` // empty where the part is not about one window
	Period Period    `json:"period,omitzero"`
	AsOf   time.Time `json:"as_of,omitzero"` // when the figures hold, by the real clock
	// Location is the entry of the configuration that a file of records was found
	// by, under which its health is reported; empty: the part stands for itself.
	Location   string      `json:"location,omitempty"`
	URL        string      `json:"url,omitempty"` // where it was read, for people
	Parent     string      `json:"parent,omitempty"`
	Rows       []Row       `json:"rows,omitempty"`
	Groups     []Group     `json:"groups,omitempty"`
	Indicators []Indicator `json:"indicators,omitempty"`

	RowsUsed      int           `json:"rows_used,omitempty"`      // of local records: rows counted
	RowsRejected  int           `json:"rows_rejected,omitempty"`  // rows refused, also those that Rejected no longer lists
	RowsUnmatched int           `json:"rows_unmatched,omitempty"` // rows of no unit: a text that names no office
	Furniture     int           `json:"furniture,omitempty"`      // rows that are headings again, totals, signatures and the like
	Rejected      []Rejection   `json:"rejected,omitempty"`
	Notes         []string      `json:"notes,omitempty"` // how the input was understood, in Vietnamese: columns chosen, sheets left out
	UnknownWords  []UnknownWord `json:"unknown_words,omitempty"`

	// EmptyIsNoData says that an answer without rows is no failure as long as none
	// were known: the source has nothing for that period.
	EmptyIsNoData bool `json:"-"`
	// NotYet says that there is no answer yet and nothing is wrong: what was known
	// stays.
	NotYet  bool     `json:"-"`
	Failure *Failure `json:"-"`
}

// Rejection is a piece of input that was not used, for a person to mend. It never
// carries personal data, and so no content of a cell.
type Rejection struct {
	Where     string `json:"where"`               // file or page
	Line      int    `json:"line,omitempty"`      // from 1
	Column    string `json:"column,omitempty"`    // heading, or the letter of the column
	Value     string `json:"value,omitempty"`     // shortened
	Reason    string `json:"reason"`              // in Vietnamese
	Count     int    `json:"count"`               // rows it stands for, at least 1
	Unmatched bool   `json:"unmatched,omitempty"` // the rows are of no unit, nothing else is wrong with them
}

// UnknownWord is a word in the column of states that nobody knows. It stands in
// rows that are faultless otherwise, and names no person.
type UnknownWord struct {
	Word string `json:"word"`
	Rows int    `json:"rows"`
}

// Answer is what one source said in one round. A part that it does not name any
// more is forgotten.
type Answer struct {
	Parts []Part
	// Unchanged says that nothing was read anew: all is as in the last answer.
	Unchanged bool
}
