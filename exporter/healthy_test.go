package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestHealthy(t *testing.T) {
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/-/healthy" {
			t.Errorf("asked for %s", r.URL.Path)
		}
		w.WriteHeader(status)
	}))
	t.Setenv("DVC_LISTEN_ADDRESS", strings.TrimPrefix(server.URL, "http://"))
	for code, lives := range map[int]bool{http.StatusOK: true, http.StatusUnauthorized: true, http.StatusInternalServerError: false} {
		status = code
		if err := run(t.Context(), []string{"healthy"}, t.Output()); (err == nil) != lives {
			t.Errorf("answer %d: %v", code, err)
		}
	}
	server.Close()
	if err := run(t.Context(), []string{"healthy"}, t.Output()); err == nil || !strings.Contains(err.Error(), "nothing answers") {
		t.Errorf("nobody listens: %v", err)
	}
}
