package index

import (
	"cmp"
	"time"
)

// The stages in which a dossier can be late: the values of the label "stage".
const (
	Reception  = "reception"  // registered and not received in time
	Processing = "processing" // received and not finished by its due time
)

// StateNames are the states of a dossier as the national portal calls them
// (TrangThaiHoSo), by its numbers.
var StateNames = [...]string{
	1:  "Mới đăng ký",
	2:  "Được tiếp nhận",
	3:  "Không được tiếp nhận",
	4:  "Đang xử lý",
	5:  "Yêu cầu bổ sung giấy tờ",
	6:  "Yêu cầu thực hiện nghĩa vụ tài chính",
	7:  "Công dân yêu cầu rút hồ sơ",
	8:  "Dừng xử lý",
	9:  "Đã xử lý xong",
	10: "Đã trả kết quả",
}

// LateQuery says which late dossiers of local records are asked for.
type LateQuery struct {
	Unit   string // label; empty: every unit
	Stage  string // Reception or Processing; empty: both
	Offset int    // from 0
	Limit  int    // rows at most; 0: all
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
	Unit      string    // label
	Stage     string    // Reception or Processing
	State     string    // in Vietnamese, as the national portal calls it
	Received  time.Time // submitted, where it is not received yet; zero: not known
	Due       time.Time // when the stage had to be over
}

// Compare puts the one that is late for longer first.
func (d LateDossier) Compare(other LateDossier) int {
	return cmp.Or(d.Due.Compare(other.Due), cmp.Compare(d.Code, other.Code), cmp.Compare(d.Unit, other.Unit))
}
