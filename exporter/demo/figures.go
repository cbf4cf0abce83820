package demo

import (
	"hash/fnv"
	"math"
	"slices"
	"time"

	"dvc_exporter/exporter/index"
)

// moment is a period as far as it has passed.
type moment struct {
	period   index.Period
	begun    bool
	recorded bool    // the period for which the recorded national table stands
	months   float64 // that have passed, for counts: at least 1, so that a province's stay divisible into its points
	middle   float64 // of what has passed, in months since the year 0
}

func momentOf(p index.Period, now time.Time) moment {
	length := float64(p.Months)
	passed := length * min(1, float64(now.Sub(p.Start()))/float64(p.End().Sub(p.Start())))
	return moment{
		period:   p,
		begun:    !p.Start().After(now),
		recorded: p == index.Year.At(now),
		months:   max(1, passed),
		middle:   float64(p.Year*12) + float64(p.Number-1)*length + passed/2,
	}
}

// chance is a number in [0, 1) that is always the same for the same words.
func chance(words ...string) float64 { return fraction(seed(words...)) }

func seed(words ...string) uint64 {
	h := fnv.New64a()
	for _, w := range words {
		_, _ = h.Write([]byte(w))
		_, _ = h.Write([]byte{0})
	}
	return h.Sum64()
}

// fraction mixes (splitmix64): FNV leaves the high bits of similar words alike.
func fraction(x uint64) float64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return float64((x^x>>31)>>11) / (1 << 53)
}

// wave is how something moves around its usual value: within ±1, smooth over the
// years, by at most 0.62 from one month to the next.
func wave(m moment, words ...string) float64 {
	s := seed(words...)
	swing := func(months float64, phase uint64) float64 {
		return math.Sin(2 * math.Pi * (m.middle/months + fraction(phase)))
	}
	jitter := 2*fraction(s+uint64(m.period.Year*12+m.period.Number)<<8+uint64(m.period.Months)) - 1
	return 0.65*swing(11, s+1) + 0.25*swing(31, s+2) + 0.1*jitter
}

// round2 rounds to two decimals, as every figure of the portal is.
func round2(x float64) float64 { return math.Round(x*100) / 100 }

// percent is the portal's ratio of two counts, 0 where nothing was counted.
func percent(num, den int) float64 {
	if den == 0 {
		return 0
	}
	return round2(100 * float64(num) / float64(den))
}

// points are a unit's points by group, in the order of groups.
type points [6]float64

func (p points) total() float64 {
	sum := 0.0
	for _, s := range p {
		sum += s
	}
	return round2(sum)
}

// points of a province: the recorded ones for the year, else those moved by at
// most 2.9 in all. As the 29th of the recorded table is 5.89 better than Hà Nội,
// Hà Nội is never better than 30th.
func (u *unit) points(m moment) points {
	p := u.recorded
	if m.recorded {
		return p
	}
	for i, g := range groups {
		move := 0.029 * g.Max * (0.8*wave(m, u.code) + 0.2*wave(m, u.code, g.Code))
		p[i] = round2(min(max(p[i]+move, 0), g.Max))
	}
	return p
}

// count is one indicator of a unit in a period.
type count struct {
	num, den int
	score    float64
	scored   bool
}

// figures are all that the portal knows of a unit in a period.
type figures struct {
	*unit
	points points
	counts []count // in the order of indicators
}

// count of the indicator that has a code.
func (f figures) count(code string) count {
	return f.counts[slices.IndexFunc(indicators, func(i *indicator) bool { return i.code == code })]
}

// figures of a unit. Whole dossiers cannot give every score, so what one
// indicator misses is carried into the next: a province's group scores come out
// as its points say, and a small unit's total moves smoothly although its parts
// cannot.
func (u *unit) figures(m moment) figures {
	f := figures{unit: u, counts: make([]count, len(indicators))}
	want := u.wanted(m)
	flow := m.months * (1 + 0.1*wave(m, u.code, "dossiers"))
	carry := 0.0
	for i, ind := range indicators {
		c := &f.counts[i]
		c.den, c.scored = u.size(ind.of, flow), ind.max > 0
		switch {
		case ind.of == "" || ind.of == petitions && c.den == 0:
			c.score = ind.max
		case ind.code == "PUBLISH_ON_TIME" && u.silent:
			*c = count{}
		default:
			ratio := u.ratio(m, ind)
			if want[i] < ind.max {
				ratio = (want[i] + carry) / ind.max * ind.full
			}
			c.num = int(math.Round(min(max(ratio, 0), 1) * float64(c.den)))
			c.score = round2(ind.max * min(1, float64(c.num)/float64(c.den)/ind.full))
			carry += want[i] - c.score
		}
		f.points[ind.group] = round2(f.points[ind.group] + c.score)
	}
	if u.kind == index.Province {
		f.points = u.points(m)
	}
	return f
}

// ratio is a unit's usual value of an indicator, 0 to 1, as it moves.
func (u *unit) ratio(m moment, ind *indicator) float64 {
	usual := ind.typical + 0.1*u.quality + 0.12*(2*chance(u.code, ind.code)-1)
	usual += 0.025 * (0.6*wave(m, u.code) + 0.4*wave(m, u.code, ind.code))
	if ind.saturated() {
		return min(max(usual, ind.full), 1)
	}
	return min(max(usual, 0.02), 1)
}

// wanted are the points of each indicator before they are made of whole counts.
// They follow from a unit's ratios; a province's are scaled to the points that it
// has of each group, except those that are full nearly everywhere.
func (u *unit) wanted(m moment) []float64 {
	want := make([]float64, len(indicators))
	var full, open points
	for i, ind := range indicators {
		want[i] = ind.max * min(1, u.ratio(m, ind)/ind.full)
		if ind.saturated() {
			full[ind.group] += want[i]
		} else {
			open[ind.group] += want[i]
		}
	}
	if u.kind == index.Province {
		total := u.points(m)
		for i, ind := range indicators {
			if g := ind.group; !ind.saturated() {
				want[i] *= (total[g] - full[g]) / open[g]
			}
		}
	}
	return want
}

// size is how many there are of what an indicator counts; flow is the length of
// the period in usual months. Without petitions it may be 0.
func (u *unit) size(of string, flow float64) int {
	perMonth := map[string]float64{"dossiers": u.dossiers, "paid dossiers": 0.55 * u.dossiers, petitions: u.petitions}[of]
	switch {
	case perMonth > 0:
		return max(1, int(math.Round(perMonth*flow)))
	case of == "procedures":
		return u.procedures
	case of == "paid procedures":
		return u.procedures / 3
	}
	return 0
}
