// Package web shows the publication: the exposition to Prometheus, a landing page and
// the announcement and the lists of late dossiers to people, health to the supervisor
// of the process.
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
	"sync"
	"time"

	"dvc_exporter/exporter/document"
	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/publication"
	"dvc_exporter/exporter/words"
)

// Options is what the handlers need.
type Options struct {
	Metrics http.Handler                    // serves /metrics
	Current func() *publication.Publication // what is shown
	Late    bool                            // lists of late dossiers are served
	Parts   func(index.Period) []index.Key  // what the portal has of a period, see report.Inputs
	Version string                          // of the program
	Notice  string                          // stands on top of every page, in Vietnamese; empty: none
	Now     func() time.Time                // the real clock; nil: time.Now
	Log     *slog.Logger
}

type server struct {
	Options
	pages   *template.Template
	writing sync.Mutex // of an announcement
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
	s := &server{Options: o, pages: template.Must(template.New("").Funcs(functions).ParseFS(files, "pages.html"))}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", o.Metrics)
	mux.HandleFunc("GET /-/healthy", func(w http.ResponseWriter, _ *http.Request) { sentence(w, http.StatusOK, "healthy") })
	mux.HandleFunc("GET /-/ready", s.ready)
	mux.HandleFunc("GET /{$}", s.landing)
	for ending := range forms {
		mux.HandleFunc("GET /report"+ending, s.report(ending))
	}
	mux.HandleFunc("GET /late", s.late(false, s.latePage))
	mux.HandleFunc("GET /late.csv", s.late(true, lateCSV))
	mux.HandleFunc("GET /late.json", s.late(false, lateJSON))
	return guarded(mux)
}

// guarded lets a browser load nothing but the page itself and its style
// sheet, and keep no copy.
func guarded(next http.Handler) http.Handler {
	sum := func(style string) string {
		sum := sha256.Sum256([]byte(style))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	policy := "default-src 'none'; style-src " + sum(style) + " " + sum(document.Style) +
		"; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
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
	view := s.Current()
	tried := true
	for _, source := range view.Book {
		tried = tried && source.Health.Tried
	}
	if !tried && len(view.Values)+len(view.Dossiers)+len(view.Documents) == 0 {
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
	Options
	Title string
	Now   time.Time
	View  *publication.Publication
}

// Own is the code of the own province, of several the first.
func (p page) Own() string { return p.View.Own[0] }

// show answers with a page, whole or not at all.
func (s *server) show(w http.ResponseWriter, r *http.Request, name string, data any) {
	var body bytes.Buffer
	if err := s.pages.ExecuteTemplate(&body, name, data); err != nil {
		s.broken(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(body.Bytes())
}

// broken answers for a page that could not be made.
func (s *server) broken(w http.ResponseWriter, r *http.Request, err error) {
	s.Log.Error("page not made; this is a fault of the exporter", "page", r.URL.Path, "err", err)
	sentence(w, http.StatusInternalServerError, "Lỗi của chương trình: không dựng được trang này. Xem nhật ký của dvc_exporter.")
}

// functions are those of the pages.
var functions = template.FuncMap{
	"score": words.Score, "count": words.Count, "when": words.When, "duration": words.Duration, "period": words.Period, "change": words.Change, "trend": trend,
	"window": func(w index.Window) string { return words.Windows[w] },
	"reason": func(r index.Reason) string { return words.Reasons[r] },
	"source": func(s index.SourceName) string { return words.Sources[s] },
	"style":  func() template.CSS { return template.CSS(style) }, //nolint:gosec // our own file
	"stage":  func(s string) string { return words.Stages[s] },
	"stages": func() []string { return []string{index.Reception, index.Processing} },
}

// trend is the style of a difference.
func trend(v float64) string {
	switch {
	case v >= 0.005:
		return "good"
	case v <= -0.005:
		return "bad"
	}
	return ""
}
