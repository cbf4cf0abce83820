package web

import (
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"dvc_exporter/exporter/book"
	"dvc_exporter/exporter/index"
)

func TestRankings(t *testing.T) {
	e := newExporter(book.Book{index.Portal: portal()})
	doc := e.page(t, "/") // neither year nor quarter has data
	want(t, "own province", text(doc.Find("#own")), "Thành phố Hà Nội", "Tháng 7/2024", "58,86 điểm · hạng 2/3 · Trung bình", "▲ 1,61 điểm so với Tháng 6/2024")
	want(t, "windows", text(doc.Find("#rankings nav b")), "Tháng")
	if href, _ := doc.Find("#rankings nav a").First().Attr("href"); href != "./?window=year" {
		t.Errorf("link to the year: %q", href)
	}
	var got [][]string
	doc.Find("#rankings tbody tr").Each(func(_ int, tr *goquery.Selection) {
		got = append(got, tr.Find("td").Map(func(_ int, td *goquery.Selection) string { return text(td) }))
	})
	expected := [][]string{
		{"1", "Tỉnh Đồng Tháp", "68,32", "▼ 0,68"},
		{"2", "★ Thành phố Hà Nội", "58,86", "▲ 1,61"},
		{"3", "Tỉnh An Giang", "50,00", "chưa có số liệu"},
		{"1", "Sở Tư pháp", "61,50"},
		{"2", `Sở scriptalert("1")/script & "Cò"`, "40,25"}, // names that are shown have no < and >,
		{"1", "Phường Hoàn Kiếm", "77,00"},
	}
	if diff := cmp.Diff(expected, got); diff != "" {
		t.Errorf("rankings (-want +got):\n%s", diff)
	}
	want(t, "department's title", text(doc.Find("#rankings summary")), "Sở, ban, ngành – Thành phố Hà Nội · 2 sở, ban, ngành")
	if n := doc.Find(".old").Length(); n > 0 {
		t.Errorf("%d marks of old data, all is current", n)
	}

	year := e.page(t, "/?window=year")
	want(t, "own province", text(year.Find("#own")), "Năm 2024", "chưa có số liệu")
	if n := year.Find("#rankings td").Length(); n > 0 {
		t.Errorf("%d cells for a year without data", n)
	}
	want(t, "rankings", text(year.Find("#rankings")), "Chưa có số liệu.")
}

func TestOldData(t *testing.T) {
	const mark = "Số cũ, tính đến 02/08/2024 10:00"
	for _, test := range []struct {
		name      string
		spoil     func(*book.Source)
		after     time.Duration
		provinces bool // old
		units     bool
		state     string
		why       []string
	}{
		{name: "current", state: "✓ Tốt"},
		{
			name: "one part failed", units: true, state: "✗ Có phần bị lỗi",
			spoil: func(s *book.Source) {
				s.Health.Up = false
				s.Health.Rounds[0].Outcomes[1] = book.Outcome{Name: "units", Window: index.Month, Period: month, Reason: index.NotData, Text: "HTML <title>Request Rejected</title>"}
			},
			why: []string{"units · Tháng 7/2024: not_data", "not_data – câu trả lời không phải số liệu.", "HTML <title>Request Rejected</title>", "đang hiện số cũ, tính đến 02/08/2024 10:00"},
		},
		{
			name: "the whole round failed", provinces: true, units: true, state: "✗ Có phần bị lỗi",
			spoil: func(s *book.Source) {
				s.Health.Up = false
				s.Health.Rounds[0].Outcomes = []book.Outcome{{Name: "portal", Reason: index.Unreachable, Text: "no such host"}}
			},
			why: []string{"unreachable – không kết nối được. no such host", "đang hiện số cũ, tính đến 02/08/2024 10:00"},
		},
		{
			name: "a part that was never there", state: "✗ Có phần bị lỗi",
			spoil: func(s *book.Source) {
				s.Health.Up = false
				s.Health.Rounds[0].Outcomes = append(s.Health.Rounds[0].Outcomes, book.Outcome{Name: "digitisation", Window: index.Year, Reason: index.Timeout})
			},
			why: []string{"(chưa có số liệu)"},
		},
		{
			name: "a closed period", state: "✓ Tốt",
			spoil: func(s *book.Source) {
				s.Health.Rounds[0].Outcomes = append(s.Health.Rounds[0].Outcomes, book.Outcome{Name: "units", Window: index.Month, Period: month.Ago(3), Past: true, Reason: index.Refused})
			},
			why: []string{"units · Tháng 4/2024, kỳ đã qua: refused", "kỳ đã qua, sẽ hỏi lại"},
		},
		{name: "not asked for long", after: 13 * time.Hour, provinces: true, units: true, state: "✗ Quá giờ mà chưa đọc lại: số cũ"},
	} {
		t.Run(test.name, func(t *testing.T) {
			source := portal()
			if test.spoil != nil {
				test.spoil(source)
			}
			e := newExporter(book.Book{index.Portal: source})
			e.Now = func() time.Time { return now.Add(test.after) }
			doc := e.page(t, "/?window=month")
			tables := doc.Find("#rankings details")
			for i, old := range []bool{test.provinces, test.units, test.units} {
				if got := strings.Contains(text(tables.Eq(i)), mark); got != old {
					t.Errorf("ranking %d says old: %v, want %v:\n%s", i, got, old, text(tables.Eq(i)))
				}
			}
			if got := strings.Contains(text(doc.Find("#own")), mark); got != test.provinces {
				t.Errorf("own province says old: %v, want %v", got, test.provinces)
			}
			want(t, "summary", text(doc.Find("#source-portal > summary")), test.state, "Cổng Dịch vụ công quốc gia", "số liệu tính đến 02/08/2024 10:00")
			want(t, "failing parts", text(doc.Find("#source-portal .failing")), test.why...)
		})
	}
}

func TestExpiredPart(t *testing.T) {
	source := portal()
	source.Health.Up = false
	source.Health.Rounds[0].Start, source.Health.LastAttempt = now.Add(241*time.Hour), now.Add(241*time.Hour)
	source.Health.Rounds[0].Outcomes[0].Reason = index.ServerError
	e := newExporter(book.Book{index.Portal: source})
	e.Now = func() time.Time { return now.Add(241 * time.Hour) }
	doc := e.page(t, "/?window=month")
	want(t, "failing parts", text(doc.Find(".failing")), "server_error – máy chủ báo lỗi", "số cũ đã quá hạn, không hiện nữa")
	want(t, "own province", text(doc.Find("#own")), "chưa có số liệu")
	if strings.Contains(text(doc.Find("#rankings")), "58,86") {
		t.Error("an expired score is shown")
	}
}

func TestSources(t *testing.T) {
	var rejected []index.Rejection
	for i := range 60 {
		rejected = append(rejected, index.Rejection{Where: "a.csv", Line: i + 2, Column: "Ngày hẹn trả", Value: "31/02/2024", Reason: "không có ngày này", Count: 1})
	}
	records := &book.Source{
		Entries: []book.Entry{{
			Part: index.Part{Name: "files", AsOf: now, RowsUsed: 24130, RowsRejected: 1060, Rejected: rejected, Rows: []index.Row{{
				Unit: index.Unit{Name: evil}, Month: month, Figures: []index.Figure{{Measure: index.DossiersReceived, Detail: index.Counter, Value: 7}},
			}, {
				Unit: index.Unit{Name: "Sở Tu phap"}, Month: month, Figures: []index.Figure{{Measure: index.DossiersReceived, Detail: index.Online, Value: 1200}},
			}}},
			Accepted: now,
		}},
		Health: book.Health{Interval: 15 * time.Second, LastAttempt: now, Up: true, Rounds: []book.Round{
			{Start: now, Duration: 350 * time.Millisecond, Outcomes: []book.Outcome{{Name: "files"}}},
			{Start: now.Add(-15 * time.Second), Duration: 90 * time.Second, Outcomes: []book.Outcome{{Name: "files", Reason: index.Unreadable, Text: "permission denied"}}},
		}},
	}
	e := newExporter(book.Book{index.Portal: portal(), index.Records: records})
	doc := e.page(t, "/")

	card := doc.Find("#source-records")
	want(t, "card", text(card.Find("dl").First()), "Lần đọc tớikhoảng 02/08/2024 10:30 (mỗi 15 giây)", "Lần gần nhất đọc đủchưa có",
		"dùng 24.130 · bị loại 1.060 · không rõ đơn vị 1.207 · nhường nguồn khác 0")
	want(t, "rounds", text(card.Find(".rounds")), "2 lần đọc gần đây", "02/08/2024 10:30, 0,35 giây: ✓ tốt", "1 phút 30 giây: ✗ 1/1 phần bị lỗi, vì sao:",
		"unreadable – không mở hoặc không đọc được tệp. permission denied")
	if n := card.Find(".rejected tbody tr").Length(); n != 50 {
		t.Errorf("%d rejected rows, want 50", n)
	}
	want(t, "rejected", text(card.Find(".rejected")), "a.csv2Ngày hẹn trả31/02/2024không có ngày này1", "Còn nữa.", "DVC_STATE_DIR")
	if n := doc.Find("#source-portal .rejected").Length(); n > 0 {
		t.Error("the portal rejected nothing, yet has a list")
	}
	want(t, "never read", text(doc.Find("#source-sql > summary")), "… Chưa đọc lần nào", "chưa có số liệu")
	want(t, "unmatched", text(doc.Find("#unmatched")), "Sở Tu phap", "1.200", "so-tu-phap", "Sở Tư pháp", evil)
}
