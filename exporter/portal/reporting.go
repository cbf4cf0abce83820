package portal

import (
	"cmp"
	"encoding/json"
	"net/http"
	"time"

	"dvc_exporter/exporter/fetch"
	"dvc_exporter/exporter/index"
)

const reportingPath = "/api/v1/reporting/evaluation/"

// service is one of the new API's services as it is asked for one part.
type service struct {
	part     string
	path     string // under reportingPath
	national bool   // the provinces are the rows, else the units of one province
	group    string // code of the group it details, "" for the totals
	byDate   bool   // asked by first and last day in place of the kind of period
	pageSize int    // 0: it has no pages
}

// services are asked in this order. Page sizes are those with which the portal has
// been seen to answer.
var services = []service{
	{part: "service-results", path: "service-results", national: true},
	{part: "service-results-units", path: "service-results"},
	{part: "transparency", path: "transparency", group: "CKMB", pageSize: 200},
	{part: "dvc-progress-tree", path: "dvc-progress-tree", group: "TDGQ", pageSize: 100},
	{part: "provide-online-tree", path: "provide-online-tree", group: "CLGQ", pageSize: 100},
	{part: "formality-online-payment-tree", path: "formality-online-payment-tree", group: "TTTT", pageSize: 100},
	{part: "handling-satisfaction", path: "handling-satisfaction", group: "MDHL", byDate: true, pageSize: 200},
	{part: "dossier-digitized", path: "dossier-digitized", group: "MDSH", pageSize: 200},
}

// reportingParts are the names of the parts, in the order of services.
var reportingParts = func() (names []string) {
	for _, s := range services {
		names = append(names, s.part)
	}
	return names
}()

// query is the body of a request, its fields in the order of the portal's own page.
type query struct {
	TimeType         string `json:"timeType,omitempty"`
	Year             int    `json:"year,omitempty"`
	Quarter          int    `json:"quarter,omitempty"`
	Month            int    `json:"month,omitempty"`
	DepartmentType   string `json:"departmentType,omitempty"`
	RootDepartmentID string `json:"rootDepartmentId,omitempty"`
	FromDate         string `json:"fromDate,omitempty"`
	ToDate           string `json:"toDate,omitempty"`
	CurrentPage      int    `json:"currentPage,omitempty"`
	PageSize         int    `json:"pageSize,omitempty"`
}

func (s service) query(p index.Period, root string) query {
	q := query{PageSize: s.pageSize}
	switch {
	case s.byDate:
		q.FromDate, q.ToDate = p.Start().Format(time.DateOnly), p.LastDay().Format(time.DateOnly)
	case p.Months == 12:
		q.TimeType, q.Year = "year", p.Year
	case p.Months == 3:
		q.TimeType, q.Year, q.Quarter = "quarter", p.Year, p.Number
	default:
		q.TimeType, q.Year, q.Month = "month", p.Year, p.Number
	}
	if s.national {
		q.DepartmentType = "ADMINISTRATIVE_UNIT"
	} else {
		q.RootDepartmentID = root
	}
	return q
}

func (p *Portal) reportingQuestion(s service, key index.Key, root string) question {
	return func(do ask) []index.Part {
		return []index.Part{p.answer(s.part, reportingPath+s.path, key.Window, key.Period, func(part *index.Part) error {
			if !s.national && root == "" {
				return index.Failf(index.NotData, "not asked: the portal's id of the province %s is not known", p.opts.Province)
			}
			return p.readService(do, s, root, part)
		})}
	}
}

// readService asks page after page and makes one part of them.
func (p *Portal) readService(do ask, s service, root string, part *index.Part) error {
	q := s.query(part.Period, root)
	var head *results
	var rows []row
	err := eachPage(func(number int) (sheet, error) {
		if s.pageSize > 0 {
			q.CurrentPage = number
		}
		body, err := json.Marshal(q)
		if err != nil {
			return sheet{}, err
		}
		resp, err := do(fetch.Request{
			Method: http.MethodPost,
			URL:    p.opts.URL + reportingPath + s.path,
			Header: http.Header{"Content-Type": {"application/json"}, "Accept": {"application/json"}},
			Body:   body,
		})
		if err != nil {
			return sheet{}, err
		}
		d, err := parseResults(resp.Body)
		if err != nil {
			return sheet{}, err
		}
		head = cmp.Or(head, d)
		part.AsOf = resp.At
		more := append(d.Evaluation, d.Children...)
		rows = append(rows, more...)
		now := sheet{units: len(more), promised: d.Pagination.Total, pages: d.Pagination.TotalPages}
		now.last = s.pageSize == 0 || number >= max(head.Pagination.TotalPages, now.pages)
		if len(more) > 0 {
			now.first = cmp.Or(more[0].DepartmentID, more[0].DepartmentCode, more[0].DepartmentName)
		}
		return now, nil
	})
	if err != nil {
		return err
	}
	return s.fill(part, head, rows, p.opts.Province, root)
}
