package web

import (
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/snapshot"
)

// ErrNotRead says that records were not read since the program started: an empty
// list would be a lie.
var ErrNotRead = errors.New("records were not read yet")

// LateLister lists the late dossiers of local records.
type LateLister interface {
	// Late returns one page of those that a query asks for. Its error is
	// ErrNotRead or a failure. The lister knows the ReceptionLimit.
	Late(ctx context.Context, q index.LateQuery) (index.LatePage, error)
}

const (
	defaultPerPage = 50
	maxPerPage     = 500
	maxPage        = 1_000_000 // keeps page × per_page far from overflow
	csvPage        = 10_000    // rows that a download asks for at once
)

// lateRequest is a request for late dossiers, understood.
type lateRequest struct {
	index.LateQuery
	view          *snapshot.View
	now           time.Time     // the real clock
	asOf          time.Time     // when the records hold; of several sources the oldest
	old           []sourceState // those whose last round failed
	label         string        // of the unit asked for, empty: every unit
	page, perPage int
}

// late answers with what next makes of a good request.
func (s *server) late(next func(http.ResponseWriter, *http.Request, lateRequest)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if s.Late == nil {
			sentence(w, http.StatusNotFound, "Danh sách hồ sơ chậm đang tắt: chưa cấu hình nguồn hồ sơ, hoặc đã tắt trong cấu hình.")
			return
		}
		q, status, refusal := s.readLate(r.URL.Query())
		if refusal != "" {
			sentence(w, status, refusal)
			return
		}
		next(w, r, q)
	}
}

// readLate understands a query, or says in a sentence why not.
func (s *server) readLate(values url.Values) (q lateRequest, status int, refusal string) {
	now := s.Now()
	q = lateRequest{view: s.Viewer.View(now), now: now, label: values.Get("unit"), page: 1, perPage: defaultPerPage}
	q.Now, q.Stage = s.Viewer.Domain(now), values.Get("stage")
	if q.Stage != "" && stageNames[q.Stage] == "" {
		return q, http.StatusBadRequest, "stage phải là reception (chậm tiếp nhận) hoặc processing (chậm xử lý)."
	}
	if q.label != "" {
		if _, ok := q.view.Unit(q.label); !ok {
			return q, http.StatusNotFound, "Không có đơn vị mang mã này trong số liệu hiện có."
		}
		q.Unit = func(u index.Unit) bool { return q.view.Label(u) == q.label }
	}
	for _, n := range []struct {
		name  string
		value *int
		most  int
	}{{"page", &q.page, maxPage}, {"per_page", &q.perPage, maxPerPage}} {
		if text := values.Get(n.name); text != "" {
			var err error
			if *n.value, err = strconv.Atoi(text); err != nil || *n.value < 1 || *n.value > n.most {
				return q, http.StatusBadRequest, n.name + " phải là số từ 1 đến " + strconv.Itoa(n.most) + "."
			}
		}
	}
	for _, name := range []index.SourceName{index.Records, index.SQL} {
		if source := q.view.Picture[name]; source != nil {
			state := stateOf(q.view, name, source, now)
			if state.State != "up" {
				q.old = append(q.old, state)
			}
			if !state.AsOf.IsZero() && (q.asOf.IsZero() || state.AsOf.Before(q.asOf)) {
				q.asOf = state.AsOf.In(index.Vietnam)
			}
		}
	}
	q.Offset, q.Limit = (q.page-1)*q.perPage, q.perPage
	return q, 0, ""
}

// ask returns the rows of a query, or answers with the failure.
func (s *server) ask(w http.ResponseWriter, r *http.Request, q lateRequest) (index.LatePage, bool) {
	found, err := s.Late.Late(r.Context(), q.LateQuery)
	switch {
	case errors.Is(err, ErrNotRead):
		sentence(w, http.StatusServiceUnavailable, "Hồ sơ chưa được đọc lần nào từ khi chương trình khởi động. Xin thử lại sau ít phút.")
	case err != nil:
		if r.Context().Err() == nil { // else nobody waits any more
			s.Log.Error("late dossiers not listed", "unit", q.label, "stage", q.Stage, "err", err)
		}
		sentence(w, http.StatusInternalServerError, "Không đọc được danh sách hồ sơ chậm. Xem nhật ký của dvc_exporter.")
	}
	return found, err == nil
}

// lateRow is a late dossier as people and programs get it. No field may name a
// person.
type lateRow struct {
	Code      string    `json:"dossier"`
	Procedure string    `json:"procedure"`
	Unit      string    `json:"unit"`
	UnitName  string    `json:"unit_name"`
	Stage     string    `json:"stage"`
	State     string    `json:"state"`
	Received  time.Time `json:"received,omitzero"`
	Due       time.Time `json:"due,omitzero"`
	DaysLate  int       `json:"days_late"` // whole days
}

func (q lateRequest) rows(found []index.LateDossier) []lateRow {
	rows := make([]lateRow, 0, len(found))
	for _, d := range found {
		label := q.view.Label(d.Unit)
		unit, _ := q.view.Unit(label)
		row := lateRow{
			Code: d.Code, Procedure: d.Procedure, Unit: label, UnitName: cmp.Or(unit.Name, d.Unit.Name, label), Stage: d.Stage, State: d.State,
			DaysLate: int(q.Now.Sub(d.Due) / (24 * time.Hour)),
		}
		if !d.Received.IsZero() {
			row.Received = d.Received.In(index.Vietnam)
		}
		row.Due = d.Due.In(index.Vietnam)
		rows = append(rows, row)
	}
	return rows
}

// lateList is the content of the page of late dossiers.
type lateList struct {
	page
	Unit, Stage          string
	Units                []option
	Stages               []string
	Old                  []sourceState // sources of records whose last round failed
	AsOf, Clock          time.Time
	CSV, JSON            string // where to download
	Previous, Next       string // pages, empty: none
	Total                int
	Page, PerPage, Pages int
	Rows                 []lateRow
}

type option struct{ Label, Name string }

// at is the address of the same list in a form and at a page, 0 = all of it.
func (q lateRequest) at(path string, page int) string {
	values := url.Values{}
	for key, value := range map[string]string{"unit": q.label, "stage": q.Stage} {
		if value != "" {
			values.Set(key, value)
		}
	}
	if page > 0 {
		values.Set("page", strconv.Itoa(page))
		values.Set("per_page", strconv.Itoa(q.perPage))
	}
	return path + "?" + values.Encode()
}

func (s *server) latePage(w http.ResponseWriter, r *http.Request, q lateRequest) {
	found, ok := s.ask(w, r, q)
	if !ok {
		return
	}
	l := lateList{
		page: s.page("Hồ sơ chậm", q.now), Unit: q.label, Stage: q.Stage, Stages: []string{index.Reception, index.Processing},
		Old: q.old, AsOf: q.asOf, Clock: q.Now, CSV: q.at("late.csv", 0), JSON: q.at("late.json", q.page), Total: found.Total,
		Page: q.page, PerPage: q.perPage, Pages: max(1, (found.Total+q.perPage-1)/q.perPage), Rows: q.rows(found.Rows),
	}
	if q.page > 1 {
		l.Previous = q.at("late", min(q.page-1, l.Pages))
	}
	if q.page < l.Pages {
		l.Next = q.at("late", q.page+1)
	}
	for _, u := range q.view.Units {
		if label := q.view.Label(u); u.Kind != index.Province || label == s.Own || label == q.label {
			l.Units = append(l.Units, option{label, nameOf(q.view, label)})
		}
	}
	s.show(w, r, "late", l)
}

func (s *server) lateJSON(w http.ResponseWriter, r *http.Request, q lateRequest) {
	found, ok := s.ask(w, r, q)
	if !ok {
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(struct {
		AsOf    time.Time `json:"as_of,omitzero"`
		Total   int       `json:"total"`
		Page    int       `json:"page"`
		PerPage int       `json:"per_page"`
		Rows    []lateRow `json:"rows"`
	}{q.asOf, found.Total, q.page, q.perPage, q.rows(found.Rows)})
}

// lateCSV answers with all rows, page after page.
func (s *server) lateCSV(w http.ResponseWriter, r *http.Request, q lateRequest) {
	q.Offset, q.Limit = 0, csvPage
	found, ok := s.ask(w, r, q)
	if !ok {
		return
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="ho-so-cham.csv"`)
	if r.Method == http.MethodHead {
		return
	}
	_, _ = w.Write([]byte("\ufeff")) // tells a spreadsheet that it is UTF-8
	out := csv.NewWriter(w)
	out.UseCRLF = true
	_ = out.Write([]string{"Mã hồ sơ", "Mã thủ tục", "Mã đơn vị", "Đơn vị", "Khâu", "Trạng thái", "Ngày nhận", "Hạn", "Số ngày chậm"})
	for {
		for _, row := range q.rows(found.Rows) {
			received := ""
			if !row.Received.IsZero() {
				received = when(row.Received)
			}
			cells := []string{row.Code, row.Procedure, row.Unit, row.UnitName, stageNames[row.Stage], row.State, received, when(row.Due), strconv.Itoa(row.DaysLate)}
			for i := range cells {
				cells[i] = snapshot.Defused(cells[i])
			}
			_ = out.Write(cells)
		}
		out.Flush()
		q.Offset += len(found.Rows)
		if out.Error() != nil || len(found.Rows) == 0 || q.Offset >= found.Total {
			return
		}
		var err error
		if found, err = s.Late.Late(r.Context(), q.LateQuery); err != nil {
			s.Log.Error("list of late dossiers broken off", "unit", q.label, "stage", q.Stage, "rows", q.Offset, "err", err)
			panic(http.ErrAbortHandler) // half a list must not look whole
		}
	}
}
