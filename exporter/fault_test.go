package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dvc_exporter/exporter/demo"
	"dvc_exporter/exporter/index"
)

// faulty is the demo's portal with one thing wrong at a time.
type faulty struct {
	portal http.Handler
	fault  atomic.Pointer[string]
	asked  atomic.Int64
	good   sync.Map // answers by what was asked
}

func (f *faulty) set(name string) { f.fault.Store(&name) }

// waf is what the portal's firewall answers, with status 200.
const waf = `<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. Your Support ID is: 1234567890</body></html>`

// bomb is decompressed to 64 MiB. It is made before anybody waits for it.
var bomb = func() []byte {
	var b bytes.Buffer
	zip, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	_, _ = io.WriteString(zip, `{"code":"OK","data":{"evaluation":[`)
	for range 64 {
		_, _ = zip.Write(make([]byte, 1<<20))
	}
	_ = zip.Close()
	return b.Bytes()
}()

func (f *faulty) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	f.asked.Add(1)
	name := *f.fault.Load()
	question, err := io.ReadAll(req.Body)
	if err != nil {
		return
	}
	body := func() []byte { // of the good answer, unpacked
		key := req.URL.Path + string(question)
		if known, ok := f.good.Load(key); ok {
			return known.([]byte)
		}
		rec := httptest.NewRecorder()
		plain := req.Clone(req.Context())
		plain.Header.Del("Accept-Encoding")
		plain.Body = io.NopCloser(bytes.NewReader(question))
		f.portal.ServeHTTP(rec, plain)
		f.good.Store(key, rec.Body.Bytes())
		return rec.Body.Bytes()
	}
	change := func(edit func(data map[string]any, rows []any) []any) {
		var answer map[string]any
		if err := json.Unmarshal(body(), &answer); err != nil {
			panic(err)
		}
		data := answer["data"].(map[string]any)
		for _, key := range []string{"evaluation", "children"} {
			if rows, ok := data[key].([]any); ok {
				data[key] = edit(data, rows)
			}
		}
		w.WriteHeader(http.StatusCreated)
		_ = json.NewEncoder(w).Encode(answer)
	}
	eachRow := func(edit func(row map[string]any)) {
		change(func(_ map[string]any, rows []any) []any {
			for _, row := range rows {
				edit(row.(map[string]any))
			}
			return rows
		})
	}
	switch name {
	case "":
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write(body())
	case "transparency fails":
		if strings.HasSuffix(req.URL.Path, "/transparency") {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write(body())
	case "waf":
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, waf)
	case "403":
		w.WriteHeader(http.StatusForbidden)
	case "429":
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(http.StatusTooManyRequests)
	case "500":
		w.WriteHeader(http.StatusInternalServerError)
	case "hung":
		select {
		case <-req.Context().Done():
		case <-time.After(10 * time.Second):
		}
	case "reset":
		panic(http.ErrAbortHandler)
	case "half a body":
		b := body()
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write(b[:len(b)/2])
	case "code is not OK":
		_, _ = io.WriteString(w, `{"code":"ERROR","data":null,"message":"busy"}`)
	case "endless":
		for range 1 << 10 {
			if _, err := w.Write(bytes.Repeat([]byte(`{"departmentId":"x"},`), 1<<10)); err != nil {
				return
			}
		}
	case "gzip bomb":
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(bomb)
	case "no rows":
		change(func(map[string]any, []any) []any { return []any{} })
	case "half of the rows":
		change(func(_ map[string]any, rows []any) []any { return rows[:len(rows)/2] })
	case "scores null":
		eachRow(func(row map[string]any) { row["totalScore"], row["score"], row["ratio"] = nil, nil, nil })
	case "numbers as text":
		eachRow(func(row map[string]any) {
			for _, key := range []string{"totalScore", "score"} {
				if _, ok := row[key].(float64); ok {
					row[key] = "52,96"
				}
			}
		})
	case "groups renamed":
		eachRow(func(row map[string]any) {
			if groups, ok := row["groupScores"].(map[string]any); ok {
				renamed := map[string]any{}
				for code, score := range groups {
					renamed["NHOM_"+code] = score
				}
				row["groupScores"] = renamed
			}
		})
	case "totals off":
		eachRow(func(row map[string]any) {
			if score, ok := row["totalScore"].(float64); ok {
				row["totalScore"] = score - 5
			}
		})
	case "a unit twice":
		change(func(_ map[string]any, rows []any) []any { return append(rows, rows[0]) })
	default:
		panic("no fault " + name)
	}
}

// domain are the samples of the domain: what must not vanish or change when a
// source fails.
var domain = regexp.MustCompile(`(?m)^dvc_(?:score|rank|ranked|group|indicator|portal|unit|period)[^ ]* .*$`)

// TestFaults breaks the portal in each way, in turn, and looks at what a scrape
// then shows.
func TestFaults(t *testing.T) {
	portal := &faulty{portal: demo.NewPortal(frozen)}
	portal.set("")
	c := testConfig(t, portal)
	c.Windows = []index.Window{index.Month}
	c.PortalTimeout = 2 * time.Second
	a := wireTest(t, c)
	a.round(t, false)
	good := domain.FindAllString(a.scrape(t), -1)
	if len(good) < 5_000 {
		t.Fatalf("only %d samples before the first fault", len(good))
	}
	for _, test := range []struct {
		fault  string
		reason index.Reason
		text   string
	}{
		{"waf", index.NotData, "Support ID 1234567890"},
		{"403", index.Refused, "403"},
		{"429", index.Refused, "429"},
		{"500", index.ServerError, "500"},
		{"hung", index.Timeout, "within 2s"},
		{"reset", index.Unreachable, ""},
		{"half a body", index.Malformed, ""},
		{"code is not OK", index.NotData, "ERROR"},
		{"endless", index.TooLarge, ""},
		{"gzip bomb", index.TooLarge, ""},
		{"no rows", index.TooFewUnits, "0 units"},
		{"half of the rows", index.TooFewUnits, "17 units with a score, 34 were known"},
		{"scores null", index.TooFewUnits, "0 units"},
		{"numbers as text", index.Malformed, ""},
		{"groups renamed", index.Contradictory, "CKMB"},
		{"totals off", index.Contradictory, "H20"},
		{"a unit twice", index.Contradictory, "twice"},
	} {
		t.Run(test.fault, func(t *testing.T) {
			portal.set(test.fault)
			a.round(t, false)
			if test.reason == index.TooFewUnits { // three rounds that agree, but not an hour apart
				a.round(t, false)
				a.round(t, false)
			}
			if diff := cmp.Diff(good, domain.FindAllString(a.scrape(t), -1)); diff != "" {
				t.Errorf("what was known has changed: %s", diff)
			}
			health := a.store.Book()[index.Portal].Health
			first := health.Rounds[0].Outcomes[0]
			if health.Up || first.Reason != test.reason || !strings.Contains(first.Text, test.text) {
				t.Errorf("up %v, reason %q, %q; want %q and %q", health.Up, first.Reason, first.Text, test.reason, test.text)
			}
			if health.Failures[test.reason] == 0 {
				t.Error("it is not counted")
			}
			portal.set("")
			a.round(t, false)
			if !a.store.Book()[index.Portal].Health.Up {
				t.Errorf("does not recover: %+v", a.store.Book()[index.Portal].Health.Rounds[0])
			}
		})
	}
	asked := portal.asked.Load()
	for range 100 {
		a.scrape(t)
	}
	if portal.asked.Load() != asked {
		t.Error("a scrape has caused a request")
	}
	portal.set("500")
	if err := a.store.Close(); err != nil {
		t.Fatal(err)
	}
	b := wireTest(t, c) // as after a restart
	if diff := cmp.Diff(good, domain.FindAllString(b.scrape(t), -1)); diff != "" {
		t.Errorf("a restart shows something else: %s", diff)
	}
}
