// Package sqlsource reads local records from a database, whose operator writes the
// query.
package sqlsource

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/records"
	"dvc_exporter/exporter/records/entry"
	"dvc_exporter/exporter/records/ledger"
	"dvc_exporter/exporter/records/load"
	"dvc_exporter/exporter/records/table"
)

// Database is a source that asks a PostgreSQL database, or whatever speaks its
// protocol, with a query of the operator's. The query gives either rows, under the
// headings that files have, where of two rows with one code the later one counts
// (ORDER BY the time of change); or sums, so that the database does the counting,
// under these headings:
//
//	unit       name or code
//	measure    dossiers_received, dossiers_finished, numerator, denominator,
//	           apologies_due, apologies_sent; open, due, waiting
//	value      a count
//	month      a date in the month of the figure; none for open, due, waiting
//	detail     online, counter, post; on_time, late
//	indicator  of numerator and denominator: ONLINE_DOSSIER, …
//	at         of due and waiting: the due time, the time of submission
//
// The columns month, detail, indicator and at may be missing. Rows with the same
// unit, measure, month, detail and indicator are added. A late list can only be
// had from rows.
type Database struct {
	records.Options
	catalogue        *entry.Catalogue
	parser           *entry.Parser
	dsn, name, query string
	timeout          time.Duration

	mu     sync.Mutex
	ledger *ledger.Ledger // of the last good answer; nil: it gave sums
}

// New returns the source of a query. The name is the query's, for people.
// The timeout bounds the query on the server and here.
func New(o records.Options, dsn, name, query string, timeout time.Duration) (*Database, error) {
	if _, err := pgx.ParseConfig(dsn); err != nil {
		return nil, fmt.Errorf("DVC_RECORDS_DSN: %w", err)
	}
	catalogue, err := entry.NewCatalogue(o.Kind, o.Mapping)
	if err != nil {
		return nil, err
	}
	return &Database{
		Options: o, dsn: dsn, name: name, query: query, timeout: timeout,
		catalogue: catalogue, parser: entry.NewParser(o.Kind, o.Zone, o.Mapping), ledger: ledger.New(o.Kind, o.Unique),
	}, nil
}

// Late lists late dossiers, as of the last good answer. Where the query gives sums
// it only says so.
func (d *Database) Late(q index.LateQuery) index.LatePage {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ledger == nil {
		return index.LatePage{Sums: true}
	}
	return d.ledger.Late(q)
}

// Fetch runs the query in a transaction that can change nothing.
func (d *Database) Fetch(ctx context.Context, _ []index.Part) (index.Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, d.timeout)
	defer cancel()
	part := index.Part{Name: d.name, AsOf: time.Now()}
	answer, err := d.ask(ctx)
	if err != nil {
		part.Failure = d.failure(ctx, err)
		return index.Answer{Parts: []index.Part{part}}, nil
	}
	part.Rows, part.RowsUsed, part.RowsRejected = answer.rows, answer.used, answer.rejected
	part.Rejected = answer.rejections.Of(func(string) bool { return true })
	d.mu.Lock()
	d.ledger = answer.ledger
	d.mu.Unlock()
	return index.Answer{Parts: []index.Part{part}}, nil
}

func (d *Database) failure(ctx context.Context, err error) *index.Failure {
	reason := index.Unreadable
	_, isStructure := errors.AsType[*load.Refused](err)
	_, isConnect := errors.AsType[*pgconn.ConnectError](err)
	switch {
	case ctx.Err() != nil || sqlState(err) == "57014": // query_canceled: the statement timeout
		reason = index.Timeout
	case sqlState(err) == "28P01" || sqlState(err) == "28000" || sqlState(err) == "42501": // password, authorization, privilege
		reason = index.Refused
	case isConnect:
		reason = index.Unreachable
	case isStructure:
		reason = index.Malformed
	}
	return index.Failf(reason, "query %s: %v", d.name, err)
}

func sqlState(err error) string {
	if e, ok := errors.AsType[interface {
		error
		SQLState() string
	}](err); ok {
		return e.SQLState()
	}
	return ""
}

// answer is what a query gave.
type answer struct {
	rows           []index.Row
	used, rejected int
	rejections     load.Rejections
	ledger         *ledger.Ledger // nil: sums
}

func (d *Database) ask(ctx context.Context) (a *answer, err error) {
	config, err := pgx.ParseConfig(d.dsn)
	if err != nil {
		return nil, err
	}
	config.RuntimeParams["application_name"] = "dvc_exporter"
	config.RuntimeParams["datestyle"] = "ISO"
	config.RuntimeParams["statement_timeout"] = strconv.FormatInt(d.timeout.Milliseconds(), 10)
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	tx, err := conn.BeginTx(ctx, pgx.TxOptions{AccessMode: pgx.ReadOnly})
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, d.query, pgx.QueryExecModeExec, pgx.QueryResultFormats{pgx.TextFormatCode})
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	a = &answer{}
	reject := func(r index.Rejection) {
		r.Where = d.name
		a.rejections.Add(r)
	}
	var headings [][]byte
	var names []string
	for _, field := range rows.FieldDescriptions() {
		headings = append(headings, []byte(field.Name))
		names = append(names, strings.ToLower(field.Name))
	}
	if slices.Contains(names, "measure") {
		s := sums{parser: d.parser, months: map[month]*index.Row{}}
		for line := 1; rows.Next(); line++ {
			cell := func(column string) string {
				if i := slices.Index(names, column); i >= 0 {
					return strings.TrimSpace(string(rows.RawValues()[i]))
				}
				return ""
			}
			if column, reason := s.add(cell); reason != "" {
				a.rejected++
				reject(index.Rejection{Line: line, Column: column, Value: load.Shorten([]byte(cell(column))), Reason: reason, Count: 1})
				continue
			}
			a.used++
		}
		a.rows = s.rows()
		return a, rows.Err()
	}
	a.ledger = ledger.New(d.Kind, d.Unique)
	id, _ := a.ledger.Open()
	l := &load.Loader{
		Catalogue: d.catalogue, Parser: d.parser,
		Put: func(e *entry.Entry) error { return a.ledger.Put(id, e) },
	}
	if err := l.Head(table.RowOf(headings)); err != nil {
		return nil, err
	}
	if l.Layout == nil {
		if rows.Close(); rows.Err() != nil {
			return nil, rows.Err()
		}
		return nil, &load.Refused{Text: "không biết cột nào của câu trả lời: đặt tên như tiêu đề của tệp (MaHoSo, DonViXuLy, …), hoặc trả về số cộng với cột measure"}
	}
	for line := 1; rows.Next(); line++ {
		if err := l.Row(line, table.RowOf(rows.RawValues())); err != nil {
			return nil, err
		}
	}
	if err := cmp.Or(rows.Err(), l.Finish()); err != nil {
		return nil, err
	}
	for _, r := range l.Rejections {
		reject(r)
	}
	a.rows, a.used, a.rejected = a.ledger.Rows([]int{id}), a.ledger.Used(id), l.Refused
	return a, nil
}

// sums takes sums per unit.
type sums struct {
	parser *entry.Parser
	units  int
	months map[month]*index.Row
}

// month is what a row of figures is about; of what is open now, without a period.
type month struct {
	unit   index.Unit
	period index.Period
}

// maxTimes bounds the due and waiting times that a unit can have.
const maxTimes = 10_000_000

// details are what a measure of sums may be told apart by.
var details = map[index.Measure][]string{
	index.DossiersReceived:  {index.Online, index.Counter, index.Post},
	index.DossiersFinished:  {index.OnTime, index.Late},
	index.DocumentsFinished: {index.OnTime, index.Late},
	index.DocumentsReceived: {""},
	index.DocumentsOnline:   {""},
	index.ApologiesDue:      {""},
	index.ApologiesSent:     {""},
	index.Numerator:         {""},
	index.Denominator:       {""},
}

// add takes one row. If it cannot, it says which column is wrong and, in
// Vietnamese, why.
func (s *sums) add(cell func(column string) string) (column, reason string) {
	unit := ledger.UnitOf(cell("unit"))
	value, err := strconv.ParseUint(cell("value"), 10, 53)
	now := s.months[month{unit: unit}]
	switch {
	case unit == index.Unit{}:
		return "unit", "thiếu đơn vị"
	case err != nil:
		return "value", "không phải số đếm"
	case now == nil && s.units == ledger.MaxUnits:
		return "unit", ledger.ErrUnits.Error()
	case now == nil:
		s.units++
		now = &index.Row{Unit: unit, Pending: &index.Pending{}}
		s.months[month{unit: unit}] = now
	}
	measure := cell("measure")
	switch measure {
	case "open":
		now.Pending.Open += int(value)
		return "", ""
	case "due", "waiting":
		times := &now.Pending.Due
		if measure == "waiting" {
			times = &now.Pending.Waiting
		}
		at, _, reason := s.parser.Time([]byte(cell("at")))
		if reason != "" || value > uint64(maxTimes-len(*times)) {
			return "at", cmp.Or(reason, "quá nhiều hồ sơ")
		}
		*times = append(*times, slices.Repeat([]int64{at}, int(value))...)
		return "", ""
	}
	f := index.Figure{Measure: index.Measure(measure), Detail: cell("detail"), Indicator: strings.ToUpper(cell("indicator"))}
	isRatio := f.Measure == index.Numerator || f.Measure == index.Denominator
	at, _, reason := s.parser.Time([]byte(cell("month")))
	switch {
	case details[f.Measure] == nil:
		return "measure", "không biết chỉ số đo này"
	case !slices.Contains(details[f.Measure], f.Detail):
		return "detail", "không biết giá trị này"
	case isRatio != (f.Indicator != ""):
		return "indicator", "chỉ numerator và denominator có mã chỉ tiêu"
	case reason != "":
		return "month", reason
	}
	key := month{unit, entry.PeriodOf(entry.Month(at))}
	row := s.months[key]
	if row == nil {
		row = &index.Row{Unit: unit, Month: key.period}
		s.months[key] = row
	}
	i := slices.IndexFunc(row.Figures, func(g index.Figure) bool { g.Value = 0; return g == f })
	if i < 0 {
		i = len(row.Figures)
		row.Figures = append(row.Figures, f)
	}
	row.Figures[i].Value += float64(value)
	return "", ""
}

// rows returns the sums. A unit whose open dossiers are not counted has as many
// as have a due time.
func (s *sums) rows() []index.Row {
	var rows []index.Row
	for _, row := range s.months {
		if p := row.Pending; p != nil {
			slices.Sort(p.Due)
			slices.Sort(p.Waiting)
			p.Open = max(p.Open, len(p.Due))
		}
		slices.SortFunc(row.Figures, func(a, b index.Figure) int {
			return cmp.Or(cmp.Compare(a.Measure, b.Measure), cmp.Compare(a.Indicator, b.Indicator), cmp.Compare(a.Detail, b.Detail))
		})
		rows = append(rows, *row)
	}
	ledger.SortRows(rows)
	return rows
}
