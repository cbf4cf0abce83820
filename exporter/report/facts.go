package report

import (
	"fmt"
	"math"
	"net/url"
	"slices"
	"strings"
	"time"

	"dvc_exporter/exporter/book"
	"dvc_exporter/exporter/figures"
	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/words"
)

// facts are the figures with how people write them.
type facts struct {
	Inputs
	*figures.Figures
}

func (f *facts) grade(points float64) string {
	if g := f.At.Grades.Of(points); g != nil {
		return g.Name
	}
	return "–"
}

// now and before name the period and those before it within a sentence.
func (f *facts) now() string { return f.before(0) }

func (f *facts) before(n int) string {
	text := words.Period(f.Period.Ago(n))
	return strings.NewReplacer("T", "t", "N", "n", "Q", "q").Replace(text[:1]) + text[1:]
}

// together keeps words in one line.
func together(text string) string { return strings.ReplaceAll(text, " ", "\u00a0") }

// marks says what is missing, old or not final.
func (f *facts) marks() (marks []string) {
	mark := func(format string, args ...any) { marks = append(marks, fmt.Sprintf(format, args...)) }
	if f.Notice != "" {
		marks = append(marks, f.Notice)
	}
	if !f.Period.Closed(f.View.Domain) {
		mark("Kỳ báo cáo chưa kết thúc: số liệu mới tính đến thời điểm lấy, chưa phải kết quả của cả kỳ.")
	}
	portal := f.View.Book[index.Portal]
	switch {
	case portal == nil:
		mark("Không đọc Cổng Dịch vụ công quốc gia (DVC_PORTAL_URL để trống): không có điểm và xếp hạng của Cổng.")
		return marks
	case len(f.Keys) == 0:
		mark("Cổng Dịch vụ công quốc gia không có %s ở thế hệ API đang dùng (DVC_PORTAL_API: rest đến hết năm 2025, reporting từ năm 2026): không có điểm và xếp hạng của Cổng.", f.now())
		return marks
	}
	pruned := false
	var texts []string // with "{}" for the parts that they are true of
	names := map[string][]string{}
	for _, key := range f.Keys {
		e := portal.Answer(key.Name, f.Period)
		pruned = pruned || e != nil && !f.Completed && !portal.Whole(e)
		text := ""
		switch {
		case e == nil:
			text = "Thiếu phần {} của Cổng Dịch vụ công quốc gia: " + f.whyMissing(key) + "."
		case len(e.Rows) == 0:
			text = "Cổng Dịch vụ công quốc gia không có số liệu của phần {} cho " + f.now() + "."
		case e.Closed.IsZero() && f.Period.Closed(f.View.Domain):
			text = "Phần {} của Cổng được lấy lúc " + moment(e.AsOf) + ", khi kỳ chưa kết thúc: chưa phải kết quả của cả kỳ."
		case portal.Health.Expire > 0 && f.View.Now.Sub(e.Accepted) > portal.Health.Expire:
			text = "Số cũ: phần {} của Cổng được lấy lúc " + moment(e.AsOf) + " và từ đó chưa đọc lại; có thể đã thay đổi."
		default:
			continue
		}
		if names[text] == nil {
			texts = append(texts, text)
		}
		names[text] = append(names[text], "“"+words.Part(key.Name)+"”")
	}
	for _, text := range texts {
		marks = append(marks, strings.Replace(text, "{}", strings.Join(names[text], ", "), 1))
	}
	if pruned {
		mark("Số liệu chi tiết của từng đơn vị không được giữ lại cho kỳ đã qua, nên chỉ có điểm; lệnh “dvc_exporter report -period %s” đọc lại từ Cổng.", f.Period)
	}
	return marks
}

// whyMissing says why a part is not known.
func (f *facts) whyMissing(key index.Key) string {
	for _, o := range slices.Concat(f.Failed, f.View.Book[index.Portal].Health.Last().Failed()) {
		if o.Name == key.Name && o.Period == key.Period {
			return words.Reasons[o.Reason]
		}
	}
	return "chưa được đọc"
}

// host is where a source's answers come from.
func host(entries []book.Entry) string {
	for _, e := range entries {
		if u, err := url.Parse(e.URL); err == nil && u.Host != "" {
			return " (" + u.Host + ")"
		}
	}
	return ""
}

// moment writes a time as letters do: 10 giờ 00 ngày 02/8/2024.
func moment(t time.Time) string {
	if t.IsZero() {
		return "chưa rõ"
	}
	t = t.In(index.Vietnam)
	month := fmt.Sprint(int(t.Month()))
	if t.Month() < 3 {
		month = "0" + month
	}
	return fmt.Sprintf("%d giờ %02d ngày %02d/%s/%d", t.Hour(), t.Minute(), t.Day(), month, t.Year())
}

// The figures of a cell; one that is not known is a dash.
func points(v float64) string  { return known(v, words.Score) }
func percent(v float64) string { return known(v, share) }
func count(v float64) string   { return known(v, func(v float64) string { return words.Count(int(v)) }) }
func change(v float64) string  { return known(v, signed(words.Score)) }

// signed writes a plus sign too.
func signed(write func(float64) string) func(float64) string {
	return func(v float64) string {
		switch cents := math.Round(v * 100); {
		case cents == 0:
			return write(0) // not -0
		case cents > 0:
			return "+" + write(v)
		}
		return write(v)
	}
}

// share writes one decimal always, as columns of figures do.
func share(v float64) string {
	if v > 0 && v < 0.0005 {
		return "< 0,1 %"
	}
	text := words.Percent(v)
	if v != 1 && !strings.Contains(text, ",") {
		text = strings.Replace(text, " ", ",0 ", 1)
	}
	return text
}

func known(v float64, write func(float64) string) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "–"
	}
	return write(v)
}

var kindNames = map[index.Kind]string{
	index.Department: "sở, ban, ngành", index.District: "quận, huyện, thị xã", index.Commune: "xã, phường", index.Unlisted: "đơn vị khác",
}
