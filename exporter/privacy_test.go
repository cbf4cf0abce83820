package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"html"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dvc_exporter/exporter/web"
	"dvc_exporter/tools/pinned"
)

// person is a name that must stand nowhere, and what it could be found by.
const person = "Nguyễn Thị Mẫu"

var traces = []string{"Mẫu", "Nguyễn Thị", "nguyen-thi", "MẪU", `M\u1eabu`, "Vợ Khác", "vo-khac", "M%E1%BA%ABu"}

var personalColumns = []string{"Mã hồ sơ", "Mã thủ tục", "Chủ hồ sơ", "Đơn vị xử lý", "Trạng thái", "Ngày nộp", "Ngày tiếp nhận", "Ngày hẹn trả", "Ngày kết thúc xử lý", "Hình thức nộp", "Kết quả điện tử", "Ghi riêng", "Ghi chú"}

func personalRow(i int) []string {
	return []string{fmt.Sprintf("H26.01-240701-%04d", i), "1.000656", "Trần Văn " + person, "Sở Tư pháp", "Đang xử lý", "30/06/2024", "01/07/2024 08:00", "15/07/2024", "", "Trực tuyến", "Không", "", ""}
}

// spoiled are tables with a name in one column after the other: in its place, with
// the cells behind it shifted by one, and shifted so that the row is no longer. A few
// rows among many good ones are refused, a table of them alone is, and so is one with
// a name among its headings.
func spoiled() map[string][][]string {
	tables := map[string][][]string{}
	for at := range personalColumns {
		for how, spoil := range map[string]func([]string) []string{
			"in place": func(r []string) []string { r[at] = person; return r },
			"shifted":  func(r []string) []string { return slices.Concat(r[:at], []string{person, "Vợ Khác"}, r[at+1:]) },
			"dropped":  func(r []string) []string { return slices.Concat(r[:at], []string{person}, r[at:len(r)-1]) },
			"joined":   func(r []string) []string { r[at] += " " + person; return r },
		} {
			name := fmt.Sprintf("%s %d", how, at)
			if name == "joined 3" { // what begins like an office is one
				continue
			}
			few, alone := [][]string{personalColumns}, [][]string{personalColumns}
			for i := range 40 {
				few = append(few, personalRow(at*1000+i))
			}
			for i := range 2 { // of an unknown word for a state, three would be shown
				few = append(few, spoil(personalRow(at*1000+900+i)))
				alone = append(alone, spoil(personalRow(at*1000+950+i)))
			}
			tables[name], tables[name+" alone"] = few, alone
		}
		heads := slices.Clone(personalColumns)
		heads[at] = person
		tables[fmt.Sprintf("heading %d", at)] = [][]string{heads, personalRow(at*1000 + 990)}
	}
	return tables
}

// formats write a table as a file.
var formats = map[string]func([][]string) []byte{
	".csv": func(rows [][]string) []byte { return joined(rows, ",") },
	".tsv": func(rows [][]string) []byte { return joined(rows, "\t") },
	".xlsx": func(rows [][]string) []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for name, text := range map[string]string{
			"xl/workbook.xml":            `<workbook xmlns:r="r"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`,
			"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
			"xl/worksheets/sheet1.xml":   "<worksheet><sheetData>" + tagged(rows, "row", `c t="inlineStr"`, "is><t", "t></is></c") + "</sheetData></worksheet>",
		} {
			w, _ := z.Create(name)
			_, _ = io.WriteString(w, text)
		}
		_ = z.Close()
		return b.Bytes()
	},
	".html.xls": func(rows [][]string) []byte {
		return []byte("<html><meta charset=utf-8><table>" + tagged(rows, "tr", "td", "span", "span></td") + "</table></html>")
	},
	".xml.xls": func(rows [][]string) []byte {
		return []byte(`<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="S"><Table>` +
			tagged(rows, "Row", "Cell", `Data ss:Type="String"`, "Data></Cell") + "</Table></Worksheet></Workbook>")
	},
}

func joined(rows [][]string, comma string) []byte {
	var b strings.Builder
	for _, row := range rows {
		b.WriteString(strings.Join(row, comma) + "\n")
	}
	return []byte(b.String())
}

func tagged(rows [][]string, row, cell, open, end string) string {
	var b strings.Builder
	for _, cells := range rows {
		b.WriteString("<" + row + ">")
		for _, text := range cells {
			fmt.Fprintf(&b, "<%s><%s>%s</%s>", cell, open, html.EscapeString(text), end)
		}
		b.WriteString("</" + row + ">")
	}
	return b.String()
}

// shown is everything that the exporter says of a configuration, by place.
func shown(t *testing.T, c config) map[string]string {
	t.Helper()
	var log, checked bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	a, err := wire(c, logger, c.serving(t.Context(), logger))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.store.Close() }()
	for range 2 { // refused files keep what they gave
		a.round(t, false)
	}
	a.publisher.Publish(time.Now())
	places := map[string]string{}
	server := web.New(web.Options{Metrics: a.exposition.Serve(a.publisher.Current), Current: a.publisher.Current, Late: len(c.Pages) == 0, Log: logger})
	paths := []string{"/metrics", "/", "/late", "/late.csv", "/late.json"}
	if len(c.Pages) > 0 { // they have no dossiers
		paths = paths[:2]
	}
	for _, path := range paths {
		rec := httptest.NewRecorder()
		server.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, path, nil))
		if rec.Code != http.StatusOK {
			t.Errorf("%s answers %d", path, rec.Code)
		}
		places[path] = rec.Body.String()
	}
	if err := a.store.Close(); err != nil {
		t.Error(err)
	}
	_ = check(t.Context(), c, &checked, logger) // fails, for most is refused
	places["check"], places["log"] = checked.String(), log.String()
	err = filepath.WalkDir(c.StateDir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		if zip, zipErr := gzip.NewReader(bytes.NewReader(raw)); zipErr == nil {
			raw, err = io.ReadAll(zip)
		}
		places["state "+d.Name()] = string(raw)
		return err
	})
	if err != nil || len(places) < 5 {
		t.Error(err, "no state was kept")
	}
	return places
}

func findNobody(t *testing.T, places map[string]string) {
	t.Helper()
	for place, text := range places {
		for _, trace := range traces {
			if at := strings.Index(text, trace); at >= 0 {
				t.Errorf("%q in %s: %s", trace, place, text[max(0, at-300):min(len(text), at+100)])
			}
		}
	}
}

// TestNobodysName puts a name into every column of every format and looks for it in
// everything that the exporter shows, logs and keeps.
func TestNobodysName(t *testing.T) {
	for format, write := range formats {
		t.Run(format, func(t *testing.T) {
			c := testConfig(t, nil)
			c.AsOf = asOf{time.Date(2024, 8, 2, 10, 0, 0, 0, time.UTC)}
			dir := t.TempDir()
			c.Records, c.LateLists, c.RecordsStaleAfter = paths{dir}, "true", 24*time.Hour
			for name, table := range spoiled() {
				path := filepath.Join(dir, name+format)
				if err := os.WriteFile(path, write(table), 0o600); err != nil {
					t.Fatal(err)
				}
				if err := os.Chtimes(path, time.Time{}, time.Now().Add(-time.Hour)); err != nil {
					t.Fatal(err)
				}
			}
			places := shown(t, c)
			findNobody(t, places)
			for place, want := range map[string]string{"/metrics": `dvc_dossiers_open{unit="so-tu-phap"} `, "/late.csv": "H26.01-240701-", "check": "line", "/": "dòng"} {
				if !strings.Contains(places[place], want) {
					t.Errorf("%s does not say %q: nothing was read", place, want)
				}
			}
		})
	}
}

func TestNobodysNameOnPages(t *testing.T) {
	c := testConfig(t, nil)
	dir := t.TempDir()
	columns := []string{"STT", "Đơn vị", "Tiếp nhận", "Đã giải quyết đúng hạn", "Đã giải quyết quá hạn", "Cán bộ"}
	row := func(i int) []string {
		return []string{fmt.Sprint(i), fmt.Sprint("Sở số ", i), "1.200", "1.100", "50", ""}
	}
	for at := range columns {
		for how, spoil := range map[string]func([]string) []string{
			"in place": func(r []string) []string { r[at] = person; return r },
			"shifted":  func(r []string) []string { return slices.Concat(r[:at], []string{person}, r[at:len(r)-1]) },
		} {
			heads := slices.Clone(columns)
			heads[at] = person
			for name, table := range map[string][][]string{
				how: {columns, row(1), row(2), row(3), spoil(row(4))}, how + " alone": {columns, spoil(row(1))}, "heading": {heads, row(1)},
			} {
				path := filepath.Join(dir, fmt.Sprintf("%s %d.html", name, at))
				page := "<html><meta charset=utf-8><table>" + tagged(table, "tr", "td", "span", "span></td") + "</table></html>"
				if err := os.WriteFile(path, []byte(page), 0o600); err != nil {
					t.Fatal(err)
				}
				if !slices.Contains(c.Pages, path) {
					c.Pages = append(c.Pages, path)
				}
			}
		}
	}
	places := shown(t, c)
	findNobody(t, places)
	if !strings.Contains(places["/metrics"], `unit="so-so-1"`) {
		t.Error("nothing was read")
	}
}

// TestNobodysNameInADatabase asks for spoiled rows among good ones, for those alone,
// and for a cast that fails.
func TestNobodysNameInADatabase(t *testing.T) {
	dsn, stop, err := pinned.PostgreSQL()
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	if dsn == "" {
		t.Skip("NOT TESTED: no PostgreSQL here")
	}
	var statements strings.Builder
	statements.WriteString(`CREATE TABLE t (few bool`)
	for i := range personalColumns {
		fmt.Fprintf(&statements, ", c%d text", i)
	}
	statements.WriteString(");\n")
	insert := func(few bool, row []string) {
		fmt.Fprintf(&statements, "INSERT INTO t VALUES (%v", few)
		for _, cell := range row[:len(personalColumns)] {
			fmt.Fprintf(&statements, ", '%s'", cell)
		}
		statements.WriteString(");\n")
	}
	for i := range 2000 {
		insert(true, personalRow(i))
	}
	for name, table := range spoiled() {
		if strings.HasSuffix(name, "alone") && !strings.HasPrefix(name, "heading") {
			insert(true, table[1])
			insert(false, table[2])
		}
	}
	own := pinned.Database(t, dsn, statements.String())
	list := ""
	for i, column := range personalColumns {
		list += fmt.Sprintf(`, c%d AS "%s"`, i, column)
	}
	for name, query := range map[string]string{
		"few":     "SELECT " + list[2:] + " FROM t WHERE few",
		"alone":   "SELECT " + list[2:] + " FROM t WHERE NOT few",
		"cast":    "SELECT c2::int AS ma_ho_so, c3 AS don_vi_xu_ly FROM t",
		"names":   `SELECT c0 AS "Mã hồ sơ", c3 AS "Đơn vị", c4 AS "Trạng thái", c7 AS "Ngày hẹn trả", c2 AS "` + person + `" FROM t WHERE c4 NOT LIKE '%` + person + `%'`,
		"missing": `SELECT c0 AS "Mã hồ sơ", c3 AS "` + person + `", c4 AS "Trạng thái", c7 AS "Ngày hẹn trả" FROM t`,
		"sums":    "SELECT c2 AS unit, 'open' AS measure, c2 AS value, c2 AS detail, c2 AS month, c2 AS at, c2 AS indicator FROM t UNION ALL SELECT c3, c2, '1', c2, c2, c2, c2 FROM t",
	} {
		t.Run(name, func(t *testing.T) {
			c := testConfig(t, nil)
			c.AsOf = asOf{time.Date(2024, 8, 2, 10, 0, 0, 0, time.UTC)}
			c.RecordsDSN, c.RecordsQuery, c.LateLists = own, filepath.Join(t.TempDir(), "q.sql"), "true"
			if err := os.WriteFile(c.RecordsQuery, []byte(query), 0o600); err != nil {
				t.Fatal(err)
			}
			places := shown(t, c)
			findNobody(t, places)
			if good := strings.Contains(places["/metrics"], `dvc_dossiers_open{unit="so-tu-phap"} `); good != (name == "few" || name == "names") {
				t.Errorf("read: %v\n%s", good, places["check"])
			}
		})
	}
}
