// Package units knows who can be meant: the list of units and the one matcher of
// codes, portal ids, names and aliases that all sources share. It never guesses:
// where a name fits two units, it fits none.
package units

import (
	_ "embed"
	"encoding/csv"
	"slices"
	"strings"
	"time"

	"dvc_exporter/exporter/index"
)

// Provinces are the 34 provinces and centrally run cities since 1 July 2025, in
// the order of their codes, with their departmentId in the portal's 2026
// generation. From provinces.csv, which two public crawlers of that generation
// agree on.
var Provinces = mustProvinces()

//go:embed provinces.csv
var provincesCSV string

func mustProvinces() []index.Unit {
	rows, err := csv.NewReader(strings.NewReader(provincesCSV)).ReadAll()
	if err != nil {
		panic("units: provinces.csv: " + err.Error())
	}
	var list []index.Unit
	for _, row := range rows[1:] {
		list = append(list, index.Unit{Code: row[0], Name: row[1], ID: row[2], Kind: index.Province})
	}
	return list
}

// Listed is a unit as DVC_UNITS_FILE lists it.
type Listed struct {
	index.Unit
	Aliases  []string  // other names that mean this unit
	Email    string    // where its digest goes, empty if nobody said
	From, To time.Time // when it exists: from From until before To; zero is open
}

// Valid says whether the unit exists at a time.
func (l Listed) Valid(at time.Time) bool {
	return (l.From.IsZero() || !at.Before(l.From)) && (l.To.IsZero() || at.Before(l.To))
}

// canonicalCode writes a unit's code as the portal does today. The older code
// (QCVN 102:2016/BTTTT) names the same unit from right to left in four fields:
// 000.00.00.H37 is H37, 000.00.13.H01 is H01.13.
func canonicalCode(code string) string {
	code = strings.ToUpper(strings.TrimSpace(code))
	if !strings.HasPrefix(code, "000.") {
		return code
	}
	fields := strings.Split(code, ".")
	slices.Reverse(fields)
	return strings.Join(slices.DeleteFunc(fields, func(f string) bool { return strings.Trim(f, "0") == "" }), ".")
}
