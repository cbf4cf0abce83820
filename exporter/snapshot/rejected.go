package snapshot

import (
	"bytes"
	"encoding/csv"
	"path/filepath"
	"slices"
	"strconv"

	"dvc_exporter/exporter/index"
)

// maxRejected is how many refused rows of a source the report lists, the newest.
const maxRejected = 10_000

// Rejected lists the refused rows of a source as it stands, the newest last.
func (s *Source) Rejected() []index.Rejection {
	var list []index.Rejection
	for _, held := range s.Parts {
		list = append(list, held.Rejected...)
	}
	return list[max(0, len(list)-maxRejected):]
}

// writeRejected writes the report of a source's refused rows beside its state, as
// a CSV for whoever must mend them.
func writeRejected(dir string, name index.SourceName, list []index.Rejection) error {
	body := bytes.NewBufferString("\ufeff") // spreadsheets take it for UTF-8
	out := csv.NewWriter(body)
	_ = out.Write([]string{"Nơi", "Dòng", "Cột", "Giá trị", "Lý do", "Số dòng"})
	for _, r := range list {
		_ = out.Write([]string{Defused(r.Where), strconv.Itoa(r.Line), Defused(r.Column), Defused(r.Value), Defused(r.Reason), strconv.Itoa(r.Count)})
	}
	out.Flush()
	return replaceFile(filepath.Join(dir, string(name)+".rejected.csv"), body.Bytes())
}

// Defused returns a cell that no spreadsheet takes for a formula.
func Defused(cell string) string {
	if cell != "" && slices.Contains([]byte("=+-@\t\r"), cell[0]) {
		return "'" + cell
	}
	return cell
}
