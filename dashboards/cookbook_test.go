package main

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"dvc_exporter/tools/pinned"
)

var update = flag.Bool("update", false, "write the answers in PROMQL.md anew")

// recipe is a question of the cookbook.
var recipe = regexp.MustCompile("(?ms)^### (\\d+\\. [^\n]+)\n(.*?)```promql\n(.*?)```\n\n```text\n(.*?)```\n")

// TestCookbook asks a real Prometheus, which reads the demonstration at the time that the
// cookbook names, every query of it and compares the answers.
func TestCookbook(t *testing.T) {
	page := readFile(t, "PROMQL.md")
	recipes := recipe.FindAllStringSubmatch(page, -1)
	if len(recipes) != 30 || strings.Count(page, "```promql") != len(recipes) {
		t.Fatalf("%d questions of %d have a query and an answer", len(recipes), strings.Count(page, "```promql"))
	}
	asOf, err := time.Parse(time.RFC3339, regexp.MustCompile(`DVC_AS_OF=(\S+)`).FindStringSubmatch(page)[1])
	if err != nil {
		t.Fatal(err)
	}
	s := startCookbook(t, asOf, page)
	var answers []string
	ask := func() (all []string) {
		for _, r := range recipes {
			all = append(all, s.answer(r[3]))
		}
		return all
	}
	// Rules follow one another and are evaluated in turn: what does not change any more is
	// the answer. Two questions are about what should not be.
	for end := time.Now().Add(6 * time.Minute); ; time.Sleep(40 * time.Second) {
		before := answers
		if answers = ask(); slices.Equal(before, answers) && strings.Count(strings.Join(answers, ""), nobody) <= 2 {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("the answers do not come to rest (-before +now):\n%s\nthey are\n%s", gocmp.Diff(before, answers), strings.Join(answers, "\n"))
		}
	}
	for i, r := range recipes {
		s.check("PROMQL.md", r[1], r[3])
		if answers[i] != r[4] && !*update {
			t.Errorf("%s\n%s\nPROMQL.md has\n%s\nthe answer is\n%s", r[1], r[3], r[4], answers[i])
		}
		page = strings.Replace(page, r[0], strings.Replace(r[0], "```text\n"+r[4], "```text\n"+answers[i], 1), 1)
	}
	if *update {
		if err := os.WriteFile("PROMQL.md", []byte(page), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// startCookbook starts an exporter on the demonstration as it is at asOf and a Prometheus that
// reads it. Of the day before, Prometheus has what the page asks for by an offset.
func startCookbook(t *testing.T, asOf time.Time, page string) *stack {
	t.Helper()
	prometheus, promtool := pinned.Tool(t, "prometheus"), pinned.Tool(t, "promtool")
	s := &stack{t: t, dir: t.TempDir(), prometheus: pinned.FreeAddress(t), parsed: map[string]bool{}}
	binary := pinned.Exporter(t, s.dir)
	start := func(at time.Time) string {
		address := pinned.FreeAddress(t)
		pinned.Start(t, s.dir, binary, []string{"-demo"}, "DVC_LISTEN_ADDRESS="+address, "DVC_AS_OF="+at.Format(time.RFC3339))
		return address
	}
	today, yesterday := start(asOf), start(asOf.AddDate(0, 0, -1))

	s.copyRules("15s")
	write(t, filepath.Join(s.dir, "targets", "exporter.yml"), `[{"targets": ["`+today+`"]}]`)
	write(t, filepath.Join(s.dir, "yesterday.om"), samplesOfYesterday(t, yesterday, page))
	if out, err := exec.CommandContext(t.Context(), promtool, "tsdb", "create-blocks-from", "openmetrics", filepath.Join(s.dir, "yesterday.om"), filepath.Join(s.dir, "tsdb")).CombinedOutput(); err != nil {
		t.Fatalf("the day before: %v\n%s", err, out)
	}
	pinned.Start(t, s.dir, prometheus, []string{"--config.file=prometheus.yml", "--storage.tsdb.path=tsdb", "--web.listen-address=" + s.prometheus})
	// All sources are there, and the closed months back to the first one of the API.
	s.eventually("figures of every source and all closed months",
		`count(dvc_source_up == 1) and on () (count(dvc_score_past{unit="H26",window="month"}) == 9)`, 3)
	return s
}

// samplesOfYesterday are the series that the page asks for by "offset 1d", as another exporter
// serves them, a sample a minute from a day ago on.
func samplesOfYesterday(t *testing.T, address, page string) string {
	t.Helper()
	names := map[string]bool{}
	for _, found := range regexp.MustCompile(`(\w+)(?:\{[^}]*\})? offset 1d`).FindAllStringSubmatch(page, -1) {
		names[found[1]] = true
	}
	var served string
	whole := regexp.MustCompile(`(?m)^dvc_source_up\{.*\} 1$`) // units of records have their codes by the portal
	for end := time.Now().Add(4 * time.Minute); len(whole.FindAllString(served, -1)) < 3; time.Sleep(time.Second) {
		if time.Now().After(end) {
			t.Fatal("four minutes have not brought every source of the day before")
		}
		if resp, err := http.Get("http://" + address + "/metrics"); err == nil {
			body, _ := io.ReadAll(resp.Body)
			_ = resp.Body.Close()
			served = string(body)
		}
	}
	from := time.Now().AddDate(0, 0, -1).Add(-5 * time.Minute).Unix()
	var b strings.Builder
	for line := range strings.Lines(served) {
		if name, rest, ok := strings.Cut(line, "{"); ok && names[name] {
			for minute := range int64(60) {
				fmt.Fprintf(&b, "%s{job=\"dvc\",instance=\"dvc\",%s %d\n", name, strings.TrimSpace(rest), from+60*minute)
			}
		}
	}
	if b.Len() == 0 {
		t.Fatalf("the exporter of the day before serves nothing of %v", slices.Sorted(maps.Keys(names)))
	}
	return b.String() + "# EOF\n"
}

// answer asks for the present and writes each series on a line, in the order of the answer
// where the query has one.
func (s *stack) answer(query string) string {
	s.t.Helper()
	var data struct{ Result []series }
	s.get("/api/v1/query", url.Values{"query": {query}}, &data)
	lines := make([]string, len(data.Result))
	ordered := regexp.MustCompile(`^(sort|topk|bottomk)`).MatchString(query)
	place := map[string]int{} // of a line; equal values share one
	for i, one := range data.Result {
		var labels []string
		for _, name := range slices.Sorted(maps.Keys(one.Metric)) {
			if name != "__name__" && name != "job" && name != "instance" {
				value, _ := json.Marshal(one.Metric[name])
				labels = append(labels, name+"="+string(value))
			}
		}
		lines[i] = fmt.Sprintf("{%s} %v\n", strings.Join(labels, ", "), one.Value[1])
		if ordered && (i == 0 || one.Value[1] != data.Result[i-1].Value[1]) {
			place[lines[i]] = i
		} else if ordered {
			place[lines[i]] = place[lines[i-1]]
		}
	}
	slices.SortFunc(lines, func(a, b string) int { return cmp.Or(cmp.Compare(place[a], place[b]), cmp.Compare(a, b)) })
	return cmp.Or(strings.Join(lines, ""), nobody)
}

// nobody is an answer without a series.
const nobody = "(nothing)\n"
