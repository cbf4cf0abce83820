package main

import (
	"regexp"
	"strings"
)

// Texts are put together from plain Vietnamese and from the pieces below, which Prometheus
// expands when an alert fires. In a query $unit, $group, $indicator, $among and $source
// stand for the alert's own labels.

// The names that a text begins with.
const (
	unitName      = "{{ $labels.name }}"
	sourceName    = "{{ $labels.source }}"
	groupName     = "{{ with printf `dvc_group_info{group=%q}` $labels.group | query }}{{ . | first | label \"name\" }}{{ else }}{{ $labels.group }}{{ end }}"
	indicatorName = "{{ with printf `dvc_indicator_info{indicator=%q}` $labels.indicator | query }}{{ . | first | label \"name\" }}{{ else }}{{ $labels.indicator }}{{ end }}"
)

// The month that the figures are of, in the middle of a sentence and at its beginning.
const (
	monthStart = "{{ with query `dvc_period_start_timestamp_seconds{window=\"month\"} + 7 * 3600` }}"
	month      = monthStart + `tháng {{ (. | first | value | toTime).Format "1/2006" }}{{ else }}tháng gần nhất{{ end }}`
	monthFirst = monthStart + `Tháng {{ (. | first | value | toTime).Format "1/2006" }}{{ else }}Tháng gần nhất{{ end }}`
	toThisDay  = "lũy kế đến nay" // of what is open now
)

// unknown stands in a sentence for a figure that has no series.
const unknown = "{{ else }}chưa có số liệu{{ end }}"

// number writes a value the way people in Viet Nam do: 58,86; 65; 44,8 %; 24.130.
type number struct{ pipeline, unit string }

const grouped = " | reReplaceAll `(\\d)(\\d{3})$` `$1.$2` | reReplaceAll `(\\d)(\\d{3})\\.` `$1.$2.`"

var (
	points       = number{"printf \"%.2f\" | reReplaceAll `\\.` `,`", ""}
	pointsChange = number{"printf \"%+.2f\" | reReplaceAll `\\.` `,`", ""}
	maximum      = number{"printf \"%.2f\" | reReplaceAll `\\.00$` `` | reReplaceAll `\\.` `,`", ""}
	times        = number{"printf \"%.1f\" | reReplaceAll `\\.0$` `` | reReplaceAll `\\.` `,`", ""}
	percent      = number{times.pipeline, " %"}
	count        = number{"printf \"%.0f\"" + grouped, ""}
	sortable     = number{`printf "%08.2f"`, ""} // text whose order is that of the numbers
	countChange  = number{"printf \"%+.0f\"" + grouped, ""}
)

// value is the value of the alert's own expression.
func (n number) value() string { return "{{ $value | " + n.pipeline + " }}" + n.unit }

// of is the value that a query finds, or the words that there is none.
func (n number) of(query string) string { return found(query) + n.first() + unknown }

// ifKnown is the value that a query finds with a unit behind it, or nothing at all.
func (n number) ifKnown(query, unit string) string {
	return found(query) + n.first() + unit + "{{ end }}"
}

func (n number) first() string { return "{{ . | first | value | " + n.pipeline + " }}" + n.unit }

// moment and momentIfKnown write a Unix time as the clock in Viet Nam shows it.
func moment(query string) string        { return found(query+" + 7 * 3600") + clock + unknown }
func momentIfKnown(query string) string { return found(query+" + 7 * 3600") + clock + "{{ end }}" }

const clock = `{{ (. | first | value | toTime).Format "15:04 2/1/2006" }}`

var ownLabel = regexp.MustCompile(`\$([a-z]+)`)

// found begins a piece that is there if a query finds something.
func found(query string) string {
	labels := ownLabel.FindAllString(query, -1)
	if labels == nil {
		return "{{ with query `" + query + "` }}"
	}
	return "{{ with printf `" + ownLabel.ReplaceAllString(query, "%q") + "` " +
		strings.ReplaceAll(strings.Join(labels, " "), "$", "$labels.") + " | query }}"
}
