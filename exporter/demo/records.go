package demo

import (
	"encoding/csv"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"dvc_exporter/exporter/index"
)

const (
	day = 24 * time.Hour
	// The records go back 14 months: enough for the year before, which the window
	// "year" shows in January.
	recordMonths = 14
	recordDays   = 425
	// How many dossiers and documents there are for each dossier of a unit's usual
	// month: of dossiers more than the portal counts, as not all are synchronised.
	dossierShare  = 1.04
	documentShare = 0.1
	// watched is the unit whose dossiers turn overdue while one watches.
	watched = "Sở Du lịch"
)

// WriteRecords makes sample records of Hà Nội's units as they stand at now: about
// 40,000 dossiers of 14 months in dir/ho-so/ho-so.csv, with headings as
// synchronised to the national portal, and about 8,000 documents and work files
// in dir/van-ban/van-ban.csv. Existing files are replaced. The same now gives the
// same files; times are Viet Nam's, without a zone.
//
// Sở Tư pháp holds almost half of the overdue dossiers, most units few, some none.
// For whoever watches, one dossier of Sở Du lịch, which has none overdue, falls
// due a minute after now and another one a minute later.
func WriteRecords(dir string, now time.Time) error {
	now = now.In(index.Vietnam).Truncate(time.Second)
	return errors.Join(
		writeTable(filepath.Join(dir, "ho-so", "ho-so.csv"), now, (*recorder).dossiers),
		writeTable(filepath.Join(dir, "van-ban", "van-ban.csv"), now, (*recorder).documents),
	)
}

func writeTable(path string, now time.Time, fill func(*recorder)) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("sample records: %w", err)
	}
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("sample records: %w", err)
	}
	r := &recorder{now: now, rnd: rand.New(rand.NewPCG(766, uint64(now.Unix()))), csv: csv.NewWriter(f)}
	fill(r)
	r.csv.Flush()
	written := time.Now().Add(-time.Minute) // whole at once: a reader need not wait for it to rest
	if err := errors.Join(r.csv.Error(), f.Close(), os.Chtimes(path, written, written)); err != nil {
		return fmt.Errorf("sample records: %s: %w", path, err)
	}
	return nil
}

// recorder writes one table; csv keeps the first error.
type recorder struct {
	now  time.Time
	rnd  *rand.Rand
	csv  *csv.Writer
	rows int
}

func (r *recorder) put(cells ...string) {
	_ = r.csv.Write(cells)
	r.rows++
}

func (r *recorder) likely(share float64) bool { return r.rnd.Float64() < share }

// after is a random time between two distances from a start.
func (r *recorder) after(start time.Time, least, most time.Duration) time.Time {
	return start.Add(least + time.Duration(r.rnd.Int64N(int64(max(1, most-least))))).Truncate(time.Second)
}

// lateDue is a due time that has passed: more often days ago than months.
func (r *recorder) lateDue() time.Time {
	ago := time.Duration(r.rnd.ExpFloat64() * float64(25*day))
	return r.now.Add(-time.Hour - min(ago, 300*day)).Truncate(time.Second)
}

// dossier is one row of the dossiers. A time that has not come is zero.
type dossier struct {
	state, channel                               int
	submitted, received, due, finished, returned time.Time
}

// dossiers are, of each unit, those that are late now and then the usual ones.
func (r *recorder) dossiers() {
	r.put("MaHoSo", "MaTTHC", "ChuHoSo", "KenhThucHien", "NgayNopHoSo", "NgayTiepNhan", "NgayHenTra", "NgayKetThucXuLy", "NgayTra", "TrangThaiHoSo",
		"DonViXuLy", "HoSoCoThanhPhanSoHoa", "KetQuaDienTu", "CoNghiaVuTaiChinh", "DuocThanhToanTrucTuyen", "ThuXinLoi")
	for _, u := range units {
		for i := range u.overdue {
			if i%5 == 4 { // not even received
				r.dossier(u, dossier{state: 1, channel: 2, submitted: r.after(r.now, -60*day, -2*day)})
			} else {
				r.dossier(u, r.open(r.lateDue()))
			}
		}
		if u.name == watched {
			r.dossier(u, r.open(r.now.Add(time.Minute)))
			r.dossier(u, r.open(r.now.Add(2*time.Minute)))
		}
		for range int(u.dossiers*dossierShare*recordMonths) - u.overdue {
			r.dossier(u, r.usual(u))
		}
	}
}

// open is a dossier that is being handled.
func (r *recorder) open(due time.Time) dossier {
	d := dossier{state: r.handling(), channel: r.channel(), due: due}
	d.received = r.after(due, -15*day, -3*day)
	d.submitted = r.after(d.received, -8*time.Hour, -time.Hour)
	return d
}

// usual is a dossier that is not late now: mostly finished, else not yet due.
func (r *recorder) usual(u *unit) dossier {
	d := dossier{state: 1, channel: r.channel(), submitted: r.after(r.now, -recordDays*day, 0)}
	received := r.after(d.submitted, time.Hour, 8*time.Hour)
	if received.After(r.now) {
		return d
	}
	d.received, d.due = received, r.after(received, 3*day, 15*day)
	finished := r.after(received, time.Hour, d.due.Sub(received))
	if r.likely(0.12 - 0.06*u.quality) {
		finished = r.after(d.due, time.Hour, 10*day)
	}
	if finished.After(r.now) {
		if d.due.After(r.now) {
			d.state = r.handling()
			return d
		}
		finished = r.after(d.due, 0, r.now.Sub(d.due)) // or it would be one more that is late now
	}
	d.state, d.finished = []int{10, 10, 10, 10, 10, 10, 10, 10, 10, 9, 9, 8, 7, 3}[r.rnd.IntN(14)], finished
	if d.state == 10 {
		d.returned = finished
	}
	return d
}

// handling is one of the states of being handled, mostly plainly so (4).
func (r *recorder) handling() int { return []int{2, 4, 4, 4, 5, 6}[r.rnd.IntN(6)] }

// channel is 2 (online) for two of three, 1 (at the counter) or 3 (by post).
func (r *recorder) channel() int {
	switch n := r.rnd.IntN(100); {
	case n < 66:
		return 2
	case n < 97:
		return 1
	}
	return 3
}

func (r *recorder) dossier(u *unit, d dossier) {
	withResult := d.state == 9 || d.state == 10
	fee := r.likely(0.5)
	late := !d.due.IsZero() && (d.finished.After(d.due) || d.finished.IsZero() && r.now.After(d.due))
	r.put(
		fmt.Sprintf("%s-%s-%05d", u.code, d.submitted.Format("060102"), r.rows),
		fmt.Sprintf("1.%06d", 1000+r.rnd.IntN(u.procedures)),
		"Người mẫu "+strconv.Itoa(1+r.rnd.IntN(999)),
		strconv.Itoa(d.channel),
		local(d.submitted), local(d.received), local(d.due), local(d.finished), local(d.returned),
		strconv.Itoa(d.state), u.name,
		oneIf(r.likely(0.72+0.15*u.quality)), oneIf(withResult && r.likely(0.62+0.15*u.quality)),
		oneIf(fee), oneIf(fee && r.likely(0.5+0.12*u.quality)),
		yesIf(late && r.likely(0.6)),
	)
}

// documents are, of each unit, a few that are late now and then the usual ones.
func (r *recorder) documents() {
	r.put("SoKyHieu", "LoaiVanBan", "DonViXuLy", "NgayDen", "HanXuLy", "NgayHoanThanh", "XuLyTrenMoiTruongMang")
	for _, u := range units {
		for range (u.overdue + 7) / 8 {
			due := r.lateDue()
			r.document(u, r.after(due, -15*day, -3*day), due, time.Time{})
		}
		for range int((20 + u.dossiers) * documentShare * recordMonths) {
			arrival := r.after(r.now, -recordDays*day, 0)
			due := r.after(arrival, 3*day, 15*day)
			finished := r.after(arrival, time.Hour, due.Sub(arrival))
			if r.likely(0.08 - 0.05*u.quality) {
				finished = r.after(due, time.Hour, 6*day)
			}
			if finished.After(r.now) {
				finished = time.Time{}
				if !due.After(r.now) {
					finished = r.after(due, 0, r.now.Sub(due))
				}
			}
			r.document(u, arrival, due, finished)
		}
	}
}

func (r *recorder) document(u *unit, arrival, due, finished time.Time) {
	kind := []string{"Công văn", "Tờ trình", "Quyết định", "Hồ sơ công việc"}[r.rnd.IntN(4)]
	r.put(fmt.Sprintf("%d/VB-%s", r.rows, u.code), kind, u.name, local(arrival), local(due), local(finished), yesIf(r.likely(0.85+0.1*u.quality)))
}

// local is a time as ISO 8601 without a zone, empty for one that has not come.
func local(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("2006-01-02T15:04:05")
}

func oneIf(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

func yesIf(b bool) string {
	if b {
		return "Có"
	}
	return "Không"
}
