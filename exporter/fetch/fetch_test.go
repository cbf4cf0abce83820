package fetch

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// roundTrip is a server without a network: in a synctest bubble its time is free.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func answer(status int, header http.Header, body string) *http.Response {
	if header == nil {
		header = http.Header{}
	}
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body))}
}

func failure(t *testing.T, err error) *Error {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("error is %v, want an *Error", err)
	}
	return e
}

const portal = "https://portal.example/service"

func TestStartsKeepPauseAndParallel(t *testing.T) {
	for _, tt := range []struct {
		url   string
		pause time.Duration
	}{
		{portal, 400 * time.Millisecond},
		{"http://127.0.0.1:1/service", 20 * time.Millisecond},
		{"http://[::1]:1/service", 20 * time.Millisecond},
		{"http://localhost/service", 20 * time.Millisecond},
	} {
		t.Run(tt.url, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var mu sync.Mutex
				var starts []time.Time
				var live, peak int
				c := New(Options{Transport: roundTrip(func(*http.Request) (*http.Response, error) {
					mu.Lock()
					starts = append(starts, time.Now())
					live++
					peak = max(peak, live)
					mu.Unlock()
					time.Sleep(10 * time.Second)
					mu.Lock()
					live--
					mu.Unlock()
					return answer(200, nil, "x"), nil
				})})
				var wg sync.WaitGroup
				for range 8 {
					wg.Go(func() {
						if _, err := c.Do(t.Context(), Request{Method: "POST", URL: tt.url}); err != nil {
							t.Error(err)
						}
					})
				}
				wg.Wait()
				if len(starts) != 8 || peak != 3 {
					t.Fatalf("%d starts, %d at once, want 8 and 3", len(starts), peak)
				}
				closest := time.Hour
				for i := range starts[1:] {
					closest = min(closest, starts[i+1].Sub(starts[i]))
				}
				if closest != tt.pause {
					t.Errorf("nearest two starts are %s apart, want %s", closest, tt.pause)
				}
			})
		})
	}
}

func TestTries(t *testing.T) {
	header := func(key, value string) http.Header { return http.Header{key: {value}} }
	for _, tt := range []struct {
		name       string
		answer     func() (*http.Response, error)
		tries      int
		reason     Reason
		status     int
		retryAfter time.Duration
		text       string
	}{
		{"500", func() (*http.Response, error) { return answer(500, nil, "<html>error</html>"), nil },
			3, ServerError, 500, 0, "answered 500 Internal Server Error (3 tries)"},
		{"503 that names its time", func() (*http.Response, error) { return answer(503, header("Retry-After", "120"), ""), nil },
			1, ServerError, 503, 2 * time.Minute, "left alone for 2m0s"},
		{"401", func() (*http.Response, error) { return answer(401, nil, ""), nil },
			1, Refused, 401, 0, "answered 401 Unauthorized; it refuses this client"},
		{"403", func() (*http.Response, error) { return answer(403, nil, "Support ID is: 42"), nil },
			1, Refused, 403, 0, "ask those who run it"},
		{"429", func() (*http.Response, error) { return answer(429, header("Retry-After", "7"), ""), nil },
			1, Refused, 429, 7 * time.Second, "left alone for 7s"},
		{"404", func() (*http.Response, error) { return answer(404, nil, ""), nil },
			1, ServerError, 404, 0, "check the configured address"},
		{"406", func() (*http.Response, error) { return answer(406, nil, ""), nil },
			1, ServerError, 406, 0, "406 Not Acceptable"},
		{"redirect", func() (*http.Response, error) {
			return answer(302, header("Location", "https://elsewhere.example/login"), ""), nil
		}, 1, ServerError, 302, 0, `redirecting to "https://elsewhere.example/login"`},
		{"redirect that keeps the method", func() (*http.Response, error) { return answer(308, header("Location", "/new"), ""), nil },
			1, ServerError, 308, 0, `redirecting to "/new"`},
		{"reset", func() (*http.Response, error) { return nil, errors.New("connection reset by peer") },
			3, Unreachable, 0, 0, "no connection: connection reset by peer (3 tries)"},
		{"body breaks off", func() (*http.Response, error) {
			r := answer(200, nil, "")
			r.Body = io.NopCloser(io.MultiReader(strings.NewReader("half"), errReader{io.ErrUnexpectedEOF}))
			return r, nil
		}, 3, Unreachable, 0, 0, "breaks off or is damaged: unexpected EOF (3 tries)"},
		{"too large", func() (*http.Response, error) { return answer(200, nil, strings.Repeat("x", 1025)), nil },
			1, TooLarge, 200, 0, "larger than 1024 bytes"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tries := 0
				c := New(Options{MaxBody: 1024, Transport: roundTrip(func(*http.Request) (*http.Response, error) {
					tries++
					return tt.answer()
				})})
				_, err := c.Do(t.Context(), Request{Method: "POST", URL: "https://me:secret@portal.example/service"})
				e := failure(t, err)
				if tries != tt.tries || e.Reason != tt.reason || e.Status != tt.status || e.RetryAfter != tt.retryAfter {
					t.Errorf("after %d tries: %s, status %d, retry after %s; want %d: %s, %d, %s",
						tries, e.Reason, e.Status, e.RetryAfter, tt.tries, tt.reason, tt.status, tt.retryAfter)
				}
				if !strings.Contains(e.Text, tt.text) || !strings.Contains(e.Text, "portal.example/service") {
					t.Errorf("text %q does not say %q and where", e.Text, tt.text)
				}
				if strings.Contains(e.Text+e.URL, "secret") {
					t.Errorf("the password is in %q", e.Text)
				}
				if tt.status == 403 && string(e.Body) != "Support ID is: 42" {
					t.Errorf("body %q", e.Body)
				}
			})
		})
	}
}

type errReader struct{ err error }

func (r errReader) Read([]byte) (int, error) { return 0, r.err }

func zipped(s string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(s))
	_ = z.Close()
	return b.String()
}

func TestSecondTryHelps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tries := 0
		c := New(Options{UserAgent: "test/1 (+mailto:it@example.vn)", MaxBody: 5, Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			body, _ := io.ReadAll(r.Body)
			if got := fmt.Sprintf("%s %s %q %q", r.Method, body, r.UserAgent(), r.Header["X-Own"]); got !=
				`POST ask "test/1 (+mailto:it@example.vn)" ["a"]` {
				t.Errorf("try %d sent %s", tries, got)
			}
			if tries++; tries == 1 {
				return answer(502, nil, ""), nil
			}
			return answer(201, nil, "whole"), nil
		})})
		header := http.Header{"X-Own": {"a"}}
		resp, err := c.Do(t.Context(), Request{Method: "POST", URL: portal, Header: header, Body: []byte("ask")})
		if err != nil || resp.Status != 201 || string(resp.Body) != "whole" || !resp.At.Equal(time.Now()) {
			t.Errorf("got %+v, %v", resp, err)
		}
		if len(header) != 1 {
			t.Errorf("the caller's header became %v", header)
		}
	})
}

// The waits are random: over many requests each must keep its bound, and come
// near it.
func TestRetriesBackOffWithFullJitter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var starts []time.Time
		c := New(Options{Pause: time.Nanosecond, Transport: roundTrip(func(*http.Request) (*http.Response, error) {
			starts = append(starts, time.Now())
			return answer(500, nil, ""), nil
		})})
		var longest [2]time.Duration
		for range 200 {
			starts = nil
			_, _ = c.Do(t.Context(), Request{URL: portal})
			for i := range longest {
				longest[i] = max(longest[i], starts[i+1].Sub(starts[i]))
			}
		}
		for i, bound := range []time.Duration{time.Second, 2 * time.Second} {
			if longest[i] > bound || longest[i] < bound/2 {
				t.Errorf("retry %d waited at most %s, want nearly %s", i+1, longest[i], bound)
			}
		}
	})
}

func TestTimeoutIsOfOneTryWithItsBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tries := 0
		c := New(Options{Timeout: time.Minute, Pause: 1, Backoff: 1, Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			tries++
			time.Sleep(30 * time.Second)
			res := answer(200, nil, "")
			res.Body = io.NopCloser(hangs{r.Context()})
			return res, nil
		})})
		start := time.Now()
		_, err := c.Do(t.Context(), Request{URL: portal})
		if e := failure(t, err); e.Reason != Timeout || tries != 3 || !strings.Contains(e.Text, "no whole answer within 1m0s (3 tries)") {
			t.Errorf("%d tries: %v", tries, e)
		}
		if d := time.Since(start).Round(time.Second); d != 3*time.Minute {
			t.Errorf("took %s, want three tries of a minute", d)
		}
	})
}

type hangs struct{ ctx context.Context }

func (h hangs) Read([]byte) (int, error) {
	<-h.ctx.Done()
	return 0, h.ctx.Err()
}

func TestContextEndsAnyWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sent := 0
		c := New(Options{Parallel: 1, Timeout: time.Hour, Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			sent++
			<-r.Context().Done()
			return nil, r.Context().Err()
		})})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var wg sync.WaitGroup
		errs := make([]error, 2) // one in flight, one that waits for its slot
		for i := range errs {
			wg.Go(func() { _, errs[i] = c.Do(ctx, Request{URL: portal}) })
		}
		wg.Wait()
		if sent != 1 {
			t.Errorf("%d requests were sent", sent)
		}
		for _, err := range errs {
			if e := failure(t, err); e.Reason != Timeout || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s: %v", e.Reason, err)
			}
		}
		cancelled, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := c.Do(cancelled, Request{URL: portal})
		if e := failure(t, err); e.Reason != Unreachable || !errors.Is(err, context.Canceled) || !strings.HasPrefix(e.Text, "not asked: ") {
			t.Errorf("%s: %v", e.Reason, err)
		}
	})
}

func TestRoundEndsAtRefusal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sent atomic.Int32
		c := New(Options{Transport: roundTrip(func(*http.Request) (*http.Response, error) {
			switch sent.Add(1) {
			case 1: // on its way when the refusal comes
				time.Sleep(5 * time.Second)
				return answer(200, nil, "x"), nil
			case 2:
				time.Sleep(time.Second)
				return answer(429, http.Header{"Retry-After": {"60"}}, ""), nil
			default: // in the round this one fails at once, and must not be retried
				return answer(500, nil, ""), nil
			}
		})})
		start := time.Now()
		r := c.Round(t.Context())
		errs := make([]error, 20)
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() { _, errs[i] = r(Request{Method: "POST", URL: portal}) })
		}
		wg.Wait()
		took := time.Since(start)
		counts := map[string]int{}
		for _, err := range errs {
			switch e := (*Error)(nil); {
			case err == nil:
				counts["answered"]++
			case errors.As(err, &e) && e.Reason == Refused && e.RetryAfter == time.Minute:
				counts["refused"]++
			case errors.As(err, &e) && e.Reason == Refused && strings.HasPrefix(e.Text, "not asked: ") && e.RetryAfter == 0:
				counts["not asked"]++
			case errors.As(err, &e) && e.Reason == ServerError:
				counts["failed"]++
			default:
				t.Error(err)
			}
		}
		if counts["answered"] != 1 || counts["refused"] != 1 || counts["not asked"]+counts["failed"] != 18 || counts["failed"] > 3 {
			t.Errorf("%v", counts)
		}
		if took != 5*time.Second {
			t.Errorf("took %s: those not asked must not wait for a turn", took)
		}
		before := sent.Load()
		if _, err := c.Round(t.Context())(Request{URL: portal}); sent.Load() == before {
			t.Errorf("the next round was not asked: %v", err)
		}
	})
}

// A server that is cut off is still busy for a moment: the next one waits.
func TestSlotIsHeldAfterHangingUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var starts, ends []time.Time
		c := New(Options{MaxBody: 4, Parallel: 1, Transport: roundTrip(func(*http.Request) (*http.Response, error) {
			starts = append(starts, time.Now())
			time.Sleep(5 * time.Second)
			ends = append(ends, time.Now())
			return answer(200, nil, "too large"), nil
		})})
		sent := 0
		for range 2 {
			_, _ = c.Do(t.Context(), Request{URL: portal, Sent: func() { sent++ }})
		}
		if gap := starts[1].Sub(ends[0]); gap != 400*time.Millisecond || sent != 2 {
			t.Errorf("the second of %d starts %s after the first was cut off, want 0.4 s", sent, gap)
		}
	})
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 10, 10, 8, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"":                              0,
		"soon":                          0,
		"-5":                            0,
		"0":                             0,
		"7":                             7 * time.Second,
		"86401":                         24 * time.Hour,
		"99999999999999999999":          24 * time.Hour,
		"Sat, 10 Oct 2026 08:02:00 GMT": 2 * time.Minute,
		"Sat, 10 Oct 2026 07:00:00 GMT": 0,
		"Fri, 01 Jan 2038 00:00:00 GMT": 24 * time.Hour,
	} {
		if got := retryAfter(value, now); got != want {
			t.Errorf("%q is %s, want %s", value, got, want)
		}
	}
}

func TestIsLoopback(t *testing.T) {
	for url, want := range map[string]bool{
		"http://127.0.0.1:18766":         true,
		"http://127.9.9.9/x":             true,
		"https://LOCALHOST":              true,
		"http://[::ffff:127.0.0.1]:80":   true,
		"https://dichvucong.gov.vn":      false,
		"http://127.0.0.1.example":       false,
		"http://localhost.example":       false,
		"http://10.0.0.1/?u=//127.0.0.1": false,
		"://":                            false,
	} {
		if got := IsLoopback(url); got != want {
			t.Errorf("IsLoopback(%q) = %t", url, got)
		}
	}
}

// An endless answer and a small one that decompresses to 64 MiB: both stop at
// MaxBody, over a real connection.
func TestEndlessAnswersAreCut(t *testing.T) {
	block := bytes.Repeat([]byte(" "), 1<<20)
	var bomb bytes.Buffer
	z, _ := gzip.NewWriterLevel(&bomb, gzip.BestSpeed)
	for range 64 {
		_, _ = z.Write(block)
	}
	_ = z.Close()
	var requests atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		if r.URL.Path == "/bomb" {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(bomb.Bytes())
			return
		}
		for r.Context().Err() == nil {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
	}))
	defer server.Close()
	const limit = 1 << 20
	c := New(Options{MaxBody: limit})
	for _, path := range []string{"/endless", "/bomb"} {
		requests.Store(0)
		bytesMade := allocated(func() {
			_, err := c.Do(t.Context(), Request{Method: "POST", URL: server.URL + path})
			if e := failure(t, err); e.Reason != TooLarge {
				t.Error(err)
			}
		})
		if requests.Load() != 1 {
			t.Errorf("%s: %d requests", path, requests.Load())
		}
		// The server's side of the test allocates too, so the bound is wide; 64 MiB is far.
		if bytesMade > 32*limit {
			t.Errorf("%s: %d bytes allocated for a limit of %d", path, bytesMade, limit)
		}
	}
}

func TestGzip(t *testing.T) {
	text := strings.Repeat("plain text ", 100)
	whole := zipped(text)
	for body, want := range map[string]string{
		whole:                   "",
		text:                    "damaged: gzip: invalid header",
		whole[:len(whole)/2]:    "damaged: unexpected EOF",
		whole[:12] + whole[13:]: "damaged: ",
		zipped(text + text):     "larger than 2000 bytes",
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if got := r.Header.Get("Accept-Encoding"); got != "gzip" {
				t.Errorf("asked for %q", got)
			}
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = io.WriteString(w, body)
		}))
		resp, err := New(Options{MaxBody: 2000}).Do(t.Context(), Request{Method: "POST", URL: server.URL})
		switch {
		case want == "" && (err != nil || string(resp.Body) != text):
			t.Errorf("%q, %v", resp.Body, err)
		case want != "" && !strings.Contains(failure(t, err).Text, want):
			t.Errorf("%v, want %s", err, want)
		}
		server.Close()
	}
}

func TestServerThatBreaksTheConnection(t *testing.T) {
	var requests atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		if r.URL.Path == "/half" {
			w.Header().Set("Content-Length", "100")
			_, _ = w.Write([]byte("half"))
		}
		panic(http.ErrAbortHandler)
	}))
	defer server.Close()
	for _, path := range []string{"/none", "/half"} {
		requests.Store(0)
		_, err := New(Options{}).Do(t.Context(), Request{Method: "POST", URL: server.URL + path})
		if e := failure(t, err); e.Reason != Unreachable || requests.Load() != 3 {
			t.Errorf("%s: %d requests, %v", path, requests.Load(), err)
		}
	}
	server.Close()
	_, err := New(Options{}).Do(t.Context(), Request{Method: "POST", URL: server.URL})
	if e := failure(t, err); e.Reason != Unreachable || !strings.Contains(e.Text, "connection refused (3 tries); check the network") {
		t.Error(err)
	}
}

func TestUnusableRequests(t *testing.T) {
	for _, req := range []Request{{Method: "POST", URL: "http://portal.example:port/"}, {Method: "P OST", URL: portal}} {
		_, err := New(Options{}).Do(t.Context(), req)
		if e := failure(t, err); e.Reason != Unreachable || !strings.Contains(e.Text, "check the configured address") {
			t.Error(err)
		}
	}
}

// allocated returns how many bytes the whole process allocated while f ran.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
