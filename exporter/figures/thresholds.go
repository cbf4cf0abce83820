package figures

import "dvc_exporter/exporter/index"

// The bounds from which units are praised or urged are those that the alerts have by
// default; a test holds them equal to alerts/rules/thresholds.yml.
const (
	PraisedTargets   = 4    // reached, none missed
	RankRise         = 3    // places
	ScoreDrop        = 2    // points
	OverdueShare     = 0.3  // of all overdue dossiers
	OverdueShareBase = 100  // of which there must be so many
	OverdueDocuments = 10   //
	SyncGap          = 0.05 // share of the larger count
	SyncGapBase      = 50   // which must be so large
)

var (
	// RatioBase is how many dossiers, documents or payments a ratio must be made of.
	RatioBase = map[index.Kind]float64{index.Province: 100, index.Department: 20, index.Commune: 10, index.District: 10, index.Unlisted: 10}
	// RankFall is from how many places on.
	RankFall = map[index.Kind]int{index.Province: 3, index.Department: 3, index.Commune: 10}
)

// Kinds are those of units, in their order.
var Kinds = []index.Kind{index.Department, index.District, index.Commune, index.Unlisted}
