package heading

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

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
			catalogue, err := NewCatalogue(test.kind, test.more)
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
			for c := range Columns {
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
		if _, err := NewCatalogue(Dossiers, map[string]string{heading: column}); err == nil {
			t.Errorf("%s: %s was taken", heading, column)
		}
	}
}

// TestWordings holds wordings of one column to it.
func TestWordings(t *testing.T) {
	catalogue, err := NewCatalogue(Dossiers, nil)
	if err != nil {
		t.Fatal(err)
	}
	for column, headings := range map[Column]string{
		Code:     "Mã hồ sơ (*)|Mã số HS|Mã hồ sơ TTHC|Số biên nhận hồ sơ",
		Unit:     "Đơn vị xử lý hồ sơ|Tên cơ quan xử lý|Đơn vị giải quyết TTHC|Cơ quan, đơn vị",
		State:    "Trạng thái HS|Tình trạng xử lý hồ sơ|Trạng thái (hiện tại)|Tên trạng thái",
		Received: "Thời điểm tiếp nhận|Ngày giờ tiếp nhận hồ sơ|Ngày tiếp nhận HS|Ngày tiếp nhận (dd/mm/yyyy)|Ngày tiếp nhận [1]",
		Due:      "Ngày hẹn trả\n(ngày/tháng/năm)|HẸN TRẢ|Ngày hẹn TKQ|Ngày giờ hẹn trả KQ|Ngày hẹn trả (theo giấy hẹn)",
		Finished: "Ngày có KQ|Ngày xử lý xong hồ sơ|Thời điểm kết thúc",
		person:   "Chủ hồ sơ|Họ tên người nộp hồ sơ|Cán bộ thụ lý (bước hiện tại)",
		0:        "Hồ sơ|Mã|Số|Ngày|Số lượng hồ sơ",
	} {
		for heading := range strings.SplitSeq(headings, "|") {
			if got, _ := catalogue.find([]string{heading}); got.column != column {
				t.Errorf("%q is %q, want %q", heading, got.column, column)
			}
		}
	}
	layout, err := catalogue.Layout(strings.Split("Mã hồ sơ,Đơn vị,Trạng thái,Ngày hẹn trả (cũ),Ngày hẹn trả", ","))
	if err != nil || layout.At(Due) != 4 {
		t.Error("a heading with a hint ranks above one without", err)
	}
}
