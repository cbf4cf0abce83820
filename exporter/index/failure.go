package index

import (
	"fmt"
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
}

func (f *Failure) Error() string { return fmt.Sprintf("%s: %s", f.Reason, f.Text) }

// Failf makes a Failure without RetryAfter.
func Failf(reason Reason, format string, args ...any) *Failure {
	return &Failure{Reason: reason, Text: fmt.Sprintf(format, args...)}
}
