// Package words writes figures, times and the domain's terms as people in Viet Nam
// write them: 58,86; 24.130; 44,8 %; Tháng 7/2024.
package words

import (
	"fmt"
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"

	"dvc_exporter/exporter/index"
)

// None stands where a figure is not known: missing is not 0.
const None = "chưa có số liệu"

var vietnamese = message.NewPrinter(language.Vietnamese)

// Score writes points with two decimals: 58,86.
func Score(v float64) string { return vietnamese.Sprintf("%.2f", v) }

// Points writes points without the zeros at their end: 8,1.
func Points(v float64) string {
	return vietnamese.Sprint(number.Decimal(v, number.MaxFractionDigits(2)))
}

// Percent writes a share: 44,8 %.
func Percent(share float64) string {
	return vietnamese.Sprint(number.Decimal(100*share, number.MaxFractionDigits(1))) + " %"
}

// Count writes a whole number: 24.130.
func Count(n int) string { return vietnamese.Sprint(n) }

// Change writes a difference in points with a sign that needs no colour.
func Change(v float64) string {
	switch {
	case v >= 0.005:
		return "▲ " + Score(v)
	case v <= -0.005:
		return "▼ " + Score(-v)
	}
	return "= " + Score(0)
}

// When writes a time as 02/08/2024 10:00, in Vietnam's zone.
func When(t time.Time) string {
	if t.IsZero() {
		return "chưa có"
	}
	return t.In(index.Vietnam).Format("02/01/2006 15:04")
}

// Duration writes 6 giờ, 1 giờ 30 phút, 12,3 giây.
func Duration(d time.Duration) string {
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

// Period writes Năm 2026, Quý III/2026 or Tháng 10/2026.
func Period(p index.Period) string {
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

// Windows names the windows.
var Windows = map[index.Window]string{
	index.Year:        "Năm",
	index.HalfYear:    "Nửa năm",
	index.Quarter:     "Quý",
	index.Month:       "Tháng",
	index.MonthToDate: "Tháng đang chạy",
}

// Sources names the sources.
var Sources = map[index.SourceName]string{
	index.Portal:    "Cổng Dịch vụ công quốc gia",
	index.Pages:     "Trang số liệu công bố",
	index.Records:   "Hồ sơ thủ tục hành chính (tệp)",
	index.Documents: "Văn bản, hồ sơ công việc (tệp)",
	index.SQL:       "Cơ sở dữ liệu hồ sơ",
}

// Reasons says what each reason of a failure means.
var Reasons = map[index.Reason]string{
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

// Stages names the stages in which a dossier is late.
var Stages = map[string]string{
	index.Reception:  "chậm tiếp nhận",
	index.Processing: "chậm xử lý",
}

// Part names a part of the portal, by its own name if it has no other.
func Part(name string) string {
	if known, ok := parts[name]; ok {
		return known
	}
	return name
}

var parts = map[string]string{
	"service-results":               "điểm của các tỉnh, thành phố",
	"service-results-units":         "điểm của các đơn vị",
	"transparency":                  "công khai, minh bạch",
	"dvc-progress-tree":             "tiến độ giải quyết",
	"provide-online-tree":           "cung cấp dịch vụ trực tuyến",
	"formality-online-payment-tree": "thanh toán trực tuyến",
	"handling-satisfaction":         "mức độ hài lòng",
	"dossier-digitized":             "số hóa hồ sơ",
	"report_tinh_766_service":       "điểm của các tỉnh, thành phố",
	"report_tinh_766_service-units": "điểm của các đơn vị",
}
