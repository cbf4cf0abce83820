package main

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/http"
	"time"
)

// healthy asks the exporter that listens at DVC_LISTEN_ADDRESS whether it lives. The
// image has no shell and no curl, so the program checks itself.
func healthy(ctx context.Context, c config) error {
	host, port, err := net.SplitHostPort(c.ListenAddress)
	if err != nil {
		return fmt.Errorf("DVC_LISTEN_ADDRESS: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(cmp.Or(host, "localhost"), port)+"/-/healthy", nil)
	if err != nil {
		return err
	}
	client := http.Client{Transport: &http.Transport{}} // of its own: no proxy stands before the own machine
	answer, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("nothing answers: %w", err)
	}
	_ = answer.Body.Close()
	// Behind DVC_WEB_CONFIG_FILE the answer is that TLS or a password is missing (4xx).
	// Whoever says so lives.
	if answer.StatusCode >= http.StatusInternalServerError {
		return fmt.Errorf("it answers %s", answer.Status)
	}
	return nil
}
