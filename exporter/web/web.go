// Package web shows the picture: the exposition to Prometheus, a landing page and
// the lists of late dossiers to people, health to whoever supervises the process.
// A request never causes one to a source.
package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"log/slog"
	"net/http"
	"time"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/snapshot"
)

// Options is what the handlers need.
type Options struct {
	Metrics http.Handler // serves /metrics
	Viewer  *snapshot.Viewer
	Ready   func() bool      // whether every source was tried once
	Late    LateLister       // nil: no lists of late dossiers
	Own     string           // code of the own province
	Version string           // of the program
	Notice  string           // stands on top of every page, in Vietnamese; empty: none
	Now     func() time.Time // the real clock; nil: time.Now
	Log     *slog.Logger
}

type server struct {
	Options
	pages *template.Template
}

//go:embed pages.html
var files embed.FS

//go:embed style.css
var style string

// New returns the handler of everything that the exporter serves.
func New(o Options) http.Handler {
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &server{o, template.Must(template.New("").Funcs(words).ParseFS(files, "pages.html"))}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", o.Metrics)
	mux.HandleFunc("GET /-/healthy", func(w http.ResponseWriter, _ *http.Request) { sentence(w, http.StatusOK, "healthy") })
	mux.HandleFunc("GET /-/ready", s.ready)
	mux.HandleFunc("GET /{$}", s.landing)
	mux.HandleFunc("GET /late", s.late(s.latePage))
	mux.HandleFunc("GET /late.csv", s.late(s.lateCSV))
	mux.HandleFunc("GET /late.json", s.late(s.lateJSON))
	return guarded(mux)
}

// guarded lets a browser load nothing but the page itself and its one style
// sheet, and keep no copy.
func guarded(next http.Handler) http.Handler {
	sum := sha256.Sum256([]byte(style))
	policy := "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

func (s *server) ready(w http.ResponseWriter, _ *http.Request) {
	view := s.Viewer.View(s.Now())
	if len(view.Values) == 0 && len(view.Pending) == 0 && !s.Ready() {
		sentence(w, http.StatusServiceUnavailable, "not ready: there are no figures yet, and some sources have not been tried once")
		return
	}
	sentence(w, http.StatusOK, "ready")
}

// sentence answers in plain text.
func sentence(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n"))
}

// page is what every page has.
type page struct {
	Title, Version, Notice string
	Now                    time.Time
	HasLate                bool
	Style                  template.CSS
}

func (s *server) page(title string, now time.Time) page {
	return page{title, s.Version, s.Notice, now, s.Late != nil, template.CSS(style)} //nolint:gosec // our own file
}

// show answers with a page, whole or not at all.
func (s *server) show(w http.ResponseWriter, r *http.Request, name string, data any) {
	var body bytes.Buffer
	if err := s.pages.ExecuteTemplate(&body, name, data); err != nil {
		s.Log.Error("page not made; this is a fault of the exporter", "page", r.URL.Path, "err", err)
		sentence(w, http.StatusInternalServerError, "Lỗi của chương trình: không dựng được trang này. Xem nhật ký của dvc_exporter.")
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(body.Bytes())
}

// nameOf returns how people call the unit of a label.
func nameOf(view *snapshot.View, label string) string {
	if u, ok := view.Unit(label); ok && u.Name != "" {
		return u.Name
	}
	return label
}

// asOf returns when a source's newest figures hold, the zero time if it has none.
func asOf(source *snapshot.Source) time.Time {
	var newest time.Time
	for _, held := range source.Parts {
		if held.AsOf.After(newest) {
			newest = held.AsOf
		}
	}
	return newest
}

// behind says that a source has not been asked for so long that something must
// be wrong: after a restart that hangs, or with a clock that jumped.
func behind(h snapshot.Health, now time.Time) bool {
	return h.Interval > 0 && now.Sub(h.LastAttempt) > 2*h.Interval+h.Duration+time.Minute
}

// current says whether a part was found good in the last round, and lately.
func current(h snapshot.Health, held snapshot.Held, now time.Time) bool {
	if len(h.Rounds) == 0 || behind(h, now) {
		return false
	}
	for _, o := range h.Rounds[0].Outcomes {
		if !o.Past && (snapshot.Key{Name: o.Name, Window: o.Window}) == held.Key() {
			return o.Reason == ""
		}
	}
	return false // the round ended before it
}

// sources lists the configured sources in the order in which they are believed.
var sources = []index.SourceName{index.Portal, index.Records, index.SQL, index.Documents, index.Pages}
