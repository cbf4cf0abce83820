package table

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// legacy is how Vietnamese was written before Unicode: the letters of a Western
// code page (Windows-1252) stand for others, which only certain fonts show.
type legacy struct {
	name    string
	letters *strings.Replacer
}

// tcvn3 is shown right by fonts named .Vn…; their capitals (.VnTimeH) are written as
// small letters.
var tcvn3 = legacy{"TCVN3 (ABC)", func() *strings.Replacer {
	var pairs []string
	code := '\u00a1'
	for _, letter := range "ĂÂÊÔƠƯĐăâêôơưđ      àảãáạ ằẳẵắ       ặầẩẫấậè ẻẽéẹềểễếệìỉ   ĩíịò ỏõóọồổỗốộờởỡớợù ủũúụừửữứựỳỷỹýỵ" {
		if letter != ' ' {
			pairs = append(pairs, string(code), string(letter))
		}
		code++
	}
	return strings.NewReplacer(pairs...)
}()}

// vni writes a vowel and then its marks as one more letter.
var vni = legacy{"VNI", func() *strings.Replacer {
	var pairs []string
	add := func(from, to string) {
		pairs = append(pairs, from, norm.NFC.String(to), strings.ToUpper(from), norm.NFC.String(strings.ToUpper(to)))
	}
	for _, group := range []struct{ vowels, codes, marks string }{
		{"aeouyôö", "ùøûõï", "\u0301\u0300\u0309\u0303\u0323"},
		{"aeo", "âáàåãä", " \u0302\u0301\u0300\u0309\u0303\u0323"},
		{"a", "êéèúüë", " \u0306\u0301\u0300\u0309\u0303\u0323"},
	} {
		marks := []rune(group.marks)
		shape := ""
		if marks[0] == ' ' { // all have a shape; the first has no tone
			shape, marks = string(marks[1]), append([]rune{'\u034f'}, marks[2:]...)
		}
		for _, vowel := range group.vowels {
			for i, code := range []rune(group.codes) {
				base := strings.NewReplacer("ô", "ơ", "ö", "ư").Replace(string(vowel))
				add(string(vowel)+string(code), strings.Trim(base+shape+string(marks[i]), "\u034f"))
			}
		}
	}
	for from, to := range map[string]string{"ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"} {
		add(from, to)
	}
	return strings.NewReplacer(pairs...)
}()}

var errMojibake = errors.New("chữ đã vỡ (ví dụ “Ã£”, “á»“”): UTF-8 bị đọc nhầm bảng mã khi lưu; hãy xuất lại bằng UTF-8 (Unicode)")

// recognise tells by the letters of a text how it is written, nil if in Unicode.
func recognise(text string) (*legacy, error) {
	broken := 0
	for _, pair := range []string{"á»", "áº", "Æ°", "Æ¡", "Ä‘", "Ä\u0090"} { // UTF-8 of Vietnamese letters, read as Windows-1252
		broken += strings.Count(text, pair)
	}
	if broken > 1 {
		return nil, errMojibake
	}
	signs, letters, before := 0, 0, ' '
	for i, r := range text {
		after, _ := utf8.DecodeRuneInString(text[i+utf8.RuneLen(r):])
		switch within := unicode.IsLetter(before); {
		case r >= 'Ḁ' && r <= 'ỿ' || strings.ContainsRune("ăĂđĐĩĨũŨơƠưƯ", r):
			return nil, nil
		case within && strings.ContainsRune("¡¢£¤¥¦¨©ª«¬\u00adµ¶·¸¹»¼½¾", r), unicode.IsLetter(after) && (r == '§' || r == '®'):
			signs++
		case strings.ContainsRune("aeouyôöAEOUYÔÖ", before) && strings.ContainsRune("äåëïøûüÄÅËÏØÛÜ", r), (within || unicode.IsLetter(after)) && strings.ContainsRune("æÆñÑöÖ", r):
			letters++
		}
		before = r
	}
	switch {
	case signs+letters < 3:
		return nil, nil
	case signs > 0:
		return &tcvn3, nil
	}
	return &vni, nil
}

// recoder is a sink of rows that may be written as before Unicode. The first rows
// of a sheet decide.
type recoder struct {
	Sink
	notes *[]string
	as    *legacy
	row   Row
}

func (s *recoder) Sheet(name string) {
	s.as = nil
	s.Sink.Sheet(name)
}

func (s *recoder) Row(line int, row *Row) (err error) {
	if s.as == nil && line <= HeadingRows {
		if s.as, err = recognise(string(row.text)); err != nil {
			return err
		}
		if s.as != nil {
			*s.notes = append(*s.notes, fmt.Sprintf("chữ %s, đã đọc thành Unicode (từ dòng %d)", s.as.name, line))
		}
	}
	if s.as != nil {
		s.row.reset()
		for i := range row.Len() {
			s.row.Add([]byte(s.as.letters.Replace(string(row.Cell(i)))))
		}
		row = &s.row
	}
	return s.Sink.Row(line, row)
}
