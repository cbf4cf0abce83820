package units

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"":                              "",
		" \n\t ":                        "",
		"Tỉnh/Thành phố":                "tinh thanh pho",
		"Công khai,\n  minh bạch":       "cong khai minh bach",
		"ĐƠN VỊ":                        "don vi",
		"Ðơn vị":                        "don vi",
		"Đơn vi\u0323":                  "don vi",
		"Tỷ lệ (%)":                     "ty le",
		"Trước\u00a0và đúng\u200b hạn:": "truoc va dung han",
		"MaHoSo":                        "mahoso",
		"\xc6\xf4\xf4Tân\xff":           "tan",
		"3=4+5":                         "3 4 5",
	} {
		if got := Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"":                                   "",
		" Sở \n\t Tư\u00a0pháp ":             "Sở Tư pháp",
		"So\u031b\u0309 Tu\u031b pha\u0301p": "Sở Tư pháp",
		"<b>Sở</b> \"Y\" \\ tế":              "bSở/b \"Y\" \\ tế",
		"So<\u031b\x01\u0309":                "Sở",
		"Sở\x00 Y\u200b tế\u202e":            "Sở Y tế",
	} {
		if got := Clean(in); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestSlug(t *testing.T) {
	for in, want := range map[string]string{
		"Sở Tư pháp":              "so-tu-phap",
		"UBND Đặc khu Kiên Hải":   "ubnd-dac-khu-kien-hai",
		"":                        "",
		" -- ":                    "",
		"市役所":                     "",
		"Sở 市 Y tế":               "so-y-te",
		strings.Repeat("Sở ", 40): "so-so-so-so-so-so-so-so-so-so-so-so-so-so-so-so-so-so-so-so-so-so-so-so-so-so-so",
	} {
		got := Slug(in)
		if got != want {
			t.Errorf("Slug(%q) = %q, want %q", in, got, want)
		}
		if len(got) > maxSlug {
			t.Errorf("Slug(%q) has %d bytes", in, len(got))
		}
	}
}

func FuzzName(f *testing.F) {
	for _, u := range portalUnits {
		f.Add(u.Name)
	}
	f.Add("\xff\xfe\u0301")
	r := New(listed, portalUnits, july2026)
	f.Fuzz(func(t *testing.T, name string) {
		if again := Fold(Fold(name)); again != Fold(name) {
			t.Errorf("Fold(%q) = %q, folded again %q", name, Fold(name), again)
		}
		if again := Clean(Clean(name)); again != Clean(name) || strings.ContainsAny(again, "<>\n") {
			t.Errorf("Clean(%q) = %q, cleaned again %q", name, Clean(name), again)
		}
		for _, c := range Slug(name) {
			if !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789-", c) {
				t.Errorf("Slug(%q) = %q", name, Slug(name))
			}
		}
		for _, u := range r.Nearest(name, 3) {
			if u.Name == "" || !utf8.ValidString(u.Name) {
				t.Errorf("Nearest(%q) has %+v", name, u)
			}
		}
	})
}
