// Package demo lets the exporter run its real path with no network: a small
// portal that speaks both generations of the national portal's protocol, and
// sample records of the same units. Only the national table of one year is real.
package demo

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"dvc_exporter/exporter/index"
)

// Notice tells people what is real in a demo and what is not; every page with the
// demo's figures shows it. The recorded table stands for whatever year the
// window "year" shows, so the date in the notice and not the year is what counts.
const Notice = "Dữ liệu mẫu: chỉ bảng điểm 34 tỉnh, thành phố của năm là số liệu công khai (17/9/2026); mọi số liệu khác là số mẫu."

// NewPortal returns a portal that answers as the reporting services of
// dichvucong.gov.vn do. Its figures depend on the question and on now() alone: a
// period that has not begun by then is answered without units, and a running one
// counts what has passed of it.
func NewPortal(now func() time.Time) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/v1/reporting/evaluation/{service}", func(w http.ResponseWriter, r *http.Request) {
		var q question
		var period index.Period
		s, known := services[r.PathValue("service")]
		err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(&q)
		if err == nil {
			period, err = q.period()
		}
		switch {
		case !known:
			reply(w, http.StatusNotFound, "NOT_FOUND", "Not found", nil)
		case err != nil:
			reply(w, http.StatusBadRequest, "BAD_REQUEST", err.Error(), nil)
		default:
			reply(w, http.StatusCreated, "OK", "OK", s.answer(q, momentOf(period, now())))
		}
	})
	return mux
}

// reply sends the portal's envelope; success has status 201 there.
func reply(w http.ResponseWriter, status int, code, message string, data object) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(object{"code": code, "message": message, "data": data})
}

// question is the body of a request: the fields of all services together.
type question struct {
	TimeType             string
	Year, Quarter, Month int
	FromDate, ToDate     string // handling-satisfaction, in place of the above
	DepartmentType       string
	RootDepartmentID     string
}

// period also refuses a question that does not say of whom.
func (q question) period() (index.Period, error) {
	if q.RootDepartmentID == "" && q.DepartmentType != "ADMINISTRATIVE_UNIT" {
		return index.Period{}, fmt.Errorf("departmentType %q", q.DepartmentType)
	}
	p := index.Period{Months: 12, Year: q.Year, Number: 1}
	switch q.TimeType {
	case "":
		return between(q.FromDate, q.ToDate)
	case "quarter":
		p.Months, p.Number = 3, q.Quarter
	case "month":
		p.Months, p.Number = 1, q.Month
	case "year":
	default:
		p.Number = 0
	}
	if p.Year < 1 || p.Year > 9999 || p.Number < 1 || p.Number*p.Months > 12 {
		return p, fmt.Errorf("timeType %q, year %d, quarter %d, month %d", q.TimeType, q.Year, q.Quarter, q.Month)
	}
	return p, nil
}

// between finds the period whose first and last calendar day are given.
func between(from, to string) (index.Period, error) {
	first, _ := time.ParseInLocation(time.DateOnly, from, index.Vietnam) // what is no date begins no period
	for _, months := range []int{12, 3, 1} {
		p := index.Period{Months: months, Year: first.Year(), Number: (int(first.Month())-1)/months + 1}
		if p.Start().Equal(first) && p.LastDay().Format(time.DateOnly) == to {
			return p, nil
		}
	}
	return index.Period{}, fmt.Errorf("fromDate %q and toDate %q are no period", from, to)
}
