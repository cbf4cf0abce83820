package web

import (
	"fmt"
	"html/template"
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"

	"dvc_exporter/exporter/index"
)

// words are the functions of the pages: how people in Viet Nam write things.
var words = template.FuncMap{
	"score": score, "count": count, "when": when, "duration": duration, "period": periodName, "change": change, "trend": trend,
	"window": func(w index.Window) string { return windowNames[w] },
	"reason": func(r index.Reason) string { return reasonNames[r] },
	"source": func(s index.SourceName) string { return sourceNames[s] },
	"style":  func() template.CSS { return template.CSS(style) }, //nolint:gosec // our own file
	"stage":  func(s string) string { return stageNames[s] },
	"stages": func() []string { return []string{index.Reception, index.Processing} },
}

// none stands where a figure is not known: missing is not 0.
const none = "chưa có số liệu"

var vietnamese = message.NewPrinter(language.Vietnamese)

// score writes points with two decimals: 58,86.
func score(v float64) string { return vietnamese.Sprintf("%.2f", v) }

// count writes a whole number: 24.130.
func count(n int) string { return vietnamese.Sprint(n) }

// change writes a difference in points with a sign that needs no colour.
func change(v float64) string {
	switch {
	case v >= 0.005:
		return "▲ " + score(v)
	case v <= -0.005:
		return "▼ " + score(-v)
	}
	return "＝ " + score(0)
}

// trend is the style of a difference.
func trend(v float64) string {
	switch {
	case v >= 0.005:
		return "good"
	case v <= -0.005:
		return "bad"
	}
	return ""
}

// when writes a time as 02/08/2024 10:00, in Vietnam's zone.
func when(t time.Time) string {
	if t.IsZero() {
		return "chưa có"
	}
	return t.In(index.Vietnam).Format("02/01/2006 15:04")
}

// duration writes 6 giờ, 1 giờ 30 phút, 12,3 giây.
func duration(d time.Duration) string {
	if d < time.Minute {
		return vietnamese.Sprint(number.Decimal(d.Seconds(), number.MaxFractionDigits(2))) + " giây"
	}
	d = d.Round(time.Second)
	var text []string
	for _, part := range []struct {
		unit time.Duration
		name string
	}{{24 * time.Hour, "ngày"}, {time.Hour, "giờ"}, {time.Minute, "phút"}, {time.Second, "giây"}} {
		if n := d / part.unit; n > 0 {
			text = append(text, fmt.Sprintf("%d %s", n, part.name))
			d %= part.unit
		}
	}
	return strings.Join(text, " ")
}

// periodName writes Năm 2026, Quý III/2026 or Tháng 10/2026.
func periodName(p index.Period) string {
	switch p.Months {
	case 12:
		return fmt.Sprintf("Năm %d", p.Year)
	case 6:
		return fmt.Sprintf("6 tháng %s năm %d", [...]string{"đầu", "cuối"}[p.Number-1], p.Year)
	case 3:
		return fmt.Sprintf("Quý %s/%d", [...]string{"I", "II", "III", "IV"}[p.Number-1], p.Year)
	case 1:
		return fmt.Sprintf("Tháng %d/%d", p.Number, p.Year)
	}
	return ""
}

var windowNames = map[index.Window]string{
	index.Year:        "Năm",
	index.HalfYear:    "Nửa năm",
	index.Quarter:     "Quý",
	index.Month:       "Tháng",
	index.MonthToDate: "Tháng đang chạy",
}

var sourceNames = map[index.SourceName]string{
	index.Portal:    "Cổng Dịch vụ công quốc gia",
	index.Pages:     "Trang số liệu công bố",
	index.Records:   "Hồ sơ thủ tục hành chính (tệp)",
	index.Documents: "Văn bản, hồ sơ công việc (tệp)",
	index.SQL:       "Cơ sở dữ liệu hồ sơ",
}

var reasonNames = map[index.Reason]string{
	index.Unreachable:   "không kết nối được",
	index.Timeout:       "quá thời gian chờ, chưa nhận đủ câu trả lời",
	index.Refused:       "bị từ chối (401, 403, 429), tạm ngừng hỏi",
	index.ServerError:   "máy chủ báo lỗi",
	index.NotData:       "câu trả lời không phải số liệu",
	index.TooLarge:      "câu trả lời quá lớn",
	index.Malformed:     "số liệu bị đứt đoạn hoặc sai dạng",
	index.TooFewUnits:   "thiếu quá nhiều đơn vị so với lần trước",
	index.Contradictory: "số liệu mâu thuẫn với nhau",
	index.Unreadable:    "không mở hoặc không đọc được tệp",
	index.Stale:         "tệp đã lâu không được cập nhật",
	index.Internal:      "lỗi của chương trình",
}

var stageNames = map[string]string{
	index.Reception:  "chậm tiếp nhận",
	index.Processing: "chậm xử lý",
}
