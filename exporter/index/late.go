package index

import "time"

// The stages in which a dossier can be late: the values of the label "stage".
const (
	Reception  = "reception"  // registered and not received in time
	Processing = "processing" // received and not finished by its due time
)

// LateQuery says which late dossiers of local records are asked for.
type LateQuery struct {
	Unit           func(Unit) bool // of units as the records write them; nil: every unit
	Stage          string          // Reception or Processing; empty: both
	Now            time.Time       // the domain's clock: what was due before is late
	ReceptionLimit time.Duration   // a dossier waiting longer is late to be received
	Offset         int             // from 0
	Limit          int             // rows at most; 0: all
}

// LatePage is one page of late dossiers, the latest first: the earliest Due, then
// by code.
type LatePage struct {
	Sums  bool // the source gives sums, which have no list: Total says nothing
	Total int  // of all pages
	Rows  []LateDossier
}

// LateDossier is one dossier that is late. It names no person.
type LateDossier struct {
	Code      string
	Procedure string    // its code, empty if not known
	Unit      Unit      // as the records write it
	Stage     string    // Reception or Processing
	State     string    // in Vietnamese, as the national portal calls it
	Received  time.Time // submitted, where it is not received yet; zero: not known
	Due       time.Time // when the stage had to be over
}
