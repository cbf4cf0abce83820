package main

import (
	"archive/zip"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"dvc_exporter/exporter/demo"
	"dvc_exporter/exporter/index"
)

// storyRecords writes the dossiers that were overdue on 2 August 2024, 24,130 of
// 53,828 at Sở Tư pháp, a fifth of them late to be received.
func storyRecords(t *testing.T, now time.Time) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ho-so.csv")
	var rows strings.Builder
	rows.WriteString("MaHoSo,DonViXuLy,TrangThaiHoSo,KenhThucHien,NgayNopHoSo,NgayTiepNhan,NgayHenTra,DuocThanhToanTrucTuyen,CoNghiaVuTaiChinh\n")
	const form = "2006-01-02T15:04:05"
	received, due := now.AddDate(0, -2, 0).Format(form), now.AddDate(0, -1, 0).Format(form)
	n := 0
	for _, unit := range []struct {
		name    string
		overdue int
	}{{"Sở Tư pháp", 24130}, {"Sở Xây dựng", 10000}, {"UBND quận Ba Đình", 19698}} {
		for i := range unit.overdue {
			n++
			if i%5 == 0 {
				fmt.Fprintf(&rows, "H26-%06d,%s,1,2,%s,,,,\n", n, unit.name, received)
			} else {
				fmt.Fprintf(&rows, "H26-%06d,%s,4,1,%s,%s,%s,1,1\n", n, unit.name, received, received, due)
			}
		}
	}
	if err := os.WriteFile(path, []byte(rows.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	whole := time.Now().Add(-time.Minute)
	if err := os.Chtimes(path, whole, whole); err != nil {
		t.Fatal(err)
	}
	return path
}

// announce runs the command and returns the text that was written.
func announce(t *testing.T, c config, period, ending string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "bao-cao"+ending)
	if err := runReport(t.Context(), c, []string{"-period", period, "-out", out}, "", io.Discard, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	if ending != ".docx" {
		raw, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	archive, err := zip.OpenReader(out)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close() //nolint:errcheck // only read
	file, err := archive.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	return html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(strings.ReplaceAll(string(raw), "</w:p>", "\n"), ""))
}

// TestAnnouncementOfJuly2024 writes what letter 2562/UBND-KSTTHC said.
func TestAnnouncementOfJuly2024(t *testing.T) {
	c := testConfig(t, demo.NewStory())
	c.PortalAPI = "rest"
	c.AsOf = asOf{time.Date(2024, 8, 2, 10, 0, 0, 0, index.Vietnam)}
	c.Records = paths{storyRecords(t, c.AsOf.Time)}
	for _, ending := range []string{".md", ".docx", ".html"} {
		text := announce(t, c, "2024-07", ending)
		for _, want := range []string{
			"58,86/100 điểm, xếp thứ 58/63 tỉnh, thành phố, xếp loại Trung bình", "So với tháng 6/2024 (57,25 điểm", "1,61 điểm", "So với tháng 5/2024 (50,76 điểm", "8,1 điểm",
			"Nhóm thấp nhất: Công khai, minh bạch", "53.828 hồ sơ quá hạn, nhiều nhất ở Sở Tư pháp: 24.130 hồ sơ (44,8 %)", "Tính đến 10 giờ 00 ngày 02/8/2024",
			"4.826", "19.304", // late to receive, late to process
			"Thanh toán trực tuyến", "55 %", "Hồ sơ trực tuyến", "60 %", "Số hóa hồ sơ", "Kết quả điện tử", "100 %",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("%s lacks %q", ending, want)
			}
		}
		for _, change := range []string{"1,61 điểm", "8,1 điểm"} {
			if signed := "+" + change; ending != ".html" && !strings.Contains(text, signed) { // HTML escapes the sign
				t.Errorf("%s lacks %q", ending, signed)
			}
		}
	}
}

func TestReportAsksOnlyForWhatTheBookLacks(t *testing.T) {
	var asked atomic.Int64
	portal := demo.NewPortal(frozen)
	c := testConfig(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		portal.ServeHTTP(w, r)
	}))
	c.Windows = []index.Window{index.Month}
	requests := func(period string) int64 {
		asked.Store(0)
		announce(t, c, period, ".md")
		return asked.Load()
	}
	if n := requests("2026-10"); n != 3*8 {
		t.Errorf("%d requests with an empty book, want eight services in three months", n)
	}
	a := wireTest(t, c)
	a.round(t, true)
	if n := requests("2026-10"); n != 0 {
		t.Errorf("%d requests for what a running exporter knows", n)
	}
	if n := requests("2026-09"); n != 8 {
		t.Errorf("%d requests for a month of which scores are kept, want eight services once", n)
	}
	if text := announce(t, c, "2026-09", ".md"); !strings.Contains(text, "Mười đơn vị mà phần mất") || strings.Contains(text, "Chú ý") {
		t.Error("details of September are missing after they were asked for")
	}
}

func TestReportOfAPortalThatRefuses(t *testing.T) {
	c := testConfig(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }))
	text := announce(t, c, "2026-10", ".md")
	for _, want := range []string{"Thiếu phần “điểm của các tỉnh, thành phố”, “điểm của các đơn vị”, “công khai, minh bạch”, ", "“số hóa hồ sơ” của Cổng Dịch vụ công quốc gia: bị từ chối (401, 403, 429)", "## 2. Điểm và xếp hạng của Thành phố Hà Nội\n\nChưa có số liệu."} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
	if text := announce(t, c, "2025-10", ".md"); !strings.Contains(text, "không có tháng 10/2025 ở thế hệ API đang dùng") {
		t.Errorf("a period of the other generation:\n%s", text)
	}
}

func TestReportRefusesBadQuestions(t *testing.T) {
	c := testConfig(t, nil)
	for _, test := range []struct{ period, out, want string }{
		{"2026-13", "x.md", "not a period"}, {"tháng 7", "x.md", "not a period"}, {"2026-12", "x.md", "has not begun"}, {"2026-10", "", "-out"}, {"2026-10", "x.pdf", ".docx, .md or .html"},
	} {
		err := runReport(t.Context(), c, []string{"-period", test.period, "-out", test.out}, "", io.Discard, slog.New(slog.DiscardHandler))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s into %q: %v, want %q", test.period, test.out, err, test.want)
		}
	}
}
