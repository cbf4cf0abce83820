package web

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/spreadsheet"
	"dvc_exporter/exporter/words"
)

const (
	defaultPerPage = 50
	maxPerPage     = 500
	maxPage        = 1_000_000 // keeps page × per_page far from overflow
)

// lateList is a list of late dossiers that was asked for.
type lateList struct {
	page
	Query         index.LateQuery
	AsOf          time.Time     // when the records hold; of several sources the oldest
	Old           []sourceState // those whose last round failed
	Label         string        // of the unit asked for, empty: every unit
	Page, PerPage int
	Total         int // of all pages
	Rows          []lateRow
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

// late answers a good request with what next makes of a page of the list or of
// all its pages.
func (s *server) late(all bool, next func(http.ResponseWriter, *http.Request, *lateList)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !s.Late {
			sentence(w, http.StatusNotFound, "Danh sách hồ sơ chậm đang tắt: chưa cấu hình nguồn hồ sơ, hoặc DVC_LATE_LISTS tắt. Để trống, danh sách chỉ bật khi exporter nghe ở loopback hoặc có mật khẩu (DVC_WEB_CONFIG_FILE).")
			return
		}
		now := s.Now()
		l := lateList{page: page{s.Options, "Hồ sơ chậm", now, s.Current()}}
		if status, refusal := l.read(r.URL.Query()); refusal != "" {
			sentence(w, status, refusal)
			return
		}
		read := false
		for _, state := range sourceStates(l.View, now, index.Records, index.SQL) {
			read = read || state.Health.Tried || len(state.Entries) > 0 // by this run or the one before
			if state.State() != "up" {
				l.Old = append(l.Old, state)
			}
			if at := state.AsOf(); !at.IsZero() && (l.AsOf.IsZero() || at.Before(l.AsOf)) {
				l.AsOf = at.In(index.Vietnam)
			}
		}
		if !read { // an empty list would be a lie
			sentence(w, http.StatusServiceUnavailable, "Hồ sơ chưa được đọc lần nào. Xin thử lại sau ít phút.")
			return
		}
		if !all {
			l.Query.Offset, l.Query.Limit = (l.Page-1)*l.PerPage, l.PerPage
		}
		found := l.View.Late(l.Query)
		if found.Sums { // no dossier in the list is not no dossier
			sentence(w, http.StatusNotFound, "Nguồn hồ sơ chỉ cho số tổng theo đơn vị, không có danh sách từng hồ sơ.")
			return
		}
		l.Total, l.Rows = found.Total, make([]lateRow, 0, len(found.Rows))
		for _, d := range found.Rows {
			l.Rows = append(l.Rows, lateRow{
				Code: d.Code, Procedure: d.Procedure, Unit: d.Unit, UnitName: l.View.Name(d.Unit),
				Stage: d.Stage, State: d.State, Received: d.Received.In(index.Vietnam), Due: d.Due.In(index.Vietnam),
				DaysLate: int(l.View.Domain.Sub(d.Due) / (24 * time.Hour)),
			})
		}
		next(w, r, &l)
	}
}

// read understands a query, or says in a sentence why not.
func (l *lateList) read(values url.Values) (status int, refusal string) {
	l.Label, l.Query.Stage, l.Page, l.PerPage = values.Get("unit"), values.Get("stage"), 1, defaultPerPage
	if l.Query.Stage != "" && words.Stages[l.Query.Stage] == "" {
		return http.StatusBadRequest, "stage phải là reception (chậm tiếp nhận) hoặc processing (chậm xử lý)."
	}
	if l.Label != "" {
		if _, ok := l.View.Units[l.Label]; !ok {
			return http.StatusNotFound, "Không có đơn vị mang mã này trong số liệu hiện có."
		}
		l.Query.Unit = l.Label
	}
	for _, n := range []struct {
		name  string
		value *int
		most  int
	}{{"page", &l.Page, maxPage}, {"per_page", &l.PerPage, maxPerPage}} {
		if text := values.Get(n.name); text != "" {
			var err error
			if *n.value, err = strconv.Atoi(text); err != nil || *n.value < 1 || *n.value > n.most {
				return http.StatusBadRequest, n.name + " phải là số từ 1 đến " + strconv.Itoa(n.most) + "."
			}
		}
	}
	return 0, ""
}

// Pages is how many pages the list has.
func (l *lateList) Pages() int { return max(1, (l.Total+l.PerPage-1)/l.PerPage) }

// At is the address of the same list in a form and at a page, 0 = all of it.
func (l *lateList) At(path string, page int) string {
	values := url.Values{}
	for key, value := range map[string]string{"unit": l.Label, "stage": l.Query.Stage} {
		if value != "" {
			values.Set(key, value)
		}
	}
	if page > 0 {
		values.Set("page", strconv.Itoa(page))
		values.Set("per_page", strconv.Itoa(l.PerPage))
	}
	return path + "?" + values.Encode()
}

// Previous is the address of the page before, empty if there is none.
func (l *lateList) Previous() string {
	if l.Page == 1 {
		return ""
	}
	return l.At("late", min(l.Page-1, l.Pages()))
}

// Next is the address of the next page, empty if there is none.
func (l *lateList) Next() string {
	if l.Page >= l.Pages() {
		return ""
	}
	return l.At("late", l.Page+1)
}

// Units are the labels of the units that one can choose: no other province.
func (l *lateList) Units() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(l.View.Units)), func(label string) bool {
		return l.View.Units[label].Kind == index.Province && label != l.Own() && label != l.Label
	})
}

func (s *server) latePage(w http.ResponseWriter, r *http.Request, l *lateList) {
	s.show(w, r, "late", l)
}

func lateJSON(w http.ResponseWriter, _ *http.Request, l *lateList) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(struct {
		AsOf    time.Time `json:"as_of,omitzero"`
		Total   int       `json:"total"`
		Page    int       `json:"page"`
		PerPage int       `json:"per_page"`
		Rows    []lateRow `json:"rows"`
	}{l.AsOf, l.Total, l.Page, l.PerPage, l.Rows})
}

func lateCSV(w http.ResponseWriter, _ *http.Request, l *lateList) {
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="ho-so-cham.csv"`)
	out := spreadsheet.New(w)
	out.Row("Mã hồ sơ", "Mã thủ tục", "Mã đơn vị", "Đơn vị", "Khâu", "Trạng thái", "Ngày nhận", "Hạn", "Số ngày chậm")
	for _, row := range l.Rows {
		received := ""
		if !row.Received.IsZero() {
			received = words.When(row.Received)
		}
		out.Row(row.Code, row.Procedure, row.Unit, row.UnitName, words.Stages[row.Stage], row.State, received, words.When(row.Due), strconv.Itoa(row.DaysLate))
	}
	_ = out.End() // the client has gone
}
