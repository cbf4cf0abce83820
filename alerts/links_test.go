package main

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// TestRunbook compares the runbook's sections and the alerts both ways.
func TestRunbook(t *testing.T) {
	sections := map[string]string{}
	for _, section := range strings.Split(readFile(t, "RUNBOOK.md"), "\n## ")[1:] {
		title, body, _ := strings.Cut(section, "\n")
		if sections[title] != "" {
			t.Errorf("RUNBOOK.md has two sections %s", title)
		}
		sections[title] = body
	}
	alerts := map[string]bool{}
	for _, r := range readAlerts(t) {
		alerts[r.Alert] = true
		if _, ok := sections[r.Alert]; !ok {
			t.Errorf("alert %s has no section in RUNBOOK.md", r.Alert)
		}
		// A heading of one ASCII word has its lower case as anchor, wherever it is rendered.
		want := `{{ or $externalLabels.runbook_url "RUNBOOK.md" }}#` + strings.ToLower(r.Alert)
		if got := r.Annotations["runbook_url"]; got != want {
			t.Errorf("%s: runbook_url is %s, not %s", r.Alert, got, want)
		}
	}
	for title, body := range sections {
		if !alerts[title] {
			t.Errorf("RUNBOOK.md has a section %s, but there is no such alert", title)
		}
		for _, part := range []string{"**Ý nghĩa.**", "**Ảnh hưởng.**", "**Kiểm tra.**", "**Xử lý.**"} {
			if !strings.Contains(body, part) {
				t.Errorf("RUNBOOK.md, section %s, does not say %s", title, part)
			}
		}
	}
}

// TestDashboardLinks holds dashboard_url to panels.yml, both ways.
func TestDashboardLinks(t *testing.T) {
	var panels struct {
		Dashboards map[string]map[int]string
		Alerts     map[string]struct {
			Dashboard string
			Panel     int
			Unit      bool
		}
	}
	readYAML(t, "panels.yml", &panels)
	used := map[string]bool{}
	for _, r := range readAlerts(t) {
		to, ok := panels.Alerts[r.Alert]
		if !ok || panels.Dashboards[to.Dashboard][to.Panel] == "" {
			t.Errorf("panels.yml does not say which panel shows %s", r.Alert)
			continue
		}
		used[r.Alert] = true
		query := "?"
		if to.Unit {
			query = "?var-unit={{ $labels.unit }}&"
		}
		want := fmt.Sprintf(`{{ or $externalLabels.grafana_url "http://localhost:3000" }}/d/%s%sviewPanel=panel-%d`, to.Dashboard, query, to.Panel)
		if got := r.Annotations["dashboard_url"]; got != want {
			t.Errorf("%s: dashboard_url is\n%s, not\n%s", r.Alert, got, want)
		}
		if names := strings.Contains(r.Expr, "unit:dvc_unit_info:own"); names != to.Unit {
			t.Errorf("%s: panels.yml says unit: %v, the rule the contrary", r.Alert, to.Unit)
		}
	}
	for name := range panels.Alerts {
		if !used[name] {
			t.Errorf("panels.yml names %s, but there is no such alert", name)
		}
	}
}

type inhibition struct {
	Sources []string `yaml:"source_matchers"`
	Targets []string `yaml:"target_matchers"`
	Equal   []string
}

// TestInhibition holds every pair of alerts that meets in an inhibition rule to
// having the labels under equal: where both lack one, Alertmanager takes them
// for equal and silences too much.
func TestInhibition(t *testing.T) {
	var config struct {
		Rules []inhibition `yaml:"inhibit_rules"`
	}
	readYAML(t, "alertmanager.yml", &config)
	alerts := expectedAlerts(t)
	for i, rule := range config.Rules {
		silences := 0
		for _, source := range alerts {
			if !matches(t, rule.Sources, source.Labels) {
				continue
			}
			for _, target := range alerts {
				if !matches(t, rule.Targets, target.Labels) {
					continue
				}
				equal := true
				for _, name := range rule.Equal {
					for _, a := range []notification{source, target} {
						if a.Labels[name] == "" {
							t.Errorf("inhibition %d: alert %v has no label %s", i, a.Labels, name)
						}
					}
					equal = equal && source.Labels[name] == target.Labels[name]
				}
				if equal {
					silences++
				}
			}
		}
		if silences == 0 && !strings.Contains(fmt.Sprint(rule.Sources), "sql") { // no test has a database
			t.Errorf("inhibition %d silences nothing: %v", i, rule)
		}
	}
}

var matcher = regexp.MustCompile(`^([a-zA-Z_]+)(=~|!~|!=|=)"(.*)"$`)

// matches says whether all of Alertmanager's matchers fit the labels.
func matches(t *testing.T, matchers []string, labels map[string]string) bool {
	t.Helper()
	for _, text := range matchers {
		m := matcher.FindStringSubmatch(text)
		if m == nil {
			t.Fatalf("matcher %q is not understood by this test", text)
		}
		value := labels[m[1]]
		fits := value == m[3]
		if strings.HasSuffix(m[2], "~") {
			fits = regexp.MustCompile("^(?:" + m[3] + ")$").MatchString(value)
		}
		if fits == strings.HasPrefix(m[2], "!") {
			return false
		}
	}
	return true
}

// TestSecretsAreFiles also looks at what is ready to be uncommented.
func TestSecretsAreFiles(t *testing.T) {
	secret := regexp.MustCompile(`(?m)^\s*(?:#\+ )?\s*(?:- )?(smtp_auth_password|smtp_auth_secret|auth_password|bot_token|chat_id|api_url|url|password|credentials|token):`)
	if found := secret.FindString(readFile(t, "alertmanager.yml")); found != "" {
		t.Errorf("alertmanager.yml: %q stands in the file; name a file that holds it", strings.TrimSpace(found))
	}
}
