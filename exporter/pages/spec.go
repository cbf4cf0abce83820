package pages

import (
	"errors"
	"fmt"
	"net/url"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"dvc_exporter/exporter/index"
)

// Spec is one page of DVC_PAGES.
type Spec struct {
	URL    string       // http or https; empty for a file
	Path   string       // of a file
	Window index.Window // whose period the page's figures are of
	Parent *string      // code of the province of units below one; nil: Options.Province
}

var (
	option     = regexp.MustCompile(`^([A-Za-z_]+)=([^;]*);`)
	parentCode = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)
)

// ParseSpec reads one element of DVC_PAGES: a URL (http, https) or the path
// of a file, with options before it: "window=month;parent=H01;https://…". The
// window is year if it is not said; "parent=;" is for pages on which every name
// stands for itself.
func ParseSpec(s string) (Spec, error) {
	spec := Spec{Window: index.Year}
	fail := func(format string, args ...any) (Spec, error) {
		return Spec{}, fmt.Errorf("page %q: "+format, append([]any{redacted(s)}, args...)...)
	}
	location := strings.TrimSpace(s)
	for {
		m := option.FindStringSubmatch(location)
		if m == nil {
			break
		}
		location = strings.TrimSpace(location[len(m[0]):])
		value := strings.TrimSpace(m[2])
		switch m[1] {
		case "window":
			spec.Window = index.Window(value)
			if !slices.Contains(index.Windows, spec.Window) {
				return fail("window %q is none of %v", value, index.Windows)
			}
		case "parent":
			if value != "" && !parentCode.MatchString(value) {
				return fail("parent %q is no code of a province, such as H26", value)
			}
			spec.Parent = &value
		default:
			return fail("option %q is not known; there are window and parent", m[1])
		}
	}
	switch {
	case location == "":
		return fail("a URL or the path of a file is missing")
	case strings.ContainsRune(location, 0):
		return fail("a path has no NUL byte")
	case !strings.Contains(location, "://"):
		spec.Path = location
		return spec, nil
	}
	u, err := url.Parse(location)
	switch {
	case err != nil:
		return fail("it is no URL: %v", errors.Unwrap(err)) // the error itself repeats the URL
	case u.Scheme != "http" && u.Scheme != "https":
		return fail("%s is not read; there are http, https and paths of files", u.Scheme)
	case u.Hostname() == "":
		return fail("the URL names no host")
	}
	spec.URL = location
	return spec, nil
}

// where is the page for people, without a password.
func (s Spec) where() string {
	if s.URL == "" {
		return s.Path
	}
	return redacted(s.URL)
}

var password = regexp.MustCompile(`://[^/?#]*@`)

// redacted hides what stands before the @ of a URL, be it well formed or not.
func redacted(s string) string { return password.ReplaceAllString(s, "://") }

// name is the short name of the page: the last piece of its address.
func (s Spec) name() string {
	if s.URL == "" {
		return filepath.Base(s.Path)
	}
	u, err := url.Parse(s.URL)
	switch {
	case err != nil:
		return s.where()
	case strings.Trim(u.Path, "/") == "":
		return u.Hostname()
	}
	return path.Base(u.Path)
}
