package main

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"
)

// rgb is a colour, each part from 0 to 1.
type rgb [3]float64

// themes are Grafana's colours of panels and of their text.
var themes = map[string]struct{ panel, text rgb }{
	"dark":  {hex("#181b1f"), rgb{204 / 255.0, 204 / 255.0, 220 / 255.0}},
	"light": {hex("#ffffff"), rgb{36 / 255.0, 41 / 255.0, 46 / 255.0}},
}

func hex(css string) (c rgb) {
	for i := range c {
		var n int
		if _, err := fmt.Sscanf(css[1+2*i:3+2*i], "%02x", &n); err != nil {
			panic(err)
		}
		c[i] = float64(n) / 255
	}
	return c
}

// linear is the light of a colour, as WCAG 2.2 has it.
func (c rgb) linear() rgb {
	for i, v := range c {
		c[i] = v / 12.92
		if v > 0.04045 {
			c[i] = math.Pow((v+0.055)/1.055, 2.4)
		}
	}
	return c
}

func contrast(a, b rgb) float64 {
	luminance := func(c rgb) float64 { c = c.linear(); return 0.2126*c[0] + 0.7152*c[1] + 0.0722*c[2] }
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

var inked = regexp.MustCompile(`^color-mix\(in srgb,(#\w{6}) (\d+)%,currentcolor\)$`)

// drawn is a colour of CSS on a theme.
func drawn(t *testing.T, css string, text rgb) (c rgb) {
	t.Helper()
	switch parts := inked.FindStringSubmatch(css); {
	case css == "#fff":
		return rgb{1, 1, 1}
	case parts != nil:
		var percent float64
		_, _ = fmt.Sscan(parts[2], &percent)
		for i, v := range hex(parts[1]) {
			c[i] = v*percent/100 + text[i]*(1-percent/100)
		}
		return c
	case len(css) == 7 && css[0] == '#':
		return hex(css)
	}
	t.Fatalf("the test does not know the colour %q", css)
	return c
}

// TestContrast computes the contrast of every text that has a colour of its own, in table
// cells and in single figures, on the dark and the light theme: 4.5 to 1 as WCAG 2.2 AA asks.
func TestContrast(t *testing.T) {
	styled := regexp.MustCompile(`style=\\"([^"]*)\\"`)
	named := regexp.MustCompile(`(?:^|;)(background-color|color):([^;]+)`)
	used := map[[2]string]bool{}
	for _, board := range boards {
		d := board(editions()[0])
		for _, p := range allPanels(d) {
			for _, css := range styled.FindAllStringSubmatch(string(must(encodePlain(p))), -1) {
				at := map[string]string{}
				for _, rule := range named.FindAllStringSubmatch(css[1], -1) {
					at[rule[1]] = rule[2]
				}
				if at["color"] != "" {
					used[[2]string{at["color"], at["background-color"]}] = true
				}
			}
			if p.Type != "stat" {
				continue
			}
			// Grafana writes white on these: it looks at red, green and blue alone.
			for _, css := range regexp.MustCompile(`"(?:fixedColor|color)":"([^"]+)"`).FindAllStringSubmatch(string(must(encodePlain(p.FieldConfig))), -1) {
				if css[1] != "text" && css[1] != plainTile {
					used[[2]string{"#f7f8fa", css[1]}] = true
				}
			}
		}
	}
	if len(used) < 6 {
		t.Fatalf("only these colours of text were found: %v", used)
	}
	for pair := range used {
		for name, theme := range themes {
			ground := theme.panel
			if pair[1] != "" {
				ground = drawn(t, pair[1], theme.text)
			}
			if ratio := contrast(drawn(t, pair[0], theme.text), ground); ratio < 4.5 {
				t.Errorf("%s theme: text %q on %q has a contrast of %.2f", name, pair[0], pair[1], ratio)
			}
		}
	}
}

// TestColourBlind sees the palette as without green cones (Machado, Oliveira, Fernandes 2009,
// deuteranopia) and asks that colours of contrary meaning stay far apart: a distance of 2 in
// CIELAB is just seen, 20 is another colour.
func TestColourBlind(t *testing.T) {
	for name, theme := range themes {
		for _, pair := range [][2]string{
			{ink(colorGood), ink(colorBad)}, {ink(colorGood), ink(colorOld)}, {ink(colorBad), ink(colorOld)},
			{colorGood, colorBad}, {colorGood, colorOld}, {colorBad, colorOld},
			{colorCellGood, colorCellBad}, {colorCellGood, colorCellOld}, {colorCellBad, colorCellOld},
			{colorCellHigh, colorCellLow}, {colorCellHigh, colorCellBad}, {colorCellGood, colorCellLow},
		} {
			a, b := lab(blind(drawn(t, pair[0], theme.text))), lab(blind(drawn(t, pair[1], theme.text)))
			if apart := math.Hypot(math.Hypot(a[0]-b[0], a[1]-b[1]), a[2]-b[2]); apart < 20 {
				t.Errorf("%s theme: %s and %s are %.0f apart without green cones", name, pair[0], pair[1], apart)
			}
		}
	}
}

// blind is the light of a colour that reaches an eye without green cones.
func blind(c rgb) (seen rgb) {
	c = c.linear()
	for i, row := range [3]rgb{{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}} {
		seen[i] = min(1, max(0, row[0]*c[0]+row[1]*c[1]+row[2]*c[2]))
	}
	return seen
}

// lab turns light into CIELAB, under D65.
func lab(c rgb) rgb {
	f := func(t float64) float64 {
		if t > 216.0/24389 {
			return math.Cbrt(t)
		}
		return (24389.0/27*t + 16) / 116
	}
	x := f((0.4124564*c[0] + 0.3575761*c[1] + 0.1804375*c[2]) / 0.95047)
	y := f(0.2126729*c[0] + 0.7151522*c[1] + 0.0721750*c[2])
	z := f((0.0193339*c[0] + 0.1191920*c[1] + 0.9503041*c[2]) / 1.08883)
	return rgb{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

// encodePlain is JSON that does not write < and > as escapes.
func encodePlain(v any) ([]byte, error) {
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(v)
	return []byte(out.String()), err
}
