package demo

import (
	"bytes"
	_ "embed" // the tables below
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"

	"dvc_exporter/exporter/index"
)

// The tables of the demo.
//
// provinces.csv is public: what dichvucong.gov.vn answered on 17 September 2026
// for the 34 provinces and the year 2026 (evaluation/service-results).
//
// units.csv has the names of the departments and, since 1 July 2025, the 126
// communes and wards of Hà Nội. Its codes, "dossiers" (received in a usual month)
// and "overdue" (dossiers now late, in the records) are samples.
//
// indicators.csv has the indicators of Decision 766/QĐ-TTg: group, code and name
// in the portal's answers (a number where it names none), maximum, the ratio
// from which all points are given, what is counted, and a typical sample ratio.
// The last of each group is fine-grained, so that a province's points come out.
var (
	//go:embed provinces.csv
	provincesCSV []byte
	//go:embed units.csv
	unitsCSV []byte
	//go:embed indicators.csv
	indicatorsCSV []byte
)

const (
	petitions = "petitions" // what some indicators count

	publishOnTime   = "PUBLISH_ON_TIME"
	petitionsOnTime = "PETITION_PROCESSING_ON_TIME"

	// The portal gives no codes to these; the decision's numbers stand in.
	onTimeDossiers     = "2.1"
	onlineProcedures   = "3.1"
	usedServices       = "3.2"
	onlineDossiers     = "3.3"
	preparedProcedures = "3.5a"
	paidProcedures     = "3.5b"
	paidDossiers       = "3.6"
)

var groups = index.BuiltInGroups

type unit struct {
	code, id, name string
	kind           index.Kind
	recorded       points  // provinces: the recorded table
	delta          float64 // provinces: the recorded change
	dossiers       float64 // received in a usual month
	petitions      float64 // the same; 0: never any
	procedures     int
	overdue        int     // dossiers that are late now, in the records
	quality        float64 // about -1 to 1, how well it works
	silent         bool    // publishes no procedures of its own
	leftOutBy      string  // the service that has no row of it
}

type indicator struct {
	group              int
	code, name, of     string
	max, full, typical float64
}

// saturated says that nearly every unit has all points.
func (i *indicator) saturated() bool { return i.typical >= i.full }

// points of a ratio: linear until full marks.
func (i *indicator) points(num, den int) float64 {
	return round2(i.max * min(1, float64(num)/float64(den)/i.full))
}

var (
	indicators, indicatorAt = readIndicators()
	units                   = readUnits()
	provinces               = readProvinces()
	hanoi                   = provinces[32]
)

// rows reads one of the embedded tables; that they can be read is tested.
func rows(table []byte) [][]string {
	records, err := csv.NewReader(bytes.NewReader(table)).ReadAll()
	if err != nil {
		panic(fmt.Sprintf("demo: %v", err))
	}
	return records[1:]
}

func number(text string) float64 {
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		panic(fmt.Sprintf("demo: %v", err))
	}
	return x
}

func readIndicators() ([]*indicator, map[string]int) {
	var all []*indicator
	at := map[string]int{}
	for _, r := range rows(indicatorsCSV) {
		ind := &indicator{group: groupAt(r[0]), code: r[1], name: r[2], max: number(r[3]), full: number(r[4]), of: r[5], typical: number(r[6])}
		at[ind.code] = len(all)
		all = append(all, ind)
	}
	return all, at
}

func groupAt(code string) int {
	for i, g := range groups {
		if g.Code == code {
			return i
		}
	}
	panic("demo: no group " + code)
}

func readProvinces() []*unit {
	var all []*unit
	for _, r := range rows(provincesCSV) {
		u := &unit{code: r[0], name: r[1], id: r[2], kind: index.Province, delta: number(r[4])}
		for i, code := range []string{"CKMB", "TDGQ", "CLGQ", "TTTT", "MDHL", "MDSH"} {
			u.recorded[groupAt(code)] = number(r[5+i])
		}
		u.dossiers = 20000 + 40000*chance(u.code)
		if u.code == "H26" { // as much as its units have, and no more: people add them up
			u.dossiers = 0
			for _, below := range units {
				u.dossiers += below.dossiers
			}
		}
		u.petitions, u.procedures = 60, 2100
		all = append(all, u)
	}
	return all
}

func readUnits() []*unit {
	var all []*unit
	for i, r := range rows(unitsCSV) {
		u := &unit{
			code: r[0], kind: index.Kind(r[1]), name: r[2], dossiers: number(r[3]), overdue: int(number(r[4])),
			id: fmt.Sprintf("019d2be3-0000-7000-8000-%012d", i+1), // version 7 as the portal's, and plainly made up
		}
		u.procedures = 90 + int(120*chance(u.code, "procedures"))
		u.quality = 2*chance(u.code, "quality") - 1 - min(1, float64(u.overdue)/u.dossiers/4)
		if u.kind == index.Department || chance(u.code, petitions) < 0.3 {
			u.petitions = 2 + u.dossiers/20
		}
		switch u.name {
		case "Thanh tra Thành phố":
			u.silent, u.petitions = true, 0
		case "Sở Dân tộc và Tôn giáo":
			u.leftOutBy = "dossier-digitized"
		}
		all = append(all, u)
	}
	return all
}

// scoreName is how service-results and the lists spell a unit.
func (u *unit) scoreName() string {
	switch {
	case u.kind != index.Province || u.name == "":
		return u.name
	case strings.HasPrefix(u.name, "Thành phố"):
		return "UBND " + u.name
	}
	return "UBND tỉnh " + u.name
}

// treeName is how the tree services spell it.
func (u *unit) treeName() string {
	switch {
	case u.kind == index.Department:
		return u.name + " - " + hanoi.name
	case u.kind == index.Province && !strings.HasPrefix(u.name, "Thành phố"):
		return "Tỉnh " + u.name
	}
	return u.name
}
