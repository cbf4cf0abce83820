package metrics

import (
	"bytes"
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"

	"dvc_exporter/exporter/snapshot"
)

// Exposition serves the families as bytes that are made once for each picture
// and minute, not once for each scrape. It is safe for concurrent use.
type Exposition struct {
	Viewer   *snapshot.Viewer
	Store    *snapshot.Store
	Domain   func(now time.Time) time.Time // the domain's clock
	Settings Settings
	Own      prometheus.Gatherer // the exporter's own metrics: Go, process, build

	mu      sync.Mutex
	current atomic.Pointer[rendering]
	size    atomic.Int64 // bytes that the next text will need: growing it costs eight times the rendering
}

// form is one way to serve the families.
type form struct {
	openMetrics, gzip bool
}

// rendering is the families of one view at one minute, each form made when it is
// first asked for.
type rendering struct {
	view   *snapshot.View
	minute time.Time // of the domain's clock
	scene  *scene
	own    prometheus.Gatherer
	size   *atomic.Int64

	mu    sync.Mutex
	forms map[form][]byte
}

// Keep renders again at each full minute and whenever the picture changes, so
// that a scrape finds ready bytes, until the context ends.
func (e *Exposition) Keep(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			e.at(now)
		}
	}
}

// at returns the rendering that holds at a time, made anew if need be, in every
// form that the one before was asked for.
func (e *Exposition) at(now time.Time) *rendering {
	view := e.Viewer.View(now)
	domain := e.Domain(now)
	minute := domain.Truncate(time.Minute)
	if r := e.current.Load(); r != nil && r.view == view && r.minute.Equal(minute) {
		return r
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	before := e.current.Load()
	if before != nil && before.view == view && before.minute.Equal(minute) {
		return before
	}
	next := &rendering{
		view: view, minute: minute, own: e.Own, size: &e.size, forms: map[form][]byte{},
		scene: newScene(view, domain, e.Store.LastWrite(), e.Settings),
	}
	if before != nil {
		for _, f := range before.asked() {
			next.bytes(f)
		}
	}
	e.current.Store(next)
	return next
}

func (r *rendering) asked() []form {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := make([]form, 0, len(r.forms))
	for f := range r.forms {
		list = append(list, f)
	}
	return list
}

// bytes returns the families in one form.
func (r *rendering) bytes(f form) []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	if b, ok := r.forms[f]; ok {
		return b
	}
	var out []byte
	if f.gzip {
		plain, kept := r.forms[form{openMetrics: f.openMetrics}]
		if !kept { // most scrapers ask for gzip only: do not hold ten times the bytes
			plain = r.render(f.openMetrics)
		}
		var zipped bytes.Buffer
		zip, _ := gzip.NewWriterLevel(&zipped, 3)
		_, _ = zip.Write(plain)
		_ = zip.Close()
		out = bytes.Clone(zipped.Bytes()) // without the room to grow
	} else {
		out = r.render(f.openMetrics)
	}
	r.forms[f] = out
	return out
}

func (r *rendering) render(openMetrics bool) []byte {
	b := appendFamilies(make([]byte, 0, r.size.Load()), r.scene, openMetrics)
	if r.own != nil {
		b = append(b, own(r.own, openMetrics)...)
	}
	if openMetrics {
		b = append(b, "# EOF\n"...)
	}
	r.size.Store(int64(len(b) + len(b)/16))
	return b
}

// own encodes the exporter's own metrics. What cannot be gathered is left out:
// the domain's figures matter more.
func own(g prometheus.Gatherer, openMetrics bool) []byte {
	var out bytes.Buffer
	gathered, _ := g.Gather()
	for _, mf := range gathered {
		if openMetrics {
			_, _ = expfmt.MetricFamilyToOpenMetrics(&out, mf)
		} else {
			_, _ = expfmt.MetricFamilyToText(&out, mf)
		}
	}
	return out.Bytes()
}

// appendFamilies writes the families in the text format or in OpenMetrics, which
// here differ only in the name that a counter's family has.
func appendFamilies(b []byte, s *scene, openMetrics bool) []byte {
	for i := range families {
		f := &families[i]
		name, kind := f.name, "gauge"
		if f.counter {
			kind = "counter"
			if openMetrics {
				name = strings.TrimSuffix(name, "_total")
			}
		}
		headed := false
		f.each(s, func(value float64, labels ...string) {
			if !headed {
				headed = true
				b = append(b, "# HELP "+name+" "+f.help+"\n# TYPE "+name+" "+kind+"\n"...)
			}
			b = append(b, f.name...)
			for i, label := range f.labels {
				if i == 0 {
					b = append(b, '{')
				} else {
					b = append(b, ',')
				}
				b = append(b, label...)
				b = append(b, `="`...)
				b = appendEscaped(b, labels[i])
				b = append(b, '"')
			}
			if len(f.labels) > 0 {
				b = append(b, '}')
			}
			b = append(b, ' ')
			b = appendValue(b, value)
			b = append(b, '\n')
		})
	}
	return b
}

// appendValue writes a number; counts and whole points, most of all, the quick way.
func appendValue(b []byte, v float64) []byte {
	if n := int64(v); float64(n) == v && n > -1<<53 && n < 1<<53 {
		return strconv.AppendInt(b, n, 10)
	}
	return strconv.AppendFloat(b, v, 'f', -1, 64)
}

func appendEscaped(b []byte, s string) []byte {
	clean := 0
	for i := range len(s) {
		if c := s[i]; c == '\\' || c == '"' || c == '\n' {
			b = append(b, s[clean:i]...)
			if c == '\n' {
				c = 'n'
			}
			b = append(b, '\\', c)
			clean = i + 1
		}
	}
	return append(b, s[clean:]...)
}

// served are the formats that a client can have.
var served = []expfmt.Format{expfmt.FmtOpenMetrics_1_0_0, expfmt.FmtText}

// ServeHTTP serves the families as the client likes them. It never causes a
// request to a source.
func (e *Exposition) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	format := expfmt.NegotiateAccept(req.Header, served...)
	f := form{openMetrics: format.FormatType() == expfmt.TypeOpenMetrics, gzip: acceptsGzip(req.Header)}
	body := e.at(time.Now()).bytes(f)
	w.Header().Set("Content-Type", string(format))
	w.Header().Add("Vary", "Accept, Accept-Encoding")
	if f.gzip {
		w.Header().Set("Content-Encoding", "gzip")
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body)
}

// acceptsGzip says whether a client lists gzip without refusing it.
func acceptsGzip(h http.Header) bool {
	for part := range strings.SplitSeq(h.Get("Accept-Encoding"), ",") {
		coding, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.TrimSpace(coding) == "gzip" || strings.TrimSpace(coding) == "*" {
			q, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(params), "q="), ",")
			refused, err := strconv.ParseFloat(q, 64)
			return params == "" || err != nil || refused > 0
		}
	}
	return false
}
