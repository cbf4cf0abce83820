package units

import (
	"strings"
	"testing"

	"dvc_exporter/exporter/index"
)

func TestAdmits(t *testing.T) {
	r := New([]Listed{{Unit: index.Unit{Code: "H26.77", Name: "Nhà khách Thành ủy", Parent: "H26"}, Aliases: []string{"Nhà khách"}}}, nil, day(2026, 1, 1))
	for _, name := range []string{
		"Sở Tư pháp", "SỞ TƯ PHÁP", "So Tu phap", "S\u01a1\u0309 Tư pháp", "Ban Tiếp công dân", "Ban quan ly khu kinh te", "BQL các khu công nghiệp", "UBND phường X", "UBND xã Tân Lập - huyện Y",
		"Ủy ban nhân dân xã X", "Phòng Tư pháp", "Phòng Văn hóa và Thông tin", "Phong Tu phap", "Chi cục Thuế khu vực III", "Cục Thuế", "Chi nhánh VPĐKĐĐ huyện Y", "Trung tâm Phục vụ hành chính công",
		"Văn phòng HĐND và UBND", "Thanh tra tỉnh", "Xã Tân Lập", "Phường Bến Nghé", "Thị trấn Y", "Thị xã Sơn Tây", "Quận 1", "Huyện Ba Vì", "Thành phố Thủ Đức", "TP. Vinh", "Đặc khu Phú Quốc", "Công an phường X",
		"Bệnh viện Đa khoa tỉnh", "Trường THPT Chu Văn An", "Kho bạc Nhà nước", "Bảo hiểm xã hội", "BHXH huyện Y", "Bộ phận Một cửa", "Hạt Kiểm lâm Y", "Đội Quản lý thị trường số 3", "Viện Kiểm sát", "Quỹ Bảo vệ môi trường",
		"Nhà khách", "Hà Nội", "Tỉnh An Giang", "Ban QLDA huyện", "CN VPĐKĐĐ huyện Y", "VPĐK đất đai", "P. Tư pháp", "P.TN&MT", "BP Một cửa", "CA phường X", "CAX Tân Lập", "TX. Sơn Tây", "Tổ TN&TKQ",
	} {
		if !r.Admits(index.Unit{Name: name}) {
			t.Errorf("%s is not admitted", name)
		}
	}
	for _, name := range []string{
		"", "Nguyễn Văn Mẫu", "P. Nguyễn Văn Mẫu", "H. Lê Mẫu", "Trương Văn Mẫu", "Truong Van Mau", "Xa Thị Mẫu", "Xa Van Mau", "Ban Văn Mẫu", "Bàn Thị Mẫu", "Ban Van Mau", "Phương Văn Mẫu", "Phuong Thi Mau", "Quan Văn Mẫu", "Sở", "Đội",
		"Số 12 đường Láng", "Thôn 3", "#N/A", "0900000001", "Đang xử lý", "01/07/2024", "H26.02-240701-0001", "Sởn", "Sở Tư pháp, ông Mẫu 0900000001", "Sở Tư pháp mau@example.vn", "Xã X, sinh 01/02/1990", "Sở " + strings.Repeat("a", 200),
	} {
		if r.Admits(index.Unit{Name: name}) {
			t.Errorf("%s is admitted", name)
		}
	}
	for text, want := range map[string]index.Unit{"1. Sở Xây dựng": {Name: "Sở Xây dựng"}, "II. Sở Nội vụ": {Name: "Sở Nội vụ"}, "12) Sở Y tế": {Name: "Sở Y tế"}, "000.00.13.H26": {Code: "000.00.13.H26"}, "1. H26.13": {Code: "H26.13"}, "H26.13 - Sở Y tế": {Name: "Sở Y tế"}} {
		if got := Named(text); got != want {
			t.Errorf("%q: %+v", text, got)
		}
	}
	for code, want := range map[string]bool{"H26": true, "H26.02": true, "000.00.13.H01": true, "H99.12.3": true, "0900000001": false, "": false, "MAU": false} {
		if got := r.Admits(index.Unit{Code: code}); got != want {
			t.Errorf("%q: %v", code, got)
		}
	}
}
