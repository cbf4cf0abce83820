package index

import (
	"errors"
	"fmt"
	"runtime/debug"
	"time"
)

// Reason is the value of the label "reason": why an answer was not used.
type Reason string

// The reasons, each pre-initialised in dvc_source_failures_total.
const (
	Unreachable   Reason = "unreachable"   // no connection, reset, no such host
	Timeout       Reason = "timeout"       // no whole answer in time
	Refused       Reason = "refused"       // 401, 403, 429: stop asking
	ServerError   Reason = "server_error"  // any other status that is no success
	NotData       Reason = "not_data"      // HTML, a foreign envelope, code other than OK
	TooLarge      Reason = "too_large"     // more than the body limit
	Malformed     Reason = "malformed"     // JSON that breaks off, a number where a name should be
	TooFewUnits   Reason = "too_few_units" // fewer than 90 % of the units known before
	Contradictory Reason = "contradictory" // figures that cannot be true together
	Unreadable    Reason = "unreadable"    // a file that cannot be opened or decoded
	Stale         Reason = "stale"         // a file that nobody renews
	Internal      Reason = "internal"      // a fault of the exporter itself
)

// Reasons lists every Reason, in the order of the metric contract.
var Reasons = []Reason{
	Unreachable, Timeout, Refused, ServerError, NotData,
	TooLarge, Malformed, TooFewUnits, Contradictory, Unreadable, Stale, Internal,
}

// Failure is why an answer is missing or was refused. Text is for a person: what
// happened, where, and the figure if there is one.
type Failure struct {
	Reason     Reason
	Text       string
	RetryAfter time.Duration // how long the source asked to be left alone, 0 if it did not say
	Stack      []byte        // of Internal: where the exporter broke, for the log
}

func (f *Failure) Error() string { return fmt.Sprintf("%s: %s", f.Reason, f.Text) }

// Failf makes a Failure without RetryAfter.
func Failf(reason Reason, format string, args ...any) *Failure {
	return &Failure{Reason: reason, Text: fmt.Sprintf(format, args...)}
}

// AsFailure returns the Failure in an error, or makes one of it for a reason.
func AsFailure(err error, reason Reason) *Failure {
	if f, ok := errors.AsType[*Failure](err); ok {
		return f
	}
	return Failf(reason, "%v", err)
}

// Panicked turns what recover returned into a Failure. It is called by the
// deferred function itself, so that the stack is that of the fault.
func Panicked(what any) *Failure {
	f := Failf(Internal, "the exporter broke on this answer (%v); please report this fault with the stack from the log", what)
	f.Stack = debug.Stack()
	return f
}
