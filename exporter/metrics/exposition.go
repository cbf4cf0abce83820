package metrics

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"

	"dvc_exporter/exporter/reload"
	"dvc_exporter/exporter/snapshot"
)

// Settings are what families need to know beside the picture.
type Settings struct {
	ReceptionLimit time.Duration // a dossier not received for longer is late to receive
	DueSoon        time.Duration // how far ahead dvc_dossiers_due_soon looks
}

// Exposition serves the families as bytes that are made once for each picture
// and minute, not once for each scrape. It is safe for concurrent use.
type Exposition struct {
	Settings
	Viewer *snapshot.Viewer
	Files  func() reload.Files // targets and units as last read
	Own    prometheus.Gatherer // the exporter's own metrics: Go, process, build

	mu     sync.Mutex
	view   *snapshot.View
	minute time.Time            // of the domain's clock
	packed [len(formats)][]byte // what they show, in gzip; nil: nobody asked for this format
}

// formats are what a client can have.
var formats = [...]expfmt.Format{expfmt.FmtOpenMetrics_1_0_0, expfmt.FmtText}

// Prepare renders again what was asked for before, if the picture has changed or
// a minute has passed, so that a scrape finds ready bytes.
func (e *Exposition) Prepare(now time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.prepare(now)
}

func (e *Exposition) prepare(now time.Time) *scene {
	s := &scene{View: e.Viewer.View(now), Settings: e.Settings, now: e.Viewer.Domain(now), files: e.Files()}
	if minute := s.now.Truncate(time.Minute); e.view != s.View || !e.minute.Equal(minute) {
		e.view, e.minute = s.View, minute
		for i, format := range formats {
			if e.packed[i] != nil {
				e.packed[i] = pack(s, e.Own, format)
			}
		}
	}
	return s
}

// ready returns what holds at a time in a format.
func (e *Exposition) ready(now time.Time, format int) []byte {
	e.mu.Lock()
	defer e.mu.Unlock()
	s := e.prepare(now)
	if e.packed[format] == nil {
		e.packed[format] = pack(s, e.Own, formats[format])
	}
	return e.packed[format]
}

// pack renders all families and the exporter's own in gzip. What cannot be
// gathered of the own ones is left out: the domain's figures matter more.
func pack(s *scene, own prometheus.Gatherer, format expfmt.Format) []byte {
	var packed bytes.Buffer
	zip, _ := gzip.NewWriterLevel(&packed, 3)
	out := bufio.NewWriterSize(zip, 64<<10)
	encoder := expfmt.NewEncoder(out, format)
	for i := range families {
		families[i].write(out, s, format)
	}
	gathered, _ := own.Gather()
	for _, family := range gathered {
		_ = encoder.Encode(family)
	}
	if end, ok := encoder.(expfmt.Closer); ok {
		_ = end.Close() // # EOF
	}
	_ = out.Flush()
	_ = zip.Close()
	return bytes.Clone(packed.Bytes()) // without the room to grow
}

// write writes a family that has samples.
func (f *Family) write(out *bufio.Writer, s *scene, format expfmt.Format) {
	headed := false
	f.collect(s, func(value float64, labels ...string) {
		b := out.AvailableBuffer()
		if !headed {
			headed = true
			b = f.appendHead(b, format)
		}
		b = append(appendSeries(b, f.Name, f.Labels, labels), ' ')
		b = append(AppendValue(b, value), '\n')
		_, _ = out.Write(b)
	})
}

// appendHead writes the two lines before a family's samples. The formats differ
// only in the name that a counter's family has.
func (f *Family) appendHead(b []byte, format expfmt.Format) []byte {
	name, kind := f.Name, "gauge"
	if family, counter := strings.CutSuffix(name, "_total"); counter {
		kind = "counter"
		if format.FormatType() == expfmt.TypeOpenMetrics {
			name = family
		}
	}
	return fmt.Appendf(b, "# HELP %s %s\n# TYPE %s %s\n", name, f.Help, name, kind)
}

var escaper = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

func appendSeries(b []byte, name string, labels, values []string) []byte {
	b = append(b, name...)
	sep := byte('{')
	for i, label := range labels {
		b = append(append(append(b, sep), label...), `="`...)
		b = append(append(b, escaper.Replace(values[i])...), '"')
		sep = ','
	}
	if sep == ',' {
		b = append(b, '}')
	}
	return b
}

// AppendValue writes a sample's value; counts and whole points, most of all, the
// quick way.
func AppendValue(b []byte, v float64) []byte {
	if n := int64(v); float64(n) == v && n > -1<<53 && n < 1<<53 {
		return strconv.AppendInt(b, n, 10)
	}
	return strconv.AppendFloat(b, v, 'f', -1, 64)
}

// ServeHTTP serves the families as the client likes them. It never causes a
// request to a source.
func (e *Exposition) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	format := expfmt.NegotiateAccept(req.Header, formats[:]...)
	body := e.ready(time.Now(), slices.IndexFunc(formats[:], func(f expfmt.Format) bool { return f.FormatType() == format.FormatType() }))
	w.Header().Set("Content-Type", string(format))
	w.Header().Add("Vary", "Accept, Accept-Encoding")
	coding := strings.ReplaceAll(req.Header.Get("Accept-Encoding"), " ", "")
	if !strings.Contains(coding, "gzip") || strings.Contains(coding, "gzip;q=0") {
		if zip, err := gzip.NewReader(bytes.NewReader(body)); err == nil {
			_, _ = io.Copy(w, zip) // no scraper, but a person
		}
		return
	}
	w.Header().Set("Content-Encoding", "gzip")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body)
}
