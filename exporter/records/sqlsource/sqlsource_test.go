package sqlsource

import (
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/records"
	"dvc_exporter/exporter/records/heading"
	"dvc_exporter/exporter/units"
	"dvc_exporter/tools/pinned"
)

// dsn is that of a PostgreSQL that the tests started, empty if there is none.
var dsn string

func TestMain(m *testing.M) {
	own, stop, err := pinned.PostgreSQL()
	if err != nil {
		fmt.Fprintln(os.Stderr, "starting PostgreSQL:", err)
		os.Exit(1)
	}
	dsn = own
	code := m.Run()
	stop()
	os.Exit(code)
}

// database runs statements in a database of its own and returns the DSN of a role
// that may read its tables.
func database(t *testing.T, statements string) string {
	t.Helper()
	if dsn == "" {
		t.Skip("NOT TESTED: no PostgreSQL here (initdb is neither in PATH nor under /usr/lib/postgresql)")
	}
	return pinned.Database(t, dsn, statements)
}

func source(t *testing.T, dsn, query string, timeout time.Duration) *Database {
	t.Helper()
	d, err := New(Options{
		Options: records.Options{Kind: heading.Dossiers, Zone: index.Vietnam, Log: slog.New(slog.DiscardHandler)}, DSN: dsn, Name: "q.sql", Query: query, Timeout: timeout,
		Now: func() time.Time { return time.Unix(july(6, 0), 0) }, ReceptionLimit: 24 * time.Hour, DueSoon: 72 * time.Hour,
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func fetch(t *testing.T, d *Database) index.Part {
	t.Helper()
	answer, err := d.Fetch(t.Context(), nil)
	if err != nil || len(answer.Parts) != 1 {
		t.Fatal(answer, err)
	}
	return answer.Parts[0]
}

const schema = `CREATE TABLE ho_so (ma_ho_so text, ma_tthc text, chu_ho_so text, don_vi_xu_ly text, trang_thai_ho_so int, kenh_thuc_hien int,
  ngay_nop_ho_so timestamptz, ngay_tiep_nhan timestamp, ngay_hen_tra timestamp, ngay_ket_thuc_xu_ly date, ho_so_co_thanh_phan_so_hoa boolean, updated_at int);
INSERT INTO ho_so VALUES
  ('H26-1', '1.1', 'Nguyễn Văn A', 'Sở A', 4, 2, '2024-07-01 01:00+00', '2024-07-01 08:30', '2024-07-05 17:00', NULL, true, 1),
  ('H26-2', '1.2', 'Nguyễn Văn B', 'Sở A', 4, 1, '2024-07-01 01:00+00', '2024-07-01 08:30', '2024-07-06 17:00', NULL, false, 1),
  ('H26-2', '1.2', 'Nguyễn Văn B', 'Sở A', 10, 1, '2024-07-01 01:00+00', '2024-07-01 08:30', '2024-07-06 17:00', '2024-07-08', false, 2),
  ('H26-3', '1.3', 'Nguyễn Văn C', 'Sở B', 1, 2, '2024-07-02 01:00+00', NULL, NULL, NULL, NULL, 1),
  ('H26-4', '1.4', 'Nguyễn Văn D', 'Sở B', 11, 2, '2024-07-02 01:00+00', NULL, NULL, NULL, NULL, 1);`

func july(day, hour int) int64 {
	return time.Date(2024, 7, day, hour, 0, 0, 0, index.Vietnam).Unix()
}

var ofJuly = index.Period{Months: 1, Year: 2024, Number: 7}

func TestRows(t *testing.T) {
	d := source(t, database(t, schema), "SELECT * FROM ho_so ORDER BY updated_at;\n", time.Minute)
	part := fetch(t, d)
	if part.Failure != nil {
		t.Fatal(part.Failure)
	}
	ratio := func(indicator string, n, d float64) []index.Figure {
		return []index.Figure{{Measure: index.Numerator, Indicator: indicator, Value: n}, {Measure: index.Denominator, Indicator: indicator, Value: d}}
	}
	received := func(online, counter float64) []index.Figure {
		return []index.Figure{{Measure: index.DossiersReceived, Detail: index.Online, Value: online}, {Measure: index.DossiersReceived, Detail: index.Counter, Value: counter}, {Measure: index.DossiersReceived, Detail: index.Post}}
	}
	a, b := index.Unit{Name: "Sở A"}, index.Unit{Name: "Sở B"}
	want := []index.Row{
		{Unit: a, Backlog: &index.Backlog{Open: []index.Dossier{{Code: "H26-1", Procedure: "1.1", State: 4, Received: july(1, 8) + 30*60, Due: july(5, 17)}}}},
		{Unit: a, Month: ofJuly, Figures: slices.Concat(received(1, 1), ratio(index.OnlineDossier, 1, 2), ratio(index.DigitizedDossier, 1, 2),
			[]index.Figure{{Measure: index.DossiersFinished, Detail: index.OnTime}, {Measure: index.DossiersFinished, Detail: index.Late, Value: 1}}, ratio(index.DossierOnTime, 0, 1))},
		{Unit: b, Backlog: &index.Backlog{Waiting: []index.Dossier{{Code: "H26-3", Procedure: "1.3", State: 1, Received: july(2, 8)}}}},
		{Unit: b, Month: ofJuly, Figures: slices.Concat(received(1, 0), ratio(index.OnlineDossier, 1, 1))},
	}
	if diff := cmp.Diff(want, part.Rows); diff != "" {
		t.Error(diff)
	}
	wantRejected := []index.Rejection{
		{Where: "q.sql", Column: "trang_thai_ho_so", Count: 1},
	}
	if diff := cmp.Diff(wantRejected, part.Rejected, cmpopts.IgnoreFields(index.Rejection{}, "Line", "Value", "Reason")); diff != "" || part.RowsUsed != 3 || part.RowsRejected != 1 {
		t.Error(diff, part.RowsUsed, part.RowsRejected)
	}
	if age := time.Since(part.AsOf); age < 0 || age > time.Minute {
		t.Error("as of", part.AsOf)
	}
}

// sumsOf runs a query of sums and writes each figure as "Sở A 2024-07 measure detail indicator value".
func sumsOf(t *testing.T, query string) (part index.Part, figures []string) {
	t.Helper()
	part = fetch(t, source(t, database(t, schema), query, time.Minute))
	for _, row := range part.Rows {
		month := ""
		if row.Month.Months > 0 {
			month = row.Month.String()
		}
		for _, f := range row.Figures {
			figures = append(figures, strings.Join(strings.Fields(fmt.Sprint(row.Unit.Name, " ", month, " ", f.Measure, " ", f.Detail, " ", f.Indicator, " ", f.Value)), " "))
		}
	}
	return part, figures
}

func TestSums(t *testing.T) {
	part, got := sumsOf(t, `
SELECT don_vi_xu_ly AS unit, 'dossiers_received' AS measure, count(*)::numeric(10,2) AS value, date_trunc('month', ngay_nop_ho_so) AS month, 'online' AS detail, NULL AS indicator, NULL::timestamp AS at
  FROM ho_so WHERE kenh_thuc_hien = 2 GROUP BY 1, 4
UNION ALL SELECT don_vi_xu_ly, 'denominator', 2, DATE '2024-07-01', NULL, 'DIGITIZED_DOSSIER', NULL FROM ho_so WHERE ma_ho_so = 'H26-1'
UNION ALL SELECT don_vi_xu_ly, 'due', count(*), NULL, NULL, NULL, ngay_hen_tra FROM ho_so WHERE trang_thai_ho_so = 4 GROUP BY 1, 7
UNION ALL SELECT don_vi_xu_ly, 'waiting', 2, NULL, NULL, NULL, ngay_nop_ho_so AT TIME ZONE 'Asia/Ho_Chi_Minh' FROM ho_so WHERE trang_thai_ho_so = 1
UNION ALL SELECT 'Sở A', 'open', 7, NULL, NULL, NULL, NULL`)
	if part.Failure != nil {
		t.Fatal(part.Failure)
	}
	want := []string{
		"Sở A dossiers_due_soon_now 1", "Sở A dossiers_open_now 7", "Sở A dossiers_overdue_now 1", "Sở A dossiers_overdue_now reception 0",
		"Sở A 2024-07 denominator DIGITIZED_DOSSIER 2", "Sở A 2024-07 dossiers_received counter 0", "Sở A 2024-07 dossiers_received online 1", "Sở A 2024-07 dossiers_received post 0",
		"Sở B dossiers_due_soon_now 0", "Sở B dossiers_open_now 0", "Sở B dossiers_overdue_now 0", "Sở B dossiers_overdue_now reception 2",
		"Sở B 2024-07 denominator DIGITIZED_DOSSIER 0", "Sở B 2024-07 dossiers_received counter 0", "Sở B 2024-07 dossiers_received online 2", "Sở B 2024-07 dossiers_received post 0",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A measure that stands in no row is missing for all units.
func TestSumsThatAreNotTold(t *testing.T) {
	for query, want := range map[string][]string{
		`SELECT 'Sở A' AS unit, 'dossiers_received' AS measure, 3 AS value, DATE '2024-07-01' AS month`: {"Sở A 2024-07 dossiers_received 3"},
		`SELECT 'Sở A' AS unit, 'dossiers_finished' AS measure, 3 AS value, DATE '2024-07-01' AS month, 'late' AS detail UNION ALL SELECT 'Sở B', 'open', 1, NULL, NULL`: {
			"Sở A dossiers_open_now 0", "Sở A 2024-07 dossiers_finished late 3", "Sở A 2024-07 dossiers_finished on_time 0",
			"Sở B dossiers_open_now 1", "Sở B 2024-07 dossiers_finished late 0", "Sở B 2024-07 dossiers_finished on_time 0",
		},
		`SELECT 'Sở A' AS unit, 'overdue' AS measure, 3 AS value, 'processing' AS detail UNION ALL SELECT 'Sở A', 'overdue', 1, 'reception' UNION ALL SELECT 'Sở A', 'due_soon', 2, NULL`: {
			"Sở A dossiers_due_soon_now 2", "Sở A dossiers_overdue_now 3", "Sở A dossiers_overdue_now reception 1",
		},
	} {
		if _, got := sumsOf(t, query); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
}

// The server's zone is not the offices'.
func TestTheMonthBeginsHere(t *testing.T) {
	_, got := sumsOf(t, `SELECT 'Sở A' AS unit, 'dossiers_received' AS measure, 1 AS value, date_trunc('month', TIMESTAMPTZ '2024-06-30 17:00+00') AS month`)
	if want := []string{"Sở A 2024-07 dossiers_received 1"}; !slices.Equal(got, want) {
		t.Error(got)
	}
}

func TestSumsThatAreRefused(t *testing.T) {
	const bad = `
UNION ALL SELECT 'Sở A', 'opened', '7', NULL, NULL, NULL, NULL
UNION ALL SELECT 'Sở A', 'dossiers_received', '1', DATE '2024-07-01', 'by pigeon', NULL, NULL
UNION ALL SELECT 'Sở A', 'dossiers_received', '1', NULL, 'online', NULL, NULL
UNION ALL SELECT 'Sở A', 'dossiers_received', '-1', DATE '2024-07-01', 'online', NULL, NULL
UNION ALL SELECT 'Sở A', 'dossiers_received', '1.5', DATE '2024-07-01', 'online', NULL, NULL
UNION ALL SELECT 'Sở A', 'numerator', '1', DATE '2024-07-01', NULL, NULL, NULL
UNION ALL SELECT NULL, 'open', '1', NULL, NULL, NULL, NULL
UNION ALL SELECT 'Sở A', 'due', '1', NULL, NULL, NULL, NULL`
	const good = `SELECT 'Sở A' AS unit, 'open' AS measure, '1' AS value, NULL::date AS month, NULL AS detail, NULL AS indicator, NULL::timestamp AS at FROM generate_series(1, %d)`
	few, _ := sumsOf(t, fmt.Sprintf(good, 100)+bad)
	var wrong []string
	for _, r := range few.Rejected {
		wrong = append(wrong, r.Column)
	}
	slices.Sort(wrong)
	if diff := cmp.Diff([]string{"at", "detail", "indicator", "measure", "month", "unit", "value"}, slices.Compact(wrong)); diff != "" || few.RowsRejected != 8 || few.RowsUsed != 100 || few.Failure != nil {
		t.Error(diff, few.RowsRejected, few.Failure)
	}
	many, figures := sumsOf(t, fmt.Sprintf(good, 10)+bad)
	if many.Failure == nil || many.Failure.Reason != index.Malformed || !strings.Contains(many.Failure.Text, "8 trong 18 dòng") || figures != nil || len(many.Rejected) == 0 {
		t.Error(many.Failure, figures)
	}
}

// A text that names no office makes no unit, in rows and in sums.
func TestUnitsThatAreNone(t *testing.T) {
	own := database(t, schema)
	for _, query := range []string{
		"SELECT * FROM (SELECT * FROM ho_so UNION ALL SELECT 'H26-9', '1.1', '', 'Nguyễn Văn Mẫu', 4, 2, now(), now(), now(), NULL, true, 1) r WHERE trang_thai_ho_so < 11",
		"SELECT 'Sở A' AS unit, 'open' AS measure, 1 AS value UNION ALL SELECT 'Nguyễn Văn Mẫu', 'open', 1",
	} {
		d := source(t, own, query, time.Minute)
		known := units.New(nil, nil, time.Now())
		d.Units = func() *units.Registry { return known }
		part := fetch(t, d)
		if part.Failure != nil || part.RowsUnmatched != 1 || part.RowsRejected != 0 || strings.Contains(fmt.Sprintf("%+v", part), "Mẫu") {
			t.Errorf("%+v", part)
		}
	}
}

func TestFailures(t *testing.T) {
	own := database(t, schema)
	for name, test := range map[string]struct {
		dsn, query string
		reason     index.Reason
		text       string
	}{
		"writes":         {own, "DELETE FROM ho_so RETURNING *", index.Unreadable, "read-only"},
		"a superuser":    {strings.Replace(own, "user=reader", "user=dvc", 1), "SELECT 1", index.Refused, "GRANT SELECT"},
		"no such table":  {own, "SELECT * FROM nothing", index.Unreadable, "does not exist"},
		"too slow":       {own, "SELECT pg_sleep(60)", index.Timeout, "q.sql"},
		"other columns":  {own, "SELECT 1 AS a", index.Malformed, "tiêu đề"},
		"lacks a column": {own, "SELECT ma_ho_so, trang_thai_ho_so, ngay_hen_tra FROM ho_so", index.Malformed, "không có cột đơn vị"},
		"no server":      {"host=/nonexistent user=x password=geheim", "SELECT 1", index.Unreachable, "q.sql"},
	} {
		t.Run(name, func(t *testing.T) {
			limit := time.Minute // as long as a busy machine may need
			if test.reason == index.Timeout {
				limit = 2 * time.Second
			}
			part := fetch(t, source(t, test.dsn, test.query, limit))
			if part.Failure == nil || part.Failure.Reason != test.reason || !strings.Contains(part.Failure.Text, test.text) {
				t.Errorf("%v", part.Failure)
			}
			if part.Failure != nil && strings.Contains(part.Failure.Text, "geheim") {
				t.Error("the password is told")
			}
		})
	}
}

// A role that may write some table, or a column of it, is refused.
func TestARoleThatMayWrite(t *testing.T) {
	for grant, refused := range map[string]bool{
		"GRANT SELECT ON ho_so TO ROLE_":             false,
		"GRANT INSERT ON ho_so TO ROLE_":             true,
		"GRANT UPDATE (ma_tthc) ON ho_so TO ROLE_":   true,
		"GRANT TRUNCATE ON ho_so TO ROLE_":           true,
		"ALTER TABLE ho_so OWNER TO ROLE_":           true,
		"ALTER ROLE ROLE_ CREATEROLE":                true,
		"GRANT pg_write_all_data TO ROLE_":           true,
		"GRANT USAGE ON SCHEMA public TO ROLE_":      false,
		"GRANT SELECT (ma_ho_so) ON ho_so TO PUBLIC": false,
	} {
		role := "r" + strconv.FormatInt(time.Now().UnixNano(), 36)
		own := database(t, schema+"CREATE ROLE "+role+" LOGIN; GRANT SELECT ON ho_so TO "+role+";"+strings.ReplaceAll(grant, "ROLE_", role))
		part := fetch(t, source(t, strings.Replace(own, "user=reader", "user="+role, 1), "SELECT * FROM ho_so WHERE trang_thai_ho_so < 11", time.Minute))
		if got := part.Failure != nil && part.Failure.Reason == index.Refused; got != refused || !refused && part.Failure != nil {
			t.Errorf("%s: %v", grant, part.Failure)
		}
	}
}

// What a database says of a failing cast repeats the cell.
func TestACellIsNotShown(t *testing.T) {
	part := fetch(t, source(t, database(t, schema), "SELECT chu_ho_so::int AS ma_ho_so FROM ho_so", time.Minute))
	if part.Failure == nil || strings.Contains(fmt.Sprintf("%+v", part), "Nguyễn") || !strings.Contains(part.Failure.Text, "22P02") {
		t.Errorf("%v", part.Failure)
	}
}

func TestBadDSN(t *testing.T) {
	for _, dsn := range []string{"postgres://u:geheim@host:port/x", "postgres://u:geheim@[host/geheim", "host=geheim sslmode=geheim", "geheim"} {
		_, err := New(Options{Options: records.Options{Kind: heading.Dossiers, Zone: index.Vietnam}, DSN: dsn})
		if err == nil || strings.Contains(err.Error(), "geheim") || strings.Contains(err.Error(), "host:port") {
			t.Errorf("%s: %v", dsn, err)
		}
	}
}
