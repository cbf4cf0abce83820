package sqlsource

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/jackc/pgx/v5"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/records"
	"dvc_exporter/exporter/records/entry"
)

// dsn is that of a PostgreSQL that the tests started, empty if there is none.
var dsn string

func TestMain(m *testing.M) {
	stop := func() {}
	if bin := postgres(); bin != "" {
		var err error
		if dsn, stop, err = start(bin); err != nil {
			fmt.Fprintln(os.Stderr, "starting PostgreSQL:", err)
			os.Exit(1)
		}
	}
	code := m.Run()
	stop()
	os.Exit(code)
}

// postgres returns the folder of initdb and pg_ctl, as distributions have it.
func postgres() string {
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			return filepath.Dir(path)
		}
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		return ""
	}
	return filepath.Dir(found[len(found)-1])
}

// start runs a server that listens on a socket in a folder of its own. PostgreSQL
// does not run as root: then it runs as the user postgres.
func start(bin string) (dsn string, stop func(), err error) {
	dir, err := os.MkdirTemp("", "pg")
	if err != nil {
		return "", nil, err
	}
	var attr *syscall.SysProcAttr
	if os.Getuid() == 0 {
		account, err := user.Lookup("postgres")
		if err != nil {
			return "", nil, err
		}
		uid, _ := strconv.Atoi(account.Uid)
		gid, _ := strconv.Atoi(account.Gid)
		if err := os.Chown(dir, uid, gid); err != nil {
			return "", nil, err
		}
		attr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	}
	run := func(name string, args ...string) error {
		cmd := exec.Command(filepath.Join(bin, name), args...)
		cmd.SysProcAttr, cmd.Dir = attr, dir
		log, err := os.CreateTemp("", "pg") // a pipe would stay open in the server
		if err != nil {
			return err
		}
		defer func() { _ = log.Close(); _ = os.Remove(log.Name()) }()
		cmd.Stdout, cmd.Stderr = log, log
		if err := cmd.Run(); err != nil {
			said, _ := os.ReadFile(log.Name())
			return fmt.Errorf("%s: %w: %s", name, err, said)
		}
		return nil
	}
	data := filepath.Join(dir, "data")
	if err := run("initdb", "-D", data, "-U", "dvc", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C"); err != nil {
		return "", nil, err
	}
	stop = func() {
		_ = run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
		_ = os.RemoveAll(dir)
	}
	if err := run("pg_ctl", "-D", data, "-w", "-l", filepath.Join(dir, "log"), "-o", "-c listen_addresses='' -c fsync=off -k "+dir, "start"); err != nil {
		stop()
		return "", nil, err
	}
	return "host=" + dir + " user=dvc dbname=postgres", stop, nil
}

// database runs statements in a database of its own and returns its DSN.
func database(t *testing.T, statements string) string {
	t.Helper()
	if dsn == "" {
		t.Skip("NOT TESTED: no PostgreSQL here (initdb is neither in PATH nor under /usr/lib/postgresql)")
	}
	name := "t" + strconv.FormatInt(time.Now().UnixNano(), 36)
	exec := func(dsn, statements string) {
		conn, err := pgx.Connect(t.Context(), dsn)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close(context.Background()) }()
		if _, err := conn.Exec(t.Context(), statements, pgx.QueryExecModeSimpleProtocol); err != nil {
			t.Fatal(err)
		}
	}
	exec(dsn, "CREATE DATABASE "+name)
	own := strings.Replace(dsn, "dbname=postgres", "dbname="+name, 1)
	exec(own, statements)
	return own
}

func source(t *testing.T, dsn, query string, timeout time.Duration) *Database {
	t.Helper()
	d, err := New(records.Options{Kind: entry.Dossiers, Zone: index.Vietnam, Log: slog.New(slog.DiscardHandler)}, dsn, "q.sql", query, timeout)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func fetch(t *testing.T, d *Database) index.Part {
	t.Helper()
	reading, err := d.Fetch(t.Context(), nil)
	if err != nil || len(reading.Parts) != 1 {
		t.Fatal(reading, err)
	}
	return reading.Parts[0]
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
		{Unit: a, Pending: &index.Pending{Open: 1, Due: []int64{july(5, 17)}}},
		{Unit: a, Month: ofJuly, Figures: slices.Concat(received(1, 1), ratio(index.OnlineDossier, 1, 2), ratio(index.DigitizedDossier, 1, 2),
			[]index.Figure{{Measure: index.DossiersFinished, Detail: index.OnTime}, {Measure: index.DossiersFinished, Detail: index.Late, Value: 1}}, ratio(index.DossierOnTime, 0, 1))},
		{Unit: b, Pending: &index.Pending{Waiting: []int64{july(2, 8)}}},
		{Unit: b, Month: ofJuly, Figures: slices.Concat(received(1, 0), ratio(index.OnlineDossier, 1, 1))},
	}
	if diff := cmp.Diff(want, part.Rows); diff != "" {
		t.Error(diff)
	}
	wantRejected := []index.Rejection{
		{Where: "q.sql", Column: "updated_at", Reason: "không biết cột này, hoặc cột lặp lại: bỏ qua cột", Count: 1},
		{Where: "q.sql", Column: "trang_thai_ho_so", Value: "11", Reason: "trạng thái không rõ", Count: 1},
	}
	if diff := cmp.Diff(wantRejected, part.Rejected, cmpopts.IgnoreFields(index.Rejection{}, "Line")); diff != "" || part.RowsUsed != 3 || part.RowsRejected != 1 {
		t.Error(diff, part.RowsUsed, part.RowsRejected)
	}
	late := d.Late(index.LateQuery{Now: time.Unix(july(10, 0), 0), ReceptionLimit: 24 * time.Hour})
	if late.Total != 2 || late.Rows[1].Code != "H26-1" || late.Rows[1].Procedure != "1.1" {
		t.Error(late)
	}
}

func TestSums(t *testing.T) {
	d := source(t, database(t, schema), `
SELECT don_vi_xu_ly AS unit, 'dossiers_received' AS measure, count(*) AS value, date_trunc('month', ngay_nop_ho_so) AS month, 'online' AS detail, NULL AS indicator, NULL::timestamp AS at
  FROM ho_so WHERE kenh_thuc_hien = 2 GROUP BY 1, 4
UNION ALL SELECT don_vi_xu_ly, 'denominator', 2, DATE '2024-07-01', NULL, 'DIGITIZED_DOSSIER', NULL FROM ho_so WHERE ma_ho_so = 'H26-1'
UNION ALL SELECT don_vi_xu_ly, 'due', count(*), NULL, NULL, NULL, ngay_hen_tra FROM ho_so WHERE trang_thai_ho_so = 4 GROUP BY 1, 7
UNION ALL SELECT don_vi_xu_ly, 'waiting', 2, NULL, NULL, NULL, ngay_nop_ho_so AT TIME ZONE 'Asia/Ho_Chi_Minh' FROM ho_so WHERE trang_thai_ho_so = 1
UNION ALL SELECT 'Sở A', 'open', 7, NULL, NULL, NULL, NULL
UNION ALL SELECT 'Sở A', 'opened', 7, NULL, NULL, NULL, NULL
UNION ALL SELECT 'Sở A', 'dossiers_received', 1, DATE '2024-07-01', 'by pigeon', NULL, NULL
UNION ALL SELECT 'Sở A', 'dossiers_received', 1, NULL, 'online', NULL, NULL
UNION ALL SELECT 'Sở A', 'dossiers_received', -1, DATE '2024-07-01', 'online', NULL, NULL
UNION ALL SELECT 'Sở A', 'numerator', 1, DATE '2024-07-01', NULL, NULL, NULL
UNION ALL SELECT NULL, 'open', 1, NULL, NULL, NULL, NULL
UNION ALL SELECT 'Sở A', 'due', 1, NULL, NULL, NULL, NULL`, time.Minute)
	part := fetch(t, d)
	if part.Failure != nil {
		t.Fatal(part.Failure)
	}
	a, b := index.Unit{Name: "Sở A"}, index.Unit{Name: "Sở B"}
	want := []index.Row{
		{Unit: a, Pending: &index.Pending{Open: 7, Due: []int64{july(5, 17), july(6, 17)}}},
		{Unit: a, Month: ofJuly, Figures: []index.Figure{{Measure: index.Denominator, Indicator: index.DigitizedDossier, Value: 2}, {Measure: index.DossiersReceived, Detail: index.Online, Value: 1}}},
		{Unit: b, Pending: &index.Pending{Waiting: []int64{july(2, 8), july(2, 8)}}},
		{Unit: b, Month: ofJuly, Figures: []index.Figure{{Measure: index.DossiersReceived, Detail: index.Online, Value: 2}}},
	}
	if diff := cmp.Diff(want, part.Rows); diff != "" {
		t.Error(diff)
	}
	var wrong []string
	for _, r := range part.Rejected {
		wrong = append(wrong, r.Column)
	}
	slices.Sort(wrong)
	if !d.Late(index.LateQuery{Now: time.Now()}).Sums {
		t.Error("an empty late list is given where the query counts late dossiers and lists none")
	}
	if diff := cmp.Diff([]string{"at", "detail", "indicator", "measure", "month", "unit", "value"}, wrong); diff != "" || part.RowsRejected != 7 {
		t.Error(diff, part.RowsRejected)
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
		"no such table":  {own, "SELECT * FROM nothing", index.Unreadable, "does not exist"},
		"too slow":       {own, "SELECT pg_sleep(60)", index.Timeout, "q.sql"},
		"other columns":  {own, "SELECT 1 AS a", index.Malformed, "none that are known"},
		"lacks a column": {own, "SELECT ma_ho_so, trang_thai_ho_so, ngay_hen_tra FROM ho_so", index.Malformed, "no column for: unit"},
		"no server":      {"host=/nonexistent user=x password=geheim", "SELECT 1", index.Unreachable, "q.sql"},
	} {
		t.Run(name, func(t *testing.T) {
			part := fetch(t, source(t, test.dsn, test.query, 2*time.Second))
			if part.Failure == nil || part.Failure.Reason != test.reason || !strings.Contains(part.Failure.Text, test.text) {
				t.Errorf("%v", part.Failure)
			}
			if part.Failure != nil && strings.Contains(part.Failure.Text, "geheim") {
				t.Error("the password is told")
			}
		})
	}
}

func TestAFailureKeepsTheLateList(t *testing.T) {
	own := database(t, schema)
	d := source(t, own, "SELECT * FROM ho_so ORDER BY updated_at", time.Minute)
	if part := fetch(t, d); part.Failure != nil {
		t.Fatal(part.Failure)
	}
	d.query = "SELECT * FROM nothing"
	if part := fetch(t, d); part.Failure == nil {
		t.Fatal("no failure")
	}
	if late := d.Late(index.LateQuery{Now: time.Unix(july(10, 0), 0)}); late.Total == 0 {
		t.Error("the late list is gone")
	}
}

func TestBadDSN(t *testing.T) {
	_, err := New(records.Options{Kind: entry.Dossiers, Zone: index.Vietnam}, "postgres://u:geheim@host:port/x", "q.sql", "SELECT 1", time.Second)
	if err == nil || strings.Contains(err.Error(), "geheim") {
		t.Error(err)
	}
}
