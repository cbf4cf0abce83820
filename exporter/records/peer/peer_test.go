// Package peer compares reading dossiers with DuckDB doing the same: seven counts
// for each unit, with the latest row of each code and without. It is a module of
// its own, so that the exporter does not depend on DuckDB.
//
//	DVC_PEER_FILE=/path/of/dossiers.csv go test -v -run Compare -timeout 30m
//
// The file has the headings as synchronised to the national portal (MaHoSo,
// DonViXuLy, …). Every run is a process of its own, alternating; medians of
// DVC_PEER_RUNS (5). CPU is user and system time of all threads; memory is the peak
// of the resident set, for the exporter above that of the same process reading
// nothing. DuckDB has 2 threads.
package peer

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/records"
	"dvc_exporter/exporter/records/heading"
)

const asOf = "2024-08-02 10:00:00"

// counts are the same in every mode: unit, received, on time, late, open, overdue,
// waiting, waiting too long.
const query = `SELECT DonViXuLy, count(*),
  count(*) FILTER (TrangThaiHoSo IN (3,7,8,9,10) AND NgayKetThucXuLy <= NgayHenTra),
  count(*) FILTER (TrangThaiHoSo IN (3,7,8,9,10) AND NgayKetThucXuLy > NgayHenTra),
  count(*) FILTER (TrangThaiHoSo IN (2,4,5,6)),
  count(*) FILTER (TrangThaiHoSo IN (2,4,5,6) AND NgayHenTra < TIMESTAMP '` + asOf + `'),
  count(*) FILTER (TrangThaiHoSo = 1),
  count(*) FILTER (TrangThaiHoSo = 1 AND NgayNopHoSo < TIMESTAMP '` + asOf + `' - INTERVAL 24 HOUR)
  FROM %s GROUP BY 1 ORDER BY 1`

const (
	all    = `read_csv('%s')`
	latest = `(SELECT * FROM (SELECT DonViXuLy, TrangThaiHoSo, NgayNopHoSo, NgayHenTra, NgayKetThucXuLy, row_number() OVER (PARTITION BY MaHoSo ORDER BY n DESC) AS place
  FROM (SELECT *, row_number() OVER () AS n FROM read_csv('%s'))) WHERE place = 1)`
)

func duckDB(file, from string) error {
	db, err := sql.Open("duckdb", "?threads=2")
	if err != nil {
		return err
	}
	defer db.Close()
	rows, err := db.Query(fmt.Sprintf(query, fmt.Sprintf(from, strings.ReplaceAll(file, "'", "''"))))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var unit string
		var n [7]int
		if err := rows.Scan(&unit, &n[0], &n[1], &n[2], &n[3], &n[4], &n[5], &n[6]); err != nil {
			return err
		}
		fmt.Println(unit, n)
	}
	return rows.Err()
}

func exporter(file string, unique bool) error {
	s, err := records.NewFiles(records.Options{Kind: heading.Dossiers, Zone: index.Vietnam, Unique: unique, Log: slog.New(slog.DiscardHandler)}, []string{file})
	if err != nil {
		return err
	}
	if file == "" {
		return nil
	}
	answer, err := s.Fetch(context.Background(), nil)
	if err != nil {
		return err
	}
	if len(answer.Parts) != 1 {
		return fmt.Errorf("%d parts of one file", len(answer.Parts))
	}
	part := answer.Parts[0]
	if part.Failure != nil {
		return part.Failure
	}
	now, _ := time.ParseInLocation(time.DateTime, asOf, index.Vietnam)
	units := map[string]*[7]int{}
	for _, row := range part.Rows {
		if units[row.Unit.Name] == nil {
			units[row.Unit.Name] = &[7]int{}
		}
		n := units[row.Unit.Name]
		for _, f := range row.Figures {
			switch {
			case f.Measure == index.DossiersReceived:
				n[0] += int(f.Value)
			case f.Measure == index.DossiersFinished && f.Detail == index.OnTime:
				n[1] += int(f.Value)
			case f.Measure == index.DossiersFinished:
				n[2] += int(f.Value)
			}
		}
		if row.Backlog == nil {
			continue
		}
		for _, d := range row.Backlog.Open {
			n[3]++
			if d.Due != 0 && d.Due < now.Unix() {
				n[4]++
			}
		}
		for _, d := range row.Backlog.Waiting {
			n[5]++
			if d.Received < now.Unix()-24*60*60 {
				n[6]++
			}
		}
	}
	names := make([]string, 0, len(units))
	for name := range units {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		fmt.Println(name, *units[name])
	}
	statm, err := os.ReadFile("/proc/self/statm")
	if fields := strings.Fields(string(statm)); err == nil && len(fields) > 1 {
		pages, _ := strconv.Atoi(fields[1])
		fmt.Println(afterMark, pages*os.Getpagesize())
	}
	runtime.KeepAlive(answer)
	runtime.KeepAlive(s)
	return nil
}

// afterMark stands before the resident set of a process that has read a file and
// keeps what it says, in bytes.
const afterMark = "# after reading:"

// modes are what a child process can be told to do with a file.
var modes = map[string]func(file string) error{
	"idle":             func(string) error { return exporter("", false) },
	"exporter, latest": func(file string) error { return exporter(file, false) },
	"exporter, unique": func(file string) error { return exporter(file, true) },
	"duckdb, latest":   func(file string) error { return duckDB(file, latest) },
	"duckdb, all":      func(file string) error { return duckDB(file, all) },
}

func TestMain(m *testing.M) {
	if mode := modes[os.Getenv("DVC_PEER_MODE")]; mode != nil {
		if err := mode(os.Getenv("DVC_PEER_FILE")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

type cost struct {
	cpu, wall  time.Duration
	rss, after int64 // bytes, at the peak and when all is read
}

func run(t *testing.T, name string, args ...string) (cost, string) {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), "DVC_PEER_MODE="+name)
	cmd.Stderr = os.Stderr
	start := time.Now()
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	wall := time.Since(start)
	usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	answer, rest, _ := strings.Cut(string(out), afterMark)
	after, _ := strconv.ParseInt(strings.TrimSpace(rest), 10, 64)
	return cost{cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), wall, usage.Maxrss << 10, after}, answer
}

func TestCompare(t *testing.T) {
	file := os.Getenv("DVC_PEER_FILE")
	if file == "" {
		t.Skip("DVC_PEER_FILE names no file")
	}
	runs, _ := strconv.Atoi(os.Getenv("DVC_PEER_RUNS"))
	runs = cmp.Or(runs, 5)
	order := []string{"idle", "wc -l", "exporter, unique", "duckdb, all", "exporter, latest", "duckdb, latest"}
	costs := map[string][]cost{}
	answers := map[string]string{}
	for range runs {
		for _, name := range order {
			args := []string{os.Args[0]}
			if name == "wc -l" {
				args = []string{"wc", "-l", file}
			}
			c, out := run(t, name, args...)
			costs[name] = append(costs[name], c)
			answers[name] = out
		}
	}
	if answers["exporter, latest"] != answers["duckdb, latest"] || answers["exporter, unique"] != answers["duckdb, all"] {
		t.Error("the exporter and DuckDB counted differently")
	}
	median := func(name string, of func(cost) float64) float64 {
		var list []float64
		for _, c := range costs[name] {
			list = append(list, of(c))
		}
		slices.Sort(list)
		return list[len(list)/2]
	}
	cpu := func(c cost) float64 { return c.cpu.Seconds() }
	wall := func(c cost) float64 { return c.wall.Seconds() }
	mib := func(c cost) float64 { return float64(c.rss) / (1 << 20) }
	kept := func(c cost) float64 { return float64(c.after) / (1 << 20) }
	t.Logf("%d CPUs, medians of %d alternating runs", runtime.NumCPU(), runs)
	for _, name := range order {
		var each []string
		for _, c := range costs[name] {
			each = append(each, fmt.Sprintf("%.2f", c.cpu.Seconds()))
		}
		t.Logf("%-17s CPU %6.2f s (%s)  wall %6.2f s  RSS %5.0f MiB (%+.0f above idle, afterwards %+.0f)", name, median(name, cpu), strings.Join(each, " "), median(name, wall), median(name, mib), median(name, mib)-median("idle", mib), median(name, kept)-median("idle", mib))
	}
	t.Logf("latest row of each code: CPU %.2f of DuckDB", median("exporter, latest", cpu)/median("duckdb, latest", cpu))
	t.Logf("no code can repeat:      CPU %.2f of DuckDB", median("exporter, unique", cpu)/median("duckdb, all", cpu))
}
