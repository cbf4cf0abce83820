package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"text/tabwriter"
	"time"

	"dvc_exporter/exporter/demo"
	"dvc_exporter/tools/pinned"
)

// mayBeEmpty says why a query may have no data in the demonstration, or "" if it may not.
func mayBeEmpty(a answer) string {
	const noYear = "the portal of 2026 has no year before"
	switch a.ref {
	case "aged":
		return "no source is old"
	case "none":
		return "the unit and its place are known"
	case "up", "down", "same":
		return "a change has one sign of three; no part is down"
	case "period_month", "period_quarter", "period_year":
		if !strings.Contains(a.set, "window="+strings.TrimPrefix(a.ref, "period_")) {
			return "another period is chosen"
		}
	case "silence":
		return "the exporter answers"
	case "since":
		return "no alert may fire yet"
	case "sums":
		if !strings.HasSuffix(a.set, "unit=H26") {
			return "it says that figures are sums over units, of a province"
		}
	case "change":
		if !strings.Contains(a.set, "indicator=CKMB") {
			return "only a group has a change of points"
		}
	case "first":
		return "the province is not the first"
	case "place", "graded":
		if strings.Contains(a.set, "indicator=") && !strings.Contains(a.set, "indicator=total") {
			return "only totals have places"
		}
	case "failures":
		return "no answer was refused"
	case "delta":
		if strings.Contains(a.set, "window=year") {
			return noYear
		}
		if strings.Contains(a.set, "indicator=") && !strings.Contains(a.set, "indicator=total") {
			return "only totals have places"
		}
	case "nothing":
		return "not every unit is without overdue dossiers"
	case "oldest", "due", "sent":
		if !strings.HasSuffix(a.set, "unit="+justice) {
			return "not every unit has an overdue dossier or owes an apology"
		}
	}
	return ""
}

// ageless says why what a query returns needs no age, or "" if it does.
func ageless(a answer) string {
	switch {
	case a.board == "dvc-he-thong":
		return "how old figures are is what it shows"
	case a.ranged:
		return "a graph shows when"
	case a.ref == "name" || a.ref == "none" || a.ref == "sums" || strings.HasPrefix(a.ref, "period_"):
		return "a name or a period, no figure"
	case a.ref == "since" || a.ref == "silence":
		return "it is about now"
	case a.ref == "aged":
		return "the source's name says it"
	}
	return ""
}

// saysOld reports whether one of a row's labels says that the row is old, or the row is
// no figure of now: a head, or a month that is closed.
func saysOld(labels map[string]string) bool {
	for _, value := range labels {
		if regexp.MustCompile(`(^|\|)`+stale).MatchString(value) || strings.HasSuffix(value, "|head") || value == "Phải đạt" {
			return true
		}
	}
	return labels["periods_ago"] > "0"
}

// TestPanels asks a real Prometheus, which reads the real exporter on the demonstration's
// data, every query of every panel with each value of each variable. Then the exporter
// falls silent, and after it answers again portal and records fail: no query may go on
// showing figures as if they were current, nor stop showing them.
func TestPanels(t *testing.T) {
	s := startStack(t)
	fresh := s.ask()
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	for _, a := range fresh {
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\n", a.board, a.panel, a.ref, a.set, a.rows)
		switch old := strings.HasSuffix(a.ref, oldRef); {
		case old && a.rows > 0:
			t.Errorf("%s, panel %q, query %s (%s): %d rows are said to be old", a.board, a.panel, a.ref, a.set, a.rows)
		case !old && a.rows == 0 && mayBeEmpty(a) == "":
			t.Errorf("%s, panel %q, query %s (%s): no data\n%s", a.board, a.panel, a.ref, a.set, a.expr)
		}
	}
	_ = w.Flush()
	t.Logf("rows returned by %d queries:\n%s", len(fresh), table.String())

	write(t, filepath.Join(s.dir, "targets", "exporter.yml"), `[]`)
	s.eventually("three minutes of silence", "("+behind+") > bool 240", 1)
	s.everythingIsOld("exporter silent", fresh)
	if len(s.query("job:dvc_exporter_silence:start_timestamp", time.Now())) != 1 {
		t.Error("no line says since when the exporter is silent")
	}
	write(t, filepath.Join(s.dir, "targets", "exporter.yml"), s.targets)
	s.eventually("the exporter's answer", behind, 1)
	s.eventually("every source current again", seen("min", `min(part_window:dvc_source_part_up:current)`), 1)

	s.portalDown.Store(true)
	for _, folder := range []string{"ho-so", "van-ban"} {
		if err := os.WriteFile(filepath.Join(s.dir, folder, "hong.csv"), []byte("MaHoSo,KhongCo\n1,2\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s.eventually("every source down", seen("max", `count(max by (source) (part_window:dvc_source_part_up:current == 1) unless on (source) min by (source) (part_window:dvc_source_part_up:current) == 0) or vector(0)`), 0)
	s.everythingIsOld("sources down", fresh)
}

// seen is the extreme of an expression since the walls' queries may last have looked:
// they see what is new with their next step (asOfAnswer).
func seen(extreme, expr string) string {
	return fmt.Sprintf("%s_over_time((%s)[45s:5s])", extreme, expr)
}

// everythingIsOld asks everything again and holds it to what was there while all was well.
func (s *stack) everythingIsOld(when string, fresh []answer) {
	s.t.Helper()
	before := map[string]int{}
	for _, a := range fresh {
		before[a.key()] = a.rows
	}
	for _, a := range s.ask() {
		if !strings.HasSuffix(a.ref, oldRef) {
			for _, row := range a.series {
				if ageless(a) == "" && !saysOld(row.Metric) {
					s.t.Errorf("%s: %s, panel %q, query %s (%s): %v is shown as if it were current", when, a.board, a.panel, a.ref, a.set, row.Metric)
				}
			}
			continue
		}
		current := a
		current.ref = strings.TrimSuffix(a.ref, oldRef)
		if a.rows < before[current.key()] {
			s.t.Errorf("%s: %s, panel %q (%s): of %d rows of %s only %d are said to be old", when, a.board, a.panel, a.set, before[current.key()], current.ref, a.rows)
		}
	}
}

// stack is a Prometheus that reads an exporter that reads the demonstration.
type stack struct {
	t          *testing.T
	dir        string
	prometheus string // address
	portalDown atomic.Bool
	targets    string // the file that leads Prometheus to the exporter
	parsed     map[string]bool
}

// startStack starts it, with the rules as delivered but faster, and waits until two
// minutes have been scraped.
func startStack(t *testing.T) *stack {
	t.Helper()
	prometheus := pinned.Tool(t, "prometheus")
	s := &stack{t: t, dir: t.TempDir(), prometheus: pinned.FreeAddress(t), parsed: map[string]bool{}}
	site := demo.NewPortal(time.Now)
	portal := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.portalDown.Load() {
			panic(http.ErrAbortHandler)
		}
		site.ServeHTTP(w, r)
	}))
	t.Cleanup(portal.Close)
	if err := demo.WriteRecords(s.dir, time.Now()); err != nil {
		t.Fatal(err)
	}
	binary := pinned.Exporter(t, s.dir)
	exporter := pinned.FreeAddress(t)
	pinned.Start(t, s.dir, binary, nil,
		"DVC_LISTEN_ADDRESS="+exporter, "DVC_PORTAL_URL="+portal.URL, "DVC_PORTAL_INTERVAL=10s", "DVC_PORTAL_TIMEOUT=5s", "DVC_STATE_DIR="+filepath.Join(s.dir, "state"),
		"DVC_RECORDS="+filepath.Join(s.dir, "ho-so"), "DVC_DOCUMENTS="+filepath.Join(s.dir, "van-ban"))

	s.copyRules("5s")
	s.targets = `[{"targets": ["` + exporter + `"]}]`
	write(t, filepath.Join(s.dir, "targets", "exporter.yml"), s.targets)
	pinned.Start(t, s.dir, prometheus, []string{"--config.file=prometheus.yml", "--storage.tsdb.path=tsdb", "--web.listen-address=" + s.prometheus})
	s.eventually("two minutes of scrapes", `count_over_time(up{job="dvc"}[5m]) >= bool 24`, 1)
	return s
}

// copyRules copies the server's configuration and the rules as delivered, but faster.
func (s *stack) copyRules(interval string) {
	s.t.Helper()
	shorter := regexp.MustCompile(`(scrape|evaluation)_interval: \w+`)
	config := readFile(s.t, "../alerts/prometheus.yml")
	write(s.t, filepath.Join(s.dir, "prometheus.yml"), shorter.ReplaceAllString(config, "${1}_interval: "+interval))
	if err := os.CopyFS(filepath.Join(s.dir, "rules"), os.DirFS("../alerts/rules")); err != nil {
		s.t.Fatal(err)
	}
	write(s.t, filepath.Join(s.dir, "targets", "alertmanager.yml"), `[]`)
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// answer is how many rows a query returned.
type answer struct {
	board, panel, ref string
	set               string // the variables
	expr              string
	ranged            bool // over the dashboard's time
	rows              int
	series            []series
}

func (a answer) key() string { return a.board + "|" + a.panel + "|" + a.ref + "|" + a.set }

// variables are the values with which each variable is tried, the first one first.
var variables = map[string][]string{
	"window":    {"month", "quarter", "year"},
	"indicator": {"total", "CKMB", "PUBLISH_ON_TIME"},
	"unit":      {justice, "H26", "H26.101"}, // a department, the province, a commune
	"province":  {"H26"},
}

// justice is Sở Tư pháp, which has of everything something in the demonstration.
const justice = "H26.02"

// ask runs every query of every dashboard.
func (s *stack) ask() []answer {
	s.t.Helper()
	now := time.Now()
	seconds, _ := s.query(behind, now)[0].Value[1].(string)
	var list []answer
	for _, board := range boards {
		d := board(editions()[0])
		for _, p := range allPanels(d) {
			for _, q := range queriesOf(p) {
				// Each value of each variable, the others as they are at first.
				first := map[string]string{"__rate_interval": "1m", "behind": seconds}
				for name, values := range variables {
					if strings.Contains(q.Expr, "$"+name) {
						first[name] = values[0]
					}
				}
				sets := []map[string]string{first}
				for name := range first {
					for _, v := range variables[name] {
						if v != first[name] {
							sets = append(sets, with(first, name, v))
						}
					}
				}
				for _, set := range sets {
					expr := q.Expr
					for name, v := range set {
						expr = strings.NewReplacer("$"+name, v, "${"+name+"}", v).Replace(expr)
					}
					s.check(*d.Uid, *p.Title, expr)
					found := s.query(expr, now)
					list = append(list, answer{*d.Uid, *p.Title, *q.RefId, describe(set), expr, *q.Range, len(found), found})
				}
			}
		}
	}
	return list
}

func with(set map[string]string, name, value string) map[string]string {
	changed := maps.Clone(set)
	changed[name] = value
	return changed
}

func describe(set map[string]string) string {
	var parts []string
	for _, name := range []string{"window", "indicator", "unit"} {
		if v, ok := set[name]; ok {
			parts = append(parts, name+"="+v)
		}
	}
	return strings.Join(parts, " ")
}

// get asks Prometheus' API.
func (s *stack) get(path string, form url.Values, into any) {
	s.t.Helper()
	resp, err := http.PostForm("http://"+s.prometheus+path, form)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var body struct {
		Error string
		Data  json.RawMessage
	}
	if err := json.NewDecoder(resp.Body).Decode(&body); err != nil || body.Error != "" {
		s.t.Fatalf("%s %v: %v %s", path, form, err, body.Error)
	}
	if err := json.Unmarshal(body.Data, into); err != nil {
		s.t.Fatal(err)
	}
}

type series struct {
	Metric map[string]string
	Value  [2]any
}

func (s *stack) query(expr string, at time.Time) []series {
	s.t.Helper()
	var data struct{ Result []series }
	s.get("/api/v1/query", url.Values{"query": {expr}, "time": {fmt.Sprint(at.Unix())}}, &data)
	return data.Result
}

// eventually waits until an expression has a value.
func (s *stack) eventually(what, expr string, value float64) {
	s.t.Helper()
	for end := time.Now().Add(4 * time.Minute); time.Now().Before(end); time.Sleep(time.Second) {
		if resp, err := http.Get("http://" + s.prometheus + "/-/ready"); err != nil || resp.StatusCode != http.StatusOK {
			continue
		}
		if found := s.query(expr, time.Now()); len(found) == 1 && found[0].Value[1] == fmt.Sprint(value) {
			return
		}
	}
	s.t.Fatalf("four minutes have not brought %s", what)
}

// check parses an expression as Prometheus does and looks up every metric, label and value
// that it selects by.
func (s *stack) check(board, panel, expr string) {
	s.t.Helper()
	if s.parsed[expr] {
		return
	}
	s.parsed[expr] = true
	var tree any
	s.get("/api/v1/parse_query", url.Values{"query": {expr}}, &tree)
	selectors(tree, func(name, label, kind, value string) {
		key := name + "|" + label + "|" + kind + "|" + value
		if s.parsed[key] {
			return
		}
		s.parsed[key] = true
		if name == "ALERTS" || label == "unit" || value == "" || kind == "=~" && strings.HasPrefix(value, "|") {
			return // of alerts, of a variable's unit, or where the label may be absent
		}
		if len(s.query(fmt.Sprintf("count({__name__=%q,%s%s%q})", name, label, kind, value), time.Now())) == 0 && !laterOrElsewhere(name, label, value) {
			s.t.Errorf("%s, panel %q: nothing has %s{%s%s%q}", board, panel, name, label, kind, value)
		}
	})
}

// laterOrElsewhere says which selections the demonstration cannot have.
func laterOrElsewhere(name, label, value string) bool {
	switch name {
	case "job:dvc_exporter_silence:start_timestamp", "alert:dvc_alert_firing:start_timestamp": // while all is well
		return true
	case "unit:dvc_dossiers_received:few": // only in a month are there units with so few
		return label == "window" && value != "month"
	case "unit:dvc_unit_info:own": // below a variable's unit that is no province
		return label == "parent"
	}
	switch {
	case name == "dvc_target_score": // the plan of 2024 has none
	case label == "window" && value == "year" && strings.Contains(name, ":delta"): // no year before 2026
	case label == "source" && (value == "pages" || value == "sql"): // it has no pages and no database
	case label == "unit" || label == "group" || label == "indicator": // a variable's value is either
	default:
		return false
	}
	return true
}

// selectors calls found for every matcher of every selector in a parsed expression.
func selectors(node any, found func(name, label, kind, value string)) {
	switch n := node.(type) {
	case []any:
		for _, child := range n {
			selectors(child, found)
		}
	case map[string]any:
		if name, _ := n["name"].(string); n["type"] == "vectorSelector" || n["type"] == "matrixSelector" {
			matchers, _ := n["matchers"].([]any)
			for _, m := range matchers {
				m, _ := m.(map[string]any)
				label, _ := m["name"].(string)
				kind, _ := m["type"].(string)
				value, _ := m["value"].(string)
				found(name, label, kind, value)
			}
			return
		}
		for _, child := range n {
			selectors(child, found)
		}
	}
}
