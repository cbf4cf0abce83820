// Package fetch is the one polite HTTP client of the exporter. It knows nothing of
// what it fetches: it bounds how many requests run at once, how soon one follows
// another, how often one is tried, how long it may take and how much may come
// back, and it says in words for a person why there is no answer.
//
// It sends no cookies, follows no redirects and makes no attempt to look like a
// browser.
package fetch

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
	maxTries = 3 // of one request

	// On a loopback address there is nobody to be polite to and a demo or a test
	// to be quick for: pause and backoff shrink, from 0.4 s and 1 s to 0.02 s and
	// 0.05 s.
	loopbackShare = 20

	excerptBytes = 4 << 10 // of the body of an answer that is no success
)

// Options says how polite and how patient a Client is. A zero field takes the
// default.
type Options struct {
	UserAgent string            // honest: name, version and how to reach whoever runs it
	Timeout   time.Duration     // of one whole try, its body included; default 30 s
	MaxBody   int64             // bytes of an answer after decompression; default 16 MiB
	Pause     time.Duration     // between the starts of any two tries; default 0.4 s
	Backoff   time.Duration     // the first retry waits a random time below it, the second below twice that; default 1 s
	Parallel  int               // tries in flight at once; default 3
	Transport http.RoundTripper // default: as http.DefaultTransport, so proxies come from the environment
}

// Client is safe for concurrent use. All its users together keep its limits.
type Client struct {
	opts  Options
	http  *http.Client
	slots chan struct{} // one for each try in flight
	turn  chan struct{} // held by the one who waits for the pause to pass
	last  time.Time     // start of the newest try; guarded by turn
}

// New returns a Client.
func New(o Options) *Client {
	o.Timeout = cmp.Or(o.Timeout, 30*time.Second)
	o.MaxBody = cmp.Or(o.MaxBody, 16<<20)
	o.Pause = cmp.Or(o.Pause, 400*time.Millisecond)
	o.Backoff = max(1, cmp.Or(o.Backoff, time.Second))
	o.Parallel = max(1, cmp.Or(o.Parallel, 3))
	if o.Transport == nil {
		t := http.DefaultTransport.(*http.Transport).Clone()
		t.MaxIdleConnsPerHost = o.Parallel
		o.Transport = t
	}
	return &Client{
		opts: o,
		http: &http.Client{
			Transport:     o.Transport,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		slots: make(chan struct{}, o.Parallel),
		turn:  make(chan struct{}, 1),
	}
}

// Parallel returns how many requests can be in flight at once.
func (c *Client) Parallel() int { return c.opts.Parallel }

// Request is what to ask. Header is not changed.
type Request struct {
	Method string
	URL    string
	Header http.Header
	Body   []byte
	// Sent, if set, is called each time a try goes out: who waits for it decides in
	// which order requests go out.
	Sent func()
}

// Response is a whole answer with a 2xx status.
type Response struct {
	Status int
	Header http.Header
	Body   []byte    // decompressed
	At     time.Time // when the last byte had come
}

// Do asks once, and again after a 5xx status, a broken connection, a broken body
// or a timeout, at most three times. Any 2xx is success. The error is an *Error.
// ctx may end while it waits for its turn, too.
func (c *Client) Do(ctx context.Context, req Request) (Response, error) {
	return c.do(ctx, nil, req)
}

func (c *Client) do(ctx context.Context, r *Round, req Request) (Response, error) {
	pause, backoff := c.opts.Pause, c.opts.Backoff
	if IsLoopback(req.URL) {
		pause, backoff = pause/loopbackShare, max(1, backoff/loopbackShare)
	}
	var failed *Error
	for try := range maxTries {
		if try > 0 {
			// Full jitter: many clients that failed together do not come back together.
			if !sleep(ctx, r, rand.N(backoff<<(try-1))) {
				return Response{}, failed
			}
		}
		resp, err := c.once(ctx, r, req, pause)
		switch {
		case err == nil:
			return resp, nil
		case err.notSent && failed != nil:
			return Response{}, failed // what the try before it met says more
		}
		failed = err.after(try + 1)
		if !err.retry || ctx.Err() != nil {
			break
		}
	}
	return Response{}, failed
}

// once makes one try, when there is a slot for it and the pause has passed.
func (c *Client) once(ctx context.Context, r *Round, req Request, pause time.Duration) (Response, *Error) {
	select {
	case c.slots <- struct{}{}:
	case <-ctx.Done():
		return Response{}, notAsked(ctx, r, req)
	case <-r.stopped():
		return Response{}, notAsked(ctx, r, req)
	}
	defer func() { <-c.slots }()
	if !c.takeTurn(ctx, r, pause) {
		return Response{}, notAsked(ctx, r, req)
	}
	if req.Sent != nil {
		req.Sent()
	}
	resp, err := c.send(ctx, req)
	switch {
	case err == nil:
	case err.Reason == Refused:
		r.stop(err) // before the slot is free for the next
	case err.hungUp:
		// The server needs a moment to notice. Until then it is still busy with this one.
		sleep(ctx, r, pause)
	}
	return resp, err
}

// takeTurn waits until the pause since the newest start has passed. It returns
// false if ctx or the round ended first.
func (c *Client) takeTurn(ctx context.Context, r *Round, pause time.Duration) bool {
	select {
	case c.turn <- struct{}{}:
	case <-ctx.Done():
		return false
	case <-r.stopped():
		return false
	}
	defer func() { <-c.turn }()
	if !sleep(ctx, r, time.Until(c.last.Add(pause))) {
		return false
	}
	c.last = time.Now()
	return true
}

// sleep returns false if ctx or the round ended, even if the time had passed too.
func sleep(ctx context.Context, r *Round, d time.Duration) bool {
	if d > 0 {
		t := time.NewTimer(d)
		defer t.Stop()
		select {
		case <-t.C:
		case <-ctx.Done():
		case <-r.stopped():
		}
	}
	select {
	case <-r.stopped():
		return false
	default:
		return ctx.Err() == nil
	}
}

// send is one exchange.
func (c *Client) send(ctx context.Context, req Request) (Response, *Error) {
	tryCtx, cancel := context.WithTimeout(ctx, c.opts.Timeout)
	defer cancel()
	hr, err := http.NewRequestWithContext(tryCtx, req.Method, req.URL, bytes.NewReader(req.Body))
	if err != nil {
		return Response{}, unusable(req, err)
	}
	if req.Header != nil {
		hr.Header = req.Header.Clone()
	}
	hr.Header.Set("User-Agent", c.opts.UserAgent)
	// Asked for by hand, so that the decompressed size can be bounded here.
	hr.Header.Set("Accept-Encoding", "gzip")

	res, err := c.http.Do(hr)
	if err != nil {
		return Response{}, c.broken(ctx, req, err)
	}
	defer res.Body.Close() //nolint:errcheck // nothing was written
	if res.StatusCode/100 != 2 {
		return Response{}, noSuccess(req, res)
	}
	plain, err := decompressed(res)
	if err != nil {
		return Response{}, c.broken(ctx, req, err)
	}
	body, err := readAll(plain, c.opts.MaxBody)
	if errors.Is(err, errTooLarge) {
		return Response{}, c.tooLarge(req, res)
	}
	if err != nil {
		return Response{}, c.broken(ctx, req, err)
	}
	return Response{Status: res.StatusCode, Header: res.Header, Body: body, At: time.Now()}, nil
}

// decompressed returns the body of an answer as it was before gzip.
func decompressed(res *http.Response) (io.Reader, error) {
	if strings.EqualFold(res.Header.Get("Content-Encoding"), "gzip") {
		return gzip.NewReader(res.Body)
	}
	return res.Body, nil
}

var errTooLarge = errors.New("too large")

// readAll reads at most so many bytes and one. It keeps them in pieces until the end
// is known, so that an answer that is too large costs what it may have, not twice that.
func readAll(r io.Reader, most int64) ([]byte, error) {
	const pieceBytes = 1 << 20
	var pieces [][]byte
	for left := most + 1; left > 0; {
		want := min(left, pieceBytes)
		piece, err := io.ReadAll(io.LimitReader(r, want))
		if err != nil {
			return nil, err
		}
		pieces = append(pieces, piece)
		if int64(len(piece)) < want {
			return slices.Concat(pieces...), nil
		}
		left -= want
	}
	return nil, errTooLarge
}

// IsLoopback says whether a URL names this machine: localhost or a loopback
// address. A name that only resolves to one does not count.
func IsLoopback(rawURL string) bool {
	u, err := url.Parse(rawURL)
	if err != nil {
		return false
	}
	host := strings.ToLower(u.Hostname())
	if host == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}
