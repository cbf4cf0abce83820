// Command notice prints the licences of everything that is linked into the programs: run in
// the project's folder, `make notice`. It fails on a module without a licence and on a
// licence that asks more of a binary than to be named.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// allowed finds the licences that a binary may be passed on under without its source.
var allowed = regexp.MustCompile(`(?s)Apache License\s+Version 2\.0|Permission is hereby granted, free of charge|` +
	`Redistribution and use in source and binary forms|` +
	`Permission to use, copy, modify, and(/or)? distribute this software|CC0 1\.0 Universal`)

var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice)([.-].*)?$`)

type module struct {
	Path, Version, Dir string
	Main               bool
}

func main() {
	if err := run(os.Stdout, "./exporter", "./dashboards/playlist"); err != nil {
		fmt.Fprintln(os.Stderr, "notice:", err)
		os.Exit(1)
	}
}

func run(out io.Writer, programs ...string) error {
	modules, err := linked(programs)
	if err != nil {
		return err
	}
	names, order := map[string][]string{}, []string(nil) // by text: many share one
	for _, m := range modules {
		text, err := licence(m)
		if err != nil {
			return err
		}
		if names[text] == nil {
			order = append(order, text)
		}
		names[text] = append(names[text], strings.TrimSpace(m.Path+" "+m.Version))
	}
	fmt.Fprint(out, "dvc_exporter is under the Apache License 2.0, see LICENSE. Linked into its programs are\nthese works under their own licences. Written by `make notice`.\n")
	for _, text := range order {
		fmt.Fprintf(out, "\n%s\n%s\n\n%s\n", strings.Repeat("=", 78), strings.Join(names[text], "\n"), text)
	}
	return nil
}

// linked lists the modules of which packages are linked into the programs on Linux, and Go.
func linked(programs []string) ([]module, error) {
	list := exec.Command("go", append([]string{"list", "-deps", "-json=Module"}, programs...)...)
	list.Env, list.Stderr = append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0"), os.Stderr
	answer, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	modules := []module{{Path: "Go", Dir: strings.TrimSpace(string(root))}}
	for packages := json.NewDecoder(strings.NewReader(string(answer))); ; {
		var p struct{ Module *module }
		err := packages.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if p.Module != nil && !p.Module.Main && !slices.Contains(modules, *p.Module) {
			modules = append(modules, *p.Module)
		}
	}
	slices.SortFunc(modules[1:], func(a, b module) int { return strings.Compare(a.Path, b.Path) })
	return modules, nil
}

// licence returns what the licence files in a module's folder say.
func licence(m module) (string, error) {
	entries, err := os.ReadDir(m.Dir)
	if err != nil {
		return "", fmt.Errorf("%s: %w", m.Path, err)
	}
	var texts []string
	for _, e := range entries {
		if e.IsDir() || !licenceFile.MatchString(e.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(m.Dir, e.Name()))
		if err != nil {
			return "", err
		}
		texts = append(texts, strings.TrimSpace(strings.ReplaceAll(string(text), "\r\n", "\n")))
	}
	all := strings.Join(texts, "\n\n")
	if !allowed.MatchString(all) {
		return "", fmt.Errorf("%s has no licence that is known to allow binaries; look at %s", m.Path, m.Dir)
	}
	return all, nil
}
