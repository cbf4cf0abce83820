package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// alwaysFires lists the kinds of tests in which an alert fires nevertheless.
var alwaysFires = map[string][]string{
	"Watchdog":        {"just below", "missing"}, // it has neither threshold nor series
	"DvcExporterDown": {"missing"},               // no series is what it is about
}

// kinds are what a rule test can be about. The first three are demanded of every
// alert.
var kinds = []string{"fires", "just below", "missing", "held", "restart", "renamed", "expired"}

func TestEveryAlertHasItsThreeTests(t *testing.T) {
	severities := map[string][]string{} // that an alert has, by its rules
	for _, r := range readAlerts(t) {
		severities[r.Alert] = append(severities[r.Alert], r.Labels["severity"])
	}
	found := map[string]map[string]int{}
	fired := map[string]map[string]bool{} // severities seen firing
	for name := range severities {
		found[name], fired[name] = map[string]int{}, map[string]bool{}
	}
	for _, test := range readTests(t) {
		if test.Cases == nil {
			continue // of recording rules
		}
		name, rest, ok := strings.Cut(test.Name, ": ")
		kind, _, _ := strings.Cut(rest, ",")
		if !ok || severities[name] == nil || !slices.Contains(kinds, kind) {
			t.Errorf("%s: test %q is not named <alert>: <kind>[, what], the kinds being %v", test.file, test.Name, kinds)
			continue
		}
		fires, quiet := 0, 0
		for _, c := range test.Cases {
			if c.Alertname != name {
				continue
			}
			if len(c.Expected) == 0 {
				quiet++
			}
			for _, f := range c.Expected {
				fires++
				fired[name][f.Labels["severity"]] = true
				if len(f.Annotations) < 4 {
					t.Errorf("%s: test %q does not say the exact annotations", test.file, test.Name)
				}
			}
		}
		switch mustFire := kind == "fires" || slices.Contains(alwaysFires[name], kind); {
		case mustFire && fires == 0:
			t.Errorf("%s: in test %q the alert does not fire", test.file, test.Name)
		case !mustFire && slices.Contains(kinds[:3], kind) && (fires > 0 || quiet == 0):
			t.Errorf("%s: in test %q the alert fires, or nothing says that it does not", test.file, test.Name)
		default:
			found[name][kind]++
		}
	}
	for name, has := range found {
		for _, kind := range kinds[:3] {
			if has[kind] == 0 {
				t.Errorf("alert %s has no test of kind %q", name, kind)
			}
		}
		for _, severity := range severities[name] {
			if !fired[name][severity] {
				t.Errorf("alert %s: no test in which its severity %s fires", name, severity)
			}
		}
	}
}

func TestAlertsSayWhatTheyMust(t *testing.T) {
	var prometheus struct {
		Global struct {
			ScrapeInterval string `yaml:"scrape_interval"`
		}
	}
	readYAML(t, "prometheus.yml", &prometheus)
	scrape, err := time.ParseDuration(prometheus.Global.ScrapeInterval)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range readAlerts(t) {
		for _, name := range []string{"summary", "description", "dashboard_url", "runbook_url"} {
			if strings.TrimSpace(r.Annotations[name]) == "" {
				t.Errorf("%s: no annotation %s", r.Alert, name)
			}
		}
		if !slices.Contains([]string{"critical", "warning", "info"}, r.Labels["severity"]) {
			t.Errorf("%s: severity %q", r.Alert, r.Labels["severity"])
		}
		domain := false
		switch r.Labels["category"] {
		case "domain", "praise":
			domain = true
		case "health":
		default:
			t.Errorf("%s: category %q", r.Alert, r.Labels["category"])
		}
		if domain && r.KeepFiringFor == "" {
			t.Errorf("%s: a domain alert without keep_firing_for ends with the first gap", r.Alert)
		}
		if strings.Contains(r.Expr, "unit:dvc_unit_info:own") {
			if name, ok := r.Labels["name"]; !ok || name != "" {
				t.Errorf(`%s: label name is not emptied: a renamed unit would be a new alert`, r.Alert)
			}
			if email, ok := r.Labels["email"]; !ok || email != "" {
				t.Errorf(`%s: label email is not emptied: a new address would be a new alert`, r.Alert)
			}
		}
		if r.Alert == "Watchdog" {
			continue
		}
		if hold, err := time.ParseDuration(r.For); err != nil || hold < 2*scrape {
			t.Errorf("%s: for: %q is less than two scrapes of %v", r.Alert, r.For, scrape)
		}
	}
}

func TestAlertExpressions(t *testing.T) {
	unstable := regexp.MustCompile(`\b(topk|bottomk|limitk|limit_ratio)\b`)
	text := regexp.MustCompile(`"[^"]*"|\[[^\]]*\]|[a-zA-Z_:][a-zA-Z0-9_:]*`)
	number := regexp.MustCompile(`[0-9.]+`)
	for _, r := range readAlerts(t) {
		if found := unstable.FindString(r.Expr); found != "" {
			t.Errorf("%s: %s flaps in an alert", r.Alert, found)
		}
		for _, n := range number.FindAllString(text.ReplaceAllString(r.Expr, " "), -1) {
			if !slices.Contains([]string{"0", "1", "100"}, n) {
				t.Errorf("%s: the number %s belongs into thresholds.yml", r.Alert, n)
			}
		}
	}
}

// TestRulesUseWhatIsServed compares names and labels with what the exporter
// serves, in expressions and in the queries of annotations.
func TestRulesUseWhatIsServed(t *testing.T) {
	served := readMetrics()
	served["up"] = []string{"job", "instance"}
	recorded := map[string]bool{}
	for _, r := range readRules(t) {
		recorded[r.Record] = true
	}
	name := regexp.MustCompile(`[a-zA-Z_:][a-zA-Z0-9_:]*`)
	quoted := regexp.MustCompile(`"[^"]*"`)
	selector := regexp.MustCompile(`([a-zA-Z_:][a-zA-Z0-9_:]*)\{([^}]*)\}`)
	label := regexp.MustCompile(`([a-zA-Z_]+)\s*(=~|!~|!=|=)`)
	level := regexp.MustCompile(`^[a-z_]+:dvc_[a-z_]+(:[a-z0-9_]+)?$|^dvc:[a-z_]+:threshold$`)
	query := regexp.MustCompile("(?:query|printf) `([^`]*)`")
	for _, r := range readRules(t) {
		if r.Record != "" && !level.MatchString(r.Record) {
			t.Errorf("%s is not named level:metric:operation", r.Record)
		}
		expressions := []string{r.Expr}
		for _, annotation := range r.Annotations {
			for _, m := range query.FindAllStringSubmatch(annotation, -1) {
				expressions = append(expressions, strings.ReplaceAll(m[1], "%q", `""`))
			}
		}
		for _, e := range expressions {
			for _, used := range name.FindAllString(quoted.ReplaceAllString(e, ""), -1) {
				switch {
				case strings.Contains(used, ":"):
					if !recorded[used] {
						t.Errorf("%s%s uses %s, which no rule records", r.Record, r.Alert, used)
					}
				case strings.HasPrefix(used, "dvc_"):
					if _, ok := served[used]; !ok {
						t.Errorf("%s%s uses %s, which the exporter does not serve", r.Record, r.Alert, used)
					}
				}
			}
			for _, m := range selector.FindAllStringSubmatch(e, -1) {
				labels, ok := served[m[1]]
				for _, l := range label.FindAllStringSubmatch(quoted.ReplaceAllString(m[2], ""), -1) {
					if ok && !slices.Contains(labels, l[1]) {
						t.Errorf("%s%s: %s has no label %s", r.Record, r.Alert, m[1], l[1])
					}
				}
			}
		}
	}
	for _, r := range readRules(t) {
		if strings.HasPrefix(r.Record, "dvc:") && !isUsed(t, r.Record) {
			t.Errorf("threshold %s is not used", r.Record)
		}
	}
}

func isUsed(t *testing.T, threshold string) bool {
	return slices.ContainsFunc(readRules(t), func(r rule) bool { return strings.Contains(r.Expr, threshold) })
}

// TestNumbersAreWrittenAsHere holds every number in an annotation to one of the
// pipelines in the head of domain.yml, and what comes out of them to a decimal
// comma.
func TestNumbersAreWrittenAsHere(t *testing.T) {
	format := regexp.MustCompile(`printf "(%[^"]*)"([^}]*)\}\}`)
	pipelines := map[string][]string{
		"%.2f":  {" | reReplaceAll `\\.` `,` ", " | reReplaceAll `\\.00$` `` | reReplaceAll `\\.` `,` "},
		"%+.2f": {" | reReplaceAll `\\.` `,` "},
		"%.1f":  {" | reReplaceAll `\\.0$` `` | reReplaceAll `\\.` `,` "},
		"%.0f":  {" | reReplaceAll `(\\d)(\\d{3})$` `$1.$2` | reReplaceAll `(\\d)(\\d{3})\\.` `$1.$2.` "},
	}
	pipelines["%+.0f"] = pipelines["%.0f"]
	pipelines["%08.2f"] = []string{" "} // of cost, which mails sort by
	for _, r := range readAlerts(t) {
		for name, text := range r.Annotations {
			for _, m := range format.FindAllStringSubmatch(text, -1) {
				if !slices.Contains(pipelines[m[1]], m[2]) {
					t.Errorf("%s: annotation %s formats a number with %q%s", r.Alert, name, m[1], m[2])
				}
			}
			if strings.Contains(text, "humanize") || strings.Contains(text, "{{ $value }}") {
				t.Errorf("%s: annotation %s writes a number the English way", r.Alert, name)
			}
		}
	}
	point := regexp.MustCompile(`\d\.\d{1,2}(\D|$)|[eE]\+\d\d|NaN|Inf|%!|<no value>|error expanding|<nil>`)
	for _, a := range expectedAlerts(t) {
		for name, text := range a.Annotations {
			if strings.HasSuffix(name, "_url") || name == "email" || name == "cost" {
				continue
			}
			if found := point.FindString(text); found != "" {
				t.Errorf("%s: annotation %s says %q: %s", a.Labels["alertname"], name, found, text)
			}
		}
	}
}
