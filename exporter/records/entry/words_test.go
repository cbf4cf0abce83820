package entry

import (
	"bytes"
	"strings"
	"testing"

	"dvc_exporter/exporter/index"
	"dvc_exporter/exporter/records/heading"
	"dvc_exporter/exporter/records/table"
)

func TestChannelsAndFlags(t *testing.T) {
	p := NewParser(heading.Dossiers, index.Vietnam, Mapping{})
	for words, list := range map[*words]map[uint8]string{
		&p.channels: {
			AtCounter: "1|Trực tiếp|Nộp trực tiếp tại bộ phận một cửa|Tiếp nhận trực tiếp|Tại Trung tâm PVHCC|Hồ sơ nộp trực tiếp",
			ByWeb:     "2|Trực tuyến|Trực tuyến toàn trình|Nộp hồ sơ trực tuyến|DVC trực tuyến|Cổng Dịch vụ công Quốc gia|DVCQG|Qua mạng Internet|VNeID",
			ByPost:    "3|Bưu chính|Qua bưu điện|Qua dịch vụ BCCI|BCCI|Dịch vụ bưu chính công ích",
			0:         "4|Tài chính|Mang Thị Mẫu|Nguyễn Văn Mẫu|Tại nhà|DVC Mẫu",
		},
		&p.flags: {
			uint8(Yes): "1|2|x|✓|Có|Đã số hóa|Đã thanh toán|Đúng|Rồi",
			uint8(No):  "0|Không|Chưa|Chưa thanh toán|Không có phí|Sai|☐",
			0:          "3|Có Văn Mẫu|Đã Thị Mẫu|Nguyễn Văn Mẫu|50.000",
		},
	} {
		for want, cells := range list {
			for cell := range strings.SplitSeq(cells, "|") {
				if got, _ := words.find([]byte(cell)); got != want {
					t.Errorf("%q: %d, want %d", cell, got, want)
				}
			}
		}
	}
}

// TestNothing says what cells mean that programs write in place of nothing.
func TestNothing(t *testing.T) {
	catalogue, err := heading.NewCatalogue(heading.Dossiers, nil)
	if err != nil {
		t.Fatal(err)
	}
	layout, err := catalogue.Layout(strings.Split("MaHoSo,DonViXuLy,TrangThaiHoSo,NgayTiepNhan,NgayHenTra,NgayKetThucXuLy,KenhThucHien,KetQuaDienTu,MaTTHC", ","))
	if err != nil {
		t.Fatal(err)
	}
	for _, nothing := range []string{"", "NULL", "-", "—", "(null)", `\N`, "N/A"} {
		var e Entry
		row := "H26.1,Sở A,4,2024-07-01,2024-07-15," + strings.Join([]string{nothing, nothing, nothing, nothing}, ",")
		problem := NewParser(heading.Dossiers, index.Vietnam, Mapping{}).Row(2, layout, table.RowOf(bytes.Split([]byte(row), []byte(","))), &e)
		if problem.Reason != "" || e.Finished != 0 || e.Channel != 0 || e.Electronic != Unknown || len(e.Procedure) > 0 {
			t.Errorf("%s: %+v %+v", nothing, problem, e)
		}
		for at, want := range map[int]string{0: "thiếu mã", 1: "thiếu đơn vị", 2: "thiếu trạng thái"} {
			cells := strings.Split(row, ",")
			cells[at] = nothing
			if problem := NewParser(heading.Dossiers, index.Vietnam, Mapping{}).Row(2, layout, table.RowOf(bytes.Split([]byte(strings.Join(cells, ",")), []byte(","))), &e); problem.Reason != want {
				t.Errorf("%s in cell %d: %+v", nothing, at, problem)
			}
		}
	}
}
