package web

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"dvc_exporter/exporter/book"
	"dvc_exporter/exporter/index"
)

func TestReport(t *testing.T) {
	e := newExporter(book.Book{index.Portal: portal()})
	e.Parts = func(p index.Period) []index.Key {
		return []index.Key{{Name: "provinces", Window: p.Window(), Period: p}, {Name: "units", Window: p.Window(), Period: p}}
	}
	for _, query := range []string{"", "?period=2024-07"} {
		doc := e.page(t, "/report"+query)
		want(t, "the announcement", text(doc.Find("body")), "tháng 7/2024 của Thành phố Hà Nội", "58,86/", "xếp thứ 2/3 tỉnh, thành phố, xếp loại Trung bình", "tháng 6/2024 (57,25 điểm", "+1,61 điểm", evil[:3])
		if n := doc.Find("script").Length(); n > 0 {
			t.Errorf("%d scripts on the page", n)
		}
		sum := sha256.Sum256([]byte(doc.Find("style").Text()))
		if policy := e.get("GET", "/report").Header().Get("Content-Security-Policy"); !strings.Contains(policy, base64.StdEncoding.EncodeToString(sum[:])) {
			t.Errorf("browsers will not use the page's style: %s", policy)
		}
	}
	w := e.get("GET", "/report.docx?period=2024-06")
	if w.Code != http.StatusOK || !strings.HasPrefix(w.Body.String(), "PK") || !strings.Contains(w.Header().Get("Content-Disposition"), `"bao-cao-2024-06.docx"`) {
		t.Errorf("the DOCX: %d, %v, %.20q", w.Code, w.Header(), w.Body)
	}
	want(t, "the Markdown", e.get("GET", "/report.md").Body.String(), "# THÔNG BÁO", "58,86/")
	want(t, "another kind of period", text(e.page(t, "/report?period=2024").Find("body")), "Kỳ báo cáo chưa kết thúc", "Thiếu phần “provinces”")
	for query, why := range map[string]string{
		"2024-13": "period phải là một kỳ: 2024-07 (tháng)", "7/2024": "period phải là", "<script>": "period phải là", "2024-09": "Kỳ 2024-09 chưa bắt đầu",
	} {
		w := e.get("GET", "/report?period="+query)
		if body := w.Body.String(); w.Code != http.StatusBadRequest || !strings.Contains(body, why) || strings.Contains(body, "script") {
			t.Errorf("%s: %d %q, want 400 and %q", query, w.Code, body, why)
		}
	}
}
