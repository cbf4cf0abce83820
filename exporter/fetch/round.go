package fetch

import (
	"context"
	"sync"
)

// Round is a set of requests to one server that ends when the server refuses one
// of them (401, 403, 429): what has not been sent by then is not sent. Answers on
// their way are still taken. It is safe for concurrent use.
type Round struct {
	client  *Client
	once    sync.Once
	done    chan struct{} // closed when refused is set
	because *Error
}

// Round starts a round.
func (c *Client) Round() *Round {
	return &Round{client: c, done: make(chan struct{})}
}

// Do is Client.Do within the round. After a refusal its error has the reason
// Refused and a text that begins with "not asked".
func (r *Round) Do(ctx context.Context, req Request) (Response, error) {
	return r.client.do(ctx, r, req)
}

// stop and stopped do nothing for a request outside any round, where r is nil.
func (r *Round) stop(because *Error) {
	if r != nil {
		r.once.Do(func() {
			r.because = because
			close(r.done)
		})
	}
}

func (r *Round) stopped() <-chan struct{} {
	if r == nil {
		return nil
	}
	return r.done
}

// refused returns what ended the round, or nil.
func (r *Round) refused() *Error {
	select {
	case <-r.stopped():
		return r.because
	default:
		return nil
	}
}
