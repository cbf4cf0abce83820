package main

import (
	"maps"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"dvc_exporter/exporter/demo"
	"dvc_exporter/exporter/index"
)

// published are the samples that hold for a month, current or past.
var published = regexp.MustCompile(`(?m)^dvc_(score|group_score|indicator_score|rank|portal_dossiers)(\w*\{.*\}) (\S+)$`)

// samples returns the published samples of a scrape, by series.
func samples(text string) map[string]string {
	all := map[string]string{}
	for _, m := range published.FindAllStringSubmatch(text, -1) {
		all[m[1]+m[2]] = m[3]
	}
	return all
}

var past = regexp.MustCompile(`^(score|rank|group_score)_past\{`)

// TestFaultsAtChangesOfMonth carries the portal's faults through changes of month,
// in both generations. What a portal without faults shows of the month is the
// oracle: whatever is shown under a fault is either that of the new month or that
// of the month before, never a mixture under one name, and nothing known is lost.
func TestFaultsAtChangesOfMonth(t *testing.T) {
	for _, generation := range []struct {
		api    string
		portal func(now func() time.Time) http.Handler
		start  time.Time
		months int
	}{
		{"reporting", demo.NewPortal, time.Date(2026, 8, 28, 9, 0, 0, 0, index.Vietnam), 3},
		{"rest", func(func() time.Time) http.Handler { return demo.NewStory() }, time.Date(2024, 6, 28, 9, 0, 0, 0, index.Vietnam), 1},
	} {
		t.Run(generation.api, func(t *testing.T) {
			now := generation.start
			clock := func() time.Time { return now }
			portal := &faulty{portal: generation.portal(clock)}
			configure := func(handler http.Handler) config {
				c := testConfig(t, handler)
				c.PortalAPI, c.Windows, c.AsOf = generation.api, []index.Window{index.Month}, asOf{}
				c.clock = func(time.Time) time.Time { return clock() }
				return c
			}
			// oracle is what an exporter that never met a fault shows at the time.
			oracle := func() map[string]string {
				a := wireTest(t, configure(generation.portal(clock)))
				a.round(t, true)
				return samples(a.scrape(t))
			}
			portal.set("")
			a := wireTest(t, configure(portal))
			a.round(t, true)
			before := oracle()
			if got := samples(a.scrape(t)); !maps.Equal(got, before) || len(got) < 100 {
				t.Fatalf("without a fault %d samples, the oracle has %d", len(got), len(before))
			}
			for range generation.months {
				now = now.AddDate(0, 1, 0)
				next := oracle()
				for _, fault := range []string{"waf", "403", "429", "500", "reset", "half a body", "endless", "gzip bomb", "transparency fails"} {
					if fault == "transparency fails" && generation.api == "rest" {
						continue
					}
					portal.set(fault)
					a.round(t, true)
					got := samples(a.scrape(t))
					if fault != "transparency fails" {
						if !maps.Equal(got, before) {
							t.Errorf("%s at %s: what was known of the month before is lost or changed", fault, now.Format(time.DateOnly))
						}
						continue
					}
					// One service stays behind: the new month without its figures.
					for series, value := range got {
						if next[series] != value {
							t.Errorf("%s at %s: %s is %s, the portal says %q", fault, now.Format(time.DateOnly), series, value, next[series])
						}
					}
					for series := range next {
						if _, ok := got[series]; !ok && (past.MatchString(series) || !ofTransparency(series)) {
							t.Errorf("%s at %s: %s is lost", fault, now.Format(time.DateOnly), series)
						}
					}
				}
				portal.set("")
				a.round(t, true)
				if got := samples(a.scrape(t)); !maps.Equal(got, next) {
					t.Errorf("%s, without a fault again: %d samples, the oracle has %d", now.Format(time.DateOnly), len(got), len(next))
				}
				before = next
			}
		})
	}
}

// ofTransparency says whether only the service "transparency" gives a series.
func ofTransparency(series string) bool { return strings.Contains(series, `group="CKMB"`) }
