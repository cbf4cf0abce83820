package main

import (
	"fmt"
	"strings"

	"dvc_exporter/exporter/metrics"

	"github.com/kelseyhightower/envconfig"
)

// configurationTable is the README's table of the configuration.
func configurationTable() []string {
	rows := []string{"| Variable | Default | What |", "|---|---|---|"}
	var list strings.Builder
	_ = envconfig.Usagef(envPrefix, &config{}, &list, "{{range .}}{{.Key}}\t{{.Tags.Get \"default\"}}\t{{.Tags.Get \"desc\"}}\n{{end}}")
	for line := range strings.Lines(list.String()) {
		cells := strings.Split(strings.TrimSpace(line), "\t")
		if len(cells) == 2 {
			cells = []string{cells[0], "", cells[1]}
		}
		standard := ""
		if cells[1] != "" {
			standard = "`" + cells[1] + "`"
		}
		rows = append(rows, fmt.Sprintf("| `%s` | %s | %s |", cells[0], standard, cells[2]))
	}
	return rows
}

// metricsTable is the README's reference of the metrics.
func metricsTable() []string {
	rows := []string{"| Metric | Labels | What |", "|---|---|---|"}
	for _, f := range metrics.Reference() {
		labels := ""
		if len(f.Labels) > 0 {
			labels = "`" + strings.Join(f.Labels, "` `") + "`"
		}
		rows = append(rows, fmt.Sprintf("| `%s` | %s | %s |", f.Name, labels, f.Help))
	}
	return append(rows, "| `dvc_exporter_build_info` | `branch` `goarch` `goos` `goversion` `revision` `tags` `version` | Always 1; says which exporter this is. |")
}
