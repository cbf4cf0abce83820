package fetch

import (
	"compress/flate"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Reason says in one word why there is no answer.
type Reason string

// The reasons of an Error, spelt as the label "reason" has them.
const (
	Unreachable Reason = "unreachable"  // no connection, a reset, a body that breaks off
	Timeout     Reason = "timeout"      // no whole answer in time
	Refused     Reason = "refused"      // 401, 403, 429: stop asking
	ServerError Reason = "server_error" // any other status that is no success, redirects too
	TooLarge    Reason = "too_large"    // more than Options.MaxBody
)

// maxRetryAfter bounds what a server can ask for.
const maxRetryAfter = 24 * time.Hour

// Error is why there is no answer.
type Error struct {
	Reason     Reason
	URL        string        // without a password
	Status     int           // of the answer, 0 if none came
	RetryAfter time.Duration // how long the server asked to be left alone, at most 24 h; 0 if it did not
	Text       string        // for a person: what happened, where, after how many tries, what to do
	Body       []byte        // how the body of an answer that is no success begins, at most 4 KiB
	Err        error         // what the network or the context said, or nil

	advice  string
	retry   bool // another try may help
	hungUp  bool // the answer was not taken to its end
	notSent bool
}

func (e *Error) Error() string { return e.Text }

func (e *Error) Unwrap() error { return e.Err }

// fail makes an error of what happened and what to do.
func fail(req Request, e Error, what, advice string) *Error {
	e.URL, e.advice = req.URL, advice
	if u, err := url.Parse(req.URL); err == nil {
		e.URL = u.Redacted()
	}
	e.Text = fmt.Sprintf("%s %s: %s", req.Method, e.URL, what)
	if e.notSent {
		e.Text = "not asked: " + e.Text
	}
	return &e
}

// after completes the text when it is known how often the request was tried.
func (e *Error) after(tries int) *Error {
	if tries > 1 {
		e.Text += fmt.Sprintf(" (%d tries)", tries)
	}
	if e.advice != "" {
		e.Text += "; " + e.advice
	}
	return e
}

// notAsked is the error of a try that was never sent, because open had ended.
func notAsked(open context.Context, req Request) *Error {
	if because, ok := errors.AsType[*Error](context.Cause(open)); ok {
		return fail(req, Error{Reason: Refused, notSent: true}, fmt.Sprintf(
			"the server refused another request of this round (%s for %s)", status(because.Status), because.URL), "")
	}
	e := ended(open)
	e.notSent = true
	return fail(req, e, "the round ended first: "+e.Err.Error(), "")
}

// ended is the error of a request whose caller's context ended.
func ended(ctx context.Context) Error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return Error{Reason: Timeout, Err: ctx.Err()}
	}
	return Error{Reason: Unreachable, Err: ctx.Err()}
}

// broken is the error of an exchange that the network or the clock ended.
func (c *Client) broken(ctx context.Context, req Request, err error) *Error {
	if ue, ok := errors.AsType[*url.Error](err); ok {
		err = ue.Err // it names the URL, which the text has already
	}
	e := Error{Reason: Unreachable, Err: err, retry: true, hungUp: true}
	var slow interface{ Timeout() bool }
	var corrupt flate.CorruptInputError
	switch {
	case ctx.Err() != nil:
		return fail(req, ended(ctx), "cut short: "+ctx.Err().Error(), "")
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &slow) && slow.Timeout():
		e.Reason = Timeout
		return fail(req, e, fmt.Sprintf("no whole answer within %s", c.opts.Timeout),
			"the server or the way to it is slow: if this lasts, allow more time")
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.As(err, &corrupt):
		return fail(req, e, "the answer breaks off or is damaged: "+err.Error(),
			"the server or something on the way to it ended it")
	}
	return fail(req, e, "no connection: "+err.Error(),
		"check the network, the name server and the proxy on the way there")
}

// noSuccess is the error of an answer whose status is not 2xx.
func noSuccess(req Request, res *http.Response) *Error {
	e := Error{
		Reason:     ServerError,
		Status:     res.StatusCode,
		RetryAfter: retryAfter(res.Header.Get("Retry-After"), time.Now()),
	}
	// The status is known: a body that cannot be read is no second failure.
	e.Body, _ = io.ReadAll(io.LimitReader(res.Body, excerptBytes))
	what := "the server answered " + status(res.StatusCode)
	if e.RetryAfter > 0 {
		what += fmt.Sprintf(" and asks to be left alone for %s", e.RetryAfter)
	}
	switch {
	case res.StatusCode == http.StatusUnauthorized, res.StatusCode == http.StatusForbidden, res.StatusCode == http.StatusTooManyRequests:
		e.Reason = Refused
		return fail(req, e, what, "it refuses this client: if this lasts, ask those who run it to let this address in")
	case res.StatusCode/100 == 3:
		return fail(req, e, what+", redirecting to "+strconv.Quote(res.Header.Get("Location")),
			"redirects are not followed: if the new place is right, configure it")
	case res.StatusCode/100 == 5:
		e.retry = e.RetryAfter == 0 // a server that names its time is not pressed
		return fail(req, e, what, "the fault is the server's")
	}
	return fail(req, e, what, "check the configured address")
}

// retryAfter reads the header of that name, seconds or a date.
func retryAfter(value string, now time.Time) time.Duration {
	seconds, err := strconv.ParseUint(value, 10, 64)
	if err == nil || errors.Is(err, strconv.ErrRange) { // out of range: seconds is the largest number
		return time.Duration(min(seconds, uint64(maxRetryAfter/time.Second))) * time.Second
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	return min(max(0, at.Sub(now)), maxRetryAfter)
}

func status(code int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", code, http.StatusText(code)))
}
