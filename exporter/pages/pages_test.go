package pages

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"dvc_exporter/exporter/index"
)

var update = flag.Bool("update", false, "write the expected parts anew")

var august2026 = time.Date(2026, 8, 2, 10, 0, 0, 0, index.Vietnam)

func newSource(t *testing.T, client getter, specs ...string) *Source {
	t.Helper()
	o := Options{
		Province: "H26", Get: client.Get, MaxBody: 1 << 20, Limit: 1,
		Now: func() time.Time { return august2026 },
		Log: slog.New(slog.DiscardHandler),
	}
	for _, s := range specs {
		spec, err := ParseSpec(s)
		if err != nil {
			t.Fatal(err)
		}
		o.Specs = append(o.Specs, spec)
	}
	return New(o)
}

func fetch(t *testing.T, s *Source) []index.Part {
	t.Helper()
	reading, err := s.Fetch(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(reading.Parts) != len(s.Specs) {
		t.Fatalf("%d parts of %d pages", len(reading.Parts), len(s.Specs))
	}
	return reading.Parts
}

// one reads a page that is given as text.
func one(t *testing.T, page string) index.Part {
	t.Helper()
	return fetch(t, newSource(t, getter{"https://x/p.html": {body: page}}, "https://x/p.html"))[0]
}

func TestGolden(t *testing.T) {
	pages, err := filepath.Glob("testdata/*.html")
	if err != nil || len(pages) == 0 {
		t.Fatal(pages, err)
	}
	for _, page := range pages {
		t.Run(filepath.Base(page), func(t *testing.T) {
			spec := page
			if strings.HasSuffix(page, "ranking.html") {
				spec = "parent=H01;" + page
			}
			part := fetch(t, newSource(t, nil, spec))[0]
			if part.Failure != nil {
				t.Fatal(part.Failure)
			}
			info, err := os.Stat(page)
			if err != nil {
				t.Fatal(err)
			}
			if !part.AsOf.Equal(info.ModTime()) {
				t.Errorf("as of %s, the file is of %s", part.AsOf, info.ModTime())
			}
			if want := index.Year.At(info.ModTime()); info.ModTime().Before(august2026) && part.Period != want {
				t.Errorf("of %s, want %s", part.Period, want)
			}
			part.AsOf, part.Period = time.Time{}, index.Year.At(august2026) // not the same in every checkout
			golden := strings.TrimSuffix(page, ".html") + ".json"
			got, err := json.MarshalIndent(part, "", " ")
			if err != nil {
				t.Fatal(err)
			}
			if *update {
				if err := os.WriteFile(golden, append(got, '\n'), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			var want index.Part
			text, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(text, &want); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, part); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

// answer is what a stand-in for a web server says.
type answer struct {
	body, contentType string
	failure           *index.Failure
}

type getter map[string]answer

func (g getter) Get(_ context.Context, url string, _ bool) ([]byte, string, *index.Failure) {
	a, ok := g[url]
	if !ok {
		return nil, "", index.Failf(index.Unreachable, "nobody asked for %s", url)
	}
	return []byte(a.body), a.contentType, a.failure
}

func TestFailures(t *testing.T) {
	dir := t.TempDir()
	big := filepath.Join(dir, "big.html")
	if err := os.WriteFile(big, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(big, 200<<20); err != nil { // takes no room on the disk
		t.Fatal(err)
	}
	client := getter{
		"https://x/none":     {body: "<html><title>Request  Rejected</title>Your Support ID is: 1"},
		"https://x/empty":    {},
		"https://x/binary":   {body: "\x89PNG\r\n\x1a\n\x00\x00", contentType: "image/png"},
		"https://x/menu":     {body: "<table><tr><td>menu</table><table><tr><td>STT<td>Đơn vị<td>Điểm tổng kết<tr><td>1<td>Sở A<td>5</table>"},
		"https://x/noname":   {body: "<table><tr><th>STT</th><th>Phòng ban</th><th>Tổng điểm</th></tr><tr><td>1<td>Sở A<td>5</table>"},
		"https://x/below":    {body: "<table><tr><th>Đơn vị<th>Điểm<tr><th>Bí danh<th>Tổng<tr><td>Sở A<td>5</table>"},
		"https://x/script":   {body: "<table><tr><th>STT<th>Đơn vị<th>Tổng điểm</table>"},
		"https://x/loading":  {body: "<table><tr><th>STT<th>Đơn vị<th>Tổng điểm<tr><td colspan=3>Không có dữ liệu</table>"},
		"https://x/allbad":   {body: "<table><tr><th>Đơn vị<th>Tổng điểm<tr><td>Sở A<td>Hà Nội<tr><td>Sở B<td>–</table>"},
		"https://x/twice":    {body: "<table><tr><th>Đơn vị<th>Tổng điểm<th>Tổng điểm<tr><td>Sở A<td>1<td>1</table>"},
		"https://x/wide":     {body: "<table><tr><th>Đơn vị<th colspan=2>Tổng điểm<tr><td>Sở A<td>1<td>1</table>"},
		"https://x/deep":     {body: strings.Repeat("<table><tr><td>", 600)},
		"https://x/grid":     {body: "<table><tr><th>Đơn vị<th>Điểm" + strings.Repeat("<tr><td colspan=200 rowspan=65534>", 10_100)},
		"https://x/huge":     {body: strings.Repeat("x", 1<<20+1)},
		"https://x/403":      {failure: index.Failf(index.Refused, "403")},
		"https://u:p@x/none": {},
	}
	for _, test := range []struct {
		spec   string
		reason index.Reason
		want   []string // in the text
	}{
		{"https://x/none", index.NotData, []string{"https://x/none has no table", `"Request Rejected"`}},
		{"https://x/empty", index.NotData, []string{"has no table"}},
		{"https://x/binary", index.NotData, []string{"has no table"}},
		{"https://x/menu", index.NotData, []string{"the layout is not known: its table 2, the nearest of 2, has \"Đơn vị\", but neither \"Tổng điểm\" (the nearest is \"Điểm tổng kết\") nor", `its headings are: "STT", "Đơn vị", "Điểm tổng kết"`}},
		{"https://x/noname", index.NotData, []string{`its table has no column of names, such as "Đơn vị" (the nearest is "Phòng ban") or "Tỉnh/Thành phố"`}},
		{"https://x/below", index.NotData, []string{`no column of names`, `its headings are: "Đơn vị / Bí danh", "Điểm / Tổng"`}},
		{"https://x/script", index.NotData, []string{"no row with a value", "Save the page"}},
		{"https://x/loading", index.NotData, []string{"no row with a value"}},
		{"https://x/allbad", index.Malformed, []string{"1 trong 1 dòng bị từ chối", "dòng 2", "cột Tổng điểm", "không phải là số"}},
		{"https://x/twice", index.Malformed, []string{"cùng một nghĩa"}},
		{"https://x/wide", index.Malformed, []string{"cùng một nghĩa"}},
		{"https://x/deep", index.TooLarge, []string{"512 deep"}},
		{"https://x/grid", index.Malformed, []string{"bảng quá lớn"}},
		{"https://x/huge", index.TooLarge, []string{"more than 1048576 bytes"}},
		{"https://x/403", index.Refused, []string{"403"}},
		{"https://u:p@x/none", index.NotData, []string{"https://x/none has no table"}},
		{big, index.TooLarge, []string{big, "more than 1048576 bytes"}},
		{filepath.Join(dir, "gone.html"), index.Unreadable, []string{"gone.html"}},
		{dir, index.Unreadable, []string{"is no file"}},
	} {
		t.Run(test.spec, func(t *testing.T) {
			part := fetch(t, newSource(t, client, test.spec))[0]
			if part.Failure == nil || part.Failure.Reason != test.reason {
				t.Fatalf("failure %v, want %s", part.Failure, test.reason)
			}
			for _, want := range test.want {
				if !strings.Contains(part.Failure.Text, want) {
					t.Errorf("%q does not say %q", part.Failure.Text, want)
				}
			}
			if strings.Contains(part.Failure.Text, "u:p@") || part.Rows != nil || part.Rejected != nil || !part.AsOf.IsZero() {
				t.Errorf("%+v", part)
			}
			if part.Name == "" || part.Window != index.Year || part.Period != index.Year.At(august2026) {
				t.Errorf("%+v", part)
			}
		})
	}
}

// A page that fails must not hide the others, and each has a name of its own.
func TestParts(t *testing.T) {
	const good = "<table><tr><th>Đơn vị<th>Tổng điểm<tr><td>Sở A<td>5</table>"
	client := getter{"https://x/a/p.html": {body: good}, "https://x/b/p.html": {}, "https://x/": {body: good}}
	parts := fetch(t, newSource(t, client, "https://x/a/p.html", "window=month;parent=H01;https://x/b/p.html", "parent=;https://x/"))
	type short struct {
		name, parent string
		period       string
		rows         int
		failed       bool
	}
	var got []short
	for _, p := range parts {
		got = append(got, short{p.Name, p.Parent, p.Period.String(), len(p.Rows), p.Failure != nil})
	}
	want := []short{{"p.html", "H26", "2026", 1, false}, {"p.html (2)", "H01", "2026-07", 0, true}, {"x", "", "2026", 1, false}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(short{})); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if u := parts[2].Rows[0].Unit; u.Parent != "" {
		t.Errorf("parent=; gives %+v", u)
	}
	if age := time.Since(parts[0].AsOf); age < 0 || age > time.Minute {
		t.Errorf("as of %s", parts[0].AsOf)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := newSource(t, getter{}, "https://x/").Fetch(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v", err)
	}
}

// figuresOf shows the figures of a part, a line for each row.
func figuresOf(part index.Part) string {
	var lines []string
	for _, row := range part.Rows {
		line := row.Unit.Name
		for _, f := range row.Figures {
			line += fmt.Sprintf(" %s/%s=%g", f.Measure, f.Detail, f.Value)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "; ")
}

// Headings in three rows, and columns that are one measure together.
func TestStatistics(t *testing.T) {
	for name, test := range map[string]struct{ page, want string }{
		"finished for good": {`<tr><th rowspan=3>TT<th rowspan=3>Tên đơn vị<th colspan=5>Kết quả giải quyết trong kỳ<tr><th colspan=3>Hồ sơ đã giải quyết xong<th colspan=2>Hồ sơ đang giải quyết
<tr><th>Tổng số<th>Trước và trong hạn<th>Trễ hạn<th>Trong hạn<th>Quá hạn<tr><td>(1)<td>(2)<td>(3=4+5)<td>(4)<td>(5)<td>(6)<td>(7)<tr><td>1<td>Sở A<td>1,100<td>1,050<td>50<td>130<td>10`,
			"Sở A dossiers_finished/on_time=1050 dossiers_finished/late=50 dossiers_open_now/=140 dossiers_overdue_now/=10"},
		"by channel":             {`<tr><th rowspan=2>Đơn vị<th colspan=2>Tiếp nhận<tr><th>Trực tiếp<th>Trực tuyến<tr><td>Sở A<td>1.000<td>24,130`, "Sở A dossiers_received/=25130"},
		"by three channels":      {`<tr><th rowspan=2>Đơn vị<th colspan=3>Tiếp nhận trong kỳ<tr><th>Trực tiếp<th>Trực tuyến<th>Bưu chính<tr><td>Sở A<td>1<td>2<td>4`, "Sở A dossiers_received/=7"},
		"one channel is missing": {`<tr><th rowspan=2>Đơn vị<th colspan=2>Tiếp nhận<th rowspan=2>Chưa giải quyết<tr><th>Trực tiếp<th>Trực tuyến<tr><td>Sở A<td>1<td>–<td>5`, "Sở A dossiers_open_now/=5"},
		"units in roman numbers": {`<tr><th>STT<th>Đơn vị<th>Đã tiếp nhận<tr><td>I<td>Sở A<td>5<tr><td>II<td>Sở B<td>6`, "Sở A dossiers_received/=5; Sở B dossiers_received/=6"},
		"groups in roman ones":   {`<tr><th>STT<th>Đơn vị<th>Đã tiếp nhận<tr><td>I<td>Khối sở<td>11<tr><td>1<td>Sở A<td>5<tr><td>2.<td>Sở B<td>6`, "Sở A dossiers_received/=5; Sở B dossiers_received/=6"},
	} {
		part := one(t, "<table>"+test.page+"</table>")
		if part.Failure != nil {
			t.Errorf("%s: %v", name, part.Failure)
		}
		if diff := cmp.Diff(test.want, figuresOf(part)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// What is left out is named: columns that nobody understands, rows that add up.
func TestNotes(t *testing.T) {
	part := one(t, "<table><tr><th>STT<th>Đơn vị<th>Đã tiếp nhận<th>Hồ sơ rút<th>Nguyễn Văn Mẫu<th>0900000001<tr><td>1<td>Sở A<td>5<td>1<td>x<td>y<tr><td><td>Tổng cộng<td>5<td>1<td><td><tr><td colspan=6>Người lập biểu</table>")
	want := []string{"bảng 1: không đọc các cột “Hồ sơ rút”, “E”, “F”", "bảng 1: không đọc các dòng cộng dồn 3"}
	if diff := cmp.Diff(want, part.Notes); diff != "" || part.Furniture != 1 {
		t.Errorf("%s; %d rows of furniture", diff, part.Furniture)
	}
}

// A text that names no office is in no label; its place is told.
func TestUnmatched(t *testing.T) {
	s := newSource(t, getter{"https://x/p": {body: "<table><tr><th>Đơn vị<th>Đã tiếp nhận<tr><td>Sở A<td>5<tr><td>Nguyễn Văn Mẫu<td>6</table>"}}, "https://x/p")
	s.Admits = func(u index.Unit) bool { return strings.HasPrefix(u.Name, "Sở") && u.Parent == "H26" }
	part := fetch(t, s)[0]
	if got := figuresOf(part); got != "Sở A dossiers_received/=5" || part.RowsUnmatched != 1 || part.RowsRejected != 0 || part.Failure != nil {
		t.Errorf("%s, %+v", got, part)
	}
	if len(part.Rejected) != 1 || !part.Rejected[0].Unmatched || part.Rejected[0].Place() != "dòng 3, cột Đơn vị" {
		t.Errorf("%+v", part.Rejected)
	}
	text, err := json.Marshal(part)
	if err != nil || strings.Contains(string(text), "Mẫu") {
		t.Errorf("%s, %v", text, err)
	}
}

// A page is refused as a whole like a file, and no cell of it is shown.
func TestRefused(t *testing.T) {
	page := "<table><tr><th>Đơn vị<th>Đã tiếp nhận" + strings.Repeat("<tr><td>Sở A<td>Nguyễn Văn Mẫu", 5)
	for i := range 45 {
		page += fmt.Sprintf("<tr><td>Sở số %d<td>5", i)
	}
	s := newSource(t, getter{"https://x/p": {body: page}}, "https://x/p")
	s.Limit = 0
	if part := fetch(t, s)[0]; part.Failure != nil || len(part.Rows) != 45 || part.RowsRejected != 5 || part.Rejected[0].Value != "14 ký tự" {
		t.Errorf("a tenth: %v, %d rows, %+v", part.Failure, len(part.Rows), part.Rejected)
	}
	s.Limit = 0.09
	part := fetch(t, s)[0]
	if f := part.Failure; f == nil || f.Reason != index.Malformed || !strings.Contains(f.Text, "5 trong 50 dòng bị từ chối") || strings.Contains(f.Text, "Mẫu") || part.Rows != nil {
		t.Errorf("more: %+v", part)
	}
}

// A saved page is about its window when it was saved; a page of a server, now.
func TestPeriodOfSavedPage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.html")
	if err := os.WriteFile(path, []byte("<table><tr><th>Đơn vị<th>Tổng điểm<tr><td>Sở A<td>5</table>"), 0o600); err != nil {
		t.Fatal(err)
	}
	for modified, want := range map[time.Time]string{
		time.Date(2026, 3, 15, 0, 0, 0, 0, index.Vietnam): "2026-02",
		august2026:                  "2026-07",
		august2026.AddDate(0, 3, 0): "2026-07", // the domain's clock is before the real one
	} {
		if err := os.Chtimes(path, modified, modified); err != nil {
			t.Fatal(err)
		}
		if got := fetch(t, newSource(t, nil, "window=month;"+path))[0].Period.String(); got != want {
			t.Errorf("written %s: of %s, want %s", modified, got, want)
		}
	}
}

// A heading that is renamed later must not end its figures in silence.
func TestLayoutChanged(t *testing.T) {
	page := func(heading string) answer {
		return answer{body: "<table><tr><th>Đơn vị<th>" + heading + "<th>Công khai, minh bạch<tr><td>Sở A<td>15<td>5</table>"}
	}
	client := getter{"https://x/p": page("Tổng điểm")}
	s := newSource(t, client, "https://x/p")
	if f := fetch(t, s)[0].Failure; f != nil {
		t.Fatal(f)
	}
	client["https://x/p"] = page("Điểm số chung")
	for range 2 {
		f := fetch(t, s)[0].Failure
		if f == nil || f.Reason != index.NotData || !strings.Contains(f.Text, `the layout changed, the heading "Tổng điểm" is missing (the nearest is "Điểm số chung")`) {
			t.Fatal(f)
		}
	}
	client["https://x/p"] = page("TỔNG SỐ ĐIỂM") // means the same
	if f := fetch(t, s)[0].Failure; f != nil {
		t.Fatal(f)
	}
	client["https://x/p"] = page("Điểm số chung")
	if f := fetch(t, newSource(t, client, "https://x/p"))[0].Failure; f != nil { // after a restart
		t.Fatal(f)
	}
}

func TestCharsets(t *testing.T) {
	// Windows-1258 has letters with vowel marks, and tone marks that follow them.
	const page = "<table><tr><th>Đơn vi\u0323</th><th>Tôn\u0309g điê\u0309m</th></tr><tr><td>Sơ\u0309 Tư pha\u0301p</td><td>58,86</td></tr></table>"
	in := func(head, text string, encode func(string) (string, error)) string {
		s, err := encode(head + strings.ReplaceAll(text, "Tôn\u0309g", "Tô\u0309ng"))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	vietnam := charmap.Windows1258.NewEncoder().String
	plain := func(s string) (string, error) { return s, nil }
	for what, a := range map[string]answer{
		"utf-8":                      {body: in("", page, plain)},
		"utf-8 with BOM":             {body: in("\ufeff", page, plain)},
		"utf-8, header is wrong":     {body: in("", page, plain), contentType: "text/html; charset=iso-8859-1"},
		"utf-16":                     {body: in("", page, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String)},
		"windows-1258, header":       {body: in("", page, vietnam), contentType: "text/html; charset=windows-1258"},
		"windows-1258, meta":         {body: in(`<meta charset="windows-1258">`, page, vietnam)},
		"windows-1258, meta http":    {body: in(`<meta http-equiv="Content-Type" content="text/html; charset=windows-1258">`, page, vietnam)},
		"windows-1258, says nothing": {body: in("", page, vietnam)},
	} {
		t.Run(what, func(t *testing.T) {
			part := fetch(t, newSource(t, getter{"https://x/": a}, "https://x/"))[0]
			if part.Failure != nil {
				t.Fatal(part.Failure)
			}
			if len(part.Rows) != 1 || part.Rows[0].Unit.Name != "Sở Tư pháp" {
				t.Errorf("%+v", part.Rows)
			}
		})
	}
	part := fetch(t, newSource(t, getter{"https://x/": {
		body:        "<table><tr><th>Đơn vị<th>Điểm<tr><td>S\xf2 Tu ph\xe1p<td>1<tr><td>Sở Y tế<td>2</table>",
		contentType: "text/html; charset=utf-8",
	}}, "https://x/"))[0]
	if len(part.Rows) != 1 || len(part.Rejected) != 1 || !strings.Contains(part.Rejected[0].Reason, "ký tự hỏng") {
		t.Errorf("broken UTF-8: %+v", part)
	}
}

func TestNames(t *testing.T) {
	for _, test := range []struct {
		heading string
		want    index.Unit
	}{
		{"Đơn vị", index.Unit{Name: "X", Parent: "H26"}},
		{"Địa phương", index.Unit{Name: "X", Parent: "H26"}},
		{"Tỉnh/Thành phố", index.Unit{Name: "X", Kind: index.Province}},
		{"Sở, ban, ngành", index.Unit{Name: "X", Kind: index.Department, Parent: "H26"}},
		{"PHƯỜNG / XÃ", index.Unit{Name: "X", Kind: index.Commune, Parent: "H26"}},
		{"Quận, Huyện, Thị xã", index.Unit{Name: "X", Kind: index.District, Parent: "H26"}},
	} {
		part := one(t, "<table><tr><th>"+test.heading+"<th>Điểm<tr><td>X<td>1</table>")
		if part.Failure != nil {
			t.Errorf("%s: %v", test.heading, part.Failure)
			continue
		}
		if diff := cmp.Diff(test.want, part.Rows[0].Unit); diff != "" {
			t.Errorf("%s: -want +got\n%s", test.heading, diff)
		}
	}
}

// Headings as pages print them, one row of the heading after the other.
func TestHeadings(t *testing.T) {
	for path, want := range map[string]meaning{
		"Số TT":            ordinal,
		"TÊN ĐƠN VỊ":       anyName,
		"Tỉnh / Thành phố": provinceName,
		"Tổng điểm (100)":  total,
		"Tổng điểm\n":      total,
		"Công khai minh bạch (tối đa 18 điểm)":          "CKMB",
		"Công khai, minh bạch > Điểm":                   "CKMB",
		"Công khai, minh bạch > Tỷ lệ":                  "",
		"Số hoá hồ sơ":                                  "MDSH",
		"Số hóa":                                        "",
		"Số lượng hồ sơ đã tiếp nhận":                   received,
		"Hồ sơ > Đã tiếp nhận (hồ sơ)":                  received,
		"Trực tuyến > Đã tiếp nhận":                     "",
		"Tiếp nhận > Tổng số":                           "", // with what came over from before
		"Số lượng hồ sơ tiếp nhận > Trong kỳ > Tổng số": received,
		"Đã giải quyết > Trễ hạn":                       finishedLate,
		"Đã giải quyết trễ hạn":                         finishedLate,
		"Kết quả giải quyết > Đã giải quyết > Quá hạn":  finishedLate,
		"Đang giải quyết > Quá hạn":                     openOverdue,
		"Trễ hạn":                                       "",
		"Chưa xử lý > Quá hạn > Số lượng":               openOverdue,
		"Chưa xử lý > Quá hạn > %":                      "",
		"Đã giải quyết > Trễ hạn (%)":                   "",
		"":                                              "",
		strings.Repeat("Số hồ sơ 1 ", 1000):             "",
	} {
		if got := meaningOf(strings.Split(path, " > ")); got != want {
			t.Errorf("meaningOf(%.60q) = %q, want %q", path, got, want)
		}
	}
}

// Every figure of the catalogue can come out, and every heading is one of it.
func TestCatalogue(t *testing.T) {
	known := map[meaning]bool{}
	for _, entry := range catalogue {
		known[entry.meaning] = true
		if got := meaningOf(strings.Split(spelling(entry.meaning), " / ")); got != entry.meaning {
			t.Errorf("%q means %q, not %q", spelling(entry.meaning), got, entry.meaning)
		}
	}
	for _, f := range figures {
		for _, m := range f.from {
			if !known[m] {
				t.Errorf("no heading for %q", m)
			}
		}
	}
	for _, g := range index.BuiltInGroups {
		if !known[meaning(g.Code)] {
			t.Errorf("no heading for group %s", g.Code)
		}
	}
}

func FuzzPage(f *testing.F) {
	pages, err := filepath.Glob("testdata/*.html")
	if err != nil {
		f.Fatal(err)
	}
	for _, page := range pages {
		body, err := os.ReadFile(page)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	f.Add([]byte("<table><tr><th rowspan=0 colspan=3>Đơn vị<th>Điểm<tr><td rowspan=9>a<td>1"))
	f.Fuzz(func(t *testing.T, body []byte) {
		part := index.Part{Name: "p"}
		s := New(Options{MaxBody: 1 << 24, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
		if failure := s.read(body, "", &part); failure == nil && len(part.Rows) == 0 {
			t.Error("neither rows nor a failure")
		}
		for _, row := range part.Rows {
			if row.Unit.Name == "" || row.Line < 1 || len(row.Figures) == 0 {
				t.Errorf("%+v", row)
			}
		}
		for _, r := range part.Rejected {
			if r.Reason == "" || r.Where == "" || r.Count < 1 {
				t.Errorf("%+v", r)
			}
		}
	})
}

func BenchmarkPage(b *testing.B) {
	var page strings.Builder
	page.WriteString("<table><tr><th>STT<th>Đơn vị<th>Đã tiếp nhận<th>Tổng điểm</tr>")
	for i := range 3321 {
		fmt.Fprintf(&page, "<tr><td>%d</td><td>UBND xã số %d</td><td>24.130</td><td><span>58,86</span>/100</td></tr>\n", i, i)
	}
	page.WriteString("</table>")
	s := New(Options{MaxBody: 1 << 24, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	b.SetBytes(int64(page.Len()))
	for b.Loop() {
		part := index.Part{Name: "p"}
		if f := s.read([]byte(page.String()), "", &part); f != nil || len(part.Rows) != 3321 {
			b.Fatal(f, len(part.Rows))
		}
	}
}

func TestARetryReadsOnlyWhatFailed(t *testing.T) {
	var asked []string
	failing := true
	body, err := os.ReadFile("testdata/ranking.html")
	if err != nil {
		t.Fatal(err)
	}
	s := newSource(t, getter{}, "https://a/", "https://b/", "https://c/")
	s.Get = func(_ context.Context, url string, once bool) ([]byte, string, *index.Failure) {
		asked = append(asked, fmt.Sprint(url, once))
		if failing {
			return nil, "", index.Failf(index.Unreachable, "no network")
		}
		return body, "text/html", nil
	}
	keys := []index.Key{{Name: s.names[1]}, {Name: s.names[2]}}
	if parts := s.Ask(t.Context(), keys, true); len(parts) != 1 || parts[0].Failure == nil || !slices.Equal(asked, []string{"https://b/true"}) {
		t.Errorf("not answered: asked %v", asked)
	}
	failing, asked = false, nil
	if parts := s.Ask(t.Context(), keys, true); len(parts) != 2 || parts[1].Failure != nil || !slices.Equal(asked, []string{"https://b/true", "https://c/false"}) {
		t.Errorf("answered: asked %v", asked)
	}
}
