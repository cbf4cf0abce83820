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
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"net/url"
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
	UserAgent string            // honest: name, version and how to reach the operator
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
	Once bool // it is not tried again
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
	ctx, end := context.WithCancel(ctx)
	defer end()
	return c.Round(ctx)(req)
}

// Round returns Do for a set of requests to one server, which ends when the server
// refuses one of them (401, 403, 429): what has not been sent by then is not sent,
// with an error whose text begins with "not asked". Answers on their way are still
// taken. It is safe for concurrent use and holds memory until ctx ends.
func (c *Client) Round(ctx context.Context) func(Request) (Response, error) {
	open, refuse := context.WithCancelCause(ctx)
	return func(req Request) (Response, error) {
		pause, backoff := c.opts.Pause, c.opts.Backoff
		if IsLoopback(req.URL) {
			pause, backoff = pause/loopbackShare, max(1, backoff/loopbackShare)
		}
		var failed *Error
		for try := range maxTries {
			// Full jitter: many clients that failed together do not come back together.
			if try > 0 && !sleep(open, rand.N(backoff<<(try-1))) {
				break
			}
			resp, err := c.once(ctx, open, refuse, req, pause)
			switch {
			case err == nil:
				return resp, nil
			case err.notSent && failed != nil:
				return Response{}, failed // what the try before it met says more
			}
			failed = err.after(try + 1)
			if !err.retry || req.Once || ctx.Err() != nil {
				break
			}
		}
		return Response{}, failed
	}
}

// once makes one try, when there is a slot for it and the pause has passed. It
// waits as long as open, and has its answer as long as ctx.
func (c *Client) once(ctx, open context.Context, refuse context.CancelCauseFunc, req Request, pause time.Duration) (Response, *Error) {
	select {
	case c.slots <- struct{}{}:
	case <-open.Done():
		return Response{}, notAsked(open, req)
	}
	defer func() { <-c.slots }()
	if !c.takeTurn(open, pause) {
		return Response{}, notAsked(open, req)
	}
	if req.Sent != nil {
		req.Sent()
	}
	resp, err := c.send(ctx, req)
	switch {
	case err == nil:
	case err.Reason == Refused:
		refuse(err) // before the slot is free for the next
	case err.hungUp:
		// The server needs a moment to notice. Until then it is still busy with this one.
		sleep(open, pause)
	}
	return resp, err
}

// takeTurn waits until the pause since the newest start has passed. It returns
// false if ctx ended first.
func (c *Client) takeTurn(ctx context.Context, pause time.Duration) bool {
	select {
	case c.turn <- struct{}{}:
	case <-ctx.Done():
		return false
	}
	defer func() { <-c.turn }()
	if !sleep(ctx, time.Until(c.last.Add(pause))) {
		return false
	}
	c.last = time.Now()
	return true
}

// sleep returns false if ctx ended, even if the time had passed too.
func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
	return ctx.Err() == nil
}

// send is one exchange. The transport asks for gzip and takes it apart.
func (c *Client) send(ctx context.Context, req Request) (Response, *Error) {
	tryCtx, cancel := context.WithTimeout(ctx, c.opts.Timeout)
	defer cancel()
	hr, err := http.NewRequestWithContext(tryCtx, req.Method, req.URL, bytes.NewReader(req.Body))
	if err != nil {
		return Response{}, fail(req, Error{Reason: Unreachable, Err: err}, err.Error(), "check the configured address")
	}
	if req.Header != nil {
		hr.Header = req.Header.Clone()
	}
	hr.Header.Set("User-Agent", c.opts.UserAgent)

	res, err := c.http.Do(hr)
	if err != nil {
		return Response{}, c.broken(ctx, req, err)
	}
	defer res.Body.Close() //nolint:errcheck // nothing was written
	if res.StatusCode/100 != 2 {
		return Response{}, noSuccess(req, res)
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, c.opts.MaxBody+1))
	switch {
	case err != nil:
		return Response{}, c.broken(ctx, req, err)
	case int64(len(body)) > c.opts.MaxBody:
		return Response{}, fail(req, Error{Reason: TooLarge, Status: res.StatusCode, hungUp: true},
			fmt.Sprintf("the answer is larger than %d bytes after decompression, the rest was not read", c.opts.MaxBody),
			"look at what the address answers before allowing more")
	}
	return Response{Status: res.StatusCode, Header: res.Header, Body: body, At: time.Now()}, nil
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
