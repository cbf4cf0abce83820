package format

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// alphabet has every letter of Vietnamese with every tone.
var alphabet = func() string {
	var all strings.Builder
	for _, vowel := range "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY" {
		for _, tone := range []string{"", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"} {
			all.WriteString(norm.NFC.String(string(vowel) + tone))
		}
	}
	return all.String() + "đĐ"
}()

// written writes a text in a legacy encoding, by its table of letters backwards.
func written(t *testing.T, as *legacy, text string) string {
	t.Helper()
	var out strings.Builder
	for _, letter := range text {
		code := string(letter)
		for from := '\u00a0'; from <= 'ÿ' && letter > 0x7f; from++ {
			for _, base := range append([]string{""}, strings.Split("aeouyôöAEOUYÔÖ", "")...) {
				if mark := base + string(from); mark != string(letter) && as.letters.Replace(mark) == string(letter) {
					code = base + string(from)
				}
			}
		}
		out.WriteString(code)
	}
	return out.String()
}

// Samples come from files of offices: the shared cases and texts with .Vn and VNI fonts.
func TestLegacyLetters(t *testing.T) {
	for text, want := range map[string]string{
		"M· hå s¬;§¬n vÞ xö lý;Tr¹ng th¸i;Ngµy tiÕp nhËn;Ngµy hÑn tr¶": "Mã hồ sơ;Đơn vị xử lý;Trạng thái;Ngày tiếp nhận;Ngày hẹn trả",
		"Së T\u00ad ph¸p;§ang xö lý":                                   "Sở Tư pháp;Đang xử lý",
		"C¬ quan thùc hiÖn, quyÕt ®Þnh":                                "Cơ quan thực hiện, quyết định",
	} {
		if as, err := recognise(text); as != &tcvn3 || err != nil || as.letters.Replace(text) != want {
			t.Errorf("%q: %v, %v", text, as, err)
		}
	}
	for text, want := range map[string]string{
		"Maõ hoà sô;Ñôn vò xöû lyù;Traïng thaùi;Ngaøy tieáp nhaän;Ngaøy heïn traû": "Mã hồ sơ;Đơn vị xử lý;Trạng thái;Ngày tiếp nhận;Ngày hẹn trả",
		"SÔÛ TÖ PHAÙP;ÑANG XÖÛ LYÙ":                             "SỞ TƯ PHÁP;ĐANG XỬ LÝ",
		"Sôû Tö phaùp, ñaêng kyù, ñaëc khu, nghæ, vieäc, giaáy": "Sở Tư pháp, đăng ký, đặc khu, nghỉ, việc, giấy",
	} {
		if as, err := recognise(text); as != &vni || err != nil || as.letters.Replace(text) != want {
			t.Errorf("%q: %v, %v, %q", text, as, err, vni.letters.Replace(text))
		}
	}
}

func TestLostLetters(t *testing.T) {
	for text, want := range map[string]error{
		"Mã h? so,Ðon v? x? lý,Tr?ng thái,Ngày ti?p nh?n,Ngày h?n tr?": errLost,
		"Có đúng không? Ai biết? Khi nào?":                             nil, "http://a.vn/x?a=1&b=c?d": nil,
	} {
		if _, err := recognise(text); !errors.Is(err, want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestLegacyAlphabet(t *testing.T) {
	lower := strings.ToLower(alphabet[:len(alphabet)/2])
	if got := tcvn3.letters.Replace(written(t, &tcvn3, lower)); got != lower {
		t.Errorf("TCVN3: %s", cmp.Diff(lower, got))
	}
	for _, letter := range alphabet {
		if code := written(t, &vni, string(letter)); letter > 0x7f && (code == string(letter) && !strings.ContainsRune("ÍÌíì", letter) || vni.letters.Replace(code) != string(letter)) {
			t.Errorf("VNI: %c is %q", letter, code)
		}
	}
}

func TestRecogniseUnicode(t *testing.T) {
	for _, text := range []string{
		"", "Ma ho so;Don vi", "Mã hồ sơ;Đơn vị xử lý", "Nestlé, Citroën, Müller, Øresund", "toàn; hoá; tài khoản; cà; xoá; uý", "5 m², 10 µm, § 3, ½ ngày · «x»", "café ÖVP – “Å”",
		norm.NFD.String("Mã hồ sơ;Đơn vị xử lý"), "Sở Tư pháp M· hå s¬",
	} {
		if as, err := recognise(text); as != nil || err != nil {
			t.Errorf("%q: %v, %v", text, as, err)
		}
	}
	broken, err := charmap.Windows1252.NewDecoder().String("Mã hồ sơ;Đơn vị xử lý")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := recognise(broken); err == nil || !strings.Contains(err.Error(), "Unicode") {
		t.Errorf("%q is not named: %v", broken, err)
	}
}

// A file in TCVN3 is read from its heading on, whether in bytes or typed with a
// .Vn font into a workbook.
func TestReadLegacy(t *testing.T) {
	const text = "Danh sach\nM· hå s¬;§¬n vÞ xö lý;Tr¹ng th¸i\n1;Së T\u00ad ph¸p;§ang xö lý\n"
	raw, err := charmap.Windows1252.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	rows := collected{`1 ["Danh sach"]`, `2 ["Mã hồ sơ" "Đơn vị xử lý" "Trạng thái"]`, `3 ["1" "Sở Tư pháp" "Đang xử lý"]`}
	sheet := "<row><c t=\"str\"><v>Danh sach</v></c></row>"
	for line := range strings.Lines(text) {
		if cells := strings.Split(strings.TrimSpace(line), ";"); len(cells) > 1 {
			sheet += `<row><c t="str"><v>` + strings.Join(cells, `</v></c><c t="str"><v>`) + "</v></c></row>"
		}
	}
	for name, test := range map[string]struct {
		file string
		want collected
	}{
		"bytes":      {raw, rows},
		"UTF-8":      {text, rows},
		"a workbook": {string(zipped(t, oneSheet(sheet+"</sheetData>"), "", "", "", 0)), append(collected{"sheet S"}, rows...)},
	} {
		got, notes, err := readAll(t, []byte(test.file))
		if diff := cmp.Diff(test.want, got); diff != "" || err != nil || len(notes) != 1 || !strings.Contains(notes[0], "TCVN3") {
			t.Errorf("%s: %s, %v, %q", name, diff, err, notes)
		}
	}
	if _, _, err := readAll(t, []byte("MÃ£ há»“ sÆ¡;Ä‘\n")); err == nil || !strings.Contains(err.Error(), "UTF-8") {
		t.Errorf("mojibake: %v", err)
	}
	// UTF-8 with a broken byte stays UTF-8.
	got, _, err := readAll(t, []byte("Mã hồ sơ;Đơn vị xử lý\n1\xff;Sở Tư pháp\n"))
	if diff := cmp.Diff(collected{`1 ["Mã hồ sơ" "Đơn vị xử lý"]`, `2 ["1\xff" "Sở Tư pháp"]`}, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
}
