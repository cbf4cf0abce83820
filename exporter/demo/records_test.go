package demo

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"testing"
	"time"

	"dvc_exporter/exporter/index"

	"github.com/google/go-cmp/cmp"
)

// written reads a written file: by row, the cells by heading.
func written(t *testing.T, path string) (headings []string, rows []map[string]string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	all, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, cells := range all[1:] {
		row := map[string]string{}
		for i, cell := range cells {
			row[all[0][i]] = cell
		}
		rows = append(rows, row)
	}
	return all[0], rows
}

// at reads a local time, the zero time where there is none.
func at(t *testing.T, text string) time.Time {
	t.Helper()
	if text == "" {
		return time.Time{}
	}
	when, err := time.ParseInLocation("2006-01-02T15:04:05", text, index.Vietnam)
	if err != nil {
		t.Fatal(err)
	}
	return when
}

func TestDossiers(t *testing.T) {
	for _, now := range []time.Time{november, time.Date(2031, 1, 3, 23, 59, 30, 500, time.UTC)} {
		dir := t.TempDir()
		if err := WriteRecords(dir, now); err != nil {
			t.Fatal(err)
		}
		headings, rows := written(t, filepath.Join(dir, "ho-so", "ho-so.csv"))
		want := []string{"MaHoSo", "MaTTHC", "ChuHoSo", "KenhThucHien", "NgayNopHoSo", "NgayTiepNhan", "NgayHenTra", "NgayKetThucXuLy", "NgayTra", "TrangThaiHoSo",
			"DonViXuLy", "HoSoCoThanhPhanSoHoa", "KetQuaDienTu", "CoNghiaVuTaiChinh", "DuocThanhToanTrucTuyen", "ThuXinLoi"}
		if diff := cmp.Diff(want, headings); diff != "" {
			t.Fatalf("headings (-want +got):\n%s", diff)
		}
		if len(rows) < 36000 || len(rows) > 44000 {
			t.Errorf("%d dossiers", len(rows))
		}
		codes, known := map[string]bool{}, map[string]*unit{}
		for _, u := range units {
			known[u.name] = u
		}
		var open, soon, waiting, apologies, first, second int
		overdue, stages, states, channels := map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
		year := map[index.Period]int{}
		for _, r := range rows {
			codes[r["MaHoSo"]] = true
			if known[r["DonViXuLy"]] == nil {
				t.Fatalf("unit %q", r["DonViXuLy"])
			}
			states[r["TrangThaiHoSo"]]++
			channels[r["KenhThucHien"]]++
			submitted, received, due, finished, returned := at(t, r["NgayNopHoSo"]), at(t, r["NgayTiepNhan"]), at(t, r["NgayHenTra"]), at(t, r["NgayKetThucXuLy"]), at(t, r["NgayTra"])
			for _, when := range []time.Time{submitted, received, finished, returned} {
				if when.After(now) {
					t.Fatalf("%v lies after now: %v", when, r)
				}
			}
			year[index.Year.At(submitted.AddDate(0, 1, 0))]++
			late := false
			switch r["TrangThaiHoSo"] {
			case "1":
				if !received.IsZero() || !due.IsZero() {
					t.Fatalf("received already: %v", r)
				}
				waiting++
				if now.Sub(submitted) > 24*time.Hour {
					overdue[r["DonViXuLy"]]++
					stages["reception"]++
				}
			case "2", "4", "5", "6":
				if !finished.IsZero() || received.Before(submitted) || due.Before(received) {
					t.Fatalf("being handled: %v", r)
				}
				open++
				if late = due.Before(now); late {
					overdue[r["DonViXuLy"]]++
					stages["processing"]++
				} else if due.Sub(now) <= 72*time.Hour {
					soon++
				}
				if r["DonViXuLy"] == "Sở Du lịch" {
					switch due.Sub(now.Truncate(time.Second)) {
					case time.Minute:
						first++
					case 2 * time.Minute:
						second++
					}
				}
			default:
				if finished.Before(received) || received.Before(submitted) || due.Before(received) {
					t.Fatalf("finished: %v", r)
				}
				late = finished.After(due)
			}
			if r["ThuXinLoi"] == "Có" {
				apologies++
				if !late {
					t.Fatalf("an apology for nothing: %v", r)
				}
			}
		}
		if len(codes) != len(rows) {
			t.Errorf("%d codes of %d dossiers", len(codes), len(rows))
		}
		if len(states) != 10 || len(channels) != 3 || len(year) < 2 {
			t.Errorf("states %v, channels %v, years %v", states, channels, year)
		}
		if open < 1500 || soon < 50 || waiting < 100 || apologies < 1000 || first != 1 || second != 1 {
			t.Errorf("%d open, %d due soon, %d waiting, %d apologies, %d and %d turn overdue", open, soon, waiting, apologies, first, second)
		}
		all, none := 0, 0
		for _, u := range units {
			if overdue[u.name] != u.overdue {
				t.Errorf("%s: %d overdue, want %d", u.name, overdue[u.name], u.overdue)
			}
			if all += u.overdue; u.overdue == 0 {
				none++
			}
		}
		if share := float64(overdue["Sở Tư pháp"]) / float64(all); share < 0.43 || share > 0.48 || overdue["Sở Du lịch"] != 0 || none < 20 || stages["reception"] < 300 || stages["processing"] < 1500 {
			t.Errorf("Sở Tư pháp %v of %d, %d units without, by stage %v", share, all, none, stages)
		}
	}
}

func TestDocuments(t *testing.T) {
	dir := t.TempDir()
	if err := WriteRecords(dir, november); err != nil {
		t.Fatal(err)
	}
	headings, rows := written(t, filepath.Join(dir, "van-ban", "van-ban.csv"))
	if diff := cmp.Diff([]string{"SoKyHieu", "LoaiVanBan", "DonViXuLy", "NgayDen", "HanXuLy", "NgayHoanThanh", "XuLyTrenMoiTruongMang"}, headings); diff != "" {
		t.Fatalf("headings (-want +got):\n%s", diff)
	}
	if len(rows) < 7000 || len(rows) > 9000 {
		t.Errorf("%d documents", len(rows))
	}
	numbers, of := map[string]bool{}, map[string]bool{}
	var open, overdue, late, onTime, online int
	for _, r := range rows {
		numbers[r["SoKyHieu"]], of[r["DonViXuLy"]] = true, true
		arrival, due, finished := at(t, r["NgayDen"]), at(t, r["HanXuLy"]), at(t, r["NgayHoanThanh"])
		if due.Before(arrival) || arrival.After(november) || finished.After(november) || !finished.IsZero() && finished.Before(arrival) {
			t.Fatalf("times: %v", r)
		}
		switch {
		case finished.IsZero() && due.Before(november):
			overdue++
		case finished.IsZero():
			open++
		case finished.After(due):
			late++
		default:
			onTime++
		}
		switch r["XuLyTrenMoiTruongMang"] {
		case "Có":
			online++
		case "Không":
		default:
			t.Fatalf("%v", r)
		}
	}
	if len(numbers) != len(rows) || len(of) != 142 || open < 50 || overdue < 100 || late < 200 || onTime < 5*late || online < len(rows)/2 {
		t.Errorf("%d numbers of %d, %d units, %d open, %d overdue, %d late, %d on time, %d online", len(numbers), len(rows), len(of), open, overdue, late, onTime, online)
	}
}

func TestSameRecordsAgain(t *testing.T) {
	one, two, later := t.TempDir(), t.TempDir(), t.TempDir()
	for dir, now := range map[string]time.Time{one: november, two: november.UTC(), later: november.Add(time.Hour)} {
		if err := WriteRecords(dir, now); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"ho-so/ho-so.csv", "van-ban/van-ban.csv"} {
		read := func(dir string) []byte {
			b, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
			if err != nil {
				t.Fatal(err)
			}
			return b
		}
		if !bytes.Equal(read(one), read(two)) {
			t.Errorf("%s differs for the same time", name)
		}
		if bytes.Equal(read(one), read(later)) {
			t.Errorf("%s does not move with the clock", name)
		}
	}
}

func TestRecordsWithoutRoom(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := WriteRecords(dir, november); err == nil {
		t.Error("no error where a file stands in place of the folder")
	}
}

func BenchmarkWriteRecords(b *testing.B) {
	dir := b.TempDir()
	for b.Loop() {
		if err := WriteRecords(dir, november); err != nil {
			b.Fatal(err)
		}
	}
}
