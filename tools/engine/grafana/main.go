// Command grafana stands in for Grafana where there is none: it answers what the health check
// and the playlist's program ask, as the user that its password file names, and keeps the
// playlist in Grafana's data folder. It draws nothing.
package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"time"
)

const playlists = "/apis/playlist.grafana.app/v1/namespaces/default/playlists"

func main() {
	password, err := os.ReadFile(os.Getenv("GF_SECURITY_ADMIN_PASSWORD__FILE"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	const kept = "/var/lib/grafana/playlist.json"
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/health", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"database": "ok"}`)
	})
	mux.HandleFunc(playlists+"/{name...}", func(w http.ResponseWriter, r *http.Request) {
		if user, given, _ := r.BasicAuth(); user != "admin" || given != strings.TrimSpace(string(password)) {
			http.Error(w, "wrong password", http.StatusUnauthorized)
			return
		}
		if r.Method != http.MethodGet {
			body, err := io.ReadAll(r.Body)
			if err == nil {
				err = os.WriteFile(kept, body, 0o600)
			}
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
		}
		playlist, err := os.ReadFile(kept)
		if errors.Is(err, fs.ErrNotExist) {
			http.Error(w, "no playlist", http.StatusNotFound)
			return
		}
		_, _ = w.Write(playlist)
	})
	mux.HandleFunc("/public/", http.StripPrefix("/public/", http.FileServer(http.Dir("/usr/share/grafana/public"))).ServeHTTP)
	server := http.Server{Addr: ":3000", Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	fmt.Fprintln(os.Stderr, server.ListenAndServe())
	os.Exit(1)
}
