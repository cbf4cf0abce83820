package main

import (
	"cmp"
	"fmt"
	"net"
	"net/http"
	"time"
)

// healthy asks the exporter that listens at DVC_LISTEN_ADDRESS whether it is alive. The
// image has no shell and no curl, so the program checks itself.
func healthy(c config) error {
	host, port, err := net.SplitHostPort(c.ListenAddress)
	if err != nil {
		return fmt.Errorf("DVC_LISTEN_ADDRESS: %w", err)
	}
	client := http.Client{Transport: &http.Transport{}, Timeout: 5 * time.Second} // no proxy stands before the own machine
	answer, err := client.Get("http://" + net.JoinHostPort(cmp.Or(host, "localhost"), port) + "/-/healthy")
	if err != nil {
		return fmt.Errorf("nothing answers: %w", err)
	}
	_ = answer.Body.Close()
	// Behind DVC_WEB_CONFIG_FILE the answer is that TLS or a password is missing (4xx):
	// an exporter that says so is alive.
	if answer.StatusCode >= http.StatusInternalServerError {
		return fmt.Errorf("it answers %s", answer.Status)
	}
	return nil
}
