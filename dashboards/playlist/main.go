// Command playlist makes Grafana's playlist "Màn hình", the fallback for walls that cannot use
// the page of ../wall, and prints the links that a wall's browser opens. Grafana cannot be provisioned with playlists from files, so this
// runs once after it has started. Run again it changes nothing, or takes back what was
// changed: the playlist has a fixed name, so there is never a second one and the link stays.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"strings"
	"time"
)

const (
	name = "man-hinh" // stands in the link
	api  = "/apis/playlist.grafana.app/v1/namespaces/default/playlists"
)

// wall is what is shown, in this order.
var wall = spec{Title: "Màn hình", Interval: "30s", Items: []item{
	{"dashboard_by_uid", "dvc-tong-quan"},
	{"dashboard_by_uid", "dvc-xep-hang"},
	{"dashboard_by_uid", "dvc-chi-tieu"},
	{"dashboard_by_uid", "dvc-tinh-thanh"},
	{"dashboard_by_uid", "dvc-diem-mat"},
}}

type spec struct {
	Title    string `json:"title"`
	Interval string `json:"interval"`
	Items    []item `json:"items"`
}

type item struct {
	Type  string `json:"type"`
	Value string `json:"value"`
}

// resource is a playlist as Grafana's API has it.
type resource struct {
	APIVersion string   `json:"apiVersion"`
	Kind       string   `json:"kind"`
	Metadata   metadata `json:"metadata"`
	Spec       spec     `json:"spec"`
}

type metadata struct {
	Name            string `json:"name"`
	ResourceVersion string `json:"resourceVersion,omitempty"` // of the one that is replaced
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "playlist:", err)
		}
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("playlist", flag.ContinueOnError)
	address := flags.String("grafana", "http://localhost:3000", "address of Grafana")
	public := flags.String("public", "", "Grafana's address as the wall's browser sees it; empty: the same")
	user := flags.String("user", "admin", "a user of Grafana who may edit")
	passwordFile := flags.String("password-file", "", "file that holds the user's password")
	wait := flags.Duration("wait", 2*time.Minute, "how long to wait for Grafana to be ready")
	if err := flags.Parse(args); err != nil {
		return err
	}
	password, err := os.ReadFile(*passwordFile)
	if err != nil {
		return fmt.Errorf("-password-file: %w", err)
	}
	g := grafana{strings.TrimRight(*address, "/"), *user, strings.TrimRight(string(password), "\r\n")}
	ctx, cancel := context.WithTimeout(ctx, *wait)
	defer cancel()
	if err := g.ready(ctx); err != nil {
		return err
	}
	done, err := g.apply(ctx)
	if err != nil {
		return err
	}
	if *public == "" {
		*public = g.address
	}
	*public = strings.TrimRight(*public, "/")
	fmt.Fprintf(out, "The wall opens %s/public/wall/index.html\nPlaylist %q %s: %s/playlists/play/%s?kiosk\n", *public, wall.Title, done, *public, name)
	return nil
}

type grafana struct{ address, user, password string }

// ready waits until Grafana answers that it and its database are up.
func (g grafana) ready(ctx context.Context) error {
	for {
		status, err := g.call(ctx, http.MethodGet, "/api/health", nil, nil)
		if status == http.StatusOK {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s is not ready: %w", g.address, err)
		case <-time.After(time.Second):
		}
	}
}

// apply makes the playlist what it is to be and says what there was to do.
func (g grafana) apply(ctx context.Context) (done string, err error) {
	var is resource
	status, err := g.call(ctx, http.MethodGet, api+"/"+name, nil, &is)
	want := resource{"playlist.grafana.app/v1", "Playlist", metadata{name, is.Metadata.ResourceVersion}, wall}
	switch {
	case status == http.StatusNotFound:
		_, err = g.call(ctx, http.MethodPost, api, want, nil)
		return "made", err
	case err != nil:
		return "", err
	case is.Spec.Title == wall.Title && is.Spec.Interval == wall.Interval && slices.Equal(is.Spec.Items, wall.Items):
		return "is as it should be", nil
	}
	_, err = g.call(ctx, http.MethodPut, api+"/"+name, want, nil)
	return "put right", err
}

// call sends one request. Any status but 2xx is an error that says what Grafana said.
func (g grafana) call(ctx context.Context, method, path string, body, into any) (status int, err error) {
	var sent []byte
	if body != nil {
		if sent, err = json.Marshal(body); err != nil {
			return 0, err
		}
	}
	request, err := http.NewRequestWithContext(ctx, method, g.address+path, bytes.NewReader(sent))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.SetBasicAuth(g.user, g.password)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	defer func() { _ = answer.Body.Close() }()
	got, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	if err != nil {
		return answer.StatusCode, err
	}
	if answer.StatusCode/100 != 2 {
		return answer.StatusCode, fmt.Errorf("%s %s: %s: %.300s", method, request.URL.Redacted(), answer.Status, got)
	}
	if into != nil {
		err = json.Unmarshal(got, into)
	}
	return answer.StatusCode, err
}
