package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"time"

	"dvc_exporter/exporter/fetch"
	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/pages"
	"dvc_exporter/exporter/portal"
	"dvc_exporter/exporter/records"
	"dvc_exporter/exporter/records/entry"
	"dvc_exporter/exporter/records/sqlsource"
	"dvc_exporter/exporter/refresh"
	"dvc_exporter/exporter/units"
)

// jobs lists the configured sources.
func (a *app) jobs(log *slog.Logger) (jobs []refresh.Job, faults error) {
	c := a.config
	client := fetch.New(fetch.Options{UserAgent: c.userAgent(), Timeout: c.PortalTimeout, MaxBody: c.MaxBody})
	add := func(job refresh.Job, wrong error) {
		jobs, faults = append(jobs, job), errors.Join(faults, wrong)
	}
	if c.PortalURL != "" {
		source, err := portal.New(portal.Options{
			URL: c.PortalURL, API: c.PortalAPI, Province: c.Province, Windows: c.Windows,
			Now: c.now, KnownUnits: a.knownUnits, Log: log,
		}, client)
		add(refresh.Job{Name: index.Portal, Source: source, Interval: c.PortalInterval, Expire: c.ExpireAfter, Past: c.Windows}, err)
	}
	if len(c.Pages) > 0 {
		source, err := c.pages(client, log)
		add(refresh.Job{Name: index.Pages, Source: source, Interval: c.PagesInterval, Expire: c.ExpireAfter}, err)
	}
	options, err := c.records(a.registry(), log)
	if err != nil {
		return nil, err
	}
	if len(c.Records) > 0 {
		source, err := records.NewFiles(options(index.Records, entry.Dossiers), c.Records)
		add(refresh.Job{Name: index.Records, Source: source, Interval: c.RecordsInterval, Expire: c.RecordsExpireAfter}, err)
	}
	if len(c.Documents) > 0 {
		source, err := records.NewFiles(options(index.Documents, entry.Documents), c.Documents)
		add(refresh.Job{Name: index.Documents, Source: source, Interval: c.RecordsInterval, Expire: c.RecordsExpireAfter}, err)
	}
	if c.RecordsDSN != "" {
		query, err := os.ReadFile(c.RecordsQuery)
		if err != nil {
			return nil, fmt.Errorf("DVC_RECORDS_QUERY: %w", err)
		}
		source, err := sqlsource.New(sqlsource.Options{
			Options: options(index.SQL, entry.Dossiers), DSN: c.RecordsDSN, Name: c.RecordsQuery, Query: string(query), Timeout: c.RecordsSQLLimit,
			Now: c.now, ReceptionLimit: c.ReceptionLimit, DueSoon: c.DueSoon,
		})
		add(refresh.Job{Name: index.SQL, Source: source, Interval: c.RecordsSQLEvery, Expire: c.RecordsExpireAfter}, err)
	}
	if len(jobs) == 0 {
		return nil, errors.New("no source is configured: set DVC_PORTAL_URL, DVC_PAGES, DVC_RECORDS, DVC_DOCUMENTS or DVC_RECORDS_DSN")
	}
	return jobs, faults
}

// pages returns the source of published pages.
func (c config) pages(client *fetch.Client, log *slog.Logger) (*pages.Source, error) {
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
	get := func(ctx context.Context, url string) ([]byte, string, *index.Failure) {
		resp, err := client.Do(ctx, fetch.Request{Method: http.MethodGet, URL: url})
		if failed, ok := errors.AsType[*fetch.Error](err); ok {
			return nil, "", &index.Failure{Reason: index.Reason(failed.Reason), Text: failed.Text, RetryAfter: failed.RetryAfter}
		}
		return resp.Body, resp.Header.Get("Content-Type"), nil
	}
	return pages.New(pages.Options{Specs: specs, Province: c.Province, Get: get, MaxBody: c.MaxBody, Now: c.now, Log: log}), nil
}

// registry returns what gives the units that texts in records may name: a new one
// when the file of units was read anew.
func (a *app) registry() func() *units.Registry {
	var mu sync.Mutex
	var listed []units.Listed
	var registry *units.Registry
	return func() *units.Registry {
		mu.Lock()
		defer mu.Unlock()
		now := a.watcher.Listed()
		if registry == nil || len(now) != len(listed) || len(now) > 0 && &now[0] != &listed[0] {
			listed, registry = now, units.New(now, nil, a.config.now())
		}
		return registry
	}
}

// records returns how each kind of record is to be read.
func (c config) records(known func() *units.Registry, log *slog.Logger) (func(index.SourceName, entry.Kind) records.Options, error) {
	zone, err := time.LoadLocation(c.Timezone)
	if err != nil {
		return nil, fmt.Errorf("DVC_TIMEZONE: %w", err)
	}
	var mapping entry.Mapping
	if c.HeadingsFile != "" {
		content, err := os.ReadFile(c.HeadingsFile)
		if err == nil {
			mapping, err = entry.ReadMapping(content)
		}
		if err != nil {
			return nil, fmt.Errorf("DVC_HEADINGS_FILE: %s: %w", c.HeadingsFile, err)
		}
	}
	return func(name index.SourceName, kind entry.Kind) records.Options {
		return records.Options{Kind: kind, Mapping: mapping, Zone: zone, Unique: c.RecordsUnique, Limit: c.RecordsRejectedLimit, Units: known, Log: log.With("source", name)}
	}, nil
}

// lateLists returns what lists late dossiers, nil if that is off or there are no
// records.
func (a *app) lateLists() func(index.LateQuery) index.LatePage {
	if !a.config.LateLists || a.late == nil {
		return nil
	}
	return func(q index.LateQuery) index.LatePage {
		q.ReceptionLimit = a.config.ReceptionLimit
		return a.late(q)
	}
}
