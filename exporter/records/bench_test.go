package records

import (
	"log/slog"
	"os"
	"testing"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/records/entry"
)

func BenchmarkTmp(b *testing.B) {
	for _, unique := range []bool{false, true} {
		name := "latest"
		if unique {
			name = "unique"
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				s, err := NewFiles(Options{Kind: entry.Dossiers, Zone: index.Vietnam, Unique: unique, Log: slog.New(slog.DiscardHandler)}, []string{os.Getenv("BENCH_FILE")})
				if err != nil {
					b.Fatal(err)
				}
				if r, err := s.Fetch(b.Context()); err != nil || r.Parts[0].Failure != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
