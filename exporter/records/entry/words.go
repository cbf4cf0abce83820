package entry

import (
	"bytes"
	"maps"
	"strconv"
	"strings"

	"dvc_exporter/exporter/units"
)

// words gives meaning to the cells of a column.
type words struct {
	fold    func(string) string
	numbers [100]uint8       // by number: the cells of most systems
	known   map[string]uint8 // by folded word, and by cells once seen
}

func newWords(known map[string]uint8, fold func(string) string) words {
	w := words{fold: fold, known: maps.Clone(known)}
	for i := range w.numbers {
		w.numbers[i] = known[strconv.Itoa(i)]
	}
	return w
}

// maxWords bounds the words and spellings of one column that are remembered.
const maxWords = 1000

// number returns the meaning of a cell of one or two digits, 0 of any other.
func (w *words) number(cell []byte) uint8 {
	switch {
	case len(cell) == 1 && cell[0]-'0' <= 9:
		return w.numbers[cell[0]-'0']
	case len(cell) == 2 && cell[0]-'1' <= 8 && cell[1]-'0' <= 9:
		return w.numbers[(cell[0]-'0')*10+cell[1]-'0']
	}
	return 0
}

func (w *words) find(cell []byte) (uint8, bool) {
	if value, ok := w.known[string(cell)]; ok {
		return value, true
	}
	value, ok := w.known[w.fold(string(cell))]
	if ok && len(w.known) < maxWords && !bytes.ContainsAny(cell, "([") { // a name may stand in brackets
		w.known[string(cell)] = value
	}
	return value, ok
}

// channelWords are known by what a cell begins with, see foldChannel.
var channelWords = map[string]uint8{
	"1": AtCounter, "truc tiep": AtCounter, "mot cua": AtCounter, "bo phan mot cua": AtCounter, "tai quay": AtCounter, "tai mot cua": AtCounter,
	"tai bo phan": AtCounter, "tai trung tam": AtCounter, "tai tru so": AtCounter, "tai co quan": AtCounter,
	"2": ByWeb, "truc tuyen": ByWeb, "online": ByWeb, "mang": ByWeb, "mang internet": ByWeb, "mang dien tu": ByWeb, "internet": ByWeb, "dich vu cong": ByWeb,
	"cong dich vu cong": ByWeb, "dvc": ByWeb, "dvc truc tuyen": ByWeb, "dvc quoc gia": ByWeb, "dvctt": ByWeb, "dvcqg": ByWeb, "cong dvc": ByWeb, "ung dung di dong": ByWeb, "vneid": ByWeb,
	"3": ByPost, "buu chinh": ByPost, "buu dien": ByPost, "bcci": ByPost, "dich vu buu chinh": ByPost, "dich vu bcci": ByPost, "vnpost": ByPost,
}

// foldChannel brings "Nộp hồ sơ trực tuyến toàn trình" to "truc tuyen", the longest
// beginning that is a word for a channel.
func foldChannel(word string) string {
	word = units.Fold(word)
	for _, before := range []string{"ho so ", "hinh thuc ", "nop ", "tiep nhan ", "nhan ", "gui ", "ho so ", "qua "} {
		word = strings.TrimPrefix(word, before)
	}
	for begin := word; begin != ""; begin, _ = cutLast(begin) {
		_, ok := channelWords[begin]
		if ok && (len(begin) >= 5 || begin == word) { // what is shorter may begin anything
			return begin
		}
	}
	return word
}

// cutLast leaves out the last word.
func cutLast(text string) (before string, ok bool) {
	i := strings.LastIndexByte(text, ' ')
	return text[:max(i, 0)], i >= 0
}

// DuocThanhToanTrucTuyen says by which gateway: 1 the national one, 2 the
// ministry's or province's.
var flagWords = map[string]uint8{
	"0": uint8(No), "khong": uint8(No), "chua": uint8(No), "false": uint8(No), "f": uint8(No), "no": uint8(No), "n": uint8(No), "sai": uint8(No),
	"1": uint8(Yes), "2": uint8(Yes), "co": uint8(Yes), "da": uint8(Yes), "x": uint8(Yes), "true": uint8(Yes), "t": uint8(Yes), "yes": uint8(Yes), "y": uint8(Yes), "dung": uint8(Yes), "roi": uint8(Yes), "v": uint8(Yes),
}

// foldFlag brings "Đã số hóa", "Chưa thanh toán" and "Không có phí" to their first
// word, and ticks to one.
func foldFlag(word string) string {
	word = strings.NewReplacer("✓", "x", "✔", "x", "☑", "x", "√", "x", "☐", "0").Replace(word)
	word = units.Fold(word)
	if first, what, ok := strings.Cut(word, " "); ok {
		for _, known := range []string{"so hoa", "thanh toan", "ket qua", "phi", "le phi", "nghia vu", "xin loi", "gui", "co", "ky so", "ho so", "thu xin loi", "van ban"} {
			if strings.HasPrefix(what+" ", known+" ") && (first == "da" || first == "chua" || first == "co" || first == "khong") {
				return first
			}
		}
	}
	return word
}
