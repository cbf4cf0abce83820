package pages

import (
	"math"
	"testing"
)

func TestParseNumber(t *testing.T) {
	for in, want := range map[string]number{
		"58,86":       {value: 58.86},
		"24.130":      {value: 24130, whole: true},
		"1.065.150":   {value: 1065150, whole: true},
		"1 065 150":   {value: 1065150, whole: true},
		"1\u00a0065":  {value: 1065, whole: true},
		"1.065.150,5": {value: 1065150.5},
		"93,23/100":   {value: 93.23, max: 100},
		"16,5 / 18":   {value: 16.5, max: 18},
		"74,04 %":     {value: 74.04, percent: true},
		"74%":         {value: 74, percent: true, whole: true},
		"58.86":       {value: 58.86},
		"58.860":      {value: 58860, whole: true},
		"0.500":       {value: 0.5},
		"0,500":       {value: 0.5},
		"0":           {whole: true},
		"007":         {value: 7, whole: true},
		" \n 12 \t":   {value: 12, whole: true},
		"-5":          {value: -5, whole: true},
		"−5":          {value: -5, whole: true},
		"1000000":     {value: 1000000, whole: true},
	} {
		got, ok, err := parseNumber(in)
		if err != nil || !ok || got != want {
			t.Errorf("parseNumber(%q) = %+v, %v, %v, want %+v", in, got, ok, err, want)
		}
	}
	for _, in := range []string{"", " ", "-", "–", "—", "--", " – ", "\u00a0", "−"} {
		if got, ok, err := parseNumber(in); ok || err != nil {
			t.Errorf("parseNumber(%q) = %+v, %v, %v, want no value", in, got, ok, err)
		}
	}
	for _, in := range []string{
		"Hà Nội", "1,065,150", "1.06.150", "12a", "NaN", "Inf", "1e5", "0x10", "1/0", "1/-5", "1/", "/5", "1/2/3", "5 %/100",
		"%", "1 2", "12 34", "1.065 150", "--5", "5-", "٣", "1..5", ",5", "5,", "99999999999999999999999999999999999999999999999999999999999999999",
	} {
		if got, ok, err := parseNumber(in); err == nil {
			t.Errorf("parseNumber(%q) = %+v, %v, want an error", in, got, ok)
		}
	}
}

func TestParseCount(t *testing.T) {
	for in, want := range map[string]float64{"24,130": 24130, " 1,065,150\n": 1065150, "24.130": 24130, "24 130": 24130, "950": 950} {
		if n, ok, err := parseCount(in); !ok || err != nil || !n.whole || n.value != want {
			t.Errorf("parseCount(%q) = %+v, %v, %v", in, n, ok, err)
		}
	}
	for _, in := range []string{"24,13", "0,130", "1,065.150", "24,1300", "1,06,150", "58.86"} {
		if n, _, err := parseCount(in); err == nil && n.whole {
			t.Errorf("parseCount(%q) = %+v", in, n)
		}
	}
}

func FuzzParseNumber(f *testing.F) {
	for _, s := range []string{"58,86", "24.130", "1.065.150", "93,23/100", "74,04 %", "–", "Hà Nội"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, ok, err := parseNumber(s)
		if ok && err != nil || math.IsNaN(n.value) || math.IsInf(n.value, 0) || n.max < 0 {
			t.Errorf("parseNumber(%q) = %+v, %v, %v", s, n, ok, err)
		}
		if n.whole && n.value != math.Trunc(n.value) {
			t.Errorf("parseNumber(%q) = %+v is not whole", s, n)
		}
	})
}
