package book

import (
	"bytes"
	"errors"
	"path/filepath"
	"strconv"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/spreadsheet"
)

// maxRejected is how many refused rows of a source the report lists, the newest.
const maxRejected = 10_000

// Rejected lists the refused rows of a source as it stands, the newest last.
func (s *Source) Rejected() []index.Rejection {
	var list []index.Rejection
	for _, e := range s.Entries {
		list = append(list, e.Rejected...)
	}
	return list[max(0, len(list)-maxRejected):]
}

// writeRejected writes the report of a source's refused rows beside its state, for
// the people who must mend them.
func writeRejected(dir string, name index.SourceName, list []index.Rejection) error {
	var body bytes.Buffer
	out := spreadsheet.New(&body)
	out.Row("Nơi", "Dòng", "Cột", "Giá trị", "Lý do", "Số dòng")
	for _, r := range list {
		out.Row(r.Where, strconv.Itoa(r.Line), r.Column, r.Value, r.Reason, strconv.Itoa(r.Count))
	}
	return errors.Join(out.End(), replaceFile(filepath.Join(dir, string(name)+".rejected.csv"), body.Bytes()))
}
