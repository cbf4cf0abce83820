package date

import (
	"regexp"
	"testing"
	"time"

	"dvc_exporter/exporter/index"
)

func TestDates(t *testing.T) {
	d := NewReader(index.Vietnam)
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
		"17 giờ 30 ngày 31 tháng 7 năm 2024":                 "2024-07-31T17:30:00+07:00",
		"8 giờ 31 tháng 7 năm 2024":                          "2024-07-31T08:00:00+07:00",
		"31/07/2024 17h30":                                   "2024-07-31T17:30:00+07:00",
		"31/07/2024 17h":                                     "2024-07-31T17:00:00+07:00",
		"31/07/2024, 17:30":                                  "2024-07-31T17:30:00+07:00",
		"31/07/2024 lúc 17:30":                               "2024-07-31T17:30:00+07:00",
		"31/07/2024 05:30:00 CH":                             "2024-07-31T17:30:00+07:00",
		"31/07/2024 08:00:00 SA":                             "2024-07-31T08:00:00+07:00",
		"31/07/2024 12:05 SA":                                "2024-07-31T00:05:00+07:00",
		"31/07/2024 12:05 CH":                                "2024-07-31T12:05:00+07:00",
		"31/07/2024 5:30 PM":                                 "2024-07-31T17:30:00+07:00",
		"31/07/2024 5:30pm":                                  "2024-07-31T17:30:00+07:00",
		"5:30 CH 31/07/2024":                                 "2024-07-31T17:30:00+07:00",
		"8:05 sáng 31/07/2024":                               "2024-07-31T08:05:00+07:00",
		"31 thg 7, 2024":                                     "2024-07-31T00:00:00+07:00 day",
		"31 Thg7 2024":                                       "2024-07-31T00:00:00+07:00 day",
		"31-thg 7-24":                                        "2024-07-31T00:00:00+07:00 day",
		"31 tháng 07, 2024 17:30":                            "2024-07-31T17:30:00+07:00",
		"ngày 31 tháng 7 năm 2024":                           "2024-07-31T00:00:00+07:00 day",
		"31-Jul-2024":                                        "2024-07-31T00:00:00+07:00 day",
		"31-Jul-24 17:30":                                    "2024-07-31T17:30:00+07:00",
		"31 July 2024":                                       "2024-07-31T00:00:00+07:00 day",
		"Jul 31, 2024 5:30:00 PM":                            "2024-07-31T17:30:00+07:00",
		"2024-Jul-31":                                        "2024-07-31T00:00:00+07:00 day",
		"31 / 07 / 2024":                                     "2024-07-31T00:00:00+07:00 day",
		"31\u00a0/07/2024\u00a017:30":                        "2024-07-31T17:30:00+07:00",
		"\u200b31/07/2024\ufeff":                             "2024-07-31T00:00:00+07:00 day",
		"2024-07-31 10:20:30 +0700":                          "2024-07-31T10:20:30+07:00",
		"17:30 31/07/2024":                                   "2024-07-31T17:30:00+07:00",
		"31/07/2024\n17:30":                                  "2024-07-31T17:30:00+07:00",
		"Thứ tư, 31/07/2024":                                 "2024-07-31T00:00:00+07:00 day",
		"Thứ Năm, ngày 31/07/2024 17:30":                     "2024-07-31T17:30:00+07:00",
		"T4 31/07/2024":                                      "2024-07-31T00:00:00+07:00 day",
		"31/07/2024 (Thứ 4)":                                 "2024-07-31T00:00:00+07:00 day",
		"31/07/2024 17:30 (quá hạn 2 ngày)":                  "2024-07-31T17:30:00+07:00",
		"Trước 17h30 ngày 31/07/2024":                        "2024-07-31T17:30:00+07:00",
		"Ngày: 31/07/2024":                                   "2024-07-31T00:00:00+07:00 day",
		"31 Tháng Bảy 2024":                                  "2024-07-31T00:00:00+07:00 day",
		"30 tháng mười một 2024":                             "2024-11-30T00:00:00+07:00 day",
		"Wed Jul 31 10:20:30 ICT 2024":                       "2024-07-31T10:20:30+07:00",
		"Wed Jul 31 10:20:30 UTC 2024":                       "2024-07-31T17:20:30+07:00",
		"Wed Jul 31 2024 10:20:30 GMT+0700 (Indochina Time)": "2024-07-31T10:20:30+07:00",
		"Wednesday, July 31, 2024":                           "2024-07-31T00:00:00+07:00 day",
		"1722396030000":                                      "2024-07-31T10:20:30+07:00",
		"1722396030":                                         "không phải ngày", // or 1722-39-60?
		"31/07/2024, 01/08/2024":                             "không phải ngày",

		"-": "none", "—": "none", "...": "none", "__/__/____": "none", "NULL": "none", "(null)": "none", "N/A": "none", "Không": "none", "Chưa trả kết quả": "none",
		"0": "none", "0001-01-01T00:00:00": "none", "01/01/0001 12:00:00 SA": "none", "1900-01-01 00:00:00.000": "none", "1/0/1900": "none", "0/1/1900": "none", "0000-00-00 00:00:00": "none",
		"00/00/0000": "none", "1970-01-01T07:00:00": "none", "9999-12-31 23:59:59": "none", "01/01/01": "2001-01-01T00:00:00+07:00 day", "2/1/1900": "ngày ngoài khoảng 1990–2074",
		"Không rõ ngày nào": "không phải ngày", "Nguyễn Văn Mẫu": "không phải ngày",
	} {
		unix, dayOnly, reason := d.Read([]byte(text))
		got := reason
		switch {
		case unix == 0 && reason == "":
			got = "none"
		case reason == "":
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
	d := NewReader(index.Vietnam)
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
	d := NewReader(zone)
	for at := time.Date(2024, 1, 1, 12, 0, 0, 0, zone); at.Year() == 2024; at = at.AddDate(0, 0, 1) {
		unix, _, reason := d.Read([]byte(at.Format("02/01/2006 15:04")))
		if unix != at.Unix() || reason != "" {
			t.Errorf("%s: %d %s", at, unix-at.Unix(), reason)
		}
	}
}

func FuzzDates(f *testing.F) {
	for _, text := range []string{"31/12/2024 10:20:30", "2024-07-31T10:20:30.123+07:00", "45504.43", "17h30 ngày 1/7/24", "8:05 CH, 31-Jul-2024", "20240731102030", "15 thg 7, 2024", "1.2.2024 8 giờ 5 phút SA"} {
		f.Add(text)
	}
	dayFirst, monthFirst := NewReader(index.Vietnam), NewReader(index.Vietnam)
	monthFirst.MonthFirst = true
	numbers := regexp.MustCompile(`^(\d\d?)([-/.])(\d\d?)([-/.])(\d{4}|\d\d)(\D.*)?$`)
	f.Fuzz(func(t *testing.T, text string) {
		dayFirst.Evidence, monthFirst.Evidence = Evidence{}, Evidence{}
		unix, _, reason := dayFirst.Read([]byte(text))
		if iso, err := time.ParseInLocation("2006-01-02T15:04:05", text, index.Vietnam); err == nil && len(text) == 19 && iso.Year() >= firstYear && iso.Year() <= lastYear && iso.Unix() != unix {
			t.Errorf("%s: %d, want %d", text, unix, iso.Unix())
		}
		if month := Month(unix); unix != 0 && (month < 1 || month > months) || reason != "" && unix != 0 {
			t.Errorf("%q: month %d, %s", text, month, reason)
		}
		if n := dayFirst.either + dayFirst.dayProofs + dayFirst.monthProofs + dayFirst.typedDates; n > 1 || unix != 0 && n != 1 {
			t.Errorf("%q: noted %d times", text, n)
		}
		if n := numbers.FindStringSubmatch(text); n != nil { // 31/12/2024 day first is 12/31/2024 month first
			swapped, _, _ := monthFirst.Read([]byte(n[3] + n[2] + n[1] + n[4] + n[5] + n[6]))
			if swapped != unix || monthFirst.either != dayFirst.either || monthFirst.monthProofs != dayFirst.dayProofs {
				t.Errorf("%q: %d and %d, %+v and %+v", text, unix, swapped, dayFirst.Evidence, monthFirst.Evidence)
			}
		}
	})
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
