package demo

import (
	"bytes"
	_ "embed" // the tables below
	"encoding/csv"
	"fmt"
	"slices"
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
// in the portal's answers (the decision's number where it gives none), maximum,
// the ratio from which all points are given, what is counted, and a typical
// sample ratio. The last of each group is fine-grained, so that a province's
// points come out.
var (
	//go:embed provinces.csv
	provincesCSV []byte
	//go:embed units.csv
	unitsCSV []byte
	//go:embed indicators.csv
	indicatorsCSV []byte

	groups     = index.BuiltInGroups
	indicators = readIndicators()
	units      = readUnits()
	provinces  = readProvinces()
	hanoi      = provinces[32]
)

// petitions are what some indicators count, and of what many units have none.
const petitions = "petitions"

type unit struct {
	code, id, name string
	kind           index.Kind
	recorded       points  // provinces: the recorded table
	dossiers       float64 // received in a usual month
	petitions      float64 // the same; 0: never any
	procedures     int
	overdue        int     // dossiers that are late now, in the records
	quality        float64 // about -1 to 1, how well it works
	silent         bool    // publishes no procedures of its own
	leftOutBy      string  // the group whose service has no row of it
}

type indicator struct {
	group              int
	code, name, of     string
	max, full, typical float64
}

// saturated says that nearly every unit has all points.
func (i *indicator) saturated() bool { return i.typical >= i.full }

// table reads one of the embedded tables, each row by heading; that they can be
// read is tested.
func table(file []byte) []map[string]string {
	records, err := csv.NewReader(bytes.NewReader(file)).ReadAll()
	if err != nil {
		panic(fmt.Sprintf("demo: %v", err))
	}
	var rows []map[string]string
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, cell := range record {
			row[records[0][i]] = cell
		}
		rows = append(rows, row)
	}
	return rows
}

func number(text string) float64 {
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		panic(fmt.Sprintf("demo: %v", err))
	}
	return x
}

func groupAt(code string) int {
	return slices.IndexFunc(groups, func(g index.Group) bool { return g.Code == code })
}

func readIndicators() (all []*indicator) {
	for _, r := range table(indicatorsCSV) {
		all = append(all, &indicator{
			group: groupAt(r["group"]), code: r["code"], name: r["name"], of: r["of"],
			max: number(r["max"]), full: number(r["full"]), typical: number(r["typical"]),
		})
	}
	return all
}

func readProvinces() (all []*unit) {
	for _, r := range table(provincesCSV) {
		u := &unit{code: r["code"], name: "UBND " + r["name"], id: r["id"], kind: index.Province, petitions: 60, procedures: 2100}
		if !strings.HasPrefix(r["name"], "Thành phố") {
			u.name = "UBND tỉnh " + r["name"]
		}
		for i, g := range groups {
			u.recorded[i] = number(r[g.Code])
		}
		u.dossiers = 20000 + 40000*chance(u.code)
		if u.code == "H26" { // as much as its units have, and no more: people add them up
			u.dossiers = 0
			for _, below := range units {
				u.dossiers += below.dossiers
			}
		}
		all = append(all, u)
	}
	return all
}

func readUnits() (all []*unit) {
	for i, r := range table(unitsCSV) {
		u := &unit{
			code: r["code"], kind: index.Kind(r["kind"]), name: r["name"], dossiers: number(r["dossiers"]), overdue: int(number(r["overdue"])),
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
			u.leftOutBy = "MDSH"
		}
		all = append(all, u)
	}
	return all
}

// treeName is how the tree services spell a unit's name.
func (u *unit) treeName() string {
	switch u.kind {
	case index.Province:
		return strings.TrimPrefix(u.name, "UBND ")
	case index.Department:
		return u.name + " - Thành phố Hà Nội"
	}
	return u.name
}
