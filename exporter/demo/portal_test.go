package demo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"dvc_exporter/exporter/index"

	"github.com/google/go-cmp/cmp"
)

// The shapes of the portal's answers, as recorded in September 2026. A field that
// may be null is a pointer, one that some services leave out is in keys below.
type answer struct {
	Code, Message string
	Data          struct {
		Overview        row
		Evaluation      []row
		EvaluationCount int
		Radar           []struct {
			Code     string
			MaxScore float64
		}
		Pagination *struct{ Total, CurrentPage, PageSize, TotalPages int }
		Source     string
		Parent     *row
		Children   []row
	}
}

type row struct {
	DepartmentID, DepartmentName                string
	DepartmentCode                              *string
	ChildGroup, Level                           string
	DepartmentType                              string
	TotalScore, TotalMaxScore, Score, MaxScore  *float64
	Ratio, ScoreDelta                           *float64
	GroupScores                                 map[string]float64
	TotalReceived, TotalOnTime, TotalOverdue    *int
	ChannelOnlineSum, ChannelTotalSum           *int
	TotalDossierOnlinePaymentSuccess            *int
	TotalDossierFinancialObligation             *int
	TotalFeeFormality, TotalFeeDossierFormality *int
	TotalDossierOnlineFormalityPaymentSuccess   *int
	Metrics                                     []metric
}

type metric struct {
	Code, Name             string
	Numerator, Denominator *int
	Ratio, Score           *float64
	MaxScore               float64
}

var november = time.Date(2026, 11, 24, 6, 42, 0, 0, index.Vietnam)

func portalAt(now time.Time) http.Handler { return NewPortal(func() time.Time { return now }) }

// asked is the body of a question about a period.
func asked(p index.Period, root string, more ...string) string {
	body := map[string]any{"year": p.Year}
	switch p.Months {
	case 12:
		body["timeType"] = "year"
	case 3:
		body["timeType"], body["quarter"] = "quarter", p.Number
	case 1:
		body["timeType"], body["month"] = "month", p.Number
	}
	if root == "" {
		body["departmentType"] = "ADMINISTRATIVE_UNIT"
	} else {
		body["rootDepartmentId"] = root
	}
	text, _ := json.Marshal(body)
	return strings.TrimSuffix(string(text), "}") + strings.Join(more, "") + "}"
}

const whole = `,"currentPage":1,"pageSize":200`

func post(t testing.TB, h http.Handler, service, body string) (*httptest.ResponseRecorder, answer) {
	t.Helper()
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodPost, "/api/v1/reporting/evaluation/"+service, strings.NewReader(body))
	h.ServeHTTP(w, r)
	var a answer
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		t.Fatalf("%s %s: %v in %.300q", service, body, err, w.Body)
	}
	return w, a
}

func year(y int) index.Period        { return index.Period{Months: 12, Year: y, Number: 1} }
func quarter(y, n int) index.Period  { return index.Period{Months: 3, Year: y, Number: n} }
func month(y, n int) index.Period    { return index.Period{Months: 1, Year: y, Number: n} }
func near(a, b, within float64) bool { return math.Abs(a-b) <= within+1e-9 }
func close2(a, b float64) bool       { return near(a, b, 0.005) }

func TestRecordedTable(t *testing.T) {
	// In January the window "year" shows the year before.
	for _, now := range []time.Time{
		november,
		time.Date(2027, 1, 15, 8, 0, 0, 0, index.Vietnam),
		time.Date(2027, 2, 1, 0, 0, 0, 0, index.Vietnam),
		time.Date(2031, 7, 3, 8, 0, 0, 0, index.Vietnam),
	} {
		w, a := post(t, portalAt(now), "service-results", asked(index.Year.At(now), ""))
		if w.Code != http.StatusCreated || a.Code != "OK" || a.Message != "OK" {
			t.Fatalf("status %d, code %q, message %q", w.Code, a.Code, a.Message)
		}
		if a.Data.EvaluationCount != 34 || len(a.Data.Evaluation) != 34 {
			t.Fatalf("%d rows, want 34", len(a.Data.Evaluation))
		}
		got := a.Data.Evaluation[32]
		want := map[string]float64{"CKMB": 11.37, "TDGQ": 15.23, "CLGQ": 7.62, "TTTT": 4.04, "MDHL": 6.93, "MDSH": 7.77}
		if *got.DepartmentCode != "H26" || *got.TotalScore != 52.96 || *got.Ratio != 52.96 || got.DepartmentName != "UBND Thành phố Hà Nội" {
			t.Errorf("at %v the 33rd is %s %s with %v", now, *got.DepartmentCode, got.DepartmentName, *got.TotalScore)
		}
		if diff := cmp.Diff(want, got.GroupScores); diff != "" {
			t.Errorf("groups (-want +got):\n%s", diff)
		}
		if a.Data.Overview.DepartmentCode != nil {
			t.Errorf("the country has the code %q", *a.Data.Overview.DepartmentCode)
		}
		for i, u := range provinces { // the file has the recorded order and totals
			if r := a.Data.Evaluation[i]; r.DepartmentID != u.id || *r.TotalScore != number(table(provincesCSV)[i]["total"]) {
				t.Errorf("row %d is %s with %v", i+1, r.DepartmentName, *r.TotalScore)
			}
		}
	}
}

func TestProvincesInEveryPeriod(t *testing.T) {
	last := map[string]float64{}
	check := func(p index.Period) {
		_, a := post(t, portalAt(time.Date(2033, 3, 1, 0, 0, 0, 0, index.Vietnam)), "service-results", asked(p, ""))
		if len(a.Data.Evaluation) != 34 {
			t.Fatalf("%v: %d rows", p, len(a.Data.Evaluation))
		}
		rank := 1 + slices.IndexFunc(a.Data.Evaluation, func(r row) bool { return *r.DepartmentCode == "H26" })
		if rank < 30 {
			t.Errorf("%v: Hà Nội is %d.", p, rank)
		}
		for i, r := range a.Data.Evaluation {
			sum := 0.0
			for code, s := range r.GroupScores {
				sum += s
				if s < 0 || s > index.GroupMax(code) {
					t.Errorf("%v %s: %s is %v", p, *r.DepartmentCode, code, s)
				}
			}
			if len(r.GroupScores) != 6 || !close2(sum, *r.TotalScore) || *r.Ratio != *r.TotalScore {
				t.Errorf("%v %s: groups %v, total %v, ratio %v", p, *r.DepartmentCode, sum, *r.TotalScore, *r.Ratio)
			}
			if i > 0 && *r.TotalScore > *a.Data.Evaluation[i-1].TotalScore {
				t.Errorf("%v: row %d is better than the one before", p, i+1)
			}
			if before, ok := last[*r.DepartmentCode]; p.Months == 1 {
				if ok && !near(before, *r.TotalScore, 2) {
					t.Errorf("%v %s: from %v to %v", p, *r.DepartmentCode, before, *r.TotalScore)
				}
				last[*r.DepartmentCode] = *r.TotalScore
			}
		}
	}
	for p := month(2026, 1); p.Year <= 2032; p = p.Ago(-1) {
		check(p)
	}
	for p := quarter(2026, 1); p.Year <= 2032; p = p.Ago(-1) {
		check(p)
	}
	for p := year(2026); p.Year <= 2032; p = p.Ago(-1) {
		check(p)
	}
}

func TestUnitsOfHanoi(t *testing.T) {
	last := map[string]float64{}
	now := time.Date(2033, 3, 1, 0, 0, 0, 0, index.Vietnam)
	for p := month(2026, 1); p.Year <= 2032; p = p.Ago(-1) {
		_, a := post(t, portalAt(now), "service-results", asked(p, hanoi.id))
		kinds := map[string]int{}
		var totals []float64
		for i, r := range a.Data.Evaluation {
			kinds[r.ChildGroup]++
			totals = append(totals, *r.TotalScore)
			if *r.TotalScore < 0 || *r.TotalScore > 100 || r.ScoreDelta != nil || r.GroupScores != nil {
				t.Errorf("%v: %+v", p, r)
			}
			if i > 0 && *r.TotalScore > totals[i-1] {
				t.Errorf("%v: row %d is better than the one before", p, i+1)
			}
			if before, ok := last[*r.DepartmentCode]; ok && !near(before, *r.TotalScore, 2) {
				t.Errorf("%v %s: from %v to %v", p, *r.DepartmentCode, before, *r.TotalScore)
			}
			last[*r.DepartmentCode] = *r.TotalScore
		}
		if diff := cmp.Diff(map[string]int{"AGENCY": 16, "COMMUNE": 126}, kinds); diff != "" {
			t.Fatalf("%v (-want +got):\n%s", p, diff)
		}
		if *a.Data.Overview.DepartmentCode != "H26" {
			t.Errorf("overview %+v", a.Data.Overview)
		}
		if totals[0]-totals[141] < 15 {
			t.Errorf("%v: best %v, worst %v", p, totals[0], totals[141])
		}
	}
}

// TestDetails holds each detail service against service-results and against the
// arithmetic that is known of the portal.
func TestDetails(t *testing.T) {
	for _, now := range []time.Time{november, time.Date(2027, 2, 1, 0, 0, 0, 0, index.Vietnam), time.Date(2029, 5, 31, 23, 59, 0, 0, index.Vietnam)} {
		for _, w := range []index.Window{index.Year, index.Quarter, index.Month, index.MonthToDate} {
			t.Run(now.Format(time.DateOnly)+" "+string(w), func(t *testing.T) { testDetails(t, now, w.At(now)) })
		}
	}
}

func testDetails(t *testing.T, now time.Time, p index.Period) {
	portal := portalAt(now)
	totals := map[string]float64{}
	_, a := post(t, portal, "service-results", asked(p, hanoi.id))
	for _, r := range append(a.Data.Evaluation, a.Data.Overview) {
		totals[*r.DepartmentCode] = *r.TotalScore
	}
	sums := map[string]float64{}
	byID := map[string]string{hanoi.id: "H26"}
	for _, u := range units {
		byID[u.id] = u.code
	}
	ratio := func(num, den *int, full float64) float64 { return min(1, float64(*num)/float64(*den)/full) }
	for service, maximum := range map[string]float64{
		"transparency": 18, "dvc-progress-tree": 20, "provide-online-tree": 12,
		"formality-online-payment-tree": 10, "handling-satisfaction": 18, "dossier-digitized": 22,
	} {
		body := asked(p, hanoi.id, whole)
		if service == "handling-satisfaction" {
			body = fmt.Sprintf(`{"rootDepartmentId":%q,"fromDate":%q,"toDate":%q,"currentPage":1,"pageSize":200}`,
				hanoi.id, p.Start().Format(time.DateOnly), p.LastDay().Format(time.DateOnly))
		}
		_, a := post(t, portal, service, body)
		d := a.Data
		rows := slices.Concat(d.Evaluation, d.Children)
		want := 142
		if service == "dossier-digitized" {
			want = 141 // one unit is left out
		}
		if len(rows) != want {
			t.Errorf("%s: %d rows, want %d", service, len(rows), want)
		}
		if d.Parent != nil {
			rows = append(rows, *d.Parent)
		} else {
			rows = append(rows, d.Overview)
		}
		for _, r := range rows {
			code := byID[r.DepartmentID]
			score := r.TotalScore
			if score == nil {
				score, r.TotalMaxScore = r.Score, r.MaxScore
			}
			sums[code] += *score
			where := service + " " + code
			if code == "" || *r.TotalMaxScore != maximum || *score < 0 || *score > maximum {
				t.Fatalf("%s: %q is no unit with %v of %v", where, r.DepartmentID, *score, *r.TotalMaxScore)
			}
			switch service {
			case "dvc-progress-tree":
				if code != "H26" && *r.TotalOnTime+*r.TotalOverdue != *r.TotalReceived {
					t.Errorf("%s: %d + %d of %d", where, *r.TotalOnTime, *r.TotalOverdue, *r.TotalReceived)
				}
				if (r.TotalOverdue == nil) != (code == "H26") {
					t.Errorf("%s: totalOverdue where it is not", where)
				}
				if want := 20 * ratio(r.TotalOnTime, r.TotalReceived, 1); !close2(want, *score) || !close2(*r.Ratio, want*5) {
					t.Errorf("%s: %v, want %v", where, *score, want)
				}
			case "formality-online-payment-tree":
				want := 6*ratio(r.TotalDossierOnlinePaymentSuccess, r.TotalDossierFinancialObligation, 1) +
					2*ratio(r.TotalFeeDossierFormality, r.TotalFeeFormality, 0.8) +
					2*ratio(r.TotalDossierOnlineFormalityPaymentSuccess, r.TotalFeeFormality, 0.8)
				if !near(want, *score, 0.015) { // three rounded parts
					t.Errorf("%s: %v, want %v", where, *score, want)
				}
			case "provide-online-tree":
				if (r.ChannelTotalSum == nil) != (code != "H26") {
					t.Errorf("%s: counts where there are none", where)
				}
			default:
				checkMetrics(t, where, r.Metrics, *score)
			}
		}
		if p := d.Pagination; (p == nil) != (d.Parent != nil) || p != nil && (p.Total != want || p.TotalPages != 1) {
			t.Errorf("%s: pagination %+v", service, p)
		}
	}
	for code, total := range totals {
		if code != "H26.13" && !near(total, sums[code], 0.011) { // H26.13 is left out once
			t.Errorf("%s: total %v, sum of the six services %v", code, total, sums[code])
		}
	}
}

func checkMetrics(t *testing.T, where string, metrics []metric, score float64) {
	t.Helper()
	full := map[string]float64{"DOSSIER_RECEIVING_SATISFACTION": 0.9, "REUSED_DIGITIZED_DATA": 0.8}
	sum := 0.0
	for _, m := range metrics {
		if m.Score != nil {
			sum += *m.Score
		}
		switch {
		case m.Code == "ELECTRONIC_CERTIFIED_COPY":
			if m.Numerator != nil || m.Denominator != nil || *m.Ratio != 100 || *m.Score != 2 {
				t.Errorf("%s: %+v", where, m)
			}
		case *m.Numerator < 0 || *m.Numerator > *m.Denominator:
			t.Errorf("%s %s: %d of %d", where, m.Code, *m.Numerator, *m.Denominator)
		case m.MaxScore == 0:
			if m.Score != nil {
				t.Errorf("%s %s: scored %v of 0", where, m.Code, *m.Score)
			}
		case *m.Denominator == 0 && strings.HasPrefix(m.Code, "PETITION_"):
			if *m.Ratio != 0 || *m.Score != 6 {
				t.Errorf("%s %s: no petitions, ratio %v, score %v", where, m.Code, *m.Ratio, *m.Score)
			}
		case *m.Denominator == 0:
			if m.Ratio != nil || m.Score != nil {
				t.Errorf("%s %s: nothing measured, score %v", where, m.Code, m.Score)
			}
		default:
			f := full[m.Code]
			if f == 0 {
				f = 1
			}
			r := float64(*m.Numerator) / float64(*m.Denominator)
			if want := m.MaxScore * min(1, r/f); !close2(want, *m.Score) || !close2(*m.Ratio, 100*r) {
				t.Errorf("%s %s: %d/%d is %v (%v %%), want %v", where, m.Code, *m.Numerator, *m.Denominator, *m.Score, *m.Ratio, want)
			}
		}
	}
	if !close2(sum, score) {
		t.Errorf("%s: indicators add up to %v, total %v", where, sum, score)
	}
}

func TestOddities(t *testing.T) {
	portal := portalAt(november)
	_, list := post(t, portal, "transparency", asked(year(2026), hanoi.id, whole))
	_, digitized := post(t, portal, "dossier-digitized", asked(year(2026), hanoi.id, whole))
	_, satisfaction := post(t, portal, "handling-satisfaction", asked(year(2026), hanoi.id, whole))
	_, tree := post(t, portal, "dvc-progress-tree", asked(year(2026), hanoi.id))
	_, best := post(t, portal, "service-results", asked(year(2026), hanoi.id))

	for _, r := range slices.Concat(list.Data.Evaluation, satisfaction.Data.Evaluation) {
		if r.DepartmentCode != nil {
			t.Fatalf("%s has a code where the portal gives none", r.DepartmentName)
		}
	}
	for _, r := range digitized.Data.Evaluation {
		if r.DepartmentCode == nil {
			t.Fatalf("%s has no code", r.DepartmentName)
		}
		if *r.DepartmentCode == "H26.13" {
			t.Error("H26.13 should be left out")
		}
	}
	var null, full, noPetitions int
	for _, r := range list.Data.Evaluation {
		for _, m := range r.Metrics {
			switch m.Code {
			case "PUBLISH_ON_TIME":
				if m.Score == nil {
					null++
				}
			case "DOSSIER_SYNC":
				if *m.Score == 6 {
					full++
				}
			}
		}
	}
	for _, r := range satisfaction.Data.Evaluation {
		if *r.Metrics[0].Denominator == 0 {
			noPetitions++
		}
	}
	if null != 1 || full != 142 || noPetitions < 10 || noPetitions > 120 {
		t.Errorf("%d without PUBLISH_ON_TIME, %d with a full DOSSIER_SYNC, %d without petitions", null, full, noPetitions)
	}
	names := map[string]string{}
	for _, r := range best.Data.Evaluation {
		names[r.DepartmentID] = r.DepartmentName
	}
	if got := tree.Data.Children[1]; *got.DepartmentCode != "H26.02" || got.DepartmentName != "Sở Tư pháp - Thành phố Hà Nội" || names[got.DepartmentID] != "Sở Tư pháp" {
		t.Errorf("H26.02 is %q in the tree and %q in the ranking", got.DepartmentName, names[got.DepartmentID])
	}
	codes := []string{}
	for _, r := range tree.Data.Children {
		codes = append(codes, *r.DepartmentCode)
	}
	if !slices.IsSorted(codes) {
		t.Error("the tree is not in the order of codes as text")
	}
	var axes []string
	for _, r := range best.Data.Radar {
		axes = append(axes, fmt.Sprint(r.Code, " ", r.MaxScore))
	}
	if diff := cmp.Diff([]string{"CKMB 18", "TDGQ 20", "ONLINE_SERVICE 22", "MDHL 18", "MDSH 22"}, axes); diff != "" {
		t.Errorf("radar (-want +got):\n%s", diff)
	}
	if list.Data.Source != "dữ liệu mẫu" {
		t.Errorf("source %q", list.Data.Source)
	}
}

func TestPeriodToCome(t *testing.T) {
	for service := range services {
		for _, p := range []index.Period{month(2026, 12), quarter(2027, 1), year(2027)} {
			w, a := post(t, portalAt(november), service, asked(p, hanoi.id, whole))
			if w.Code != http.StatusCreated || a.Code != "OK" || len(a.Data.Evaluation)+len(a.Data.Children) != 0 {
				t.Errorf("%s %v: status %d, %d rows", service, p, w.Code, len(a.Data.Evaluation)+len(a.Data.Children))
			}
		}
	}
	if _, a := post(t, portalAt(november), "service-results", asked(month(2026, 11), hanoi.id)); len(a.Data.Evaluation) != 142 {
		t.Errorf("the running month has %d rows", len(a.Data.Evaluation))
	}
}

func TestRefusals(t *testing.T) {
	for _, tc := range []struct {
		name, service, body string
		status              int
	}{
		{"unknown service", "nowhere", `{}`, http.StatusNotFound},
		{"no JSON", "transparency", `<html>`, http.StatusBadRequest},
		{"no period", "service-results", `{"departmentType":"ADMINISTRATIVE_UNIT"}`, http.StatusBadRequest},
		{"month 13", "service-results", `{"timeType":"month","year":2026,"month":13,"departmentType":"ADMINISTRATIVE_UNIT"}`, http.StatusBadRequest},
		{"half year", "service-results", `{"timeType":"half","year":2026,"departmentType":"ADMINISTRATIVE_UNIT"}`, http.StatusBadRequest},
		{"of whom", "service-results", `{"timeType":"year","year":2026}`, http.StatusBadRequest},
		{"part of a month", "handling-satisfaction", `{"rootDepartmentId":"` + hanoi.id + `","fromDate":"2026-08-01","toDate":"2026-08-30"}`, http.StatusBadRequest},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w, a := post(t, portalAt(november), tc.service, tc.body)
			if w.Code != tc.status || a.Code == "OK" || a.Message == "" {
				t.Errorf("status %d, code %q, message %q", w.Code, a.Code, a.Message)
			}
		})
	}
}

func TestSameAgain(t *testing.T) {
	for service := range services {
		body := asked(quarter(2026, 3), hanoi.id, whole)
		one, then := post(t, portalAt(november), service, body)
		two, _ := post(t, portalAt(november), service, body)
		if !bytes.Equal(one.Body.Bytes(), two.Body.Bytes()) {
			t.Errorf("%s answers differently when asked twice", service)
		}
		_, later := post(t, portalAt(november.AddDate(3, 0, 20)), service, body)
		if diff := cmp.Diff(then, later); diff != "" {
			t.Errorf("%s: a closed period changed (-then +later):\n%s", service, diff)
		}
		_, running := post(t, portalAt(november), service, asked(year(2026), hanoi.id, whole))
		_, later = post(t, portalAt(november.AddDate(0, 0, 20)), service, asked(year(2026), hanoi.id, whole))
		if cmp.Equal(slices.Concat(running.Data.Evaluation, running.Data.Children), slices.Concat(later.Data.Evaluation, later.Data.Children)) {
			t.Errorf("%s: the running year stands still", service)
		}
	}
}

func BenchmarkAnswer(b *testing.B) {
	portal := portalAt(november)
	for service := range services {
		b.Run(service, func(b *testing.B) {
			for b.Loop() {
				w := httptest.NewRecorder()
				portal.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/api/v1/reporting/evaluation/"+service, strings.NewReader(asked(year(2026), hanoi.id, whole))))
			}
		})
	}
}
