package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Collector is the families as const metrics, for a registry of one's own. The
// exporter itself serves ready bytes; tests hold the two equal.
type Collector struct{ *Exposition }

// Describe sends one description for each family.
func (c Collector) Describe(ch chan<- *prometheus.Desc) {
	for _, f := range families {
		ch <- f.desc()
	}
}

// Collect sends what the exposition shows now.
func (c Collector) Collect(ch chan<- prometheus.Metric) {
	s := c.at(time.Now()).scene
	for _, f := range families {
		desc, kind := f.desc(), prometheus.GaugeValue
		if f.counter {
			kind = prometheus.CounterValue
		}
		f.each(s, func(value float64, labels ...string) {
			ch <- prometheus.MustNewConstMetric(desc, kind, value, labels...)
		})
	}
}

func (f family) desc() *prometheus.Desc {
	return prometheus.NewDesc(f.name, f.help, f.labels, nil)
}

// Family describes one metric family.
type Family struct {
	Name, Help string
	Labels     []string
}

// Reference lists every family of the domain, in the order of the exposition.
func Reference() []Family {
	list := make([]Family, 0, len(families))
	for _, f := range families {
		list = append(list, Family{f.name, f.help, f.labels})
	}
	return list
}
