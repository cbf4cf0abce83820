package entry

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/records/table"
)

func cells(row string) *table.Row { return table.RowOf(bytes.Split([]byte(row), []byte(","))) }

func TestLayout(t *testing.T) {
	for name, test := range map[string]struct {
		kind    Kind
		more    map[string]string
		row     string
		want    string // headings of the columns that are found
		unknown []string
		err     string
	}{
		"synchronised": {Dossiers, nil, "MaHoSo,MaTTHC,ChuHoSo,KenhThucHien,NgayNopHoSo,NgayTiepNhan,NgayHenTra,NgayKetThucXuLy,NgayTra,TrangThaiHoSo,DonViXuLy,HoSoCoThanhPhanSoHoa,KetQuaDienTu,CoNghiaVuTaiChinh,DuocThanhToanTrucTuyen",
			"code=MaHoSo procedure=MaTTHC unit=DonViXuLy state=TrangThaiHoSo channel=KenhThucHien submitted=NgayNopHoSo received=NgayTiepNhan due=NgayHenTra finished=NgayKetThucXuLy returned=NgayTra digitised=HoSoCoThanhPhanSoHoa electronic=KetQuaDienTu fee=CoNghiaVuTaiChinh paid=DuocThanhToanTrucTuyen", nil, ""},
		"one-stop":       {Dossiers, nil, "mã hồ sơ,ĐƠN VỊ XỬ LÝ,Ngày hẹn trả,trang thai", "code=mã hồ sơ unit=ĐƠN VỊ XỬ LÝ state=trang thai due=Ngày hẹn trả", nil, ""},
		"mapped":         {Dossiers, map[string]string{"Mốc": "due"}, "MaHoSo,DonViXuLy,mốc,TrangThaiHoSo", "code=MaHoSo unit=DonViXuLy state=TrangThaiHoSo due=mốc", nil, ""},
		"unknown, twice": {Dossiers, nil, "MaHoSo,Lạ,DonViXuLy,NgayHenTra,TrangThaiHoSo,Ma ho so", "code=MaHoSo unit=DonViXuLy state=TrangThaiHoSo due=NgayHenTra", []string{"Lạ"}, ""},
		"missing":        {Dossiers, nil, "MaHoSo,NgayHenTra,TrangThaiHoSo", "", nil, "không có cột đơn vị"},
		"a title":        {Dossiers, nil, "DANH SÁCH HỒ SƠ,,", "", nil, ""},
		"documents":      {Documents, nil, "Số ký hiệu,Đơn vị chủ trì,Ngày đến,Hạn xử lý,Ngày hoàn thành,Xử lý trực tuyến", "code=Số ký hiệu unit=Đơn vị chủ trì received=Ngày đến due=Hạn xử lý finished=Ngày hoàn thành online=Xử lý trực tuyến", nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			catalogue, err := NewCatalogue(test.kind, Mapping{Headings: map[Kind]map[string]string{test.kind: test.more}})
			if err != nil {
				t.Fatal(err)
			}
			layout, err := catalogue.Layout(strings.Split(test.row, ","))
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Errorf("error %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for c := range columns {
				if layout != nil && layout.Heading(c) != "" {
					got = append(got, c.String()+"="+layout.Heading(c))
				}
			}
			if diff := cmp.Diff(test.want, strings.Join(got, " ")); diff != "" {
				t.Error(diff)
			}
			var unknown []string
			if layout != nil {
				for _, u := range layout.Unknown {
					unknown = append(unknown, u.Text)
				}
			}
			if diff := cmp.Diff(test.unknown, unknown); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCatalogueRefusesNamesOfPeople(t *testing.T) {
	for heading, column := range map[string]string{"Chủ hồ sơ": "unit", "X": "person", "Y": "no such", "Z": ""} {
		if _, err := NewCatalogue(Dossiers, Mapping{Headings: map[Kind]map[string]string{Dossiers: {heading: column}}}); err == nil {
			t.Errorf("%s: %s was taken", heading, column)
		}
	}
}

func TestReadMapping(t *testing.T) {
	got, err := ReadMapping([]byte("dossiers:\n  Mốc: due\nstates:\n  Đang kiểm định: 4\nassume: {state: 9}\n"))
	want := Mapping{Headings: map[Kind]map[string]string{Dossiers: {"Mốc": "due"}, Documents: nil}, States: map[string]uint8{"Đang kiểm định": 4}, Assume: 9}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if _, err := ReadMapping(nil); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{"people:\n  a: due\n", "dossiers: due\n", "states: {a: 11}\n", "states: {a: 0}\n", "assume: {state: 12}\n", "assume: {channel: 1}\n"} {
		if _, err := ReadMapping([]byte(bad)); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func TestDates(t *testing.T) {
	d := newDates(index.Vietnam)
	for text, want := range map[string]string{
		"2024-07-31":                     "2024-07-31T00:00:00+07:00 day",
		"2024-07-31T10:20:30":            "2024-07-31T10:20:30+07:00",
		"2024-07-31 10:20":               "2024-07-31T10:20:00+07:00",
		"2024-07-31T10:20:30.123":        "2024-07-31T10:20:30+07:00",
		"2024-07-31T10:20:30Z":           "2024-07-31T17:20:30+07:00",
		"2024-07-31 10:20:30+00":         "2024-07-31T17:20:30+07:00",
		"2024-07-31T10:20:30.5-05:30":    "2024-07-31T22:50:30+07:00",
		"2024-07-31T10:20:30+0700":       "2024-07-31T10:20:30+07:00",
		"31/07/2024":                     "2024-07-31T00:00:00+07:00 day",
		"1/7/2024 7:30":                  "2024-07-01T07:30:00+07:00",
		"1/7/2024 07:30":                 "2024-07-01T07:30:00+07:00",
		"31-07-2024 10:20:30":            "2024-07-31T10:20:30+07:00",
		"31.07.2024":                     "2024-07-31T00:00:00+07:00 day",
		"29/02/2024":                     "2024-02-29T00:00:00+07:00 day",
		"45504":                          "2024-07-31T00:00:00+07:00 day",
		"45504.4309027778":               "2024-07-31T10:20:30+07:00",
		"31/02/2024":                     "ngày không có trong lịch",
		"29/02/2023":                     "ngày không có trong lịch",
		"00/01/2024":                     "ngày không có trong lịch",
		"2024-13-01":                     "ngày không có trong lịch",
		"2024-07-32":                     "ngày không có trong lịch",
		"0001-01-01T00:00:00":            "ngày ngoài khoảng 1990–2074",
		"1/1/2075":                       "ngày ngoài khoảng 1990–2074",
		"12":                             "ngày ngoài khoảng 1990–2074",
		"2024-07-31T24:00:00":            "không phải ngày",
		"2024-0x-31":                     "không phải ngày",
		"31/7-2024":                      "không phải ngày",
		"hôm nay":                        "không phải ngày",
		"mồng 1 tháng bảy":               "không phải ngày",
		"NaN":                            "không phải ngày",
		"2024-07-31T10:20:30+7":          "không phải ngày",
		"31/07/2024 13:00 SA":            "không phải ngày",
		"31/07/2024 Nguyễn Văn Mẫu":      "không phải ngày",
		"31/07":                          "không phải ngày",
		"7/2024":                         "không phải ngày",
		"31/07/2024 10:20 11:20":         "không phải ngày",
		"01/07/2024 - 31/07/2024":        "không phải ngày",
		"10 ngày làm việc":               "là khoảng thời gian, không phải ngày",
		"0,5 ngày":                       "là khoảng thời gian, không phải ngày",
		"\x00\x00\x00\x00-\x00\x00-\x00": "không phải ngày",

		"31/07/24":                        "2024-07-31T00:00:00+07:00 day",
		"31/07/99":                        "1999-07-31T00:00:00+07:00 day",
		"20240731":                        "2024-07-31T00:00:00+07:00 day",
		"31072024":                        "2024-07-31T00:00:00+07:00 day",
		"20240731102030":                  "2024-07-31T10:20:30+07:00",
		"2024/07/31":                      "2024-07-31T00:00:00+07:00 day",
		"2024/7/1 08:00":                  "2024-07-01T08:00:00+07:00",
		"2024.07.31 10:20:30":             "2024-07-31T10:20:30+07:00",
		"17h30 31/07/2024":                "2024-07-31T17:30:00+07:00",
		"17h 31/07/2024":                  "2024-07-31T17:00:00+07:00",
		"17H30' 31/07/2024":               "2024-07-31T17:30:00+07:00",
		"17:30, 31/07/2024":               "2024-07-31T17:30:00+07:00",
		"17:30 ngày 31/07/2024":           "2024-07-31T17:30:00+07:00",
		"17:30:05 31/7/2024":              "2024-07-31T17:30:05+07:00",
		"17:30 - 31/07/2024":              "2024-07-31T17:30:00+07:00",
		"17 giờ 30 phút, ngày 31/07/2024": "2024-07-31T17:30:00+07:00",
		"17 giờ 30 ngày 31 tháng 7 năm 2024": "2024-07-31T17:30:00+07:00",
		"8 giờ 31 tháng 7 năm 2024":          "2024-07-31T08:00:00+07:00",
		"31/07/2024 17h30":                   "2024-07-31T17:30:00+07:00",
		"31/07/2024 17h":                     "2024-07-31T17:00:00+07:00",
		"31/07/2024, 17:30":                  "2024-07-31T17:30:00+07:00",
		"31/07/2024 lúc 17:30":               "2024-07-31T17:30:00+07:00",
		"31/07/2024 05:30:00 CH":             "2024-07-31T17:30:00+07:00",
		"31/07/2024 08:00:00 SA":             "2024-07-31T08:00:00+07:00",
		"31/07/2024 12:05 SA":                "2024-07-31T00:05:00+07:00",
		"31/07/2024 12:05 CH":                "2024-07-31T12:05:00+07:00",
		"31/07/2024 5:30 PM":                 "2024-07-31T17:30:00+07:00",
		"31/07/2024 5:30pm":                  "2024-07-31T17:30:00+07:00",
		"5:30 CH 31/07/2024":                 "2024-07-31T17:30:00+07:00",
		"8:05 sáng 31/07/2024":               "2024-07-31T08:05:00+07:00",
		"31 thg 7, 2024":                     "2024-07-31T00:00:00+07:00 day",
		"31 Thg7 2024":                       "2024-07-31T00:00:00+07:00 day",
		"31-thg 7-24":                        "2024-07-31T00:00:00+07:00 day",
		"31 tháng 07, 2024 17:30":            "2024-07-31T17:30:00+07:00",
		"ngày 31 tháng 7 năm 2024":           "2024-07-31T00:00:00+07:00 day",
		"31-Jul-2024":                        "2024-07-31T00:00:00+07:00 day",
		"31-Jul-24 17:30":                    "2024-07-31T17:30:00+07:00",
		"31 July 2024":                       "2024-07-31T00:00:00+07:00 day",
		"Jul 31, 2024 5:30:00 PM":            "2024-07-31T17:30:00+07:00",
		"2024-Jul-31":                        "2024-07-31T00:00:00+07:00 day",
		"31 / 07 / 2024":                     "2024-07-31T00:00:00+07:00 day",
		"31\u00a0/07/2024\u00a017:30":        "2024-07-31T17:30:00+07:00",
		"\u200b31/07/2024\ufeff":             "2024-07-31T00:00:00+07:00 day",
		"2024-07-31 10:20:30 +0700":          "2024-07-31T10:20:30+07:00",
	} {
		unix, dayOnly, reason := d.parse(visible([]byte(text)))
		got := reason
		if reason == "" {
			got = time.Unix(unix, 0).In(index.Vietnam).Format(time.RFC3339)
			if dayOnly {
				got += " day"
			}
		}
		if got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// TestISO says that the fast way is taken at all.
func TestISO(t *testing.T) {
	d := newDates(index.Vietnam)
	for at := time.Date(1990, 1, 1, 0, 0, 0, 0, index.Vietnam); at.Year() < 2075; at = at.Add(123457 * time.Second) {
		if got := d.iso([]byte(at.Format("2006-01-02T15:04:05"))); got != at.Unix() {
			t.Fatalf("%s: %d, want %d", at, got, at.Unix())
		}
	}
}

// TestDatesOfAZone holds dates equal to those of the standard library, in a zone
// that changes its offset.
func TestDatesOfAZone(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip("no zone data:", err)
	}
	d := newDates(zone)
	for at := time.Date(2024, 1, 1, 12, 0, 0, 0, zone); at.Year() == 2024; at = at.AddDate(0, 0, 1) {
		unix, _, reason := d.parse([]byte(at.Format("02/01/2006 15:04")))
		if unix != at.Unix() || reason != "" {
			t.Errorf("%s: %d %s", at, unix-at.Unix(), reason)
		}
	}
}

func FuzzDates(f *testing.F) {
	for _, text := range []string{"31/12/2024 10:20:30", "2024-07-31T10:20:30.123+07:00", "45504.43", "17h30 ngày 1/7/24", "8:05 CH, 31-Jul-2024", "20240731102030", "15 thg 7, 2024", "1.2.2024 8 giờ 5 phút SA"} {
		f.Add(text)
	}
	dayFirst, monthFirst := newDates(index.Vietnam), newDates(index.Vietnam)
	monthFirst.monthFirst = true
	numbers := regexp.MustCompile(`^(\d\d?)([-/.])(\d\d?)([-/.])(\d{4}|\d\d)(\D.*)?$`)
	f.Fuzz(func(t *testing.T, text string) {
		dayFirst.evidence, monthFirst.evidence = evidence{}, evidence{}
		unix, _, reason := dayFirst.parse(visible([]byte(text)))
		if iso, err := time.ParseInLocation("2006-01-02T15:04:05", text, index.Vietnam); err == nil && len(text) == 19 && iso.Year() >= firstYear && iso.Year() <= lastYear && iso.Unix() != unix {
			t.Errorf("%s: %d, want %d", text, unix, iso.Unix())
		}
		if month := Month(unix); reason == "" && (month < 1 || month > months) || reason != "" && unix != 0 {
			t.Errorf("%q: month %d, %s", text, month, reason)
		}
		if n := dayFirst.either + dayFirst.dayProofs + dayFirst.monthProofs + dayFirst.typedDates; n > 1 || reason == "" && n != 1 {
			t.Errorf("%q: noted %d times", text, n)
		}
		if n := numbers.FindStringSubmatch(text); n != nil { // 31/12/2024 day first is 12/31/2024 month first
			swapped, _, _ := monthFirst.parse(visible([]byte(n[3] + n[2] + n[1] + n[4] + n[5] + n[6])))
			if swapped != unix || monthFirst.either != dayFirst.either || monthFirst.monthProofs != dayFirst.dayProofs {
				t.Errorf("%q: %d and %d, %+v and %+v", text, unix, swapped, dayFirst.evidence, monthFirst.evidence)
			}
		}
	})
}

func FuzzStates(f *testing.F) {
	for _, word := range []string{"4", "Đang xử lý", "4. Đang xử lý", "Hồ sơ đã trả kết quả trễ hạn", "Chờ bổ sung (lần 2)", "Nguyễn Văn Mẫu"} {
		f.Add(word)
	}
	w := newWords(stateWords(), foldState)
	f.Fuzz(func(t *testing.T, word string) {
		state, ok := w.find([]byte(word))
		if ok != (state >= Registered && state <= ResultReturned) {
			t.Errorf("%q: %d, %v", word, state, ok)
		}
		if again, same := w.find([]byte(word)); again != state || same != ok {
			t.Errorf("%q: %d, then %d", word, state, again)
		}
		for _, more := range []string{" (Nguyễn Văn Mẫu)", " - quá hạn 3 ngày", " đúng hạn"} {
			if got, _ := w.find([]byte(word + more)); ok && got != state {
				t.Errorf("%q: %d, but %d with %q", word, state, got, more)
			}
		}
		if shown := stateWord([]byte(word + " (Mẫu)")); strings.ContainsAny(shown, "(0123456789") {
			t.Errorf("%q is shown", shown)
		}
	})
}

func TestVendorsStates(t *testing.T) {
	w := newWords(stateWords(), foldState)
	for word, want := range map[string]uint8{
		"Chờ thanh toán": 6, "Hoàn thành": 9, "Đã hủy": 8, "Không giải quyết": 8, "Thụ lý": 4, "Chờ phân công": 4, "Đã bổ sung": 4, "Đã có kết quả": 9, "Đang xử lý (quá hạn)": 4,
		"Đã trả kết quả trễ hạn": 10, "Chờ duyệt": 4, "Mới tiếp nhận": 2, "Trình ký": 4, "Liên thông chờ gửi": 4, "Chờ trả kết quả": 9, "Đang xử lý - Quá hạn 3 ngày": 4, "Hồ sơ đã tiếp nhận": 2,
		"ĐANG XỬ LÝ HỒ SƠ": 4, "dang xu ly": 4, "4. Đang xử lý": 4, "Đang xử lý [trễ hạn]": 4, "Đã trả KQ đúng hạn": 10, "Trễ hạn": 0, "Đúng hạn": 0, "Đang kiểm định": 0, "Nguyễn Văn Mẫu": 0, "": 0, "(4)": 0, "11": 0,
	} {
		if got, _ := w.find([]byte(word)); got != want {
			t.Errorf("%s: %d, want %d", word, got, want)
		}
	}
	p := NewParser(Dossiers, index.Vietnam, Mapping{States: map[string]uint8{"Tạm dừng chờ trả": 5, "Chờ duyệt": 9}})
	for word, want := range map[string]uint8{"Tạm dừng chờ trả": 5, "tạm dừng chờ trả (quá hạn)": 5, "Chờ duyệt": 9} {
		if got, _ := p.states.find([]byte(word)); got != want {
			t.Errorf("%s: %d, want %d", word, got, want)
		}
	}
}

// TestStatesYAML finds words that two states claim.
func TestStatesYAML(t *testing.T) {
	var list map[uint8][]string
	if err := yaml.Unmarshal(states, &list); err != nil {
		t.Fatal(err)
	}
	of := map[string]uint8{}
	for state, words := range list {
		for _, word := range words {
			if other, ok := of[foldState(word)]; ok && other != state {
				t.Errorf("%q is %d and %d", word, state, other)
			}
			of[foldState(word)] = state
		}
	}
	for state, name := range index.StateNames {
		if other, ok := of[foldState(name)]; ok && int(other) != state {
			t.Errorf("%q is %d", name, other)
		}
	}
}

func TestCodes(t *testing.T) {
	catalogue, _ := NewCatalogue(Dossiers, Mapping{})
	layout, err := catalogue.Layout([]string{"Mã hồ sơ", "Mã thủ tục", "Đơn vị", "Trạng thái", "Ngày hẹn trả"})
	if err != nil {
		t.Fatal(err)
	}
	read := func(code, procedure string) Entry {
		var e Entry
		p := NewParser(Dossiers, index.Vietnam, Mapping{})
		if problem := p.Row(2, layout, table.RowOf([][]byte{[]byte(code), []byte(procedure), []byte("Sở A"), []byte("4"), []byte("01/07/2024")}), &e); problem.Reason != "" && !problem.Used {
			t.Errorf("%s: %s", code, problem.Reason)
		}
		return e
	}
	for code, want := range map[string]string{
		"H26.02-240701-0001": "H26.02-240701-0001", "24070300005": "24070300005", "12/QĐ-UBND": "12/QĐ-UBND", " H26.1 ": "H26.1", "\u200bH26.1\u00a0": "H26.1", "000.00.19.H26-240701-0001-X": "000.00.19.H26-240701-0001-X",
		"Nguyễn Văn Mẫu": Hidden, "NguyenVanMau": Hidden, "Nguyen Van Mau": Hidden, "HS Mẫu 12": Hidden, "ẫ1": Hidden, "H26.02-240701-0001 Mau": Hidden, "Mau H26.02-240701-0001": Hidden,
	} {
		shown, hash, hidden := strings.Cut(string(read(code, code).Code), KeySeparator)
		if shown != want || hidden != (want == Hidden) || hidden && len(hash) != 15 {
			t.Errorf("%q: %q %q", code, shown, hash)
		}
		if got := string(read("H26.1", code).Procedure); got != want {
			t.Errorf("%q as a procedure: %q", code, got)
		}
	}
	if string(read("Văn A", "").Code) != string(read("Văn A ", "").Code) || string(read("Văn A", "").Code) == string(read("Văn B", "").Code) {
		t.Error("hidden codes are not told apart")
	}
}

func TestMonth(t *testing.T) {
	for _, text := range []string{"1990-01-01T00:00:00+07:00", "2024-07-31T23:59:59+07:00", "2024-08-01T00:00:00+07:00", "2074-12-31T23:59:59+07:00"} {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		if got := PeriodOf(Month(at.Unix())).String(); got != text[:7] {
			t.Errorf("%s: %s", text, got)
		}
	}
	if Month(0) != 0 {
		t.Error("no time has a month")
	}
}

const dossierHeadings = "MaHoSo,DonViXuLy,TrangThaiHoSo,NgayNopHoSo,NgayTiepNhan,NgayHenTra,NgayKetThucXuLy,NgayTra,KenhThucHien,KetQuaDienTu"

func TestRow(t *testing.T) {
	for row, want := range map[string]string{
		"H26.1,Sở A,9,2024-07-01,2024-07-02,2024-07-03,2024-07-03,,2,1":            "",
		"H26.1,Sở A,Đã trả kết quả,,02/07/2024,03/07/2024,,05/07/2024,Bưu chính,x": "",
		"H26.1,Sở A,Đang xử lý,,02/07/2024,02/07/2024,,,,":                         "", // due until the end of the day
		"H26.1,Sở A,1,2024-07-01,,,,,2,0":                                          "",
		",Sở A,9,,,,,,,":                                                           "thiếu mã|Mã|",
		"H26.1,  ,9,,,,,,,":                                                        "thiếu đơn vị|Đơn vị|",
		"H26.1,Sở A,11,,,,,,,":                                                     "trạng thái không rõ|TrangThaiHoSo|2 ký tự",
		"H26.1,Sở A,,,,,,,,":                                                       "thiếu trạng thái|TrangThaiHoSo|",
		"H26.1,Sở A,4,,31/02/2024,,,,,":                                            "ngày không có trong lịch|NgayTiepNhan|10 ký tự",
		"H26.1,Sở A,4,,02/07/2024,01/07/2024,,,,":                                  "ngày hẹn trả trước ngày tiếp nhận|NgayHenTra|",
		"H26.1,Sở A,4,,02/07/2024,03/07/2024,,,bay,":                               "hình thức nộp không rõ|KenhThucHien|3 ký tự",
		"H26.1,Sở A,4,,02/07/2024,03/07/2024,,,,7":                                 "không rõ là có hay không|KetQuaDienTu|1 ký tự",
		"H26.1,Sở A,4,,02/07/2024,03/07/2024":                                      "",
		"H26.1,Sở A,4,,02/07/2024,03/07/2024,,,,,y":                                "dòng có nhiều ô hơn dòng tiêu đề||",
		"H26.1,Sở A,4,,02/07/2024,03/07/2024,,,,, ":                                "",
		"H26.1,Sở A,4,,02/07/2024,,,,,":                                            "+thiếu ngày hẹn trả: không tính được đúng hạn hay trễ hạn|NgayHenTra|",
		"H26.1,Sở A,9,,02/07/2024,03/07/2024,,,,":                                  "+thiếu ngày kết thúc xử lý: không tính vào số đã giải quyết của tháng nào|NgayKetThucXuLy|",
		"H26.1,Sở A,4,,,03/07/2024,,,,":                                            "+thiếu ngày tiếp nhận: không tính vào số đã tiếp nhận của tháng nào|NgayTiepNhan|",
		"H26.1,Sở A,1,,,,,,,":                                                      "+thiếu ngày nộp: không tính được chậm tiếp nhận|NgayNopHoSo|",
		strings.Repeat("1", 101) + ",Sở A,9,,,,,,,":                                "mã dài hơn 100 byte|MaHoSo|101 ký tự",
	} {
		catalogue, err := NewCatalogue(Dossiers, Mapping{})
		if err != nil {
			t.Fatal(err)
		}
		layout, err := catalogue.Layout(strings.Split(dossierHeadings, ","))
		if err != nil {
			t.Fatal(err)
		}
		var e Entry
		p := NewParser(Dossiers, index.Vietnam, Mapping{}).Row(2, layout, cells(row), &e)
		got := ""
		if p.Reason != "" {
			got = p.Reason + "|" + layout.Heading(p.Column) + "|" + p.Value
		}
		if p.Used {
			got = "+" + got
		}
		want = strings.NewReplacer("|Mã|", "|MaHoSo|", "|Đơn vị|", "|DonViXuLy|").Replace(want)
		if got != want {
			t.Errorf("%s: %s, want %s", row, got, want)
		}
	}
}

func TestRowOfADossier(t *testing.T) {
	catalogue, _ := NewCatalogue(Dossiers, Mapping{})
	layout, err := catalogue.Layout(strings.Split("MaHoSo,MaTTHC,DonViXuLy,TrangThaiHoSo,NgayNopHoSo,NgayTiepNhan,NgayHenTra,NgayKetThucXuLy,NgayTra,NgayTuChoi,KenhThucHien,HoSoCoThanhPhanSoHoa,KetQuaDienTu,CoNghiaVuTaiChinh,DuocThanhToanTrucTuyen,Xin lỗi", ","))
	if err != nil {
		t.Fatal(err)
	}
	at := func(text string) int64 {
		d, err := time.ParseInLocation("2006-01-02 15:04:05", text, index.Vietnam)
		if err != nil {
			t.Fatal(err)
		}
		return d.Unix()
	}
	var got Entry
	p := NewParser(Dossiers, index.Vietnam, Mapping{}).Row(2, layout, cells(" H26.1 ,1.2,Sở A,Đã xử lý xong,01/07/2024 08:00,02/07/2024,05/07/2024,,,06/07/2024 09:30,trực tuyến,Có,Không,1,2,"), &got)
	want := Entry{
		Code: []byte("H26.1"), Procedure: []byte("1.2"), Unit: []byte("Sở A"), State: Processed, Channel: ByWeb,
		Submitted: at("2024-07-01 08:00:00"), Received: at("2024-07-02 00:00:00"), Due: at("2024-07-05 23:59:59"), Finished: at("2024-07-06 09:30:00"),
		Digitised: Yes, Electronic: No, Fee: Yes, Paid: Yes,
	}
	if diff := cmp.Diff(want, got); diff != "" || p.Reason != "" {
		t.Error(p, diff)
	}
}

func TestStatesInWords(t *testing.T) {
	if len(index.StateNames) != 11 || slices.Index(index.StateNames[:], "Đã trả kết quả") != ResultReturned {
		t.Error(index.StateNames)
	}
	for word, want := range map[string]uint8{"10": 10, "ĐÃ TRẢ KẾT QUẢ": 10, "Mới đăng ký": 1, "Yêu cầu bổ sung giấy tờ": 5, "Chờ ký duyệt": 4, "Không tiếp nhận": 3} {
		w := newWords(stateWords(), foldState)
		for range 2 { // folded, then by its bytes
			if got, ok := w.find([]byte(word)); got != want || !ok {
				t.Errorf("%s: %d", word, got)
			}
		}
	}
}
