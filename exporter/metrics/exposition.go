package metrics

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"

	"dvc_exporter/exporter/publication"
)

// Exposition serves the families as bytes that are made once for each publication,
// not once for each scrape, with the exporter's own metrics of the moment behind
// them. A scrape never waits for a rendering: until one is done it gets the bytes
// before. It is safe for concurrent use.
type Exposition struct {
	Own prometheus.Gatherer // the exporter's own metrics: Go, process, build

	formats [2]rendering // in the order of formats
}

// formats are what a client can have.
var formats = [...]expfmt.Format{expfmt.FmtOpenMetrics_1_0_0, expfmt.FmtText}

// rendering is the exposition in one format.
type rendering struct {
	wanted atomic.Bool // somebody has asked for it
	ready  atomic.Pointer[packed]
	making sync.Mutex // of the very first bytes
}

// packed is the families as the beginning of a gzip stream: what follows can be
// appended in a block of its own.
type packed struct {
	deflated []byte // up to a block's end
	sum      uint32 // CRC-32 of what it holds
	size     uint32
}

// Render makes the bytes of a new publication, in the formats that have been asked
// for.
func (e *Exposition) Render(p *publication.Publication) {
	for i := range e.formats {
		if f := &e.formats[i]; f.wanted.Load() {
			f.ready.Store(pack(p, formats[i]))
		}
	}
}

// pack renders all families and compresses them.
func pack(p *publication.Publication, format expfmt.Format) *packed {
	var deflated bytes.Buffer
	zip, _ := flate.NewWriter(&deflated, 3)
	sum := &counter{to: zip}
	out := bufio.NewWriterSize(sum, 64<<10)
	for i := range families {
		families[i].write(out, p, format)
	}
	_ = out.Flush()
	_ = zip.Flush()
	return &packed{bytes.Clone(deflated.Bytes()), sum.sum, sum.size} // without the room to grow
}

// counter sums up what is written.
type counter struct {
	to        io.Writer
	sum, size uint32
}

func (c *counter) Write(b []byte) (int, error) {
	c.sum = crc32.Update(c.sum, crc32.IEEETable, b)
	c.size += uint32(len(b)) //nolint:gosec // gzip counts modulo 2^32
	return c.to.Write(b)
}

// gzipHeader says deflate, no name, no time, unknown system.
var gzipHeader = []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff}

// end compresses what stands behind the families, and the stream's trailer.
func (p *packed) end(behind []byte) []byte {
	var out bytes.Buffer
	_ = flate.StatelessDeflate(&out, behind, true, nil) // a writer with state would clear a megabyte for each scrape
	sum := crc32.Update(p.sum, crc32.IEEETable, behind)
	size := p.size + uint32(len(behind)) //nolint:gosec // gzip counts modulo 2^32
	return binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(out.Bytes(), sum), size)
}

// own gathers the exporter's own metrics now, and what ends the exposition. What
// cannot be gathered is left out: the domain's figures matter more.
func (e *Exposition) own(format expfmt.Format) []byte {
	var out bytes.Buffer
	encoder := expfmt.NewEncoder(&out, format)
	gathered, _ := e.Own.Gather()
	for _, family := range gathered {
		_ = encoder.Encode(family)
	}
	if end, ok := encoder.(expfmt.Closer); ok {
		_ = end.Close() // # EOF
	}
	return out.Bytes()
}

// ready returns the last bytes in a format. Only the very first request for
// a format waits for them.
func (e *Exposition) ready(format int, current func() *publication.Publication) *packed {
	f := &e.formats[format]
	if ready := f.ready.Load(); ready != nil {
		return ready
	}
	f.making.Lock()
	defer f.making.Unlock()
	if f.ready.Load() == nil {
		f.wanted.Store(true) // first, so that Render makes whatever is published from here on
		f.ready.CompareAndSwap(nil, pack(current(), formats[format]))
	}
	return f.ready.Load()
}

// write writes a family that has samples.
func (f *Family) write(out *bufio.Writer, p *publication.Publication, format expfmt.Format) {
	headed := false
	f.collect(p, func(value float64, labels ...string) {
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

// Serve answers scrapes with the last bytes of what is published. It never causes
// a request to a source.
func (e *Exposition) Serve(current func() *publication.Publication) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		format := expfmt.NegotiateAccept(req.Header, formats[:]...)
		i := 0
		for format.FormatType() != formats[i].FormatType() {
			i++
		}
		families := e.ready(i, current)
		end := families.end(e.own(formats[i]))
		w.Header().Set("Content-Type", string(format))
		w.Header().Add("Vary", "Accept, Accept-Encoding")
		coding := strings.ReplaceAll(req.Header.Get("Accept-Encoding"), " ", "")
		if !strings.Contains(coding, "gzip") || strings.Contains(coding, "gzip;q=0") {
			stream := io.MultiReader(bytes.NewReader(gzipHeader), bytes.NewReader(families.deflated), bytes.NewReader(end))
			if zip, err := gzip.NewReader(stream); err == nil {
				_, _ = io.Copy(w, zip) // no scraper, but a person
			}
			return
		}
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Content-Length", strconv.Itoa(len(gzipHeader)+len(families.deflated)+len(end)))
		for _, part := range [][]byte{gzipHeader, families.deflated, end} {
			if _, err := w.Write(part); err != nil {
				return // the client has gone
			}
		}
	})
}
