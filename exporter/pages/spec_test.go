package pages

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dvc_exporter/exporter/index"
)

func TestParseSpec(t *testing.T) {
	h01, none := "H01", ""
	for in, want := range map[string]Spec{
		"https://x/p.html": {URL: "https://x/p.html", Window: index.Year},
		"window=month;parent=H01;https://x/p?a=b;c=d": {URL: "https://x/p?a=b;c=d", Window: index.Month, Parent: &h01},
		" parent= H01 ; http://x ":                    {URL: "http://x", Window: index.Year, Parent: &h01},
		"parent=;pages/thong-ke.html":                 {Path: "pages/thong-ke.html", Window: index.Year, Parent: &none},
		"window=half_year;/srv/a b.html":              {Path: "/srv/a b.html", Window: index.HalfYear},
		"./window=x;y.html":                           {Path: "./window=x;y.html", Window: index.Year},
		`C:\pages\x.html`:                             {Path: `C:\pages\x.html`, Window: index.Year},
	} {
		got, err := ParseSpec(in)
		if err != nil {
			t.Errorf("ParseSpec(%q): %v", in, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("ParseSpec(%q): -want +got\n%s", in, diff)
		}
	}
}

func TestParseSpecErrors(t *testing.T) {
	for in, want := range map[string]string{
		"":                               "missing",
		"window=month;":                  "missing",
		"window=day;https://x/":          `window "day" is none of`,
		"window=;https://x/":             `window ""`,
		"parent=Hà Nội;https://x/":       `parent "Hà Nội"`,
		"windows=year;https://x/":        `option "windows" is not known`,
		"https://":                       "no host",
		"https:///p.html":                "no host",
		"ftp://x/p.html":                 "ftp is not read",
		"file:///srv/p.html":             "file is not read",
		"a\x00b":                         "NUL",
		"http://user:geheim@x:port/p":    "it is no URL",
		"ftp://user:geheim@x/p":          "ftp is not read",
		"window=day;http://u:geheim@x/p": `window "day"`,
	} {
		_, err := ParseSpec(in)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseSpec(%q): %v, want %q", in, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "geheim") {
			t.Errorf("ParseSpec(%q) tells the password: %v", in, err)
		}
	}
}

func FuzzParseSpec(f *testing.F) {
	f.Add("window=year;parent=H01;https://x/p.html")
	f.Add("/srv/x.html")
	f.Fuzz(func(t *testing.T, s string) {
		spec, err := ParseSpec(s)
		if err == nil && (spec.Window == "" || (spec.URL == "") == (spec.Path == "")) {
			t.Errorf("ParseSpec(%q) = %+v", s, spec)
		}
		if err == nil {
			New(Options{Specs: []Spec{spec}})
		}
	})
}
