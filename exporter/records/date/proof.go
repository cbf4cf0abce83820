package date

// Order is what the written dates of a file say of the order of day and month.
type Order uint8

// The orders.
const (
	Unwritten     Order = iota // there are none
	Undecided                  // each could be read both ways
	DayFirst                   // proven
	MonthFirst                 // proven
	Contradictory              // some prove the one, some the other
	Garbled                    // a spreadsheet took for dates what it could read month first, and left the rest as text
)

// Place is where a cell stands.
type Place struct {
	Line   int
	Column uint8 // as whoever reads numbers them
}

// Evidence is what the dates of a file prove. A date whose year stands first, whose
// month is a word, or which is no text in the file proves nothing.
type Evidence struct {
	At          Place // of the cell being read
	FirstDay    Place // of the first date that proves day first
	FirstMonth  Place // of the first that proves month first
	either      int   // written dates in which both numbers are at most 12
	dayProofs   int   // in which only the second one is
	monthProofs int   // in which only the first one is
	typedDates  int
	typedDays   uint8 // 16 or more if one of their days is above 12: see typed
}

// weigh notes a written date: the two numbers before its year.
func (e *Evidence) weigh(first, second int) {
	switch {
	case first <= 12 && second <= 12:
		e.either++
	case second <= 12 && first <= 31:
		if e.dayProofs++; e.dayProofs == 1 {
			e.FirstDay = e.At
		}
	case first <= 12 && second <= 31:
		if e.monthProofs++; e.monthProofs == 1 {
			e.FirstMonth = e.At
		}
	}
}

// typed notes the day of any other date, without a branch: one day above 12 sets a
// bit that no other does.
func (e *Evidence) typed(day int) {
	e.typedDates++
	e.typedDays |= uint8(day + 3)
}

const (
	contrary   = 0.01 // of the dates that prove something, less than this are slips
	garbledMin = 20   // dates of each sort
)

// Order is the verdict.
func (e *Evidence) Order() Order {
	proofs := float64(e.dayProofs + e.monthProofs)
	switch {
	case proofs == 0 && e.either == 0:
		return Unwritten
	case proofs == 0:
		return Undecided
	case float64(e.dayProofs) < contrary*proofs:
		return MonthFirst
	case float64(e.monthProofs) >= contrary*proofs && e.monthProofs > 0:
		return Contradictory
	case e.either+e.monthProofs == 0 && min(e.dayProofs, e.typedDates) >= garbledMin && e.typedDays < 16:
		return Garbled
	}
	return DayFirst
}
