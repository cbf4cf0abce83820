// Package demo lets the exporter run its real path with no network: a small
// portal that speaks both generations of the national portal's protocol, and
// sample records of the same units. Only the national table of one year is real.
package demo

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"strings"
	"time"

	"dvc_exporter/exporter/index"
)

// Notice tells people what is real in a demo and what is not; whoever shows the
// demo's figures shows it too. The recorded table stands for whatever year the
// window "year" shows, so the date in the notice and not the year is what counts.
const Notice = "Dữ liệu mẫu: chỉ bảng điểm 34 tỉnh, thành phố của năm là số liệu công khai (17/9/2026); mọi số liệu khác là số mẫu."

// Portal answers as the reporting services of dichvucong.gov.vn do. Its answers
// depend on the question and the clock alone. It may be used by many at once.
type Portal struct {
	now func() time.Time
	mux *http.ServeMux
}

// NewPortal returns a portal whose figures hold at now(): a period that has not
// begun by then is answered without units, and a running one counts what has
// passed of it.
func NewPortal(now func() time.Time) *Portal {
	p := &Portal{now: now, mux: http.NewServeMux()}
	for name, answer := range services {
		p.mux.Handle("POST /api/v1/reporting/evaluation/"+name, p.service(name, answer))
	}
	p.mux.HandleFunc("POST /api/", func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, http.StatusNotFound, "NOT_FOUND", "Not found")
	})
	p.mux.HandleFunc("GET /", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = fmt.Fprintf(w, "<!doctype html><html lang=\"vi\"><title>Dữ liệu mẫu</title><p>%s</p></html>", html.EscapeString(Notice))
	})
	return p
}

func (p *Portal) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.mux.ServeHTTP(w, r) }

// question is the body of a request: the fields of all services together.
type question struct {
	TimeType             string
	Year, Quarter, Month int
	FromDate, ToDate     string // handling-satisfaction, in place of the above
	DepartmentType       string
	RootDepartmentID     string
	CurrentPage          int
	PageSize             int
}

func (q question) period() (index.Period, error) {
	period, last := index.Period{Year: q.Year}, 0
	switch q.TimeType {
	case "year":
		period.Months, period.Number, last = 12, 1, 1
	case "quarter":
		period.Months, period.Number, last = 3, q.Quarter, 4
	case "month":
		period.Months, period.Number, last = 1, q.Month, 12
	case "":
		return between(q.FromDate, q.ToDate)
	}
	if q.Year < 1 || q.Year > 9999 || period.Number < 1 || period.Number > last {
		return index.Period{}, fmt.Errorf("timeType %q, year %d, quarter %d, month %d", q.TimeType, q.Year, q.Quarter, q.Month)
	}
	return period, nil
}

// between finds the period whose first and last calendar day are given.
func between(from, to string) (index.Period, error) {
	first, err := time.ParseInLocation(time.DateOnly, from, index.Vietnam)
	if err != nil {
		return index.Period{}, fmt.Errorf("fromDate %q", from)
	}
	for _, months := range []int{12, 3, 1} {
		p := index.Period{Months: months, Year: first.Year(), Number: (int(first.Month())-1)/months + 1}
		if p.Start().Equal(first) && p.LastDay().Format(time.DateOnly) == to {
			return p, nil
		}
	}
	return index.Period{}, fmt.Errorf("fromDate %q and toDate %q are no period", from, to)
}

// object is a JSON object of an answer. The services share most fields and leave
// some out or null where others do not, which structs would only hide.
type object = map[string]any

// scope is what an answer is about: the whole country or one province, at a moment.
type scope struct {
	moment
	now   time.Time
	asked question
	root  *unit   // the province, nil for the country
	units []*unit // the rows
}

func (p *Portal) service(name string, answer func(scope) object) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := scope{now: p.now(), units: provinces}
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(&s.asked); err != nil {
			refuse(w, http.StatusBadRequest, "BAD_REQUEST", "body: "+err.Error())
			return
		}
		period, err := s.asked.period()
		if err != nil {
			refuse(w, http.StatusBadRequest, "BAD_REQUEST", err.Error())
			return
		}
		s.moment = momentOf(period, s.now)
		root := s.asked.RootDepartmentID
		switch {
		case root == "" && s.asked.DepartmentType != "ADMINISTRATIVE_UNIT":
			refuse(w, http.StatusBadRequest, "BAD_REQUEST", "departmentType "+s.asked.DepartmentType)
			return
		case !s.begun || root != "" && root != hanoi.id: // a period to come, a province whose units the demo does not know
			reply(w, r, nothing(name))
			return
		case root == hanoi.id:
			s.root, s.units = hanoi, units
		}
		reply(w, r, answer(s))
	})
}

// reply sends the envelope with status 201, as the portal does.
func reply(w http.ResponseWriter, r *http.Request, data object) {
	body, err := json.Marshal(object{"code": "OK", "message": "OK", "data": data})
	if err != nil {
		panic(err) // a figure that is no number: a mistake of this package
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write(body)
		return
	}
	w.Header().Set("Content-Encoding", "gzip")
	w.WriteHeader(http.StatusCreated)
	z := gzip.NewWriter(w)
	_, _ = z.Write(body)
	_ = z.Close()
}

func refuse(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(object{"code": code, "data": nil, "message": message})
}
