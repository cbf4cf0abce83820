package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"dvc_exporter/exporter/demo"
	"dvc_exporter/tools/pinned"
)

const (
	sotuphap = "so-tu-phap@example.com"
	itMail   = "cong-nghe-thong-tin@example.com"
)

// TestEndToEnd replays July 2024: the real exporter reads the story's portal and
// records, a real Prometheus evaluates the rules, a real Alertmanager writes the
// mails. Waiting times are cut short and the office hours opened; everything else
// is as delivered.
func TestEndToEnd(t *testing.T) {
	prometheus, alertmanager := pinned.Tool(t, "prometheus"), pinned.Tool(t, "alertmanager")
	s := startStack(t, prometheus, alertmanager)

	s.eventually("a mail to Sở Tư pháp with its figures", func() bool { return len(s.figures()) > 0 })
	time.Sleep(15 * time.Second) // three group intervals, in which nothing may be said twice
	if n := len(s.figures()); n != 1 {
		t.Errorf("%d mails to Sở Tư pháp say 24.130 and 44,8 %%, want one", n)
	}
	t.Logf("the mail:\n%s", s.figures()[0].text)
	before := s.firing("domain")
	if len(before) == 0 {
		t.Error("no domain alert fires")
	}

	s.portalDown.Store(true)
	s.eventually("a health mail to IT about the portal", func() bool { return len(s.about(itMail, "DvcSourceDown")) > 0 })
	time.Sleep(10 * time.Second)
	for _, alert := range s.firing("domain") {
		if !slices.Contains(before, alert) {
			t.Errorf("killing the portal has raised the domain alert %s", alert)
		}
	}
	for _, alert := range before {
		if !slices.Contains(s.firing("domain"), alert) {
			t.Errorf("killing the portal has ended the domain alert %s", alert)
		}
	}

	s.portalDown.Store(false)
	s.eventually("the end of the trouble in IT's mailbox", func() bool {
		return slices.ContainsFunc(s.about(itMail, "DvcSourceDown"), func(m message) bool { return resolved.MatchString(m.subject + m.text) })
	})
	for _, m := range s.mails.to(itMail) {
		if strings.Contains(m.text, "Sở Tư pháp") || strings.Contains(m.text, "DvcOverdue") {
			t.Errorf("IT got a domain alert:\n%s", m.text)
		}
	}
	if n := len(s.figures()); n != 1 {
		t.Errorf("in the end %d mails to Sở Tư pháp say 24.130 and 44,8 %%, want one", n)
	}
	t.Logf("mails: %d to IT, %d to Sở Tư pháp, %d in all; domain alerts firing: %d", len(s.mails.to(itMail)), len(s.mails.to(sotuphap)), s.mails.count(), len(before))
}

var resolved = regexp.MustCompile(`(?i)đã hết|đã khắc phục|kết thúc|trở lại`)

// stack is the running programs and what came out of them.
type stack struct {
	t          *testing.T
	mails      *sink
	portalDown atomic.Bool
	prometheus string // address
}

// figures are the mails to Sở Tư pháp that carry the figures of the story.
func (s *stack) figures() []message {
	return slices.DeleteFunc(s.mails.to(sotuphap), func(m message) bool {
		return !strings.Contains(m.text, "24.130") || !strings.Contains(m.text, "44,8 %")
	})
}

// about are the mails to somebody that name an alert.
func (s *stack) about(to, alert string) []message {
	return slices.DeleteFunc(s.mails.to(to), func(m message) bool { return !strings.Contains(m.text, alert) })
}

// firing lists the firing alerts of a category by name and unit.
func (s *stack) firing(category string) []string {
	resp, err := http.Get("http://" + s.prometheus + "/api/v1/alerts")
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var answer struct {
		Data struct {
			Alerts []struct {
				State  string
				Labels map[string]string
			}
		}
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		s.t.Fatal(err)
	}
	var list []string
	for _, a := range answer.Data.Alerts {
		if a.State == "firing" && a.Labels["category"] == category {
			list = append(list, a.Labels["alertname"]+" "+a.Labels["unit"]+" "+a.Labels["indicator"]+" "+a.Labels["severity"])
		}
	}
	return list
}

func (s *stack) eventually(what string, is func() bool) {
	s.t.Helper()
	for end := time.Now().Add(2 * time.Minute); !is(); time.Sleep(500 * time.Millisecond) {
		if time.Now().After(end) {
			s.t.Fatalf("two minutes have not brought %s; mails: %d, firing: %v %v", what, s.mails.count(), s.firing("domain"), s.firing("health"))
		}
	}
}

// startStack starts everything in a folder of the test's own.
func startStack(t *testing.T, prometheusPath, alertmanagerPath string) *stack {
	t.Helper()
	dir := t.TempDir()
	s := &stack{t: t, mails: startSink(t), prometheus: pinned.FreeAddress(t)}
	story := demo.NewStory()
	portal := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.portalDown.Load() {
			panic(http.ErrAbortHandler)
		}
		story.ServeHTTP(w, r)
	}))
	t.Cleanup(portal.Close)
	writeStory(t, dir)

	binary := pinned.Exporter(t, dir)
	exporter, alertmanager := pinned.FreeAddress(t), pinned.FreeAddress(t)
	pinned.Start(t, dir, binary, nil,
		"DVC_LISTEN_ADDRESS="+exporter, "DVC_PORTAL_URL="+portal.URL, "DVC_PORTAL_API=rest", "DVC_PORTAL_INTERVAL=3s", "DVC_PORTAL_TIMEOUT=2s",
		"DVC_AS_OF=2024-08-02T10:00:00+07:00", "DVC_STATE_DIR="+filepath.Join(dir, "state"),
		"DVC_RECORDS="+filepath.Join(dir, "ho-so"), "DVC_UNITS_FILE="+filepath.Join(dir, "units.csv"),
	)

	shorten := regexp.MustCompile(`(?m)(\bfor|scrape_interval|evaluation_interval): \w+`)
	edit(t, "prometheus.yml", filepath.Join(dir, "prometheus.yml"), func(c string) string { return shorten.ReplaceAllString(c, "$1: 1s") })
	for _, path := range glob(t, "rules/*.yml") {
		edit(t, path, filepath.Join(dir, path), func(c string) string { return shorten.ReplaceAllString(c, "$1: 2s") })
	}
	for _, path := range glob(t, "templates/*.tmpl") {
		edit(t, path, filepath.Join(dir, path), func(c string) string { return c })
	}
	edit(t, "targets/exporter.yml", filepath.Join(dir, "targets/exporter.yml"), func(c string) string { return strings.Replace(c, "exporter:9766", exporter, 1) })
	edit(t, "targets/alertmanager.yml", filepath.Join(dir, "targets/alertmanager.yml"), func(c string) string { return strings.Replace(c, "alertmanager:9093", alertmanager, 1) })
	edit(t, "alertmanager.yml", filepath.Join(dir, "alertmanager.yml"), func(c string) string {
		c = strings.Replace(c, "mail.example.com:587", s.mails.address, 1)
		c = strings.Replace(c, "smtp_require_tls: true", "smtp_require_tls: false", 1)
		c = regexp.MustCompile(`(?m)^ *(smtp_auth_.*|active_time_intervals: .*)\n`).ReplaceAllString(c, "")
		c = regexp.MustCompile(`group_wait: \w+`).ReplaceAllString(c, "group_wait: 3s")
		return regexp.MustCompile(`group_interval: \w+`).ReplaceAllString(c, "group_interval: 5s")
	})
	pinned.Start(t, dir, alertmanagerPath, []string{"--config.file=alertmanager.yml", "--storage.path=alertmanager", "--data.retention=1080h", "--web.listen-address=" + alertmanager, "--cluster.listen-address="})
	pinned.Start(t, dir, prometheusPath, []string{"--config.file=prometheus.yml", "--storage.tsdb.path=prometheus", "--web.listen-address=" + s.prometheus},
		"GRAFANA_URL=http://localhost:3000", "RUNBOOK_URL=RUNBOOK.md")
	s.eventually("an answer of Prometheus", func() bool {
		resp, err := http.Get("http://" + s.prometheus + "/-/ready")
		if err != nil {
			return false
		}
		_ = resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
	return s
}

// writeStory writes the overdue dossiers of July 2024, 24,130 of 53,828 at Sở Tư
// pháp, and the list of units.
func writeStory(t *testing.T, dir string) {
	t.Helper()
	units := []string{"Sở Tư pháp", "Sở Nội vụ", "Sở Tài chính", "Sở Xây dựng", "Sở Y tế"}
	list := "code,name,kind,parent,aliases,email,valid_from,valid_to\n"
	for i, name := range units {
		email := ""
		if i == 0 {
			email = sotuphap
		}
		list += fmt.Sprintf("H26.%02d,%s,department,H26,,%s,,\n", i+1, name, email)
	}
	var records strings.Builder
	records.WriteString("MaHoSo,MaTTHC,ChuHoSo,KenhThucHien,NgayNopHoSo,NgayTiepNhan,NgayHenTra,NgayKetThucXuLy,TrangThaiHoSo,DonViXuLy\r\n")
	for i := range 53_828 {
		unit := units[0]
		if i >= 24_130 {
			unit = units[1+i%4]
		}
		if i%5 == 0 {
			fmt.Fprintf(&records, "H26-240601-%06d,1.000001,Người mẫu,2,2024-06-01T08:00:00,,,,1,%s\r\n", i, unit)
		} else {
			fmt.Fprintf(&records, "H26-240601-%06d,1.000001,Người mẫu,2,2024-06-01T08:00:00,2024-06-01T09:00:00,2024-06-20T17:00:00,,4,%s\r\n", i, unit)
		}
	}
	for path, content := range map[string]string{"units.csv": list, "ho-so/ho-so.csv": records.String()} {
		path = filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func edit(t *testing.T, from, to string, change func(string) string) {
	t.Helper()
	raw, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, []byte(change(string(raw))), 0o600); err != nil {
		t.Fatal(err)
	}
}
