package format

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"dvc_exporter/exporter/records/table"
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
	pairs := strings.Fields("aù á aø à aû ả aõ ã aï ạ aâ â aá ấ aà ầ aå ẩ aã ẫ aä ậ aê ă aé ắ aè ằ aú ẳ aü ẵ aë ặ " +
		"eù é eø è eû ẻ eõ ẽ eï ẹ eâ ê eá ế eà ề eå ể eã ễ eä ệ où ó oø ò oû ỏ oõ õ oï ọ oâ ô oá ố oà ồ oå ổ oã ỗ oä ộ " +
		"ôù ớ ôø ờ ôû ở ôõ ỡ ôï ợ ô ơ uù ú uø ù uû ủ uõ ũ uï ụ öù ứ öø ừ öû ử öõ ữ öï ự ö ư yù ý yø ỳ yû ỷ yõ ỹ î ỵ æ ỉ ó ĩ ò ị ñ đ")
	for _, text := range pairs {
		pairs = append(pairs, strings.ToUpper(text))
	}
	return strings.NewReplacer(pairs...)
}()}

var errMojibake = errors.New("chữ đã vỡ (ví dụ “Ã£”, “á»“”): UTF-8 bị đọc nhầm bảng mã khi lưu; hãy xuất lại bằng UTF-8 (Unicode)")

var errLost = errors.New("chữ có dấu đã mất, thay bằng dấu hỏi (“Tr?ng thái”): hãy xuất lại bằng “CSV UTF-8” hoặc .xlsx")

// lost is a letter that a code page did not have.
var lost = regexp.MustCompile(`\pL\?\pL`)

// recognise tells by the letters of a text how it is written, nil if in Unicode.
func recognise(text string) (*legacy, error) {
	broken := 0
	for _, pair := range []string{"á»", "áº", "Æ°", "Æ¡", "Ä‘", "Ä\u0090"} { // UTF-8 of Vietnamese letters, read as Windows-1252
		broken += strings.Count(text, pair)
	}
	if broken > 1 {
		return nil, errMojibake
	}
	if len(lost.FindAllString(text, 3)) == 3 {
		return nil, errLost
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
	table.Sink
	notes *[]string
	as    *legacy
	row   table.Row
}

func (s *recoder) Sheet(name string) {
	s.as = nil
	s.Sink.Sheet(name)
}

func (s *recoder) Row(line int, row *table.Row) (err error) {
	if s.as == nil && line <= table.HeadingRows {
		if s.as, err = recognise(row.Text()); err != nil {
			return err
		}
		if s.as != nil {
			*s.notes = append(*s.notes, fmt.Sprintf("chữ %s, đã đọc thành Unicode (từ dòng %d)", s.as.name, line))
		}
	}
	if s.as != nil {
		s.row.Reset()
		for i := range row.Len() {
			s.row.Add([]byte(s.as.letters.Replace(string(row.Cell(i)))))
		}
		row = &s.row
	}
	return s.Sink.Row(line, row)
}
