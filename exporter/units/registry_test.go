package units

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dvc_exporter/exporter/index"
)

var (
	july2024 = time.Date(2024, 8, 2, 10, 0, 0, 0, index.Vietnam)
	july2026 = time.Date(2026, 8, 2, 10, 0, 0, 0, index.Vietnam)
)

// portalUnits are spelt as the portal's answers spell them.
var portalUnits = []index.Unit{
	{Code: "H26", ID: "019d2be3-6a86-70a8-a0af-76e986804225", Name: "UBND Thành phố Hà Nội", Kind: index.Province},
	{Code: "H05", ID: "019d2be3-6a84-779d-b3ed-9649c4f016cd", Name: "UBND thành phố Bắc Ninh", Kind: index.Province},
	{Code: "H26.02", ID: "id-so-tu-phap", Name: "Sở Tư pháp - Thành phố Hà Nội", Kind: index.Department, Parent: "H26"},
	{Code: "H26.02", ID: "id-so-tu-phap", Name: "Sở Tư pháp"},
	{Code: "H26.07", Name: "Sở Công Thương - Thành phố Hà Nội", Kind: index.Department, Parent: "H26"},
	{Code: "H26.14", Name: "Sở Quy hoạch - Kiến trúc - Thành phố Hà Nội", Kind: index.Department, Parent: "H26"},
	{Code: "H26.15", Name: "Thanh tra Thành phố - Thành phố Hà Nội", Kind: index.Department, Parent: "H26"},
	{Code: "H26.01", Name: "Văn phòng UBND - Thành phố Hà Nội", Kind: index.Department, Parent: "H26"},
	{Code: "H26.102", Name: "UBND phường Ba Đình", Kind: index.Commune, Parent: "H26"},
	{Code: "H26.123", Name: "UBND phường Phương Liệt", Kind: index.Commune, Parent: "H26"},
	{Code: "H26.110", Name: "UBND phường Văn Miếu - Quốc Tử Giám", Kind: index.Commune, Parent: "H26"},
	{Code: "H26.195", Name: "UBND xã Hòa Lạc", Kind: index.Commune, Parent: "H26"},
	{Code: "H26.149", Name: "UBND phường Sơn Tây", Kind: index.Commune, Parent: "H26"},
	{Code: "H01.12", Name: "Sở Tư pháp - tỉnh An Giang", Kind: index.Department, Parent: "H01"},
	{Code: "H01.08", Name: "Thanh tra tỉnh An Giang", Kind: index.Department, Parent: "H01"},
	{Code: "H01.200", Name: "UBND Đặc khu Kiên Hải - tỉnh An Giang", Kind: index.Commune, Parent: "H01"},
	{Code: "H01.177", Name: "UBND xã Long Thạnh - tỉnh An Giang", Kind: index.Commune, Parent: "H01"},
	{Code: "H01.301", Name: "UBND xã Tân Hội - tỉnh An Giang", Kind: index.Commune, Parent: "H01"},
	{Code: "H01.302", Name: "UBND phường Tân Hội - tỉnh An Giang", Kind: index.Commune, Parent: "H01"},
	{Code: "H01.303", Name: "UBND xã Mỹ Đức - tỉnh An Giang", Kind: index.Commune, Parent: "H01"},
	{Code: "H01.304", Name: "UBND xã Mỹ Đục - tỉnh An Giang", Kind: index.Commune, Parent: "H01"},
	{ID: "id-without-code", Name: "Ban Dân tộc", Kind: index.Department, Parent: "H26"},
	{Code: "000.00.00.H37", Name: "UBND tỉnh Lạng Sơn", Kind: index.Province},
	{Code: "H24.150", Name: "UBND đặc khu Bạch Long Vĩ"},
}

func day(year int, month time.Month, d int) time.Time {
	return time.Date(year, month, d, 0, 0, 0, 0, index.Vietnam)
}

var listed = []Listed{
	{Unit: index.Unit{Code: "H26.D1", Name: "UBND quận Ba Đình", Kind: index.District, Parent: "H26"}, To: day(2025, 7, 1)},
	{Unit: index.Unit{Code: "H26.D2", Name: "Sơn Tây", Kind: index.District, Parent: "H26"}, To: day(2025, 7, 1)},
	{Unit: index.Unit{Code: "H26.02", Name: "Sở Tư pháp TP", Parent: "H26"}, Aliases: []string{"STP", "Tư pháp HN"}},
	{Unit: index.Unit{Code: "H26.30", Name: "Ban dân tộc - Thành phố Hà Nội", Parent: "H26"}},
	{Unit: index.Unit{Code: "H29", Name: "Thành phố Hồ Chí Minh", Kind: index.Province}, Aliases: []string{"TP.HCM"}},
	{Unit: index.Unit{Code: "H01.303", Name: "UBND xã Mỹ Đức", Parent: "H01"}, Aliases: []string{"Xã số 1"}},
	{Unit: index.Unit{Code: "H01.304", Name: "UBND xã Mỹ Đục", Parent: "H01"}, Aliases: []string{"xã số 1"}},
}

func TestFind(t *testing.T) {
	now, then := New(listed, portalUnits, july2026), New(listed, portalUnits, july2024)
	name := func(parent, name string) index.Unit { return index.Unit{Name: name, Parent: parent} }
	for _, test := range []struct {
		what     string
		unit     index.Unit
		registry *Registry
		want     string // code; none if empty
	}{
		{"code", index.Unit{Code: "H26.02", Name: "something else"}, now, "H26.02"},
		{"code in small letters", index.Unit{Code: " h26.02 "}, now, "H26.02"},
		{"code in the older form", index.Unit{Code: "000.00.00.H37"}, now, "H37"},
		{"code below a province in the older form", index.Unit{Code: "000.00.12.H01"}, now, "H01.12"},
		{"unknown code, known name", index.Unit{Code: "X1", Name: "Sở Công Thương", Parent: "H26"}, now, "H26.07"},
		{"id", index.Unit{ID: "id-so-tu-phap"}, now, "H26.02"},
		{"built-in id", index.Unit{ID: "019d2be3-6a84-779d-b3e7-e214bdb86482"}, now, "H01"},
		{"nothing", index.Unit{}, now, ""},
		{"only punctuation", name("H26", " - "), now, ""},

		{"as spelt", name("H26", "Sở Tư pháp - Thành phố Hà Nội"), now, "H26.02"},
		{"without the province", name("H26", "Sở Công Thương"), now, "H26.07"},
		{"case, spaces, line break", name("H26", "  SỞ  công\n\u00a0thương "), now, "H26.07"},
		{"decomposed", name("H26", "So\u031b\u0309 Co\u0302ng Thu\u031bo\u031bng"), now, "H26.07"},
		{"soft hyphen", name("H26", "Sở Công Thư\u00adơng"), now, "H26.07"},
		{"en dash, no spaces", name("H26", "Văn Miếu–Quốc Tử Giám"), now, "H26.110"},
		{"dash within the name", name("H26", "Sở Quy hoạch — Kiến trúc"), now, "H26.14"},
		{"tone mark on the other letter", name("H26", "UBND xã Hoà Lạc"), now, "H26.195"},
		{"Icelandic eth", name("H26", "UBND phường Ba Ðình"), now, "H26.102"},
		{"ỦY BAN NHÂN DÂN", name("H26", "ỦY BAN NHÂN DÂN PHƯỜNG BA ĐÌNH"), now, "H26.102"},
		{"Uỷ ban nhân dân", name("H26", "Uỷ ban nhân dân phường Ba Đình"), now, "H26.102"},
		{"suffix TP", name("H26", "Sở Công Thương, TP Hà Nội"), now, "H26.07"},
		{"suffix TP.", name("H26", "Sở Công Thương - TP.Hà Nội"), now, "H26.07"},
		{"suffix without a comma", name("H26", "Sở Công Thương thành phố Hà Nội"), now, "H26.07"},
		{"suffix without a word", name("H26", "Sở Công Thương Hà Nội"), now, "H26.07"},
		{"province twice", name("H26", "Thanh tra thành phố Hà Nội"), now, "H26.15"},
		{"the word for the province only", name("H26", "Thanh tra thành phố"), now, "H26.15"},
		{"its office", name("H26", "Văn phòng Ủy ban nhân dân Thành phố"), now, "H26.01"},
		{"province in the listed name", name("H01", "Thanh tra tỉnh"), now, "H01.08"},
		{"another province's", name("H26", "Sở Công Thương - tỉnh An Giang"), now, ""},
		{"another province's, without a word", name("H26", "Sở Công Thương An Giang"), now, ""},
		{"one of two provinces", name("H01", "Sở Tư pháp"), now, "H01.12"},
		{"no parent, two", name("", "Sở Tư pháp"), now, ""},
		{"no parent, the suffix says it", name("", "Sở Tư pháp - tỉnh An Giang"), now, "H01.12"},
		{"no parent, the suffix says it without a word", name("", "Sở Tư pháp An Giang"), now, "H01.12"},
		{"no parent, one", name("", "UBND phường Phương Liệt"), now, "H26.123"},
		{"no such unit there", name("H01", "UBND phường Phương Liệt"), now, ""},

		{"province, bare", name("", "An Giang"), now, "H01"},
		{"province, with its kind", name("", "UBND Tỉnh An Giang"), now, "H01"},
		{"city, bare", name("", "Hà Nội"), now, "H26"},
		{"city, TP", name("", "TP. Hà Nội"), now, "H26"},
		{"city, UBND TP", name("", "Ủy ban nhân dân TP Hà Nội"), now, "H26"},
		{"it became a city: new name", name("", "UBND thành phố Bắc Ninh"), now, "H05"},
		{"it became a city: old name", name("", "UBND tỉnh Bắc Ninh"), now, "H05"},
		{"a province is not below itself", name("H26", "UBND Thành phố Hà Nội"), now, ""},
		{"no province of that kind", name("", "huyện An Giang"), now, ""},
		{"a province that is gone", name("", "Kiên Giang"), now, ""},

		{"kind left out", name("H26", "Ba Đình"), now, "H26.102"},
		{"another kind", name("H26", "UBND quận Ba Đình"), now, ""},
		{"district while it existed", name("H26", "Quận Ba Đình"), then, "H26.D1"},
		{"kind left out, two", name("H26", "Ba Đình"), then, ""},
		{"kind left out, the heading says it", index.Unit{Name: "Ba Đình", Parent: "H26", Kind: index.District}, then, "H26.D1"},
		{"listed without a kind word", name("H26", "UBND thị xã Sơn Tây"), then, "H26.D2"},
		{"listed without a kind word, other kind", name("H26", "UBND phường Sơn Tây"), then, "H26.149"},
		{"listed without a kind word, wrong kind", name("H26", "UBND xã Sơn Tây"), then, ""},
		{"stripping makes two equal", name("H01", "Tân Hội"), now, ""},
		{"the kind word decides", name("H01", "Phường Tân Hội"), now, "H01.302"},
		{"special zone", name("H01", "Đặc khu Kiên Hải"), now, "H01.200"},
		{"kind says it is none", index.Unit{Name: "Sở Tư pháp", Parent: "H01", Kind: index.Commune}, now, ""},
		{"unlisted is no kind", index.Unit{Name: "Sở Tư pháp", Parent: "H01", Kind: index.Unlisted}, now, "H01.12"},

		{"without accents", name("H26", "So Cong Thuong"), now, "H26.07"},
		{"without accents, with suffix", name("H26", "SO CONG THUONG - TP HA NOI"), now, "H26.07"},
		{"without accents, kind", name("H26", "phuong Ba Dinh"), now, "H26.102"},
		{"without accents, another kind", name("H26", "quan Ba Dinh"), now, ""},
		{"without accents, a name like a kind", name("H26", "Phuong Liet"), now, "H26.123"},
		{"without accents, two", name("H01", "xa My Duc"), now, ""},
		{"without accents, listed without a kind word", name("H26", "thi xa Son Tay"), then, "H26.D2"},
		{"other accents are another place", name("H01", "UBND xã Long Thành"), now, ""},
		{"half the accents", name("H26", "Sở Cong Thuong"), now, ""},

		{"alias", name("H26", "stp"), now, "H26.02"},
		{"alias with accents left out", name("H26", "Tu phap HN"), now, "H26.02"},
		{"alias of a province", name("", "TP.HCM"), now, "H29"},
		{"alias of a province under it", name("H29", "TP.HCM"), now, "H29"},
		{"alias of two", name("H01", "Xã số 1"), now, ""},
		{"listed spelling", name("H26", "Sở Tư pháp TP"), now, "H26.02"},
		{"known by id, listed with a code", index.Unit{ID: "id-without-code"}, now, "H26.30"},
		{"known by id, listed with a code, by name", name("H26", "Ban Dân tộc"), now, "H26.30"},
		{"parent out of the code", name("H24", "Đặc khu Bạch Long Vĩ"), now, "H24.150"},
		{"parent in the older form", name("000.00.00.H26", "Sở Công Thương"), now, "H26.07"},
	} {
		t.Run(test.what, func(t *testing.T) {
			got, ok := test.registry.Find(test.unit)
			if got.Code != test.want || ok != (test.want != "") {
				t.Errorf("Find(%+v) = %+v, %v, want %q", test.unit, got, ok, test.want)
			}
		})
	}
}

func TestMerge(t *testing.T) {
	r := New(
		[]Listed{{Unit: index.Unit{Code: "H01.12", Name: "Tư pháp", Kind: index.Department, Parent: "H01"}}, {Unit: index.Unit{Code: "H01.99", Name: "Sở <mới>"}}},
		[]index.Unit{
			{Code: "H01.12", ID: "1", Name: "Sở  Tư pháp - tỉnh An Giang"},
			{ID: "1", Name: "Sở Tư pháp"},
			{Code: "H01", ID: "398126", Name: "UBND tỉnh An Giang"},
			{ID: "2", Name: "Đơn vị chưa có mã", Parent: "H01"},
			{Name: "neither code nor id"},
		}, july2026)
	want := map[string]index.Unit{
		"H01.12": {Code: "H01.12", ID: "1", Name: "Sở Tư pháp - tỉnh An Giang", Kind: index.Department, Parent: "H01"},
		"H01.99": {Code: "H01.99", Name: "Sở mới", Parent: "H01"},
		"H01":    {Code: "H01", ID: "398126", Name: "UBND tỉnh An Giang", Kind: index.Province},
		"":       {ID: "2", Name: "Đơn vị chưa có mã", Parent: "H01"},
	}
	if len(r.units) != len(Provinces)+3 {
		t.Errorf("%d units, want %d", len(r.units), len(Provinces)+3)
	}
	got := map[string]index.Unit{}
	for _, u := range r.units {
		if _, ok := want[u.Code]; ok {
			got[u.Code] = u
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// Every unit is found by every name that it has, unless another has it too.
func TestFindsItsOwn(t *testing.T) {
	r := New(nil, portalUnits, july2026)
	for _, u := range r.units {
		if got, ok := r.Find(index.Unit{Name: u.Name, Parent: u.Parent}); !ok || got != u {
			t.Errorf("%s (%s) finds %+v, %v", u.Code, u.Name, got, ok)
		}
	}
}

// The built-in list alone knows the provinces as the old ranking pages spell them.
func TestProvincesAsPagesSpellThem(t *testing.T) {
	r := New(nil, nil, july2026)
	for _, p := range Provinces {
		spelt := "UBND tỉnh " + p.Name
		if strings.HasPrefix(p.Name, "Thành phố") {
			spelt = "UBND " + p.Name
		}
		if got, ok := r.Find(index.Unit{Name: spelt, Kind: index.Province}); !ok || got.Code != p.Code {
			t.Errorf("%s is %+v, %v, want %s", spelt, got, ok, p.Code)
		}
	}
}

func TestNearest(t *testing.T) {
	r := New(listed, portalUnits, july2026)
	for _, test := range []struct {
		name string
		n    int
		want []string
	}{
		{"UBND phường Phương Niệt", 3, []string{"H26.123"}},
		{"Sở Tư Pháp và Hộ tịch", 3, nil},
		{"So Cong Thuong 2", 1, []string{"H26.07"}},
		{"UBND xã Long Thành", 1, []string{"H01.177"}},
		{"xã Mỹ Dức", 2, []string{"H01.304", "H01.303"}},
		{"xã Mỹ Dức", 0, nil},
		{"", 3, nil},
	} {
		var got []string
		for _, u := range r.Nearest(test.name, test.n) {
			got = append(got, u.Code)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("Nearest(%q): -want +got\n%s", test.name, diff)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"so tu phap", "so tu phap", 0}, {"so tu phap", "so y te", 6},
		{"ab", "ba", 2}, {"kitten", "sitting", 3}, {"sở tư", "so tu", 2}, {"aaaa", "aabaa", 1},
	} {
		if got := Distance(test.a, test.b); got != test.want {
			t.Errorf("Distance(%q, %q) = %d, want %d", test.a, test.b, got, test.want)
		}
	}
}

func benchmarkRegistry() (*Registry, []index.Unit) {
	var known []index.Unit
	for _, p := range Provinces {
		for n := range 120 {
			known = append(known, index.Unit{Code: fmt.Sprintf("%s.%d", p.Code, n), Name: fmt.Sprintf("UBND phường Đông Thạnh %d", n), Kind: index.Commune, Parent: p.Code})
		}
	}
	return New(listed, known, july2026), known
}

func BenchmarkNew(b *testing.B) {
	_, known := benchmarkRegistry()
	for b.Loop() {
		New(listed, known, july2026)
	}
}

func BenchmarkFind(b *testing.B) {
	r, known := benchmarkRegistry()
	names := []index.Unit{
		{Code: known[100].Code},
		{Name: known[100].Name, Parent: known[100].Parent},
		{Name: "Ủy ban nhân dân Phường đông thạnh 7 - TP Cần Thơ", Parent: "H13"},
		{Name: "Sở không có ở đây", Parent: "H13"},
	}
	for b.Loop() {
		for _, u := range names {
			r.Find(u)
		}
	}
}

func BenchmarkNearest(b *testing.B) {
	r, _ := benchmarkRegistry()
	for b.Loop() {
		r.Nearest("UBND xã Đông Thành 14", 3)
	}
}
