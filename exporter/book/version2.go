package book

import (
	"cmp"
	"encoding/json"
	"time"

	"dvc_exporter/exporter/index"
)

// version2 is what version 2 of the state held of a source: the shown periods and
// the closed ones apart, and of local records only times.
type version2 struct {
	Parts  []entry2 `json:"parts"`
	Past   []past2  `json:"past"`
	Health Health   `json:"health"`
	Saved  time.Time
}

type entry2 struct {
	Entry
	Rows []row2 `json:"rows"`
}

type row2 struct {
	index.Row
	Pending *struct {
		Open         int
		Due, Waiting []int64
	} `json:"pending"`
}

type past2 struct {
	First time.Time `json:"first"` // when it was there whole for the first time
	Last  time.Time `json:"last"`  // when it was there whole most recently
	Parts []entry2  `json:"parts"`
}

// readVersion2 carries the state of version 2 over.
func readVersion2(raw []byte) (*Source, error) {
	var old *version2
	if err := json.Unmarshal(raw, &old); err != nil || old == nil {
		return nil, err
	}
	source := &Source{Health: old.Health, Saved: old.Saved}
	for _, part := range old.Parts {
		e := part.entry()
		if e.Window != "" && e.Period.Valid() && e.Period.Closed(e.Accepted) {
			e.Closed = e.Accepted
		}
		source.Entries = append(source.Entries, e)
	}
	for _, past := range old.Past {
		for _, part := range past.Parts {
			e := part.entry()
			e.Closed = cmp.Or(past.First, e.Accepted)
			if past.Last.After(e.Accepted) {
				e.Accepted = past.Last
			}
			source.Entries = append(source.Entries, e)
		}
	}
	source.Order()
	return source, nil
}

func (part entry2) entry() Entry {
	e := part.Entry
	for _, old := range part.Rows {
		row := old.Row
		if p := old.Pending; p != nil {
			row.Backlog = &index.Backlog{Open: make([]index.Dossier, max(0, p.Open-len(p.Due)), max(p.Open, len(p.Due)))}
			for _, due := range p.Due {
				row.Backlog.Open = append(row.Backlog.Open, index.Dossier{Due: due})
			}
			for _, submitted := range p.Waiting {
				row.Backlog.Waiting = append(row.Backlog.Waiting, index.Dossier{Received: submitted})
			}
		}
		e.Rows = append(e.Rows, row)
	}
	e.Location = cmp.Or(e.Location, locationOf(e))
	return e
}

// locationOf is the name of a folder of records, whose age is that of its data.
func locationOf(e Entry) string {
	if e.Window == "" {
		return e.Name
	}
	return ""
}
