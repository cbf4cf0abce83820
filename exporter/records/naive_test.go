package records

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	xunicode "golang.org/x/text/encoding/unicode"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/records/entry"
	"dvc_exporter/exporter/records/heading"
)

// newFiles returns a source of dossiers whose clock is far enough ahead for every
// file to be settled.
func newFiles(t testing.TB, paths ...string) *Files {
	t.Helper()
	s, err := NewFiles(Options{Kind: heading.Dossiers, Zone: index.Vietnam, Log: slog.New(slog.DiscardHandler)}, paths)
	if err != nil {
		t.Fatal(err)
	}
	s.clock = func() time.Time { return time.Now().Add(2 * cutFor) }
	return s
}

// fetch asks without waiting for the time of the next reading.
func fetch(t testing.TB, s *Files) index.Answer {
	t.Helper()
	s.next = time.Time{}
	answer, err := s.Fetch(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// naiveRow is a dossier as the naive counter sees it.
type naiveRow struct {
	unit, state, channel                string
	submitted, received, due, finished  time.Time
	digitised, electronic, fee, paidWeb bool
}

var naiveHeadings = []string{"MaHoSo", "DonViXuLy", "TrangThaiHoSo", "KenhThucHien", "NgayNopHoSo", "NgayTiepNhan", "NgayHenTra", "NgayKetThucXuLy", "HoSoCoThanhPhanSoHoa", "KetQuaDienTu", "CoNghiaVuTaiChinh", "DuocThanhToanTrucTuyen", "ChuHoSo"}

var naiveChannels = map[string]string{"1": index.Counter, "2": index.Online, "3": index.Post}

// naive counts the latest of each code with encoding/csv, maps and time.Parse.
func naive(t *testing.T, tables [][]byte) map[string]int {
	latest := map[string]naiveRow{}
	for _, table := range tables {
		rows, err := csv.NewReader(bytes.NewReader(table)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, cells := range rows[1:] {
			row := map[string]string{}
			for i, heading := range rows[0] {
				row[heading] = cells[i]
			}
			at := func(heading string) time.Time {
				if row[heading] == "" {
					return time.Time{}
				}
				at, err := time.ParseInLocation("2006-01-02T15:04:05", row[heading], index.Vietnam)
				if err != nil {
					t.Fatal(err)
				}
				return at
			}
			latest[row["MaHoSo"]] = naiveRow{
				row["DonViXuLy"], row["TrangThaiHoSo"], row["KenhThucHien"], at("NgayNopHoSo"), at("NgayTiepNhan"), at("NgayHenTra"), at("NgayKetThucXuLy"),
				row["HoSoCoThanhPhanSoHoa"] == "1", row["KetQuaDienTu"] == "1", row["CoNghiaVuTaiChinh"] == "1", row["DuocThanhToanTrucTuyen"] == "1",
			}
		}
	}
	count := map[string]int{}
	add := func(unit string, at time.Time, what string, yes bool) {
		if yes {
			count[unit+at.Format(" 2006-01 ")+what]++
		}
	}
	for _, r := range latest {
		month := r.received
		if month.IsZero() {
			month = r.submitted
		}
		add(r.unit, month, "dossiers_received  "+naiveChannels[r.channel], true)
		add(r.unit, month, "denominator ONLINE_DOSSIER ", true)
		add(r.unit, month, "numerator ONLINE_DOSSIER ", r.channel == "2")
		add(r.unit, month, "denominator DIGITIZED_DOSSIER ", true)
		add(r.unit, month, "numerator DIGITIZED_DOSSIER ", r.digitised)
		add(r.unit, month, "denominator ONLINE_PAYMENT ", r.fee)
		add(r.unit, month, "numerator ONLINE_PAYMENT ", r.fee && r.paidWeb)
		switch r.state {
		case "1":
			count[r.unit+" waiting "+r.submitted.Format(time.RFC3339)]++
		case "2", "4", "5", "6":
			count[r.unit+" open"]++
			count[r.unit+" due "+r.due.Format(time.RFC3339)]++
		default:
			timely := !r.finished.After(r.due)
			add(r.unit, r.finished, "dossiers_finished  on_time", timely)
			add(r.unit, r.finished, "dossiers_finished  late", !timely)
			add(r.unit, r.finished, "denominator DOSSIER_ON_TIME ", true)
			add(r.unit, r.finished, "numerator DOSSIER_ON_TIME ", timely)
			add(r.unit, r.finished, "denominator ELECTRONIC_RESULT ", r.state == "9" || r.state == "10")
			add(r.unit, r.finished, "numerator ELECTRONIC_RESULT ", (r.state == "9" || r.state == "10") && r.electronic)
		}
	}
	return count
}

// flat brings parts to the form in which naive counts.
func flat(parts []index.Part) map[string]int {
	count := map[string]int{}
	for _, part := range parts {
		for _, row := range part.Rows {
			for _, f := range row.Figures {
				if f.Value != 0 {
					count[fmt.Sprintf("%s %s %s %s %s", row.Unit.Name, row.Month, f.Measure, f.Indicator, f.Detail)] += int(f.Value)
				}
			}
			if row.Backlog == nil {
				continue
			}
			for _, d := range row.Backlog.Open {
				count[row.Unit.Name+" open"]++
				if d.Due != 0 {
					count[row.Unit.Name+" due "+time.Unix(d.Due, 0).In(index.Vietnam).Format(time.RFC3339)]++
				}
			}
			for _, d := range row.Backlog.Waiting {
				count[row.Unit.Name+" waiting "+time.Unix(d.Received, 0).In(index.Vietnam).Format(time.RFC3339)]++
			}
		}
	}
	return count
}

// randomTable makes rows of which many share their code, in a random order of
// columns, some of them quoted.
func randomTable(r *rand.Rand, rows int) []byte {
	order := r.Perm(len(naiveHeadings))
	var b bytes.Buffer
	write := func(cells []string) {
		for i, at := range order {
			if i > 0 {
				b.WriteByte(',')
			}
			if cell := cells[at]; r.IntN(8) == 0 || strings.ContainsAny(cell, ",\"\n") {
				b.WriteString(`"` + strings.ReplaceAll(cell, `"`, `""`) + `"`)
			} else {
				b.WriteString(cell)
			}
		}
		b.WriteString([]string{"\n", "\r\n"}[r.IntN(2)])
	}
	write(naiveHeadings)
	start := time.Date(2024, 1, 1, 0, 0, 0, 0, index.Vietnam)
	for range rows {
		at := start.Add(time.Duration(r.IntN(200*24*60)) * time.Minute)
		text := func(t time.Time) string { return t.Format("2006-01-02T15:04:05") }
		state := r.IntN(10) + 1
		n := r.IntN(rows)
		cells := []string{
			fmt.Sprintf("H26.%02d-2401%02d-%05d", n%50, n%30+1, n), []string{"Sở Tư pháp", "Sở Y tế, Hà Nội", "UBND huyện Ba Vì"}[r.IntN(3)], fmt.Sprint(state), fmt.Sprint(r.IntN(3) + 1),
			text(at), "", "", "", fmt.Sprint(r.IntN(2)), fmt.Sprint(r.IntN(2)), fmt.Sprint(r.IntN(2)), fmt.Sprint(r.IntN(2)), []string{"Nguyễn Văn A", "Trần \"B\", C", "D\nE"}[r.IntN(3)],
		}
		if state != entry.Registered {
			cells[5] = text(at.Add(time.Hour))
			cells[6] = text(at.Add(time.Duration(24+r.IntN(500)) * time.Hour))
		}
		if state == 3 || state >= 7 {
			cells[7] = text(at.Add(time.Duration(2+r.IntN(700)) * time.Hour))
		}
		write(cells)
	}
	return b.Bytes()
}

// TestAgainstNaive holds the figures equal to those of an independent count: many
// rows of one code, in one file and across files of every kind, read in one round
// and in several, then with files replaced and deleted.
func TestAgainstNaive(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 1))
			dir := t.TempDir()
			type table struct {
				name string
				age  time.Duration
				text []byte
			}
			var tables []*table
			write := func(tab *table) {
				text := tab.text
				if strings.HasSuffix(tab.name, ".gz") {
					var b bytes.Buffer
					z := gzip.NewWriter(&b)
					_, _ = z.Write(text)
					_ = z.Close()
					text = b.Bytes()
				}
				if strings.HasPrefix(tab.name, "utf16") {
					wide, err := xunicode.UTF16(xunicode.LittleEndian, xunicode.UseBOM).NewEncoder().Bytes(text)
					if err != nil {
						t.Fatal(err)
					}
					text = wide
				}
				writeFile(t, filepath.Join(dir, tab.name), string(text), tab.age)
			}
			s := newFiles(t, dir)
			check := func(what string) {
				t.Helper()
				slices.SortFunc(tables, func(a, b *table) int { return int(b.age - a.age) })
				var texts [][]byte
				for _, tab := range tables {
					texts = append(texts, tab.text)
				}
				want := naive(t, texts)
				parts := fetch(t, s).Parts
				if slices.ContainsFunc(parts, func(p index.Part) bool { return p.Failure != nil }) || len(parts) != len(tables) {
					t.Fatalf("%s: %d parts, or a failure", what, len(parts))
				}
				if diff := cmp.Diff(want, flat(parts)); diff != "" {
					t.Fatalf("%s: %.3000s", what, diff)
				}
				if again := fetch(t, s); !again.Unchanged {
					t.Errorf("%s: changed without a change", what)
				}
			}
			for i, name := range []string{"a.csv", "b.csv.gz", "utf16.csv", "d.csv"} {
				tab := &table{name, time.Duration(100-i*10+r.IntN(50)) * time.Hour, randomTable(r, 300)}
				tables = append(tables, tab)
				write(tab)
				if seed%2 == 0 {
					check("added " + name)
				}
			}
			check("all")
			replaced := tables[r.IntN(len(tables))]
			replaced.text, replaced.age = randomTable(r, 200), 30*time.Minute
			write(replaced)
			check("replaced " + replaced.name)
			gone := r.IntN(len(tables))
			if err := os.Remove(filepath.Join(dir, tables[gone].name)); err != nil {
				t.Fatal(err)
			}
			tables = slices.Delete(tables, gone, gone+1)
			check("deleted")
		})
	}
}

// writeFile writes a file of an age.
func writeFile(t testing.TB, path, text string, age time.Duration) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	at := time.Now().Add(-age)
	if err := os.Chtimes(path, at, at); err != nil {
		t.Fatal(err)
	}
}
