package snapshot

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
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
	return replaceFile(filepath.Join(dir, string(name)+".rejected.csv"), func(w io.Writer) error {
		if _, err := io.WriteString(w, "\ufeff"); err != nil { // spreadsheets take it for UTF-8
			return err
		}
		out := csv.NewWriter(w)
		_ = out.Write([]string{"Nơi", "Dòng", "Cột", "Giá trị", "Lý do", "Số dòng"})
		for _, r := range list {
			_ = out.Write([]string{Defused(r.Where), strconv.Itoa(r.Line), Defused(r.Column), Defused(r.Value), Defused(r.Reason), strconv.Itoa(r.Count)})
		}
		out.Flush()
		return out.Error()
	})
}

// Defused returns a cell that no spreadsheet takes for a formula.
func Defused(cell string) string {
	if cell != "" && slices.Contains([]byte("=+-@\t\r"), cell[0]) {
		return "'" + cell
	}
	return cell
}

// replaceFile writes a file so that either the old one or the new one is there
// whole, whatever happens meanwhile.
func replaceFile(path string, write func(io.Writer) error) error {
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.new")
	if err != nil {
		return err
	}
	err = write(file)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		_ = os.Remove(file.Name())
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return nil
}
