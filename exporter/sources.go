package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	"go.yaml.in/yaml/v3"

	"dvc_exporter/exporter/fetch"
	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/pages"
	"dvc_exporter/exporter/portal"
	"dvc_exporter/exporter/records"
	"dvc_exporter/exporter/records/entry"
	"dvc_exporter/exporter/records/heading"
	"dvc_exporter/exporter/records/sqlsource"
	"dvc_exporter/exporter/refresh"
)

const (
	// roundLimit bounds a call of a source on the network, whose requests have bounds
	// of their own; readLimit bounds reading files, which may lie on a share that died.
	roundLimit = time.Hour
	readLimit  = 10 * time.Minute
)

// jobs lists the configured sources.
func (a *app) jobs() (jobs []*refresh.Job, faults error) {
	c := a.config
	client := fetch.New(fetch.Options{UserAgent: c.userAgent(), Timeout: c.PortalTimeout, MaxBody: c.MaxBody})
	add := func(job refresh.Job, wrong error) {
		jobs, faults = append(jobs, &job), errors.Join(faults, wrong)
	}
	if c.PortalURL != "" {
		source, err := portal.New(portal.Options{
			URL: c.PortalURL, API: c.PortalAPI, Province: c.Province, Windows: c.Windows,
			Now: c.now, KnownUnits: a.knownUnits, Log: a.log,
		}, client)
		add(refresh.Job{Name: index.Portal, Source: source, Interval: c.PortalInterval, Limit: roundLimit, Expire: c.ExpireAfter, Windows: c.Windows}, err)
	}
	if len(c.Pages) > 0 {
		source, err := a.pages(client)
		add(refresh.Job{Name: index.Pages, Source: source, Interval: c.PagesInterval, Limit: roundLimit, Expire: c.ExpireAfter}, err)
	}
	options, err := a.records()
	if err != nil {
		return nil, err
	}
	files := func(name index.SourceName, kind heading.Kind, paths []string) {
		if len(paths) > 0 {
			source, err := records.NewFiles(options(name, kind), paths)
			add(refresh.Job{Name: name, Source: source, Interval: c.RecordsInterval, Limit: readLimit, Expire: c.RecordsExpireAfter, StaleAfter: c.RecordsStaleAfter}, err)
		}
	}
	files(index.Records, heading.Dossiers, c.Records)
	files(index.Documents, heading.Documents, c.Documents)
	if c.RecordsDSN != "" {
		query, err := os.ReadFile(c.RecordsQuery)
		if err != nil {
			return nil, fmt.Errorf("DVC_RECORDS_QUERY: %w", err)
		}
		source, err := sqlsource.New(sqlsource.Options{
			Options: options(index.SQL, heading.Dossiers), DSN: c.RecordsDSN, Name: c.RecordsQuery, Query: string(query), Timeout: c.RecordsSQLLimit,
			Now: c.now, ReceptionLimit: c.ReceptionLimit, DueSoon: c.DueSoon,
		})
		add(refresh.Job{Name: index.SQL, Source: source, Interval: c.RecordsSQLEvery, Limit: c.RecordsSQLLimit + time.Minute, Expire: c.RecordsExpireAfter, StaleAfter: c.RecordsStaleAfter}, err)
	}
	if len(jobs) == 0 {
		return nil, errors.New("no source is configured: set DVC_PORTAL_URL, DVC_PAGES, DVC_RECORDS, DVC_DOCUMENTS or DVC_RECORDS_DSN")
	}
	return jobs, faults
}

// pages returns the source of published pages.
func (a *app) pages(client *fetch.Client) (*pages.Source, error) {
	c := a.config
	var specs []pages.Spec
	for _, text := range c.Pages {
		spec, err := pages.ParseSpec(text)
		if err != nil {
			return nil, fmt.Errorf("DVC_PAGES: %w", err)
		}
		if spec.URL != "" && c.PagesInterval < minPortalInterval && !fetch.IsLoopback(spec.URL) {
			return nil, fmt.Errorf("DVC_PAGES_INTERVAL is %v; under %v is refused for pages of others", c.PagesInterval, minPortalInterval)
		}
		specs = append(specs, spec)
	}
	get := func(ctx context.Context, url string, once bool) ([]byte, string, *index.Failure) {
		resp, err := client.Do(ctx, fetch.Request{Method: http.MethodGet, URL: url, Once: once})
		if failed, ok := errors.AsType[*fetch.Error](err); ok {
			return nil, "", &index.Failure{Reason: index.Reason(failed.Reason), Text: failed.Text, RetryAfter: failed.RetryAfter}
		}
		return resp.Body, resp.Header.Get("Content-Type"), nil
	}
	return pages.New(pages.Options{
		Specs: specs, Province: c.Province, Get: get, MaxBody: c.MaxBody, Limit: c.RecordsRejectedLimit,
		Admits: func(u index.Unit) bool { return a.registry().Admits(u) }, Now: c.now, Log: a.log,
	}), nil
}

// records returns how each kind of record is to be read.
func (a *app) records() (func(index.SourceName, heading.Kind) records.Options, error) {
	c := a.config
	zone, err := time.LoadLocation(c.Timezone)
	if err != nil {
		return nil, fmt.Errorf("DVC_TIMEZONE: %w", err)
	}
	mapping := func() *entry.Mapping { return a.watcher.Files().Mapping }
	return func(name index.SourceName, kind heading.Kind) records.Options {
		return records.Options{Kind: kind, Mapping: mapping, Zone: zone, Unique: c.RecordsUnique, Limit: c.RecordsRejectedLimit, Units: a.registry, Log: a.log.With("source", name)}
	}, nil
}

// lateLists says whether late dossiers are listed: as configured, else only where
// no stranger can read them.
func (c config) lateLists() (bool, error) {
	if len(c.Records) == 0 && c.RecordsDSN == "" || c.LateLists == "false" {
		return false, nil
	}
	if c.LateLists == "true" || fetch.IsLoopback("http://"+c.ListenAddress) {
		return true, nil
	}
	if c.WebConfigFile == "" {
		return false, nil
	}
	content, err := os.ReadFile(c.WebConfigFile)
	if err != nil {
		return false, fmt.Errorf("DVC_WEB_CONFIG_FILE: %w", err)
	}
	var web struct {
		Users map[string]string `yaml:"basic_auth_users"`
	}
	if err := yaml.Unmarshal(content, &web); err != nil {
		return false, fmt.Errorf("DVC_WEB_CONFIG_FILE: %s: %w", c.WebConfigFile, err)
	}
	return len(web.Users) > 0, nil
}
