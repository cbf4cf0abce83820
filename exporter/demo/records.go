package demo

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
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
// For people who watch, one dossier of Sở Du lịch, which has none overdue, falls
// due a minute after now and another one a minute later.
func WriteRecords(dir string, now time.Time) error {
	now = now.In(index.Vietnam).Truncate(time.Second)
	for name, fill := range map[string]func(*recorder){"ho-so": (*recorder).dossiers, "van-ban": (*recorder).documents} {
		var table bytes.Buffer
		r := &recorder{now: now, rnd: rand.New(rand.NewPCG(766, uint64(now.Unix()))), csv: csv.NewWriter(&table)}
		fill(r)
		r.csv.Flush()
		path := filepath.Join(dir, name, name+".csv")
		written := time.Now().Add(-time.Minute) // whole at once: a reader need not wait for it to rest
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, table.Bytes(), 0o644), os.Chtimes(path, written, written)); err != nil {
			return fmt.Errorf("sample records: %s: %w", path, err)
		}
	}
	return nil
}

// recorder writes one table.
type recorder struct {
	now  time.Time
	rnd  *rand.Rand
	csv  *csv.Writer
	rows int
}

// put writes a row: times as ISO 8601 without a zone, empty for one that has not
// come.
func (r *recorder) put(cells ...any) {
	row := make([]string, len(cells))
	for i, cell := range cells {
		switch cell := cell.(type) {
		case time.Time:
			if !cell.IsZero() {
				row[i] = cell.Format("2006-01-02T15:04:05")
			}
		case bool:
			row[i] = map[bool]string{true: "Có", false: "Không"}[cell]
		default:
			row[i] = fmt.Sprint(cell)
		}
	}
	_ = r.csv.Write(row)
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
	if d.finished = r.finish(received, d.due, 0.12-0.06*u.quality, 10*day); d.finished.IsZero() {
		d.state = r.handling()
		return d
	}
	d.state = pick(r, 10, 10, 10, 10, 10, 10, 10, 10, 10, 9, 9, 8, 7, 3)
	if d.state == 10 {
		d.returned = d.finished
	}
	return d
}

// finish is when something was finished, zero if it is neither finished nor late.
func (r *recorder) finish(from, due time.Time, late float64, atMost time.Duration) time.Time {
	finished := r.after(from, time.Hour, due.Sub(from))
	if r.likely(late) {
		finished = r.after(due, time.Hour, atMost)
	}
	switch {
	case !finished.After(r.now):
		return finished
	case due.After(r.now):
		return time.Time{}
	}
	return r.after(due, 0, r.now.Sub(due)) // or it would be one more that is late now
}

func pick[T any](r *recorder, of ...T) T { return of[r.rnd.IntN(len(of))] }

// handling is one of the states of being handled, mostly plainly so (4).
func (r *recorder) handling() int { return pick(r, 2, 4, 4, 4, 5, 6) }

// channel is 2 (online) for two of three, 1 (at the counter) or 3 (by post).
func (r *recorder) channel() int {
	n := r.rnd.IntN(100)
	switch {
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
		fmt.Sprintf("Người mẫu %d", 1+r.rnd.IntN(999)),
		d.channel, d.submitted, d.received, d.due, d.finished, d.returned, d.state, u.name,
		r.likely(0.72+0.15*u.quality), withResult && r.likely(0.62+0.15*u.quality),
		fee, fee && r.likely(0.5+0.12*u.quality), late && r.likely(0.6),
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
			r.document(u, arrival, due, r.finish(arrival, due, 0.08-0.05*u.quality, 6*day))
		}
	}
}

func (r *recorder) document(u *unit, arrival, due, finished time.Time) {
	kind := pick(r, "Công văn", "Tờ trình", "Quyết định", "Hồ sơ công việc")
	r.put(fmt.Sprintf("%d/VB-%s", r.rows, u.code), kind, u.name, arrival, due, finished, r.likely(0.85+0.1*u.quality))
}
