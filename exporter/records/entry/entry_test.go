package entry

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/records/heading"
	"dvc_exporter/exporter/records/table"
)

func cells(row string) *table.Row { return table.RowOf(bytes.Split([]byte(row), []byte(","))) }

func TestReadMapping(t *testing.T) {
	got, err := parseMapping([]byte("dossiers:\n  Mốc: due\nstates:\n  Đang kiểm định: 4\nassume: {state: 9}\n"))
	want := Mapping{Headings: map[heading.Kind]map[string]string{heading.Dossiers: {"Mốc": "due"}, heading.Documents: nil}, States: map[string]uint8{"Đang kiểm định": 4}, Assume: 9}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if _, err := parseMapping(nil); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{"people:\n  a: due\n", "dossiers: due\n", "states: {a: 11}\n", "states: {a: 0}\n", "assume: {state: 12}\n", "assume: {channel: 1}\n"} {
		if _, err := parseMapping([]byte(bad)); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
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
	p := NewParser(heading.Dossiers, index.Vietnam, Mapping{States: map[string]uint8{"Tạm dừng chờ trả": 5, "Chờ duyệt": 9}})
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
	catalogue, _ := heading.NewCatalogue(heading.Dossiers, nil)
	layout, err := catalogue.Layout([]string{"Mã hồ sơ", "Mã thủ tục", "Đơn vị", "Trạng thái", "Ngày hẹn trả"})
	if err != nil {
		t.Fatal(err)
	}
	read := func(code, procedure string) Entry {
		var e Entry
		p := NewParser(heading.Dossiers, index.Vietnam, Mapping{})
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
		catalogue, err := heading.NewCatalogue(heading.Dossiers, nil)
		if err != nil {
			t.Fatal(err)
		}
		layout, err := catalogue.Layout(strings.Split(dossierHeadings, ","))
		if err != nil {
			t.Fatal(err)
		}
		var e Entry
		p := NewParser(heading.Dossiers, index.Vietnam, Mapping{}).Row(2, layout, cells(row), &e)
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
	catalogue, _ := heading.NewCatalogue(heading.Dossiers, nil)
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
	p := NewParser(heading.Dossiers, index.Vietnam, Mapping{}).Row(2, layout, cells(" H26.1 ,1.2,Sở A,Đã xử lý xong,01/07/2024 08:00,02/07/2024,05/07/2024,,,06/07/2024 09:30,trực tuyến,Có,Không,1,2,"), &got)
	want := Entry{
		Code: []byte("H26.1"), Unit: []byte("Sở A"), State: Processed, Channel: ByWeb,
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
