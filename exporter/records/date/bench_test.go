package date

import (
	"testing"

	"dvc_exporter/exporter/index"
)

// BenchmarkRead reads one date of each sort.
func BenchmarkRead(b *testing.B) {
	d := NewReader(index.Vietnam)
	for _, text := range []string{"2024-07-31T10:20:30", "31/07/2024 10:20", "10:20 31/07/2024", "1/7/2024 8:05:00 AM", "17h30 ngày 31/07/2024", "45504.43", "NULL"} {
		b.Run(text, func(b *testing.B) {
			for b.Loop() {
				d.Read([]byte(text))
			}
		})
	}
}
