package load

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/records/date"
	"dvc_exporter/exporter/records/entry"
	"dvc_exporter/exporter/records/heading"
	"dvc_exporter/exporter/records/table"
)

// office admits what begins with Sở.
func office(unit []byte) bool { return strings.HasPrefix(string(unit), "Sở ") }

// read reads a table of CSV with a loader, and returns its verdict. What was put
// stands in puts.
func read(t testing.TB, l *Loader, csv string) (puts []string, err error) {
	t.Helper()
	if l.Catalogue == nil {
		var err error
		if l.Catalogue, err = heading.NewCatalogue(heading.Dossiers, nil); err != nil {
			t.Fatal(err)
		}
	}
	if l.Parser == nil {
		l.Parser = entry.NewParser(heading.Dossiers, index.Vietnam, entry.Mapping{})
	}
	l.Put = func(e *entry.Entry) error {
		puts = append(puts, fmt.Sprintf("%s %s %d", e.Code, e.Unit, e.State))
		return nil
	}
	if err := (&table.CSV{Comma: ','}).Read(strings.NewReader(csv), l); err != nil {
		return puts, err
	}
	return puts, l.Finish()
}

const headings = "STT,Mã hồ sơ,Đơn vị xử lý,Trạng thái,Ngày tiếp nhận,Ngày hẹn trả,Ngày kết thúc xử lý\n"

// counts are what a loader counted.
func counts(l *Loader) string {
	return fmt.Sprintf("used %d, refused %d, unmatched %d, furniture %d", l.Used, l.Refused, l.Unmatched, l.Furniture)
}

func TestOrderOfDates(t *testing.T) {
	rows := func(n int, received, due string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "%d,H26.%s-%d,Sở A,4,%s,%s,\n", i, received, i, received, due)
		}
		return b.String()
	}
	for name, test := range map[string]struct {
		rows   string
		proof  date.Order
		counts string
		err    string
	}{
		"nothing written":         {rows(3, "2024-07-01", "15-Jul-2024"), date.Unwritten, "used 3, refused 0, unmatched 0, furniture 0", ""},
		"either":                  {rows(3, "01/07/2024", "5/8/24"), date.Undecided, "used 3, refused 0, unmatched 0, furniture 0", ""},
		"day first":               {rows(3, "01/07/2024", "15/7/2024"), date.DayFirst, "used 3, refused 0, unmatched 0, furniture 0", ""},
		"month first":             {rows(3, "7/1/2024 8:00", "7/15/2024"), date.MonthFirst, "used 3, refused 0, unmatched 0, furniture 0", ""},
		"month first, compact":    {rows(3, "07012024", "07152024"), date.MonthFirst, "used 3, refused 0, unmatched 0, furniture 0", ""},
		"a slip among days":       {rows(150, "01/07/2024", "15/07/2024") + rows(1, "01/07/2024", "07/15/2024"), date.DayFirst, "used 150, refused 1, unmatched 0, furniture 0", ""},
		"a slip among months":     {rows(150, "07/01/2024", "07/15/2024") + rows(1, "07/01/2024", "15/07/2024"), date.MonthFirst, "used 150, refused 1, unmatched 0, furniture 0", ""},
		"both":                    {rows(50, "01/07/2024", "15/07/2024") + rows(1, "01/07/2024", "07/15/2024"), date.Contradictory, "", "tháng đứng trước ngày (dòng 52, cột Ngày hẹn trả), trong phần khác ngày đứng trước tháng (dòng 2, cột Ngày hẹn trả)"},
		"garbled":                 {rows(20, "2024-07-01", "15/07/2024"), date.Garbled, "", "tháng đứng trước ngày"},
		"too few to be garbled":   {rows(19, "2024-07-01", "15/07/2024"), date.DayFirst, "used 19, refused 0, unmatched 0, furniture 0", ""},
		"typed days above 12":     {rows(20, "2024-07-13", "15/07/2024"), date.DayFirst, "used 20, refused 0, unmatched 0, furniture 0", ""},
		"written days up to 12":   {rows(20, "2024-07-01", "15/07/2024") + rows(1, "2024-07-01", "05/07/2024"), date.DayFirst, "used 21, refused 0, unmatched 0, furniture 0", ""},
		"no date in any calendar": {rows(10, "01/07/2024", "15/07/2024") + rows(1, "01/07/2024", "31/31/2024"), date.DayFirst, "used 10, refused 1, unmatched 0, furniture 0", ""},
	} {
		t.Run(name, func(t *testing.T) {
			l := &Loader{}
			_, err := read(t, l, headings+test.rows)
			if errors.Is(err, ErrMonthFirst) {
				l = &Loader{MonthFirst: true}
				_, err = read(t, l, headings+test.rows)
			}
			if l.Proof != test.proof || l.MonthFirst != (test.proof == date.MonthFirst) {
				t.Errorf("proof %d, month first %v", l.Proof, l.MonthFirst)
			}
			if test.err != "" {
				if _, ok := errors.AsType[*Refused](err); !ok || !strings.Contains(err.Error(), test.err) {
					t.Errorf("%v", err)
				}
				return
			}
			if diff := cmp.Diff(test.counts, counts(l)); diff != "" || err != nil {
				t.Error(diff, err)
			}
		})
	}
}

// TestMonthFirstIsRead holds what is read to the days that are meant.
func TestMonthFirstIsRead(t *testing.T) {
	l := &Loader{MonthFirst: true}
	var due int64
	l.Catalogue, _ = heading.NewCatalogue(heading.Dossiers, nil)
	l.Parser = entry.NewParser(heading.Dossiers, index.Vietnam, entry.Mapping{})
	l.Put = func(e *entry.Entry) error { due = e.Due; return nil }
	for i, row := range strings.Split(strings.TrimSpace(headings+"1,H26.1,Sở A,4,7/1/2024 8:00,08/05/2024 17:00,"), "\n") {
		var cells [][]byte
		for cell := range strings.SplitSeq(row, ",") {
			cells = append(cells, []byte(cell))
		}
		if err := l.Row(i+1, table.RowOf(cells)); err != nil {
			t.Fatal(err)
		}
	}
	if due != 1722852000 { // 5 August 2024, 17:00
		t.Error(due)
	}
}

func TestHeadings(t *testing.T) {
	const rows = "1,H26.1,Sở A,Đang xử lý,01/07/2024,15/07/2024,\n"
	for name, test := range map[string]struct {
		csv   string
		notes []string
		err   string
	}{
		"one row":                           {headings + rows, nil, ""},
		"merged cells stand in their first": {"UBND TỈNH X,,,,,,\nDANH SÁCH,,,,,,\nSTT,Mã hồ sơ,Đơn vị xử lý,Trạng thái,Thời gian,,\n,,,,Ngày tiếp nhận,Ngày hẹn trả,Ngày kết thúc xử lý\n" + rows, nil, ""},
		"merged cells stand in each":        {"DANH SÁCH,DANH SÁCH,DANH SÁCH,DANH SÁCH,DANH SÁCH,DANH SÁCH,DANH SÁCH\nSTT,Mã hồ sơ,Đơn vị xử lý,Trạng thái,Thời gian,Thời gian,Thời gian\nSTT,Mã hồ sơ,Đơn vị xử lý,Trạng thái,Ngày tiếp nhận,Ngày hẹn trả,Ngày kết thúc xử lý\n" + rows, nil, ""},
		"only together":                     {"STT,Hồ sơ,,,Ngày,,\n,Mã số,Đơn vị,Trạng thái,tiếp nhận,hẹn trả,kết thúc xử lý\n" + rows, nil, ""},
		"three rows":                        {"TT,Thông tin hồ sơ,,,,,\n,Mã hồ sơ,Xử lý,,Thời gian,,\n,,Đơn vị,Trạng thái,tiếp nhận,hẹn trả,hoàn thành\n" + rows, nil, ""},
		"numbers of columns below":          {headings + "(1),(2),(3),(4),(5),(6),(7)\n" + rows, nil, ""},
		"the better name wins": {"Mã hồ sơ,Đơn vị,Trạng thái,Thời hạn giải quyết,Hạn xử lý,Ngày hẹn trả,Ghi chú\nH26.1,Sở A,4,10 ngày làm việc,01/07/2024,15/07/2024,\n",
			[]string{"ngày hẹn trả: lấy cột “Ngày hẹn trả”, không lấy “Thời hạn giải quyết”, “Hạn xử lý”"}, ""},
		"unknown": {"Mã hồ sơ,Đơn vị,Trạng thái,Ngày hẹn trả,Mức ưu tiên,Nguyễn Văn Mẫu,0900000001,Mẫu\nH26.1,Sở A,4,15/07/2024,,,,Mẫu\n",
			[]string{"bỏ qua cột không biết: “Mức ưu tiên”, “F”, “G”, “H”"}, ""},
		"a needed one is missing": {"Mã hồ sơ,Trạng thái,Ngày tiếp nhận\nH26.1,4,15/07/2024\n", nil, "dòng tiêu đề không có cột đơn vị, ngày hẹn trả"},
		"none":                    {strings.Repeat(rows, 30), nil, "không có dòng tiêu đề"},
		"nothing":                 {"", nil, "không có dòng tiêu đề"},
	} {
		t.Run(name, func(t *testing.T) {
			l := &Loader{}
			puts, err := read(t, l, test.csv)
			if test.err != "" {
				if _, ok := errors.AsType[*Refused](err); !ok || !strings.Contains(err.Error(), test.err) {
					t.Errorf("%v", err)
				}
				return
			}
			if diff := cmp.Diff([]string{"H26.1 Sở A 4"}, puts); diff != "" || err != nil || l.Refused > 0 {
				t.Error(diff, err, l.Rejections)
			}
			if diff := cmp.Diff(test.notes, l.Notes); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestSheets reads the sheets that have a headings, and says which have none.
func TestSheets(t *testing.T) {
	l := &Loader{}
	used := 0
	l.Catalogue, _ = heading.NewCatalogue(heading.Dossiers, nil)
	l.Parser = entry.NewParser(heading.Dossiers, index.Vietnam, entry.Mapping{})
	l.Put = func(*entry.Entry) error { used++; return nil }
	for _, sheet := range []struct{ name, rows string }{
		{"Bìa", "Danh sách\nTháng 7"},
		{"T7", headings + "1,H26.1,Sở A,4,01/07/2024,15/07/2024,"},
		{"Thiếu", "Mã hồ sơ,Trạng thái,Ngày tiếp nhận\nH26.2,4,01/07/2024"},
		{"Trống", ""},
	} {
		l.Sheet(sheet.name)
		for i, row := range strings.Split(strings.TrimSpace(sheet.rows), "\n") {
			var cells [][]byte
			for cell := range strings.SplitSeq(row, ",") {
				cells = append(cells, []byte(cell))
			}
			if err := l.Row(i+1, table.RowOf(cells)); sheet.rows != "" && err != nil {
				t.Fatal(err)
			}
		}
	}
	err := l.Finish()
	want := []string{
		"trang Bìa: không đọc: không có dòng tiêu đề trong 20 dòng đầu; xem các tiêu đề đã biết trong headings.yaml",
		"trang Thiếu: không đọc: dòng tiêu đề không có cột đơn vị, ngày hẹn trả; nếu cột có tên khác, ghi tên đó vào DVC_HEADINGS_FILE",
		"trang Trống: không đọc: không có dòng tiêu đề trong 20 dòng đầu; xem các tiêu đề đã biết trong headings.yaml",
	}
	if diff := cmp.Diff(want, l.Notes); diff != "" || used != 1 || err != nil {
		t.Error(diff, used, err)
	}
}

// TestHeadingsKey tells tables of the same headings from others.
func TestHeadingsKey(t *testing.T) {
	key := func(csv string) string {
		l := &Loader{}
		if _, err := read(t, l, csv); err != nil {
			t.Fatal(err)
		}
		return l.Headings
	}
	if key(headings) != key("Danh sách\n"+strings.ToUpper(headings)) || key(headings) == key(strings.Replace(headings, "STT,", "", 1)) {
		t.Error("the headings are not told apart")
	}
}

func TestFurniture(t *testing.T) {
	for row, want := range map[string]string{
		"STT,Mã hồ sơ,Đơn vị xử lý,Trạng thái,Ngày tiếp nhận,Ngày hẹn trả,Ngày kết thúc xử lý": "furniture",
		"(1),(2),(3),(4),(5),(6),(7)": "furniture",
		"1,2,3,4,5,6,7":               "furniture",
		"A,B,C,1,2,3,4=3-2":           "furniture",
		"I,SỞ TƯ PHÁP":                "furniture",
		"SỞ TƯ PHÁP,SỞ TƯ PHÁP,SỞ TƯ PHÁP,SỞ TƯ PHÁP,SỞ TƯ PHÁP,SỞ TƯ PHÁP,SỞ TƯ PHÁP": "furniture",
		"Đang xử lý,Đang xử lý,Đang xử lý,Đang xử lý,Đang xử lý,Đang xử lý,Đang xử lý": "furniture",
		"II,Lĩnh vực Đất đai (12 hồ sơ),,,,,":                                          "furniture",
		"Tổng cộng: 3 hồ sơ":                              "furniture",
		",Tổng cộng,3":                                    "furniture",
		"Tổng số,12,8,4,120,30,":                          "furniture",
		",Cộng,12,8,4,120,30":                             "furniture",
		",,,,\"Hà Nội, ngày 02 tháng 8 năm 2024\",,":      "furniture",
		"NGƯỜI LẬP BIỂU,,,,THỦ TRƯỞNG ĐƠN VỊ":             "furniture",
		",,,,Nguyễn Văn Mẫu":                              "furniture",
		"\"(Ký, ghi rõ họ tên)\"":                         "furniture",
		",,,,,,":                                          "furniture",
		"1,H26.1,Sở A,4,01/07/2024,15/07/2024,":           "used",
		"1,H26.1,Sở A,,01/07/2024,15/07/2024,":            "refused", // code and date
		"1,,Sở A,4,01/07/2024,15/07/2024,":                "refused", // state and date
		"1,H26.1,,4,,,":                                   "refused", // code and state
		"Tổng cộng,H26.1,,4,,,":                           "refused",
		"1,H26.1,Sở A":                                    "refused", // a code and more
		"1,H26.1,Sở A,lạ,lạ,lạ,lạ":                        "refused",
		"1,H26.1,#N/A,4,01/07/2024,15/07/2024,":           "refused",
		"1,#REF!,Sở A,4,01/07/2024,15/07/2024,":           "refused",
		"1,H26.1,Sở A,#N/A,01/07/2024,15/07/2024,":        "refused",
		"1,H26.1,Sở A,4,01/07/2024,#VALUE!,":              "refused",
		"1,H26.1,Nguyễn Văn Mẫu,4,01/07/2024,15/07/2024,": "unmatched",
		"1,H26.1,Sở A,4,01/07/2024,15/07/2024":            "used",
		"1,H26.1,\"Mẫu\", Văn,4,01/07/2024,15/07/2024,":   "refused", // shifted
		"1,H26.1,Sở A,4,01/07/2024,15/07/2024,,":          "refused", // more cells than all others
	} {
		l := &Loader{Admits: office, Limit: 1}
		_, err := read(t, l, headings+"0,H26.0,Sở A,4,01/07/2024,15/07/2024,\n"+row+"\n")
		got := map[string]int{"used": l.Used - 1, "refused": l.Refused, "unmatched": l.Unmatched, "furniture": l.Furniture}
		if diff := cmp.Diff(1, got[want]); diff != "" || err != nil || got["used"]+got["refused"]+got["unmatched"]+got["furniture"] != 1 {
			t.Errorf("%s: %v, want %s; %v", row, got, want, err)
		}
	}
}

func TestRefusedWhole(t *testing.T) {
	row := func(i int, date string) string { return fmt.Sprintf("%d,H26.%d,Sở A,4,01/07/2024,%s,\n", i, i, date) }
	rows := func(good, bad int) (csv string) {
		for i := range good {
			csv += row(i, "15/07/2024")
		}
		for i := range bad {
			csv += row(good+i, "rằm tháng bảy")
		}
		return headings + csv
	}
	for _, test := range []struct {
		good, bad int
		limit     float64
		refused   bool
	}{{0, 1, 0, true}, {1, 4, 0, false}, {50, 5, 0, false}, {40, 5, 0, true}, {40, 5, 0.2, false}, {1000, 20, 0.01, true}} {
		l := &Loader{Limit: test.limit}
		_, err := read(t, l, rows(test.good, test.bad))
		if _, ok := errors.AsType[*Refused](err); ok != test.refused {
			t.Errorf("%+v: %v", test, err)
		}
	}
	_, err := read(t, &Loader{}, rows(0, 3))
	if want := "3 trong 3 dòng bị từ chối: 3 dòng không phải ngày (ví dụ dòng 2, cột Ngày hẹn trả)"; err == nil || err.Error() != want {
		t.Errorf("%v", err)
	}
}

func TestUnknownWords(t *testing.T) {
	rows := func(n int, state, unit, date string) (csv string) {
		for i := range n {
			csv += fmt.Sprintf("%d,H26.%d,%s,%s,01/07/2024,%s,\n", i, i, unit, state, date)
		}
		return csv
	}
	l := &Loader{Admits: office}
	_, _ = read(t, l, headings+rows(4, "Đang kiểm định", "Sở A", "15/07/2024")+rows(3, "Chờ (Nguyễn Văn Mẫu)", "Sở A", "15/07/2024")+rows(2, "Hai lần", "Sở A", "15/07/2024")+
		rows(5, "Không đơn vị", "Mẫu", "15/07/2024")+rows(5, "Không ngày", "Sở A", "mai")+rows(5, "Mẫu 0900000001", "Sở A", "15/07/2024"))
	if diff := cmp.Diff([]index.UnknownWord{{Word: "Đang kiểm định", Rows: 4}, {Word: "Chờ", Rows: 3}}, l.UnknownWords); diff != "" {
		t.Error(diff)
	}
}

func TestAssumedState(t *testing.T) {
	mapping := entry.Mapping{Assume: 4}
	catalogue, err := mapping.Catalogue(heading.Dossiers)
	if err != nil {
		t.Fatal(err)
	}
	l := &Loader{Catalogue: catalogue, Parser: entry.NewParser(heading.Dossiers, index.Vietnam, mapping)}
	puts, err := read(t, l, "Mã hồ sơ,Đơn vị,Ngày tiếp nhận,Ngày hẹn trả\nI,Sở B\nH26.1,Sở A,01/07/2024,15/07/2024\n")
	if diff := cmp.Diff([]string{"H26.1 Sở A 4"}, puts); diff != "" || err != nil || l.Furniture != 1 {
		t.Error(diff, err, counts(l))
	}
}

// TestNobodysName puts a name into every column, and shifts a row by one at every
// column, and looks for it in all that a loader gives.
func TestNobodysName(t *testing.T) {
	const columns = "Mã hồ sơ,Mã thủ tục,Chủ hồ sơ,Đơn vị xử lý,Trạng thái,Ngày nộp,Ngày tiếp nhận,Ngày hẹn trả,Ngày kết thúc xử lý,Hình thức nộp,Kết quả điện tử,Ghi riêng,Ghi chú"
	row := func(i int) []string {
		return []string{fmt.Sprintf("H26.01-240701-%04d", i), "1.000656", "Trần Thị Khác", "Sở Tư pháp", "Đang xử lý", "30/06/2024", "01/07/2024 08:00", "15/07/2024", "", "Trực tuyến", "Không", "", ""}
	}
	good := ""
	for i := range 200 {
		good += strings.Join(row(i), ",") + "\n"
	}
	width := len(strings.Split(columns, ","))
	for at := range width {
		for what, spoil := range map[string]func([]string) []string{
			"in place": func(r []string) []string { r[at] = "Nguyễn Văn Mẫu"; return r },
			"shifted": func(r []string) []string {
				return append(r[:at:at], append([]string{"Nguyễn Văn Mẫu", " Khác"}, r[at+1:]...)...)
			},
			"dropped": func(r []string) []string {
				r[at] = "Nguyễn Văn Mẫu"
				return append(r[:at:at], append([]string{"Nguyễn Văn Mẫu"}, r[at:width-1]...)...)
			},
			"in a list": func(r []string) []string { r[at] = "Nguyễn Văn Mẫu, Trần Thị Khác"; return r },
		} {
			spoiled := strings.Join(spoil(row(900)), ",") + "\n"
			l := &Loader{Admits: office}
			puts, err := read(t, l, columns+"\n"+good+spoiled+spoiled)
			all := fmt.Sprint(puts, err, l.Rejections, l.Notes, l.UnknownWords, counts(l))
			for _, name := range []string{"Mẫu", "Khác", "Nguyễn"} {
				if strings.Contains(all, name) {
					t.Errorf("%s, column %d: %q in %s", what, at, name, all[max(0, strings.Index(all, name)-200):])
				}
			}
			if l.Used < 200 {
				t.Errorf("%s, column %d: %s", what, at, counts(l))
			}
		}
	}
}

func FuzzHeadings(f *testing.F) {
	f.Add(headings + "1,H26.1,Sở A,4,01/07/2024,15/07/2024,")
	f.Add("STT,Hồ sơ,,,Ngày,,\n,Mã số,Đơn vị,Trạng thái,tiếp nhận,hẹn trả,kết thúc xử lý\n1,H26.1,Sở A,4,01/07/2024,15/07/2024,")
	f.Add("DANH SÁCH\nChủ hồ sơ,Mã hồ sơ,Đơn vị,Hạn xử lý,Thời hạn,Trạng thái,Lạ\n(1),(2)\nI,A\nTổng cộng")
	f.Fuzz(func(t *testing.T, csv string) {
		const name = "Nguyễn Văn Mẫu"
		l := &Loader{Admits: office, Limit: 1}
		counted := &counter{Loader: l}
		l.Catalogue, _ = heading.NewCatalogue(heading.Dossiers, nil)
		l.Parser = entry.NewParser(heading.Dossiers, index.Vietnam, entry.Mapping{})
		l.Put = func(*entry.Entry) error { return nil }
		err := (&table.CSV{Comma: ','}).Read(strings.NewReader(strings.ReplaceAll(csv, "@", name)), counted)
		err = errors.Join(err, l.Finish())
		if n := l.Used + l.Refused + l.Unmatched + l.Furniture; l.Begun && n != counted.below {
			t.Errorf("%s of %d rows", counts(l), counted.below)
		}
		if all := fmt.Sprint(err, l.Rejections, l.UnknownWords); strings.Contains(all, name) { // notes may show what looks like a headings
			t.Error(all)
		}
	})
}

// counter counts the rows below the headings, and those that are none.
type counter struct {
	*Loader
	below int
}

func (c *counter) Row(line int, row *table.Row) error {
	err := c.Loader.Row(line, row)
	if c.Layout != nil {
		c.below++
	}
	return err
}

func (c *counter) Bad(line int, reason string) {
	c.Loader.Bad(line, reason)
	c.below++
}
