package index

// Key names one answer of a source among all that are kept: a part, the window it
// was asked for and the period it is about.
type Key struct {
	Name   string
	Window Window
	Period Period
}

// Key returns what the part is kept under.
func (p Part) Key() Key { return Key{p.Name, p.Window, p.Period} }

// Failed returns the part that says why there is no answer to a question.
func (k Key) Failed(f *Failure) Part {
	return Part{Name: k.Name, Window: k.Window, Period: k.Period, Failure: f}
}
