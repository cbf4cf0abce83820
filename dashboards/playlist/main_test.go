package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// stand is as much of Grafana's API as the program uses, as the real one of 12.4 behaves.
type stand struct {
	playlists map[string]resource
	writes    []string
	starting  int // so many times it is not ready yet
}

func (s *stand) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/api/health" {
		if s.starting--; s.starting >= 0 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		return
	}
	if user, password, _ := r.BasicAuth(); user != "admin" || password != "secret" {
		http.Error(w, "Invalid username or password", http.StatusUnauthorized)
		return
	}
	key := strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, api), "/")
	if r.Method != http.MethodGet {
		s.writes = append(s.writes, r.Method)
		var p resource
		if err := json.NewDecoder(r.Body).Decode(&p); err != nil || p.APIVersion != "playlist.grafana.app/v1" || p.Kind != "Playlist" {
			http.Error(w, fmt.Sprint(err, p), http.StatusBadRequest)
			return
		}
		old, there := s.playlists[p.Metadata.Name]
		if (r.Method == http.MethodPost) != (key == "" && !there) || p.Metadata.ResourceVersion != old.Metadata.ResourceVersion {
			http.Error(w, "conflict", http.StatusConflict)
			return
		}
		p.Metadata.ResourceVersion += "1"
		s.playlists[p.Metadata.Name] = p
		key = p.Metadata.Name
	}
	p, there := s.playlists[key]
	if !there {
		http.Error(w, `{"reason":"NotFound"}`, http.StatusNotFound)
		return
	}
	_ = json.NewEncoder(w).Encode(p)
}

func TestPlaylist(t *testing.T) {
	s := &stand{playlists: map[string]resource{}, starting: 1}
	server := httptest.NewServer(s)
	defer server.Close()
	password := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(password, []byte("secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	apply := func(args ...string) string {
		var out strings.Builder
		if err := run(t.Context(), append([]string{"-grafana", server.URL + "/", "-password-file", password}, args...), &out); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}

	if out := apply(); !strings.Contains(out, "made") || !strings.Contains(out, server.URL+"/playlists/play/man-hinh?kiosk") {
		t.Errorf("the first run says %q", out)
	}
	if out := apply("-public", "https://wall.example.com/"); !strings.Contains(out, "as it should be") || !strings.Contains(out, " https://wall.example.com/public/wall/index.html\n") || !strings.Contains(out, " https://wall.example.com/playlists/play/man-hinh?kiosk") {
		t.Errorf("the second run says %q", out)
	}
	changed := s.playlists[name]
	changed.Spec.Interval = "5m"
	s.playlists[name] = changed
	if out := apply(); !strings.Contains(out, "put right") {
		t.Errorf("after a change by hand it says %q", out)
	}
	if diff := cmp.Diff([]string{"POST", "PUT"}, s.writes); diff != "" {
		t.Errorf("writes (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(wall, s.playlists[name].Spec); diff != "" || len(s.playlists) != 1 {
		t.Errorf("%d playlists (-want +got):\n%s", len(s.playlists), diff)
	}
}

func TestFailures(t *testing.T) {
	server := httptest.NewServer(&stand{starting: 1 << 20})
	defer server.Close()
	ready := httptest.NewServer(&stand{})
	defer ready.Close()
	password := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(password, []byte("wrong"), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, args := range map[string][]string{
		"-password-file": {"-grafana", ready.URL},
		"is not ready":   {"-grafana", server.URL, "-password-file", password, "-wait", "10ms"},
		"401":            {"-grafana", ready.URL, "-password-file", password},
	} {
		if err := run(t.Context(), args, t.Output()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: got %v, want %q", args, err, want)
		}
	}
}
